//! Invitations: asking somebody into the team by mail. Joining by the mailed link is `joining`.
//!
//! Owns the table `invitation`. An invitation that can still be accepted takes a seat; seats are counted under the lock of the
//! team, by whoever takes one.

mod joining;

pub use joining::{Joined, accept, join, offer};

use crate::{
    Services,
    accounts::{self, attempts},
    audit::{self, Event},
    entity::{
        invitation::{ActiveModel, Column, Entity, Model},
        member, team,
    },
    error::Result,
    grant::Grant,
    letters, members, moments, teams, tokens,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Error,
    audit::AuditKind,
    email,
    error::{Conflict, FieldCode, FieldErrors},
    ids::{InvitationId, TeamId},
    invitation::{InvitationRow, InvitationState, VALID_DAYS},
    permission::{Permission, perm},
    plan::Limit,
    role::Role,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

/// Most invitations that a list shows.
const LIST_MAX: u64 = 200;
/// Seconds between two mails to one address that did not ask for them.
const RESEND_AFTER_S: i64 = 60;
/// Invitations that a team sends within a window of attempts: strangers get these mails.
const SENT_MAX: i32 = 50;

/// The invitations that are open: those that can be accepted, then those that have expired.
///
/// # Errors
/// When the database fails.
pub async fn list(services: &Services, grant: &Grant<perm::InviteMembers>) -> Result<Vec<InvitationRow>> {
    let db = services.db().read();
    let rows = Entity::find()
        .filter(Column::TeamId.eq(grant.team()))
        .filter(open())
        .order_by_desc(Column::ExpiresAt)
        .order_by_desc(Column::Id)
        .limit(LIST_MAX)
        .all(db)
        .await?;
    let names = accounts::names(db, rows.iter().map(|row| row.invited_by)).await?;
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let row = |row: Model| InvitationRow {
        id: row.id,
        state: state(&row, now),
        invited_by: if Some(row.invited_by) == grant.person() {
            String::from("you")
        } else {
            names.get(&row.invited_by).cloned().unwrap_or_default()
        },
        sent: moments::moment(row.sent_at, now, zone),
        expires: moments::moment(row.expires_at, now, zone),
        email: row.email,
        role: row.role,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Invites an address and mails it the link. An expired invitation of the same address makes room for the new one.
///
/// # Errors
/// `Invalid(email, role)`, `Conflict::AlreadyMember`, `Conflict::AlreadyInvited`, `LimitReached` without a free seat, `RateLimited`.
pub async fn create(services: &Services, grant: &Grant<perm::InviteMembers>, address: &str, role: Role) -> Result<InvitationId> {
    let address = checked(services, grant, address, role).await?;
    counted(services, grant, &address).await?;
    let clock = services.clock();
    let now = clock.now();
    let id = InvitationId(clock.new_id());
    let (token, token_hash) = tokens::new();
    let txn = services.db().begin().await?;
    let team = teams::lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, None).await?;
    refuse_member(&txn, team.id, &address).await?;
    let before = Entity::find()
        .filter(Column::TeamId.eq(team.id))
        .filter(Column::Email.eq(&address))
        .filter(open())
        .one(&txn)
        .await?;
    if let Some(before) = before {
        if before.expires_at > now {
            return Err(Error::Conflict(Conflict::AlreadyInvited).into());
        }
        revoked(&txn, before, now).await?;
    }
    take_seat(services, &txn, team.id, now).await?;
    let invited_by = grant.person().unwrap_or(team.created_by);
    let row = ActiveModel {
        team_id: Set(team.id),
        id: Set(id),
        email: Set(address.clone()),
        role: Set(role),
        token_hash: Set(token_hash),
        invited_by: Set(invited_by),
        created_at: Set(now),
        sent_at: Set(now),
        expires_at: Set(now + TimeDelta::days(VALID_DAYS)),
        accepted_at: Set(None),
        revoked_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(&txn).await?;
    let event = about(AuditKind::InvitationSent, id, &address, role);
    audit::record(&txn, clock, team.id, grant.actor(), event).await?;
    post(services, &txn, grant, &team, &address, role, &token).await?;
    txn.commit().await?;
    services.wake();
    Ok(id)
}

/// Mails a new link, valid for seven days from now; the one before stops working. An expired invitation needs a free seat again.
///
/// # Errors
/// `NotFound`, `Conflict` for one that was used or revoked or whose person joined, `LimitReached`, `RateLimited` within a minute.
pub async fn resend(services: &Services, grant: &Grant<perm::InviteMembers>, id: InvitationId) -> Result<()> {
    let address = find(services.db().read(), grant.team(), id).await?.email;
    counted(services, grant, &address).await?;
    let now = services.clock().now();
    let (token, token_hash) = tokens::new();
    let txn = services.db().begin().await?;
    let team = teams::lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, None).await?;
    let row = find(&txn, team.id, id).await?;
    match state(&row, now) {
        InvitationState::Accepted => return Err(Error::Conflict(Conflict::InvitationUsed).into()),
        InvitationState::Revoked => return Err(Error::Conflict(Conflict::InvitationRevoked).into()),
        InvitationState::Pending => {}
        InvitationState::Expired => take_seat(services, &txn, team.id, now).await?,
    }
    refuse_member(&txn, team.id, &row.email).await?;
    let wait = RESEND_AFTER_S - (now - row.sent_at).num_seconds();
    if wait > 0 {
        let retry_after_s = u32::try_from(wait).unwrap_or(1);
        return Err(Error::RateLimited { retry_after_s }.into());
    }
    let role = row.role;
    let mut row = row.into_active_model();
    row.token_hash = Set(token_hash);
    row.sent_at = Set(now);
    row.expires_at = Set(now + TimeDelta::days(VALID_DAYS));
    row.update(&txn).await?;
    let event = about(AuditKind::InvitationResent, id, &address, role);
    audit::record(&txn, services.clock(), team.id, grant.actor(), event).await?;
    post(services, &txn, grant, &team, &address, role, &token).await?;
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// Takes an invitation back: its link stops working and its seat is free. Twice is as good as once.
///
/// # Errors
/// `NotFound`, `Conflict::InvitationUsed` when the person has joined.
pub async fn revoke(services: &Services, grant: &Grant<perm::InviteMembers>, id: InvitationId) -> Result<()> {
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    let team = teams::lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, None).await?;
    let row = find(&txn, team.id, id).await?;
    match state(&row, now) {
        InvitationState::Accepted => return Err(Error::Conflict(Conflict::InvitationUsed).into()),
        InvitationState::Revoked => return Ok(()),
        InvitationState::Pending | InvitationState::Expired => {}
    }
    let event = about(AuditKind::InvitationRevoked, id, &row.email, row.role);
    revoked(&txn, row, now).await?;
    audit::record(&txn, services.clock(), team.id, grant.actor(), event).await?;
    txn.commit().await?;
    Ok(())
}

/// The normalised address, if both fields keep their rules. Reaching above one's own role is recorded like any refused attempt.
async fn checked(services: &Services, grant: &Grant<perm::InviteMembers>, address: &str, role: Role) -> Result<String> {
    let mut errors = FieldErrors::default();
    let key = email::normalise(address);
    if address.trim().is_empty() {
        errors.push("email", FieldCode::Required);
    } else if key.is_none() {
        errors.push("email", FieldCode::NotAnEmail);
    }
    if !grant.role().may_grant(role) {
        errors.push("role", FieldCode::NotAChoice);
        let event = Event::new(AuditKind::Denied)
            .detail("permission", Permission::InviteMembers.as_str())
            .detail("role", role.as_str());
        let txn = services.db().begin().await?;
        audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
        txn.commit().await?;
    }
    errors.finish()?;
    Ok(key.unwrap_or_default())
}

/// One more mail to somebody who did not ask for it.
async fn counted(services: &Services, grant: &Grant<perm::InviteMembers>, address: &str) -> Result<()> {
    attempts::take(services, &format!("invite:{}", grant.team()), SENT_MAX).await?;
    letters::unasked(services, grant.person(), address).await
}

/// Neither accepted nor revoked; it may have expired.
fn open() -> Condition {
    Condition::all().add(Column::AcceptedAt.is_null()).add(Column::RevokedAt.is_null())
}

fn state(row: &Model, now: DateTime<Utc>) -> InvitationState {
    if row.accepted_at.is_some() {
        InvitationState::Accepted
    } else if row.revoked_at.is_some() {
        InvitationState::Revoked
    } else if row.expires_at <= now {
        InvitationState::Expired
    } else {
        InvitationState::Pending
    }
}

fn about(kind: AuditKind, id: InvitationId, address: &str, role: Role) -> Event {
    Event::new(kind)
        .subject(id.0)
        .detail("email", address)
        .detail("role", role.as_str())
}

async fn find(db: &impl ConnectionTrait, team: TeamId, id: InvitationId) -> Result<Model> {
    Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.eq(id))
        .one(db)
        .await?
        .ok_or_else(|| Error::NotFound.into())
}

async fn revoked(db: &impl ConnectionTrait, row: Model, now: DateTime<Utc>) -> Result<()> {
    let mut row = row.into_active_model();
    row.revoked_at = Set(Some(now));
    row.update(db).await?;
    Ok(())
}

async fn refuse_member(db: &impl ConnectionTrait, team: TeamId, address: &str) -> Result<()> {
    let Some(person) = accounts::find_by_email(db, address).await? else {
        return Ok(());
    };
    let place = member::Entity::find()
        .filter(member::Column::TeamId.eq(team))
        .filter(member::Column::PersonId.eq(person.id))
        .one(db)
        .await?;
    match place {
        Some(_) => Err(Error::Conflict(Conflict::AlreadyMember).into()),
        None => Ok(()),
    }
}

/// Whether one more invitation fits, with the team locked.
async fn take_seat(services: &Services, db: &impl ConnectionTrait, team: TeamId, now: DateTime<Utc>) -> Result<()> {
    let Some(allowed) = services.settings().limits.members else {
        return Ok(());
    };
    let taken = members::seats(db, team, now).await?;
    if taken.members.saturating_add(taken.invited) >= allowed {
        let limit = Limit::Members;
        return Err(Error::LimitReached { limit, allowed }.into());
    }
    Ok(())
}

async fn post(
    services: &Services,
    db: &impl ConnectionTrait,
    grant: &Grant<perm::InviteMembers>,
    team: &team::Model,
    address: &str,
    role: Role,
    token: &str,
) -> Result<()> {
    let letter = letters::invitation(services, token, &team.name, &grant.actor().name, role);
    letters::post(db, services.clock(), Some(team.id), address, letter).await
}
