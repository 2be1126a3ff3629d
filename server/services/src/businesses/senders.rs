//! Senders: the From addresses of a business. Nothing leaves from one before the link mailed to it was confirmed.

use crate::{
    Services,
    audit::{self, Event},
    entity::{business, outreach, sender, team},
    error::Result,
    grant::{Actor, Grant},
    letters::{self, Letter},
    moments, tokens,
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    Error,
    audit::AuditKind,
    business::{SenderOffer, SenderRow, SenderState},
    email,
    error::{Conflict, FieldCode, FieldErrors},
    ids::{BusinessId, SenderId, TeamId},
    outreach::OutreachState,
    permission::perm,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder,
};

/// Days that a verification link is valid.
pub const VALID_DAYS: i64 = 7;
/// Senders of one business.
const MAX: u64 = 20;
/// Seconds between two mails to one address that did not ask for them.
const RESEND_AFTER_S: i64 = 60;

/// Adds a From address and mails it a link.
///
/// # Errors
/// `Invalid` for fields, `Taken` for an address the business has already, `RateLimited`.
pub async fn add(services: &Services, grant: &Grant<perm::ConfigureSender>, id: BusinessId, name: &str, address: &str) -> Result<SenderId> {
    let business = grant.business(services, id).await?;
    let (name, address) = checked(name, address)?;
    letters::unasked(services, grant.person(), &address).await?;
    let now = services.clock().now();
    let (token, hash) = tokens::new();
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(id)).await?;
    let mine = Condition::all()
        .add(sender::Column::TeamId.eq(grant.team()))
        .add(sender::Column::BusinessId.eq(id));
    if sender::Entity::find().filter(mine.clone()).filter(listed()).count(&txn).await? >= MAX {
        return Err(Error::field("email", FieldCode::OutOfRange { min: 0, max: 20 }).into());
    }
    let retired = sender::Entity::find()
        .filter(mine)
        .filter(sender::Column::Email.eq(&address))
        .filter(listed().not())
        .one(&txn)
        .await?;
    let owner = super::owner_of(&txn, grant).await?;
    let row = sender::ActiveModel {
        team_id: Set(grant.team()),
        id: Set(retired.as_ref().map_or_else(|| SenderId(services.clock().new_id()), |row| row.id)),
        business_id: Set(id),
        name: Set(name),
        email: Set(address.clone()),
        state: Set(SenderState::Pending),
        token_hash: Set(Some(hash)),
        token_expires_at: Set(Some(now + TimeDelta::days(VALID_DAYS))),
        verified_at: Set(None),
        created_by: Set(owner),
        created_at: Set(now),
        ..Default::default()
    };
    let sender_id = *row.id.as_ref();
    if retired.is_some() {
        row.update(&txn).await?;
    } else {
        sender::Entity::insert(row).exec_without_returning(&txn).await?;
    }
    let event = Event::new(AuditKind::SenderAdded)
        .business(id)
        .subject(sender_id.0)
        .detail("email", address.as_str());
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    let letter = verification(services, &token, &business.name, &grant.actor().name);
    letters::post(&txn, services.clock(), Some(grant.team()), &address, letter).await?;
    txn.commit().await?;
    Ok(sender_id)
}

