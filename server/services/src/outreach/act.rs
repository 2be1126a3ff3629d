//! What a person does with an outreach: approve, pause, resume, cancel, resolve what has no answer. Each is one UPDATE from the states
//! it starts from; whoever comes second is told that the state has changed.

use super::{event, queue, suppressed};
use crate::{
    Services,
    audit::{self, Event},
    entity::outreach::{ActiveModel, Column, Entity, Model},
    error::Result,
    grant::Grant,
};
use domain::{
    Error,
    audit::AuditKind,
    error::Conflict,
    ids::{BusinessId, OutreachId, PersonId, TeamId},
    outreach::{OutreachAction, OutreachState},
    permission::perm,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, UpdateMany, sea_query::Expr};

/// Does it, and records it.
///
/// # Errors
/// `Conflict::OutreachState` from another state, `Conflict::Suppressed` when the mail must not leave any more, `Conflict::AlreadySent`
/// and `Conflict::OpenOutreach` when it was or is being sent again already, `NotFound` for another team's, `Forbidden` for a business
/// that is not theirs.
pub async fn act(services: &Services, grant: &Grant<perm::SendEmails>, id: OutreachId, action: OutreachAction) -> Result<()> {
    let row = find(services.db().read(), grant.team(), id).await?;
    grant.business(services, row.business_id).await?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(row.business_id)).await?;
    // What matters of it now: in the transaction.
    let row = find(&txn, grant.team(), id).await?;
    let business = grant.read_business(&txn, row.business_id).await?;
    let leaves = matches!(action, OutreachAction::Approve | OutreachAction::Resume | OutreachAction::SendAgain);
    if leaves {
        if suppressed(&txn, row.team_id, row.business_id, &row.email).await?.is_some() {
            return Err(Error::Conflict(Conflict::Suppressed).into());
        }
        queue::verified_sender(&txn, &business, row.sender_id).await?;
    }
    change(&txn, &row, action, changes(services, action, &row, grant.person())).await?;
    let kind = match action {
        OutreachAction::Approve => AuditKind::OutreachQueued,
        OutreachAction::Pause => AuditKind::OutreachPaused,
        OutreachAction::Resume => AuditKind::OutreachResumed,
        OutreachAction::Cancel => AuditKind::OutreachCancelled,
        OutreachAction::MarkSent | OutreachAction::MarkFailed | OutreachAction::SendAgain => AuditKind::OutreachResolved,
    };
    let told = event(kind, &row).detail("action", action.as_str());
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), told).await?;
    if action == OutreachAction::SendAgain {
        let again = queue::insert_again(services, &txn, grant, &row).await?;
        let told = event(AuditKind::OutreachQueued, &again).detail("again", true);
        audit::record(&txn, services.clock(), grant.team(), grant.actor(), told).await?;
    }
    txn.commit().await?;
    if leaves {
        services.wake();
    }
    Ok(())
}

/// Pauses everything of a business that waits. Returns how many.
///
/// # Errors
/// `Forbidden` for a business that is not theirs.
pub async fn pause_all(services: &Services, grant: &Grant<perm::SendEmails>, business: BusinessId) -> Result<u64> {
    let paused = Entity::update_many().set(ActiveModel {
        state: Set(OutreachState::Paused),
        ..Default::default()
    });
    every(services, grant, business, OutreachState::Queued, paused, AuditKind::OutreachPaused).await
}

/// Puts everything of a business that is paused back into the queue, with tries counted anew; what was queued for later keeps its
/// time. What was suppressed meanwhile is found before it leaves.
///
/// # Errors
/// `Forbidden` for a business that is not theirs.
pub async fn resume_all(services: &Services, grant: &Grant<perm::SendEmails>, business: BusinessId) -> Result<u64> {
    use sea_orm::ExprTrait;
    let now = services.clock().now();
    let mut queued = ActiveModel {
        state: Set(OutreachState::Queued),
        attempts: Set(0),
        error: Set(None),
        ..Default::default()
    };
    if let Some(person) = grant.person() {
        queued.queued_by = Set(person);
    }
    let later = Expr::case(Expr::col(Column::NotBefore).gt(now), Expr::col(Column::NotBefore)).finally(now);
    let queued = Entity::update_many().set(queued).col_expr(Column::DueAt, later.into());
    let done = every(services, grant, business, OutreachState::Paused, queued, AuditKind::OutreachResumed).await?;
    services.wake();
    Ok(done)
}

async fn every(
    services: &Services,
    grant: &Grant<perm::SendEmails>,
    business: BusinessId,
    from: OutreachState,
    changes: UpdateMany<Entity>,
    kind: AuditKind,
) -> Result<u64> {
    grant.business(services, business).await?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(business)).await?;
    let done = changes
        .filter(Column::TeamId.eq(grant.team()))
        .filter(Column::BusinessId.eq(business))
        .filter(Column::State.eq(from))
        .exec(&txn)
        .await?
        .rows_affected;
    if done > 0 {
        let told = Event::new(kind).business(business).detail("e_mails", done);
        audit::record(&txn, services.clock(), grant.team(), grant.actor(), told).await?;
    }
    txn.commit().await?;
    Ok(done)
}

async fn find(db: &impl ConnectionTrait, team: TeamId, id: OutreachId) -> Result<Model> {
    Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.eq(id))
        .one(db)
        .await?
        .ok_or_else(|| Error::NotFound.into())
}

fn changes(services: &Services, action: OutreachAction, row: &Model, person: Option<PersonId>) -> ActiveModel {
    let now = services.clock().now();
    let mut changes = ActiveModel {
        state: Set(action.leads_to()),
        ..Default::default()
    };
    match action {
        OutreachAction::Approve | OutreachAction::Resume => {
            changes.due_at = Set(row.not_before.map_or(now, |at| at.max(now)));
            changes.attempts = Set(0);
            changes.error = Set(None);
            // It leaves in the name of whoever let it go.
            if let Some(person) = person {
                changes.queued_by = Set(person);
            }
        }
        OutreachAction::MarkSent => {
            changes.sent_at = Set(Some(row.handed_over_at.unwrap_or(now)));
            changes.error = Set(None);
        }
        OutreachAction::MarkFailed => changes.error = Set(Some("Marked as not arrived".into())),
        OutreachAction::SendAgain => {
            if row.state == OutreachState::Unknown {
                changes.error = Set(Some("No answer came; it was sent again".into()));
            }
        }
        OutreachAction::Pause | OutreachAction::Cancel => {}
    }
    changes
}

/// Ends one in review, because other words take its place.
pub(super) async fn replaced(db: &impl ConnectionTrait, row: &Model) -> Result<()> {
    let changes = ActiveModel {
        state: Set(OutreachState::Cancelled),
        error: Set(Some("Replaced by a changed text".into())),
        ..Default::default()
    };
    change(db, row, OutreachAction::Cancel, changes).await
}

async fn change(db: &impl ConnectionTrait, row: &Model, action: OutreachAction, changes: ActiveModel) -> Result<()> {
    let done = Entity::update_many()
        .set(changes)
        .filter(Column::TeamId.eq(row.team_id))
        .filter(Column::Id.eq(row.id))
        .filter(Column::State.is_in(action.starts_from().iter().copied()))
        .exec(db)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(Conflict::OutreachState).into());
    }
    Ok(())
}
