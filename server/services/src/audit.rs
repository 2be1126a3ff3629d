//! The audit log: written in the transaction of the change it tells of.

mod log;
mod words;

pub use log::list;

use crate::{Clock, entity, error::Result, grant::Actor};
use domain::{
    audit::AuditKind,
    ids::{AuditEventId, BusinessId, CustomerId, TeamId},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use serde_json::{Map, Value};
use uuid::Uuid;

/// What happened. Details hold ids, names of fields and settings, never a customer's values.
#[derive(Clone, Debug)]
pub struct Event {
    kind: AuditKind,
    pub business: Option<BusinessId>,
    pub customer: Option<CustomerId>,
    pub subject: Option<Uuid>,
    detail: Map<String, Value>,
}

impl Event {
    #[must_use]
    pub fn new(kind: AuditKind) -> Self {
        Self {
            kind,
            business: None,
            customer: None,
            subject: None,
            detail: Map::new(),
        }
    }

    #[must_use]
    pub fn business(mut self, id: BusinessId) -> Self {
        self.business = Some(id);
        self
    }

    #[must_use]
    pub fn customer(mut self, id: CustomerId) -> Self {
        self.customer = Some(id);
        self
    }

    #[must_use]
    pub fn subject(mut self, id: Uuid) -> Self {
        self.subject = Some(id);
        self
    }

    #[must_use]
    pub fn detail(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }
}

/// Writes an event. Call it inside the transaction of the change.
///
/// # Errors
/// When the database refuses it; the change then goes too.
pub async fn record(db: &impl ConnectionTrait, clock: &Clock, team: TeamId, actor: &Actor, event: Event) -> Result<()> {
    let row = entity::audit_event::ActiveModel {
        team_id: Set(team),
        id: Set(AuditEventId(clock.new_id())),
        at: Set(clock.now()),
        kind: Set(event.kind),
        person_id: Set(actor.person),
        person_name: Set(actor.name.clone()),
        business_id: Set(event.business),
        customer_id: Set(event.customer),
        subject_id: Set(event.subject),
        request_id: Set(actor.request_id.clone()),
        detail: Set(Value::Object(event.detail)),
    };
    entity::audit_event::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
