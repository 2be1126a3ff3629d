//! One deed for many customers at once: quoted first, set aside as a whole, done in the background by a job that can die.
//!
//! Owns the tables `batch` and `batch_item`. What is done with one of them, the use case of that deed does; this decides only who is
//! meant, what it costs, and when it ends (`docs/decisions/0017`).

mod plan;
mod rights;
pub mod run;
mod show;
mod start;

pub use show::detail;
pub use start::{Order, cancel, quote, start};

use crate::{
    Services,
    audit::{self, Event},
    entity::{batch, batch_item, business, person},
    error::{Error, Result},
    grant::Actor,
    jobs::Job,
    ledger, letters,
};
use domain::{
    audit::AuditKind,
    batch::BatchState,
    ids::{BatchId, CustomerId, HoldId, TeamId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, sea_query::Expr};

/// States of an item.
const WAITING: &str = "waiting";
const DONE: &str = "done";
const SKIPPED: &str = "skipped";
const FAILED: &str = "failed";
/// The batch ended before it.
const LEFT: &str = "left";

/// The job of a batch.
pub(crate) async fn run_job(services: &Services, job: &Job) -> Result<()> {
    let outcome = run::run(services, job).await;
    settle(services, job, outcome).await
}

/// Whether a batch is going to analyse this customer.
pub(crate) async fn waits_for(db: &impl ConnectionTrait, team: TeamId, customer: CustomerId) -> Result<bool> {
    Ok(!waiting_among(db, team, &[customer]).await?.is_empty())
}

/// Those of these customers that a batch is going to analyse.
async fn waiting_among(db: &impl ConnectionTrait, team: TeamId, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
    Ok(batch_item::Entity::find()
        .select_only()
        .column(batch_item::Column::CustomerId)
        .filter(batch_item::Column::TeamId.eq(team))
        .filter(batch_item::Column::CustomerId.is_in(ids.iter().copied()))
        // Literal, as in the partial index.
        .filter(Expr::cust("state = 'waiting'"))
        .filter(batch_item::Column::HoldId.is_not_null())
        .into_tuple()
        .all(db)
        .await?)
}

/// The row of a running batch, locked: whoever cancels it takes it first too.
async fn running(txn: &DatabaseTransaction, team: TeamId, id: BatchId) -> Result<Option<batch::Model>> {
    Ok(batch::Entity::find()
        .filter(batch::Column::TeamId.eq(team))
        .filter(batch::Column::Id.eq(id))
        .filter(batch::Column::State.eq(BatchState::Running))
        .lock_exclusive()
        .one(txn)
        .await?)
}

/// Ends a batch that is locked: what waits is left, its credits go back, the log and whoever started it hear of it.
async fn end(
    services: &Services,
    txn: &DatabaseTransaction,
    row: &batch::Model,
    actor: &Actor,
    state: BatchState,
    reason: Option<String>,
) -> Result<()> {
    let clock = services.clock();
    let waiting = batch_item::Entity::find()
        .filter(batch_item::Column::TeamId.eq(row.team_id))
        .filter(batch_item::Column::BatchId.eq(row.id))
        .filter(Expr::cust("state = 'waiting'"));
    let holds: Vec<Option<HoldId>> = waiting
        .select_only()
        .column(batch_item::Column::HoldId)
        .into_tuple()
        .all(txn)
        .await?;
    let left = holds.len();
    let holds: Vec<HoldId> = holds.into_iter().flatten().collect();
    ledger::many::void_all(txn, clock, row.team_id, &holds).await?;
    batch_item::Entity::update_many()
        .col_expr(batch_item::Column::State, Expr::value(LEFT))
        .filter(batch_item::Column::TeamId.eq(row.team_id))
        .filter(batch_item::Column::BatchId.eq(row.id))
        .filter(Expr::cust("state = 'waiting'"))
        .exec(txn)
        .await?;
    batch::Entity::update_many()
        .col_expr(batch::Column::State, Expr::value(state.as_str()))
        .col_expr(batch::Column::Reason, Expr::value(reason.clone()))
        .col_expr(batch::Column::FinishedAt, Expr::value(clock.now()))
        .filter(batch::Column::TeamId.eq(row.team_id))
        .filter(batch::Column::Id.eq(row.id))
        .exec(txn)
        .await?;
    let done = batch_item::Entity::find()
        .filter(batch_item::Column::TeamId.eq(row.team_id))
        .filter(batch_item::Column::BatchId.eq(row.id))
        .filter(batch_item::Column::State.eq(DONE))
        .count(txn)
        .await?;
    let event = Event::new(AuditKind::BatchEnded)
        .business(row.business_id)
        .subject(row.id.0)
        .detail("kind", row.kind.as_str())
        .detail("state", state.as_str())
        .detail("done", done)
        .detail("left", left);
    audit::record(txn, clock, row.team_id, actor, event).await?;
    let business = business::Entity::find()
        .filter(business::Column::TeamId.eq(row.team_id))
        .filter(business::Column::Id.eq(row.business_id))
        .one(txn)
        .await?;
    let who = person::Entity::find_by_id(row.created_by).one(txn).await?;
    if let (Some(business), Some(who)) = (business, who)
        && state != BatchState::Cancelled
    {
        let letter = letters::batch_ended(services, row, &business.name, done, reason.as_deref());
        letters::post(txn, clock, Some(row.team_id), &who.email, letter).await?;
    }
    Ok(())
}

/// Ends the batch of a job that is not going to be tried again; what was done stays.
pub(crate) async fn settle(services: &Services, job: &Job, outcome: Result<()>) -> Result<()> {
    let reason = match &outcome {
        Ok(()) => return Ok(()),
        Err(Error::Public(domain::Error::NotFound)) => "The business was deleted.".to_owned(),
        Err(Error::Public(error)) => crate::jobs::sentence(error),
        Err(_) if job.is_last_try() => "It was tried several times and did not work. Tell support.".to_owned(),
        Err(_) => return outcome,
    };
    stop(services, job, reason).await?;
    outcome
}

async fn stop(services: &Services, job: &Job, reason: String) -> Result<()> {
    let (Some(team), Some(id)) = (job.team, job.subject) else {
        return Ok(());
    };
    let txn = services.db().begin().await?;
    let row = running(&txn, team, BatchId(id)).await?;
    match row {
        Some(row) if job.keep(services, &txn).await? => {
            end(services, &txn, &row, &Actor::system(), BatchState::Stopped, Some(reason)).await?;
            txn.commit().await?;
            services.wake();
        }
        _ => txn.rollback().await?,
    }
    Ok(())
}