/// Mails a new link; the one before stops working.
///
/// # Errors
/// `RateLimited` within a minute of the last one and for an address that got many; `NotFound` when it is verified or another business's.
pub async fn resend(services: &Services, grant: &Grant<perm::ConfigureSender>, id: BusinessId, sender_id: SenderId) -> Result<()> {
    let business = grant.business(services, id).await?;
    let address = find(services.db().read(), grant.team(), id, sender_id).await?.email;
    letters::unasked(services, grant.person(), &address).await?;
    let now = services.clock().now();
    let (token, hash) = tokens::new();
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(id)).await?;
    let row = find(&txn, grant.team(), id, sender_id).await?;
    if row.state == SenderState::Verified {
        return Err(Error::NotFound.into());
    }
    let last = row.token_expires_at.map_or(row.created_at, |end| end - TimeDelta::days(VALID_DAYS));
    let wait = RESEND_AFTER_S - (now - last).num_seconds();
    if wait > 0 {
        let retry_after_s = u32::try_from(wait).unwrap_or(1);
        return Err(Error::RateLimited { retry_after_s }.into());
    }
    let mut row = row.into_active_model();
    row.token_hash = Set(Some(hash));
    row.token_expires_at = Set(Some(now + TimeDelta::days(VALID_DAYS)));
    row.update(&txn).await?;
    let event = Event::new(AuditKind::SenderAdded)
        .business(id)
        .subject(sender_id.0)
        .detail("email", address.as_str())
        .detail("resent", true);
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    let letter = verification(services, &token, &business.name, &grant.actor().name);
    letters::post(&txn, services.clock(), Some(grant.team()), &address, letter).await?;
    txn.commit().await?;
    Ok(())
}

/// Removes an address. One that mail was sent from stays as a record, unverified and out of sight.
///
/// # Errors
/// `Conflict::SenderInUse` while mail from it is on its way.
pub async fn remove(services: &Services, grant: &Grant<perm::ConfigureSender>, id: BusinessId, sender_id: SenderId) -> Result<()> {
    grant.business(services, id).await?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(id)).await?;
    let row = find(&txn, grant.team(), id, sender_id).await?;
    let used = outreach::Entity::find()
        .filter(outreach::Column::TeamId.eq(grant.team()))
        .filter(outreach::Column::SenderId.eq(sender_id));
    let open = [
        OutreachState::Review,
        OutreachState::Queued,
        OutreachState::Sending,
        OutreachState::Paused,
    ];
    if used.clone().filter(outreach::Column::State.is_in(open)).one(&txn).await?.is_some() {
        return Err(Error::Conflict(Conflict::SenderInUse).into());
    }
    let address = row.email.clone();
    if used.one(&txn).await?.is_some() {
        let mut row = row.into_active_model();
        row.state = Set(SenderState::Pending);
        row.token_hash = Set(None);
        row.token_expires_at = Set(None);
        row.update(&txn).await?;
    } else {
        sender::Entity::delete_many()
            .filter(sender::Column::TeamId.eq(grant.team()))
            .filter(sender::Column::Id.eq(sender_id))
            .exec(&txn)
            .await?;
    }
    let event = Event::new(AuditKind::SenderRemoved)
        .business(id)
        .subject(sender_id.0)
        .detail("email", address);
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(())
}

/// What a verification link is about. Reading changes nothing: mail filters open links too.
///
/// # Errors
/// `Conflict::LinkExpired` for unknown, used and expired links.
pub async fn offer(services: &Services, token: &str) -> Result<SenderOffer> {
    let (row, business) = by_token(services.db().read(), services.clock().now(), token).await?;
    let team = team::Entity::find_by_id(row.team_id).one(services.db().read()).await?;
    Ok(SenderOffer {
        name: row.name,
        email: row.email,
        business_name: business.name,
        team_name: team.map(|team| team.name).unwrap_or_default(),
    })
}

/// Confirms the address: whoever holds the link reads its mail. Works once.
///
/// # Errors
/// `Conflict::LinkExpired` for unknown, used and expired links.
pub async fn verify(services: &Services, token: &str) -> Result<SenderOffer> {
    let offer = offer(services, token).await?;
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    let (row, business) = by_token(&txn, now, token).await?;
    let done = sender::Entity::update_many()
        .set(sender::ActiveModel {
            state: Set(SenderState::Verified),
            verified_at: Set(Some(now)),
            token_hash: Set(None),
            token_expires_at: Set(None),
            ..Default::default()
        })
        .filter(sender::Column::TeamId.eq(row.team_id))
        .filter(sender::Column::Id.eq(row.id))
        .filter(sender::Column::TokenHash.eq(tokens::hash(token)))
        .exec(&txn)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(Conflict::LinkExpired).into());
    }
    // The link needs no account: the log names the address that was proved.
    let actor = Actor::holder(&row.email);
    let event = Event::new(AuditKind::SenderVerified)
        .business(business.id)
        .subject(row.id.0)
        .detail("email", row.email);
    audit::record(&txn, services.clock(), row.team_id, &actor, event).await?;
    txn.commit().await?;
    Ok(offer)
}

