//! What it would cost, starting it on exactly that, and cancelling it.

use super::{
    end,
    plan::{self, Plan, TOGETHER},
    rights::Rights,
    running,
};
use crate::{
    Services,
    audit::{self, Event},
    entity::{batch, batch_item, business},
    error::Result,
    grant::{Grant, Member},
    jobs::{self, JobKind, NewJob},
    ledger, outreach,
};
use domain::{
    Error,
    audit::AuditKind,
    batch::{BatchKind, BatchQuote, BatchState},
    credit::{CreditAction, Credits},
    customer::Chosen,
    error::{Conflict, FieldCode},
    ids::{BatchId, BusinessId, CustomerId, SenderId},
    permission::perm,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::json;

/// What one of them costs.
fn price(services: &Services, kind: BatchKind) -> Credits {
    match kind {
        BatchKind::Analyse => services.settings().costs.of(CreditAction::Analysis),
        BatchKind::Send | BatchKind::Delete | BatchKind::Restore => Credits(0),
    }
}

/// What a batch over the chosen customers would do.
///
/// # Errors
/// `Forbidden`; `NotFound` for another team's business, and where none of those named is there.
pub async fn quote(services: &Services, member: &Member, business: BusinessId, kind: BatchKind, chosen: &Chosen) -> Result<BatchQuote> {
    let (rights, business) = Rights::of(services, member, business, kind).await?;
    let (db, team) = (services.db().read(), rights.team());
    let Plan { chosen, todo, skipped } = plan::make(services, db, &business, kind, chosen).await?;
    let mut cancels = 0;
    if kind == BatchKind::Delete {
        let ids: Vec<CustomerId> = todo.iter().map(|todo| todo.customer).collect();
        for ids in ids.chunks(TOGETHER) {
            cancels += outreach::count_waiting(db, team, business.id, ids).await?;
        }
    }
    let (senders, blockers) = match kind {
        BatchKind::Send => outreach::senders(db, &business).await?,
        _ => (Vec::new(), Vec::new()),
    };
    Ok(BatchQuote {
        kind,
        chosen,
        todo: todo.len() as u64,
        skipped: skipped.into_iter().collect(),
        each: price(services, kind),
        available: ledger::balance(db, team).await?.available(),
        cancels,
        senders,
        blockers,
    })
}

/// What somebody wants after they saw the quote.
#[derive(Clone, Debug)]
pub struct Order {
    pub kind: BatchKind,
    pub chosen: Chosen,
    /// So many of them: all that were quoted, or the first ones that the pool pays for.
    pub count: u64,
    /// How many the quote said there are to do.
    pub of: u64,
    /// What that was to cost.
    pub credits: Credits,
    pub sender: Option<SenderId>,
    /// First in review.
    pub review: bool,
}

/// Starts it: everything that it costs is set aside here, or nothing is begun.
///
/// # Errors
/// `Conflict(BatchChanged)` when there is not exactly that to do any more, `NotEnoughCredits`, `Forbidden`, and for e-mails what keeps
/// all of them from leaving.
pub async fn start(services: &Services, member: &Member, business: BusinessId, order: Order) -> Result<BatchId> {
    let (rights, business) = Rights::of(services, member, business, order.kind).await?;
    let txn = services.db().begin().await?;
    match begin(services, &txn, &rights, &business, &order).await {
        Ok(id) => {
            txn.commit().await?;
            services.wake();
            Ok(id)
        }
        Err(error) => {
            txn.rollback().await?;
            Err(ledger::with_figures(services.db().read(), rights.team(), order.credits, error).await)
        }
    }
}

async fn begin(
    services: &Services,
    txn: &DatabaseTransaction,
    rights: &Rights,
    business: &business::Model,
    order: &Order,
) -> Result<BatchId> {
    let (clock, team) = (services.clock(), rights.team());
    rights.still_hold(txn, business.id).await?;
    let business = rights.batch.read_business(txn, business.id).await?;
    // Whoever sets credits of this team aside waits here, so that two batches over the same customers see each other.
    ledger::many::lock(txn, team).await?;
    let plan = plan::make(services, txn, &business, order.kind, &order.chosen).await?;
    let each = price(services, order.kind);
    let total = each.0.saturating_mul(order.count.cast_signed());
    if plan.todo.len() as u64 != order.of || order.count == 0 || order.count > order.of || total != order.credits.0 {
        return Err(Error::Conflict(Conflict::BatchChanged).into());
    }
    let todo = &plan.todo[..usize::try_from(order.count).unwrap_or(usize::MAX).min(plan.todo.len())];
    let sender = match order.kind {
        BatchKind::Send => {
            let sender = order.sender.ok_or(Error::field("sender", FieldCode::Required))?;
            outreach::may_send_from(txn, &business, sender).await?;
            Some(sender)
        }
        _ => None,
    };
    let holds = match order.kind {
        BatchKind::Analyse => {
            let customers: Vec<CustomerId> = todo.iter().map(|todo| todo.customer).collect();
            let purpose = (CreditAction::Analysis, business.id);
            let holds = ledger::many::hold_each(txn, clock, team, rights.actor(), purpose, &customers, each).await?;
            holds.into_iter().map(Some).collect()
        }
        _ => vec![None; todo.len()],
    };
    let id = BatchId(clock.new_id());
    let row = batch::ActiveModel {
        team_id: Set(team),
        id: Set(id),
        business_id: Set(business.id),
        kind: Set(order.kind),
        state: Set(BatchState::Running),
        sender_id: Set(sender),
        review: Set(order.review),
        item_count: Set(order.count.cast_signed()),
        skipped: Set(json!(plan.skipped)),
        cost: Set(each.0),
        reason: Set(None),
        created_by: Set(rights.batch.person().unwrap_or(business.owner_id)),
        created_at: Set(clock.now()),
        finished_at: Set(None),
    };
    batch::Entity::insert(row).exec_without_returning(txn).await?;
    let items: Vec<batch_item::ActiveModel> = (1..)
        .zip(todo)
        .zip(holds)
        .map(|((number, todo), hold)| batch_item::ActiveModel {
            team_id: Set(team),
            batch_id: Set(id),
            number: Set(number),
            customer_id: Set(todo.customer),
            hold_id: Set(hold),
            version: Set(todo.version),
            state: Set(super::WAITING.to_owned()),
            why: Set(None),
        })
        .collect();
    for items in items.chunks(TOGETHER) {
        batch_item::Entity::insert_many(items.to_vec()).exec_without_returning(txn).await?;
    }
    let job = NewJob {
        kind: JobKind::BatchRun,
        team: Some(team),
        subject: Some(id.0),
        actor: rights.batch.person(),
        payload: json!({}),
    };
    jobs::enqueue(txn, clock, job).await?;
    let event = Event::new(AuditKind::BatchStarted)
        .business(business.id)
        .subject(id.0)
        .detail("kind", order.kind.as_str())
        .detail("customers", order.count)
        .detail("left_out", plan.skipped.values().sum::<u64>())
        .detail("credits", total);
    audit::record(txn, clock, team, rights.actor(), event).await?;
    Ok(id)
}

/// Stops it at any moment. What was done stays, what is left is given back.
///
/// # Errors
/// `Conflict(BatchState)` when it is over, `NotFound`, `Forbidden`.
pub async fn cancel(services: &Services, grant: &Grant<perm::UseBatch>, business: BusinessId, id: BatchId) -> Result<()> {
    let business = grant.business(services, business).await?;
    super::show::find(services, grant.team(), business.id, id).await?;
    let txn = services.db().begin().await?;
    let row = running(&txn, grant.team(), id).await?;
    let Some(row) = row.filter(|row| row.business_id == business.id) else {
        return Err(Error::Conflict(Conflict::BatchState).into());
    };
    grant.still_holds(&txn, Some(business.id)).await?;
    jobs::cancel(&txn, services.clock(), id.0).await?;
    let reason = format!("Cancelled by {}.", grant.actor().name);
    end(services, &txn, &row, grant.actor(), BatchState::Cancelled, Some(reason)).await?;
    txn.commit().await?;
    Ok(())
}
