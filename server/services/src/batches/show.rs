//! A batch as its page shows it. Only reads.

use super::{DONE, FAILED, LEFT, SKIPPED, WAITING};
use crate::{
    Services, accounts,
    entity::{batch, batch_item, customer},
    error::Result,
    grant::Grant,
    moments, teams,
};
use domain::{
    Error,
    batch::{BatchDetail, BatchTrouble, SkipReason},
    credit::Credits,
    ids::{BatchId, BusinessId, CustomerId, TeamId},
    permission::perm,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, HashMap};

/// Customers that were not done and are listed by name.
const TROUBLES: u64 = 50;

/// # Errors
/// `NotFound` for another team's or business's.
pub(super) async fn find(services: &Services, team: TeamId, business: BusinessId, id: BatchId) -> Result<batch::Model> {
    batch::Entity::find()
        .filter(batch::Column::TeamId.eq(team))
        .filter(batch::Column::BusinessId.eq(business))
        .filter(batch::Column::Id.eq(id))
        .one(services.db().read())
        .await?
        .ok_or_else(|| Error::NotFound.into())
}

/// A batch at any moment.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn detail(services: &Services, grant: &Grant<perm::UseBatch>, business: BusinessId, id: BatchId) -> Result<BatchDetail> {
    let business = grant.business(services, business).await?;
    let row = find(services, grant.team(), business.id, id).await?;
    let db = services.db().read();
    let counts: Vec<(String, Option<SkipReason>, i64)> = batch_item::Entity::find()
        .select_only()
        .columns([batch_item::Column::State, batch_item::Column::Why])
        .column_as(batch_item::Column::Number.count(), "n")
        .filter(batch_item::Column::TeamId.eq(row.team_id))
        .filter(batch_item::Column::BatchId.eq(row.id))
        .group_by(batch_item::Column::State)
        .group_by(batch_item::Column::Why)
        .into_tuple()
        .all(db)
        .await?;
    let of = |states: &[&str]| -> u64 {
        let some = counts.iter().filter(|(state, ..)| states.contains(&state.as_str()));
        some.map(|(.., n)| n.unsigned_abs()).sum()
    };
    let mut skipped: BTreeMap<SkipReason, u64> = serde_json::from_value(row.skipped.clone()).unwrap_or_default();
    for (_, why, n) in counts.iter().filter(|(state, ..)| state == SKIPPED) {
        *skipped.entry(why.unwrap_or(SkipReason::Other)).or_default() += n.unsigned_abs();
    }
    let items = row.item_count.unsigned_abs();
    let done = of(&[DONE]);
    let (now, zone) = (services.clock().now(), teams::zone(db, row.team_id).await?);
    let by = accounts::names(db, [row.created_by])
        .await?
        .remove(&row.created_by)
        .unwrap_or_default();
    Ok(BatchDetail {
        id,
        kind: row.kind,
        state: row.state,
        items,
        done,
        failed: of(&[FAILED]),
        ended: items.saturating_sub(of(&[WAITING, LEFT])),
        skipped: skipped.into_iter().collect(),
        spent: Credits(row.cost.saturating_mul(done.cast_signed())),
        by,
        at: moments::moment(row.finished_at.unwrap_or(row.created_at), now, zone),
        troubles: troubles(db, &row).await?,
        reason: row.reason,
    })
}

async fn troubles(db: &impl ConnectionTrait, row: &batch::Model) -> Result<Vec<BatchTrouble>> {
    let items = batch_item::Entity::find()
        .filter(batch_item::Column::TeamId.eq(row.team_id))
        .filter(batch_item::Column::BatchId.eq(row.id))
        .filter(batch_item::Column::State.is_in([FAILED, SKIPPED]))
        .order_by_asc(batch_item::Column::Number)
        .limit(TROUBLES)
        .all(db)
        .await?;
    let rows: Vec<(CustomerId, String, String)> = customer::Entity::find()
        .select_only()
        .columns([customer::Column::Id, customer::Column::Name, customer::Column::Email])
        .filter(customer::Column::TeamId.eq(row.team_id))
        .filter(customer::Column::Id.is_in(items.iter().map(|item| item.customer_id)))
        .filter(customer::Column::DeletedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let named = |(id, name, email): (CustomerId, String, String)| (id, if name.trim().is_empty() { email } else { name });
    let names: HashMap<CustomerId, String> = rows.into_iter().map(named).collect();
    let trouble = |item: batch_item::Model| BatchTrouble {
        customer: item.customer_id,
        name: names.get(&item.customer_id).cloned().unwrap_or_else(|| "A deleted customer".into()),
        why: item.why.unwrap_or(SkipReason::Other),
    };
    Ok(items.into_iter().map(trouble).collect())
}
