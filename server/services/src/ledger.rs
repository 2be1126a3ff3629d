//! Credits: the only code that touches the ledger's tables.
//!
//! Balances are kept by the database's triggers and bounded by its constraints; this code decides only which kind is
//! spent first. A generation is hold → work → post or void; the work happens outside any transaction.

pub mod history;
pub mod many;
pub mod reconcile;

use crate::{Clock, entity, error::Result, grant::Actor};
use chrono::{DateTime, Utc};
use domain::{
    Error,
    credit::{Balance, CreditAction, CreditKind, Credits, TransferPhase},
    ids::{BusinessId, CustomerId, HoldId, TeamId, TransferId},
};
use entity::{ledger_account, ledger_transfer};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

const SPENT: &str = "spent";
const ISSUED: &str = "issued";

/// What credits are spent on.
#[derive(Clone, Copy, Debug)]
pub struct Purpose {
    pub action: CreditAction,
    pub business: BusinessId,
    pub customer: Option<CustomerId>,
}

/// Opens the accounts of a new team.
///
/// # Errors
/// When the database refuses it.
pub async fn open(db: &impl ConnectionTrait, team: TeamId) -> Result<()> {
    let rows = [CreditKind::Monthly.as_str(), CreditKind::Bought.as_str(), ISSUED, SPENT].map(|kind| ledger_account::ActiveModel {
        team_id: Set(team),
        kind: Set(kind.to_owned()),
        available: Set(0),
        held: Set(0),
    });
    ledger_account::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Puts credits into the pool.
///
/// # Errors
/// When the database refuses it, for instance because `id` was used before.
pub async fn grant(
    db: &impl ConnectionTrait,
    clock: &Clock,
    team: TeamId,
    kind: CreditKind,
    action: CreditAction,
    amount: Credits,
) -> Result<()> {
    if amount.0 == 0 {
        return Ok(());
    }
    let row = transfer(team, TransferPhase::Posted, ISSUED, kind.as_str(), amount, action, clock);
    ledger_transfer::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Takes back what is left of a kind. What is held just now stays held.
///
/// # Errors
/// When the database refuses it.
pub async fn expire(db: &impl ConnectionTrait, clock: &Clock, team: TeamId, kind: CreditKind, action: CreditAction) -> Result<()> {
    let accounts = pool_accounts(db, team).await?;
    let left = accounts.iter().find(|a| a.kind == kind.as_str()).map_or(0, |a| a.available);
    if left > 0 {
        let row = transfer(team, TransferPhase::Posted, kind.as_str(), ISSUED, Credits(left), action, clock);
        ledger_transfer::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Sets credits aside, monthly ones first. Call it in a write transaction of its own and commit before the work begins.
///
/// # Errors
/// `NotEnoughCredits` when the pool is too small; nothing is set aside then.
pub async fn hold(
    db: &impl ConnectionTrait,
    clock: &Clock,
    team: TeamId,
    actor: &Actor,
    purpose: Purpose,
    amount: Credits,
) -> Result<HoldId> {
    let id = HoldId(clock.new_id());
    let accounts = pool_accounts(db, team).await?;
    let available: i64 = accounts.iter().map(|a| a.available).sum();
    if available < amount.0 {
        return Err(Error::NotEnoughCredits {
            needed: amount.0,
            available,
        }
        .into());
    }
    let mut missing = amount.0;
    for kind in [CreditKind::Monthly, CreditKind::Bought] {
        let left = accounts.iter().find(|a| a.kind == kind.as_str()).map_or(0, |a| a.available);
        let part = Ord::min(missing, left);
        if part > 0 {
            let mut row = transfer(
                team,
                TransferPhase::Pending,
                kind.as_str(),
                SPENT,
                Credits(part),
                purpose.action,
                clock,
            );
            row.hold_id = Set(Some(id));
            row.person_id = Set(actor.person);
            row.business_id = Set(Some(purpose.business));
            row.customer_id = Set(purpose.customer);
            ledger_transfer::Entity::insert(row).exec_without_returning(db).await?;
            missing -= part;
        }
    }
    Ok(id)
}

/// The same error with what is really in the pool, where the database's own bound refused. Call it after the rollback.
pub async fn with_figures(db: &impl ConnectionTrait, team: TeamId, needed: Credits, error: crate::Error) -> crate::Error {
    match error {
        crate::Error::Overdrawn => match balance(db, team).await {
            Ok(left) => Error::NotEnoughCredits {
                needed: needed.0,
                available: left.available().0,
            }
            .into(),
            Err(cause) => cause,
        },
        other => other,
    }
}

/// Whether another hold for the same customer and action has not ended yet.
///
/// # Errors
/// When the database can't be read.
pub async fn is_held(
    db: &impl ConnectionTrait,
    team: TeamId,
    customer: CustomerId,
    action: CreditAction,
    since: DateTime<Utc>,
    except: HoldId,
) -> Result<bool> {
    let held = ledger_transfer::Entity::find()
        .select_only()
        .column(ledger_transfer::Column::Id)
        .filter(ledger_transfer::Column::TeamId.eq(team))
        .filter(ledger_transfer::Column::CustomerId.eq(customer))
        .filter(ledger_transfer::Column::At.gte(since))
        .filter(ledger_transfer::Column::Phase.eq(TransferPhase::Pending))
        .filter(ledger_transfer::Column::Action.eq(action))
        .filter(ledger_transfer::Column::HoldId.ne(except))
        .filter(history::has_ended().not())
        .limit(1)
        .into_tuple::<TransferId>()
        .one(db)
        .await?;
    Ok(held.is_some())
}

/// Ends a hold by spending it. Call it in the transaction that stores the work's result.
///
/// # Errors
/// When the hold has ended already.
pub async fn post(db: &impl ConnectionTrait, clock: &Clock, team: TeamId, hold: HoldId) -> Result<()> {
    end(db, clock, team, hold, TransferPhase::Post).await
}

/// Ends a hold by giving it back.
///
/// # Errors
/// When the hold has ended already.
pub async fn void(db: &impl ConnectionTrait, clock: &Clock, team: TeamId, hold: HoldId) -> Result<()> {
    end(db, clock, team, hold, TransferPhase::Void).await
}

async fn end(db: &impl ConnectionTrait, clock: &Clock, team: TeamId, hold: HoldId, phase: TransferPhase) -> Result<()> {
    let pending = ledger_transfer::Entity::find()
        .filter(ledger_transfer::Column::TeamId.eq(team))
        .filter(ledger_transfer::Column::HoldId.eq(hold))
        .filter(ledger_transfer::Column::Phase.eq(TransferPhase::Pending))
        .all(db)
        .await?;
    for begun in pending {
        ledger_transfer::Entity::insert(ending(clock, phase, &begun))
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The end of a pending transfer.
fn ending(clock: &Clock, phase: TransferPhase, begun: &ledger_transfer::Model) -> ledger_transfer::ActiveModel {
    let amount = Credits(begun.amount);
    let mut row = transfer(begun.team_id, phase, &begun.debit, &begun.credit, amount, begun.action, clock);
    row.hold_id = Set(begun.hold_id);
    row.pending_id = Set(Some(begun.id));
    row.person_id = Set(begun.person_id);
    row.business_id = Set(begun.business_id);
    row.customer_id = Set(begun.customer_id);
    row
}

/// What is left in the pool.
///
/// # Errors
/// When the database can't be read.
pub async fn balance(db: &impl ConnectionTrait, team: TeamId) -> Result<Balance> {
    let rows = ledger_account::Entity::find()
        .filter(ledger_account::Column::TeamId.eq(team))
        .all(db)
        .await?;
    let of = |kind: CreditKind| rows.iter().find(|a| a.kind == kind.as_str());
    Ok(Balance {
        monthly: Credits(of(CreditKind::Monthly).map_or(0, |a| a.available)),
        bought: Credits(of(CreditKind::Bought).map_or(0, |a| a.available)),
        held: Credits(rows.iter().map(|a| a.held).sum()),
    })
}

/// Holds older than `before` that never ended: the work died. A batch ends its own, however long it takes. Bounded; call again until empty.
///
/// # Errors
/// When the database can't be read.
pub async fn stale(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<Vec<(TeamId, HoldId)>> {
    use sea_orm::sea_query::{Expr, Query};
    // Transfers are kept for ever: only the few teams that hold something now are looked through.
    let holding = Query::select()
        .column(ledger_account::Column::TeamId)
        .from(ledger_account::Entity)
        .and_where(Expr::col(ledger_account::Column::Held).gt(0))
        .to_owned();
    let rows: Vec<(TeamId, Option<HoldId>)> = ledger_transfer::Entity::find()
        .select_only()
        .column(ledger_transfer::Column::TeamId)
        .column(ledger_transfer::Column::HoldId)
        .filter(ledger_transfer::Column::TeamId.in_subquery(holding))
        .filter(ledger_transfer::Column::Phase.eq(TransferPhase::Pending))
        .filter(ledger_transfer::Column::At.lt(before))
        .filter(history::has_ended().not())
        .filter(many::waits_in_batch().not())
        .order_by_asc(ledger_transfer::Column::At)
        .limit(100)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(team, hold)| hold.map(|h| (team, h))).collect())
}

/// The pool's accounts, locked until the transaction ends. SQLite needs no row lock: it has one writer.
async fn pool_accounts(db: &impl ConnectionTrait, team: TeamId) -> Result<Vec<ledger_account::Model>> {
    Ok(ledger_account::Entity::find()
        .filter(ledger_account::Column::TeamId.eq(team))
        .filter(ledger_account::Column::Kind.is_in([CreditKind::Monthly.as_str(), CreditKind::Bought.as_str()]))
        .order_by_asc(ledger_account::Column::Kind)
        .lock_exclusive()
        .all(db)
        .await?)
}

fn transfer(
    team: TeamId,
    phase: TransferPhase,
    debit: &str,
    credit: &str,
    amount: Credits,
    action: CreditAction,
    clock: &Clock,
) -> ledger_transfer::ActiveModel {
    ledger_transfer::ActiveModel {
        team_id: Set(team),
        id: Set(TransferId(clock.new_id())),
        phase: Set(phase),
        debit: Set(debit.to_owned()),
        credit: Set(credit.to_owned()),
        amount: Set(amount.0),
        action: Set(action),
        at: Set(clock.now()),
        hold_id: Set(None),
        pending_id: Set(None),
        person_id: Set(None),
        business_id: Set(None),
        customer_id: Set(None),
        external_ref: Set(None),
    }
}
