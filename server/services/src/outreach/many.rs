//! Outreach of many customers at once: what stands in the way of each one's draft, and what waits for those who are deleted.

use super::{event, queue::is_complete};
use crate::{
    Services, audit,
    entity::{
        business, customer, draft,
        outreach::{self, ActiveModel, Column, Entity},
        suppression,
    },
    error::Result,
    grant::Actor,
};
use domain::{
    audit::AuditKind,
    batch::SkipReason,
    ids::{BusinessId, CustomerId, TeamId},
    outreach::OutreachState,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{HashMap, HashSet};

/// States that a deletion ends. What a worker holds it gives up by itself; what has no answer a person resolves.
const WAITING: [OutreachState; 3] = [OutreachState::Review, OutreachState::Queued, OutreachState::Paused];

/// The version of each customer's draft, or why it can't be sent. Few hundred customers at a time.
///
/// # Errors
/// When the database fails.
pub(crate) async fn look(
    db: &impl ConnectionTrait,
    business: &business::Model,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, Result<i32, SkipReason>>> {
    let team = business.team_id;
    let drafts = draft::Entity::find()
        .filter(draft::Column::TeamId.eq(team))
        .filter(draft::Column::CustomerId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let emails: Vec<(CustomerId, String)> = customer::Entity::find()
        .select_only()
        .columns([customer::Column::Id, customer::Column::Email])
        .filter(customer::Column::TeamId.eq(team))
        .filter(customer::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let either = Condition::any()
        .add(suppression::Column::BusinessId.eq(business.id))
        .add(suppression::Column::BusinessId.is_null());
    let suppressed: Vec<String> = suppression::Entity::find()
        .select_only()
        .column(suppression::Column::Email)
        .filter(suppression::Column::TeamId.eq(team))
        .filter(suppression::Column::Email.is_in(emails.iter().map(|(_, email)| email.as_str())))
        .filter(either)
        .into_tuple()
        .all(db)
        .await?;
    let suppressed: HashSet<String> = suppressed.into_iter().collect();
    let mails: Vec<(CustomerId, OutreachState, String, String)> = Entity::find()
        .select_only()
        .columns([Column::CustomerId, Column::State, Column::Subject, Column::Body])
        .filter(Column::TeamId.eq(team))
        .filter(Column::BusinessId.eq(business.id))
        .filter(Column::CustomerId.is_in(ids.iter().copied()))
        .filter(Column::State.is_in(OutreachState::OPEN.into_iter().chain([OutreachState::Sent])))
        .into_tuple()
        .all(db)
        .await?;
    let open: HashSet<CustomerId> = mails.iter().filter(|mail| mail.1.is_open()).map(|mail| mail.0).collect();
    let sent: HashSet<(CustomerId, &str, &str)> = mails
        .iter()
        .filter(|mail| mail.1 == OutreachState::Sent)
        .map(|(id, _, subject, body)| (*id, subject.as_str(), body.as_str()))
        .collect();
    let drafts: HashMap<CustomerId, draft::Model> = drafts.into_iter().map(|row| (row.customer_id, row)).collect();
    let of = |(id, email): &(CustomerId, String)| {
        let found = match drafts.get(id) {
            _ if suppressed.contains(email) => Err(SkipReason::Suppressed),
            _ if open.contains(id) => Err(SkipReason::Open),
            None => Err(SkipReason::NoDraft),
            Some(draft) if !is_complete(draft) => Err(SkipReason::Incomplete),
            Some(draft) if sent.contains(&(*id, draft.subject.as_str(), draft.body.as_str())) => Err(SkipReason::AlreadySent),
            Some(draft) => Ok(draft.version),
        };
        (*id, found)
    };
    Ok(emails.iter().map(of).collect())
}

fn waiting(team: TeamId, business: BusinessId, ids: &[CustomerId]) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::BusinessId.eq(business))
        .filter(Column::CustomerId.is_in(ids.iter().copied()))
        .filter(Column::State.is_in(WAITING))
}

/// How many e-mails wait for these customers.
///
/// # Errors
/// When the database fails.
pub(crate) async fn count_waiting(db: &impl ConnectionTrait, team: TeamId, business: BusinessId, ids: &[CustomerId]) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    Ok(waiting(team, business, ids).count(db).await?)
}

/// Cancels what waits for customers that are deleted in this transaction.
///
/// # Errors
/// When the database fails.
pub(crate) async fn cancel_of(
    services: &Services,
    txn: &DatabaseTransaction,
    actor: &Actor,
    team: TeamId,
    business: BusinessId,
    ids: &[CustomerId],
) -> Result<()> {
    let rows: Vec<outreach::Model> = waiting(team, business, ids).lock_exclusive().all(txn).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let cancelled = ActiveModel {
        state: Set(OutreachState::Cancelled),
        error: Set(Some("The customer was deleted".into())),
        ..Default::default()
    };
    Entity::update_many()
        .set(cancelled)
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(txn)
        .await?;
    let told = rows
        .iter()
        .map(|row| event(AuditKind::OutreachCancelled, row).detail("deleted", true));
    audit::record_all(txn, services.clock(), team, actor, told).await
}