/// The senders that a business's settings list.
pub(super) async fn of_business(
    db: &impl ConnectionTrait,
    team: TeamId,
    id: BusinessId,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<Vec<SenderRow>> {
    let rows = sender::Entity::find()
        .filter(sender::Column::TeamId.eq(team))
        .filter(sender::Column::BusinessId.eq(id))
        .filter(listed())
        .order_by_asc(sender::Column::CreatedAt)
        .order_by_asc(sender::Column::Id)
        .all(db)
        .await?;
    let row = |row: sender::Model| SenderRow {
        id: row.id,
        name: row.name,
        email: row.email,
        state: row.state,
        added: moments::moment(row.created_at, now, zone),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Verified, or waiting for its link. Pending without a link is a removed one, kept for what was sent from it.
fn listed() -> Condition {
    Condition::any()
        .add(sender::Column::State.eq(SenderState::Verified))
        .add(sender::Column::TokenHash.is_not_null())
}

async fn find(db: &impl ConnectionTrait, team: TeamId, id: BusinessId, sender_id: SenderId) -> Result<sender::Model> {
    sender::Entity::find()
        .filter(sender::Column::TeamId.eq(team))
        .filter(sender::Column::BusinessId.eq(id))
        .filter(sender::Column::Id.eq(sender_id))
        .filter(listed())
        .one(db)
        .await?
        .ok_or_else(|| Error::NotFound.into())
}

async fn by_token(db: &impl ConnectionTrait, now: DateTime<Utc>, token: &str) -> Result<(sender::Model, business::Model)> {
    let expired = || Error::Conflict(Conflict::LinkExpired);
    let row = sender::Entity::find()
        .filter(sender::Column::TokenHash.eq(tokens::hash(token)))
        .filter(sender::Column::State.eq(SenderState::Pending))
        .filter(sender::Column::TokenExpiresAt.gt(now))
        .one(db)
        .await?
        .ok_or_else(expired)?;
    let business = business::Entity::find()
        .filter(business::Column::TeamId.eq(row.team_id))
        .filter(business::Column::Id.eq(row.business_id))
        .filter(business::Column::DeletedAt.is_null())
        .one(db)
        .await?
        .ok_or_else(expired)?;
    Ok((row, business))
}

fn checked(name: &str, address: &str) -> Result<(String, String)> {
    let mut errors = FieldErrors::default();
    // A display name with a line break would become a header.
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        errors.push("name", FieldCode::Required);
    } else if name.chars().count() > 80 {
        errors.push("name", FieldCode::TooLong { max: 80 });
    }
    let address = email::normalise(address);
    if address.is_none() {
        errors.push("email", FieldCode::NotAnEmail);
    }
    errors.finish()?;
    Ok((name, address.unwrap_or_default()))
}

fn verification(services: &Services, token: &str, business: &str, who: &str) -> Letter {
    let who = who.split_whitespace().collect::<Vec<_>>().join(" ");
    let url = format!("{}/sender/verify/{token}", services.settings().base_url);
    Letter {
        kind: "verify_sender",
        subject: format!("Confirm that {business} may send from this address"),
        body: format!(
            "{who} wants to send e-mails to the customers of {business} from this address.\n\nConfirm: {url}\n\nThe link works once, for seven days. If you don't know {business}, ignore this mail: nothing will be sent from your address.\n"
        ),
    }
}
