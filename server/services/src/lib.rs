//! What the product does: use cases over the database. No HTTP, no pages.

pub mod analysis;
pub mod audit;
pub mod businesses;
pub mod clock;
pub mod db;
mod entity;
pub mod error;
pub mod grant;
pub mod ledger;
pub mod letters;
pub mod moments;
pub mod seal;
pub mod settings;
pub mod tokens;

pub use clock::Clock;
pub use db::Db;
pub use error::{Error, Result};
pub use grant::{Grant, Member};
pub use settings::Settings;

use std::sync::Arc;

/// Everything a use case needs; cheap to clone.
#[derive(Clone, Debug)]
pub struct Services(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    clock: Clock,
    settings: Settings,
}

impl Services {
    #[must_use]
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        Self(Arc::new(Inner { db, clock, settings }))
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
}
