//! The way into the queue: everything is checked in the one transaction that puts the mail there.

use super::{compose, event, suppressed};
use crate::{
    Services, audit, customers,
    entity::{
        business, customer, draft,
        outreach::{Column, Entity, Model},
        sender,
    },
    error::{Error, Result},
    grant::Grant,
};
use domain::{
    Error as Public,
    audit::AuditKind,
    business::SenderState,
    draft as rules,
    error::{Conflict, FieldCode},
    ids::{BusinessId, CustomerId, OutreachId, SenderId, TeamId},
    outreach::{OutreachState, SendBlocker},
    permission::perm,
    persona::Claim,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

/// What to send: the draft as it was read, and from whom.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub sender: SenderId,
    /// The draft's version that the person saw.
    pub version: i32,
    /// First in review, for somebody to approve.
    pub review: bool,
}

/// Queues the customer's draft.
///
/// # Errors
/// `Conflict` with what stands in the way, `Invalid` for a draft that is not ready, `Forbidden` for a business that is not theirs.
pub async fn queue(
    services: &Services,
    grant: &Grant<perm::SendEmails>,
    business: BusinessId,
    customer: CustomerId,
    order: Order,
) -> Result<OutreachId> {
    grant.business(services, business).await?;
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(business)).await?;
    let business = grant.read_business(&txn, business).await?;
    let customer = customers::find(&txn, grant.team(), Some(business.id), customer).await?;
    let draft = find_draft(&txn, &customer).await?;
    if order.review {
        replace_reviewed(services, &txn, grant, &customer, draft.as_ref()).await?;
    }
    refuse(
        blockers(&txn, &business, &customer, draft.as_ref()).await?.first().copied(),
        draft.as_ref(),
    )?;
    let draft = draft.ok_or(Public::Conflict(Conflict::NoDraft))?;
    if draft.version != order.version {
        return Err(Public::Conflict(Conflict::Stale).into());
    }
    let sender = verified_sender(&txn, &business, order.sender).await?;
    let id = OutreachId(services.clock().new_id());
    let row = Model {
        team_id: grant.team(),
        id,
        business_id: business.id,
        customer_id: customer.id,
        sender_id: sender.id,
        email: customer.email,
        to_name: customer.name,
        subject: draft.subject,
        body: draft.body,
        state: if order.review {
            OutreachState::Review
        } else {
            OutreachState::Queued
        },
        message_id: compose::message_id(id, &sender.email),
        queued_by: grant.person().unwrap_or(business.owner_id),
        queued_at: now,
        not_before: None,
        due_at: now,
        attempts: 0,
        lease_token: None,
        lease_until: None,
        handed_over_at: None,
        sent_at: None,
        error: None,
        from_name: sender.name,
        from_email: sender.email,
    };
    insert(&txn, &row).await?;
    let told = event(AuditKind::OutreachQueued, &row).detail("review", order.review);
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), told).await?;
    txn.commit().await?;
    services.wake();
    Ok(id)
}

/// What waits for review in other words gives way to the draft as it is now. A new outreach, not new words in the old one: whoever
/// approves the old one has read the old words.
async fn replace_reviewed(
    services: &Services,
    db: &impl ConnectionTrait,
    grant: &Grant<perm::SendEmails>,
    customer: &customer::Model,
    draft: Option<&draft::Model>,
) -> Result<()> {
    let open = super::read::find_open(db, customer.team_id, customer.id).await?;
    let open = open.filter(|open| open.state == OutreachState::Review);
    if let Some((open, draft)) = open.zip(draft)
        && (&open.subject, &open.body) != (&draft.subject, &draft.body)
    {
        super::act::replaced(db, &open).await?;
        let told = event(AuditKind::OutreachCancelled, &open).detail("replaced", true);
        audit::record(db, services.clock(), grant.team(), grant.actor(), told).await?;
    }
    Ok(())
}

/// The same text once more, as an outreach of its own: its own Message-ID, its own hand-over.
pub(super) async fn insert_again(
    services: &Services,
    db: &impl ConnectionTrait,
    grant: &Grant<perm::SendEmails>,
    old: &Model,
) -> Result<Model> {
    let now = services.clock().now();
    let id = OutreachId(services.clock().new_id());
    let row = Model {
        id,
        state: OutreachState::Queued,
        message_id: compose::message_id(id, &old.from_email),
        queued_by: grant.person().unwrap_or(old.queued_by),
        queued_at: now,
        not_before: None,
        due_at: now,
        attempts: 0,
        lease_token: None,
        lease_until: None,
        handed_over_at: None,
        sent_at: None,
        error: None,
        ..old.clone()
    };
    insert(db, &row).await?;
    Ok(row)
}

/// # Errors
/// `OpenOutreach` while another one to the customer is open, `AlreadySent` when the same words were sent: roll back.
async fn insert(db: &impl ConnectionTrait, row: &Model) -> Result<()> {
    let all = row.clone().into_active_model().reset_all();
    Entity::insert(all).exec_without_returning(db).await?;
    // Asked only now: with this row in, no other can be on its way, so whatever another press has sent is seen.
    if was_sent(db, row.team_id, row.customer_id, &row.subject, &row.body).await? {
        return Err(Public::Conflict(Conflict::AlreadySent).into());
    }
    Ok(())
}

