//! Many holds at once: a batch sets aside what all of its customers cost, or nothing (`docs/decisions/0017`).

use super::{SPENT, history, ledger_transfer, pool_accounts, transfer};
use crate::{Clock, entity::batch_item, error::Result, grant::Actor};
use chrono::{DateTime, Utc};
use domain::{
    Error,
    credit::{CreditAction, CreditKind, Credits, TransferPhase},
    ids::{BusinessId, CustomerId, HoldId, TeamId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Query},
};
use std::collections::HashSet;

/// Rows of one statement.
const TOGETHER: usize = 500;

/// Holds of this team come one after the other until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(db: &impl ConnectionTrait, team: TeamId) -> Result<()> {
    pool_accounts(db, team).await.map(|_| ())
}

/// Sets `each` aside for every one of these customers, monthly credits first. A hold for each, in their order.
///
/// # Errors
/// `NotEnoughCredits` when the pool is too small for all of them; nothing is set aside then.
pub async fn hold_each(
    db: &impl ConnectionTrait,
    clock: &Clock,
    team: TeamId,
    actor: &Actor,
    (action, business): (CreditAction, BusinessId),
    customers: &[CustomerId],
    each: Credits,
) -> Result<Vec<HoldId>> {
    let accounts = pool_accounts(db, team).await?;
    let mut left = [CreditKind::Monthly, CreditKind::Bought].map(|kind| {
        let account = accounts.iter().find(|account| account.kind == kind.as_str());
        (kind, account.map_or(0, |account| account.available))
    });
    let needed = each.0.saturating_mul(i64::try_from(customers.len()).unwrap_or(i64::MAX));
    let available: i64 = left.iter().map(|(_, left)| left).sum();
    if available < needed {
        return Err(Error::NotEnoughCredits { needed, available }.into());
    }
    let (mut holds, mut rows) = (Vec::with_capacity(customers.len()), Vec::with_capacity(customers.len()));
    for customer in customers {
        let hold = HoldId(clock.new_id());
        let mut missing = each.0;
        for (kind, left) in &mut left {
            let part = Ord::min(missing, *left);
            if part > 0 {
                let mut row = transfer(team, TransferPhase::Pending, kind.as_str(), SPENT, Credits(part), action, clock);
                row.hold_id = Set(Some(hold));
                row.person_id = Set(actor.person);
                row.business_id = Set(Some(business));
                row.customer_id = Set(Some(*customer));
                rows.push(row);
                missing -= part;
                *left -= part;
            }
        }
        holds.push(hold);
    }
    insert(db, rows).await?;
    Ok(holds)
}

/// Gives all of these holds back.
///
/// # Errors
/// When one of them has ended already; then none is given back.
pub async fn void_all(db: &impl ConnectionTrait, clock: &Clock, team: TeamId, holds: &[HoldId]) -> Result<()> {
    let mut rows = Vec::with_capacity(holds.len());
    for holds in holds.chunks(TOGETHER) {
        let pending = ledger_transfer::Entity::find()
            .filter(ledger_transfer::Column::TeamId.eq(team))
            .filter(ledger_transfer::Column::HoldId.is_in(holds.iter().copied()))
            .filter(ledger_transfer::Column::Phase.eq(TransferPhase::Pending))
            .all(db)
            .await?;
        rows.extend(pending.iter().map(|begun| super::ending(clock, TransferPhase::Void, begun)));
    }
    insert(db, rows).await
}

async fn insert(db: &impl ConnectionTrait, rows: Vec<ledger_transfer::ActiveModel>) -> Result<()> {
    let mut rows = rows.into_iter();
    loop {
        let some: Vec<_> = rows.by_ref().take(TOGETHER).collect();
        if some.is_empty() {
            return Ok(());
        }
        ledger_transfer::Entity::insert_many(some).exec_without_returning(db).await?;
    }
}

/// Customers of the team for whom credits are set aside for this action since then.
///
/// # Errors
/// When the database fails.
pub async fn held_since(
    db: &impl ConnectionTrait,
    team: TeamId,
    action: CreditAction,
    since: DateTime<Utc>,
) -> Result<HashSet<CustomerId>> {
    let rows: Vec<Option<CustomerId>> = ledger_transfer::Entity::find()
        .select_only()
        .column(ledger_transfer::Column::CustomerId)
        .filter(ledger_transfer::Column::TeamId.eq(team))
        .filter(ledger_transfer::Column::At.gte(since))
        .filter(ledger_transfer::Column::Phase.eq(TransferPhase::Pending))
        .filter(ledger_transfer::Column::Action.eq(action))
        .filter(history::has_ended().not())
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().flatten().collect())
}

/// The hold is a part of a batch that has not come to it: its batch ends it, however long that takes.
pub(super) fn waits_in_batch() -> Expr {
    let waiting = Query::select()
        .expr(Expr::val(1))
        .from(batch_item::Entity)
        .and_where(
            Expr::col((batch_item::Entity, batch_item::Column::TeamId)).equals((ledger_transfer::Entity, ledger_transfer::Column::TeamId)),
        )
        .and_where(
            Expr::col((batch_item::Entity, batch_item::Column::HoldId)).equals((ledger_transfer::Entity, ledger_transfer::Column::HoldId)),
        )
        .and_where(Expr::col((batch_item::Entity, batch_item::Column::State)).eq("waiting"))
        .to_owned();
    Expr::exists(waiting)
}
