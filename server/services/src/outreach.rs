//! E-mails to customers: queueing, delivery, what a person does with them, unsubscribing.
//!
//! Owns the tables `outreach`, `suppression` and `heartbeat`. Nothing leaves that was not checked in the transaction that queued it and
//! again in the one that commits its hand-over. Must not decide how a mail server is talked to: that is `mail`.

mod act;
mod claim;
mod compose;
mod deliver;
mod many;
mod options;
mod queue;
mod rate;
mod read;
mod test_mail;
pub mod unsubscribe;

pub(crate) use compose::{footer, label};

pub use act::{act, pause_all, resume_all};
pub use deliver::{deliver_due, tidy};
pub(crate) use many::{cancel_of, count_waiting, look};
pub use options::options;
pub(crate) use options::senders;
pub use queue::{Order, queue};
pub(crate) use queue::{may_send_from, queue_in};
pub(crate) use rate::forget_refusals;
pub use read::page;
pub use test_mail::send_test;

use crate::{
    audit::Event,
    entity::{outreach, suppression},
    error::Result,
    grant::Actor,
};
use domain::{
    audit::AuditKind,
    ids::{BusinessId, TeamId},
    outreach::SuppressionReason,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

/// Why this address must not be mailed by this business, if so: its own suppression or the team's.
async fn suppressed(db: &impl ConnectionTrait, team: TeamId, business: BusinessId, email: &str) -> Result<Option<SuppressionReason>> {
    let either = Condition::any()
        .add(suppression::Column::BusinessId.eq(business))
        .add(suppression::Column::BusinessId.is_null());
    let row = suppression::Entity::find()
        .filter(suppression::Column::TeamId.eq(team))
        .filter(suppression::Column::Email.eq(email))
        .filter(either)
        .one(db)
        .await?;
    Ok(row.map(|row| row.reason))
}

/// An audit event about an outreach.
fn event(kind: AuditKind, row: &outreach::Model) -> Event {
    Event::new(kind)
        .business(row.business_id)
        .customer(row.customer_id)
        .subject(row.id.0)
}

/// Who the log names for what the worker does by itself.
fn machine() -> Actor {
    Actor::system()
}
