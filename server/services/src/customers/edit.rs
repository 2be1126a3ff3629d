//! A customer's fields as people edit them. The address is the customer's key and figures come from imports: neither is edited here.

use super::{import::merge, lock, search};
use crate::{
    Services,
    audit::{self, Event},
    entity::{customer, customer_change},
    error::Result,
    grant::Grant,
    tokens,
};
use domain::{
    Error as Public,
    audit::AuditKind,
    edit::Fields,
    error::Conflict,
    ids::{BusinessId, CustomerId},
    permission::perm,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

/// Names what people edit as it is in this row: whoever saves says which they saw, so that nothing is written over that they did not see.
#[must_use]
pub fn seen(row: &customer::Model) -> String {
    let fields = json!([row.name, row.company, row.country, row.notes, search::tags_of(row.tags.as_ref())]);
    tokens::hash(&fields.to_string())
}

/// Saves the fields; gives the business they are in.
///
/// # Errors
/// `NotFound` · `Forbidden` · `Conflict(Stale)` when another of them was saved or imported meanwhile.
pub async fn save(
    services: &Services,
    grant: &Grant<perm::EditAnalysis>,
    id: CustomerId,
    seen_before: &str,
    fields: Fields,
) -> Result<BusinessId> {
    let (team, clock) = (grant.team(), services.clock());
    let business = super::find(services.db().read(), team, None, id).await?.business_id;
    grant.business(services, business).await?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(business)).await?;
    let old = lock(&txn, team, id).await?;
    if seen(&old) != seen_before {
        return Err(Public::Conflict(Conflict::Stale).into());
    }
    let mut new = customer::Model {
        name: fields.name,
        company: fields.company,
        country: fields.country,
        notes: fields.notes,
        ..old.clone()
    };
    if search::tags_of(old.tags.as_ref()) != fields.tags {
        new.tags = Some(json!(fields.tags));
    }
    let changes = merge::changes(&old, &new);
    if changes.is_empty() {
        return Ok(business);
    }
    let named: Vec<&str> = changes.keys().map(String::as_str).collect();
    let event = Event::new(AuditKind::CustomerChanged)
        .business(business)
        .customer(id)
        .detail("fields", named);
    let mut row = old.into_active_model();
    row.name = Set(new.name);
    row.company = Set(new.company);
    row.country = Set(new.country);
    row.notes = Set(new.notes);
    row.tags = Set(new.tags);
    row.updated_at = Set(clock.now());
    row.update(&txn).await?;
    search::index(&txn, team, business, &[id]).await?;
    let change = customer_change::ActiveModel {
        team_id: Set(team),
        id: Set(clock.new_id()),
        customer_id: Set(id),
        import_id: Set(None),
        person_id: Set(grant.person()),
        changes: Set(Value::Object(changes)),
        at: Set(clock.now()),
    };
    customer_change::Entity::insert(change).exec_without_returning(&txn).await?;
    audit::record(&txn, clock, team, grant.actor(), event).await?;
    txn.commit().await?;
    Ok(business)
}
