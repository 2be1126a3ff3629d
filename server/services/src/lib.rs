//! What the product does: use cases over the database. No HTTP, no pages.

pub mod accounts;
pub mod analysis;
pub mod audit;
pub mod batches;
pub mod businesses;
pub mod clock;
pub mod credits;
pub mod customers;
pub mod db;
pub mod drafts;
// Meant to be private: public only until each table has its use case, or the rest would count as dead.
pub mod entity;
pub mod error;
pub mod grant;
pub mod invitations;
pub mod jobs;
mod keyset;
pub mod ledger;
pub mod letters;
pub mod mail;
pub mod members;
pub mod moments;
pub mod operator;
pub mod outreach;
pub mod replies;
pub mod seal;
pub mod settings;
pub mod teams;
pub mod tidy;
pub mod tokens;

pub use clock::Clock;
pub use db::Db;
pub use error::{Error, Result};
pub use grant::{Grant, Member};
pub use settings::Settings;

use analysis::writer::Writer;
use std::sync::Arc;

/// Everything a use case needs; cheap to clone.
#[derive(Clone, Debug)]
pub struct Services(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    clock: Clock,
    settings: Settings,
    bell: Arc<tokio::sync::Notify>,
    writer: Writer,
}

impl Services {
    #[must_use]
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        let bell = Arc::new(tokio::sync::Notify::new());
        let writer = Writer::default();
        Self(Arc::new(Inner {
            db,
            clock,
            settings,
            bell,
            writer,
        }))
    }

    /// The same with another writer.
    #[must_use]
    pub fn with_writer(&self, writer: Writer) -> Self {
        let Inner {
            db,
            clock,
            settings,
            bell,
            writer: _,
        } = &*self.0;
        Self(Arc::new(Inner {
            db: db.clone(),
            clock: clock.clone(),
            settings: settings.clone(),
            bell: Arc::clone(bell),
            writer,
        }))
    }

    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Who writes personas and drafts.
    #[must_use]
    pub fn writer(&self) -> &Writer {
        &self.0.writer
    }

    /// Rings for the workers of this process. Call it after the commit that put something into a queue; without it the work
    /// waits for the next poll.
    pub fn wake(&self) {
        self.0.bell.notify_waiters();
    }

    /// Resolves at the next ring.
    pub(crate) async fn bell(&self) {
        self.0.bell.notified().await;
    }
}