/// What keeps a draft from leaving, in the order in which one would mend it.
pub(super) async fn blockers(
    db: &impl ConnectionTrait,
    business: &business::Model,
    customer: &customer::Model,
    draft: Option<&draft::Model>,
) -> Result<Vec<SendBlocker>> {
    let mut found = Vec::new();
    if open_exists(db, customer).await? {
        found.push(SendBlocker::Open);
    }
    if suppressed(db, business.team_id, business.id, &customer.email).await?.is_some() {
        found.push(SendBlocker::Suppressed);
    }
    match draft {
        None => found.push(SendBlocker::NoDraft),
        Some(draft) if !is_complete(draft) => found.push(SendBlocker::Incomplete),
        Some(draft) if was_sent(db, business.team_id, customer.id, &draft.subject, &draft.body).await? => {
            found.push(SendBlocker::AlreadySent);
        }
        Some(_) => {}
    }
    if verified_senders(db, business).await?.is_empty() {
        found.push(SendBlocker::NoSender);
    }
    if business.postal_address.trim().is_empty() {
        found.push(SendBlocker::NoPostalAddress);
    }
    Ok(found)
}

fn refuse(blocker: Option<SendBlocker>, draft: Option<&draft::Model>) -> Result<()> {
    let conflict = match blocker {
        None => return Ok(()),
        Some(SendBlocker::NoDraft) => Conflict::NoDraft,
        Some(SendBlocker::Suppressed) => Conflict::Suppressed,
        Some(SendBlocker::Open) => Conflict::OpenOutreach,
        Some(SendBlocker::AlreadySent) => Conflict::AlreadySent,
        Some(SendBlocker::NoSender) => Conflict::SenderUnverified,
        Some(SendBlocker::NoPostalAddress) => {
            return Err(Public::field("postal_address", FieldCode::NeedsPostalAddress).into());
        }
        Some(SendBlocker::Incomplete) => {
            if let Some(draft) = draft {
                rules::check(&draft.subject, &draft.body)?;
            }
            // The text is fine: a claim without a source is what is left.
            return Err(Public::field("body", FieldCode::UnknownVariable).into());
        }
    };
    Err(Public::Conflict(conflict).into())
}

/// No empty variable, and no claim without the field it rests on.
fn is_complete(draft: &draft::Model) -> bool {
    let claims: Option<Vec<Claim>> = serde_json::from_value(draft.claims.clone()).ok();
    rules::problems(&draft.subject, &draft.body).is_empty()
        && claims.is_some_and(|claims| {
            claims
                .iter()
                .all(|claim| !claim.sources.is_empty() || !draft.body.contains(&claim.text))
        })
}

async fn open_exists(db: &impl ConnectionTrait, customer: &customer::Model) -> Result<bool> {
    let open = Entity::find()
        .filter(Column::TeamId.eq(customer.team_id))
        .filter(Column::BusinessId.eq(customer.business_id))
        .filter(Column::CustomerId.eq(customer.id))
        .filter(Column::State.is_in(OutreachState::OPEN))
        .one(db)
        .await?;
    Ok(open.is_some())
}

/// The same words twice are a slip of the hand, a second tab, a second press.
async fn was_sent(db: &impl ConnectionTrait, team: TeamId, customer: CustomerId, subject: &str, body: &str) -> Result<bool> {
    let sent = Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::CustomerId.eq(customer))
        .filter(Column::State.eq(OutreachState::Sent))
        .filter(Column::Subject.eq(subject))
        .filter(Column::Body.eq(body))
        .one(db)
        .await?;
    Ok(sent.is_some())
}

pub(super) async fn find_draft(db: &impl ConnectionTrait, customer: &customer::Model) -> Result<Option<draft::Model>> {
    Ok(draft::Entity::find()
        .filter(draft::Column::TeamId.eq(customer.team_id))
        .filter(draft::Column::CustomerId.eq(customer.id))
        .one(db)
        .await?)
}

/// The senders a business may send from, oldest first.
pub(super) async fn verified_senders(db: &impl ConnectionTrait, business: &business::Model) -> Result<Vec<sender::Model>> {
    Ok(sender::Entity::find()
        .filter(sender::Column::TeamId.eq(business.team_id))
        .filter(sender::Column::BusinessId.eq(business.id))
        .filter(sender::Column::State.eq(SenderState::Verified))
        .order_by_asc(sender::Column::CreatedAt)
        .order_by_asc(sender::Column::Id)
        .all(db)
        .await?)
}

/// # Errors
/// `NotFound` for another business's, `SenderUnverified` before its link was opened.
pub(super) async fn verified_sender(db: &impl ConnectionTrait, business: &business::Model, id: SenderId) -> Result<sender::Model> {
    let row = sender::Entity::find()
        .filter(sender::Column::TeamId.eq(business.team_id))
        .filter(sender::Column::BusinessId.eq(business.id))
        .filter(sender::Column::Id.eq(id))
        .one(db)
        .await?
        .ok_or(Error::Public(Public::NotFound))?;
    if row.state != SenderState::Verified {
        return Err(Public::Conflict(Conflict::SenderUnverified).into());
    }
    Ok(row)
}
