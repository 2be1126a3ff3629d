//! Joining a team by the mailed link: whoever holds it reads the mail of the invited address, which is verified by it.
//!
//! The link works once, for that address only, and only while a seat is free.

use super::{ActiveModel, Column, Entity, Model, state};
use crate::{
    Services,
    accounts::{self, Origin, Session, password, sessions},
    audit::{self, Event},
    entity::{member, person, team},
    error::Result,
    grant::Actor,
    letters, members, moments, teams, tokens,
};
use domain::{
    Error,
    audit::AuditKind,
    error::{Conflict, FieldErrors},
    ids::{MemberId, PersonId, TeamId},
    invitation::{InvitationOffer, InvitationState, Visitor},
    plan::Limit,
    role::Role,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// Where a new person has come to.
#[derive(Clone, Debug)]
pub struct Joined {
    pub team: TeamId,
    /// Of the new session.
    pub token: String,
}

/// What a link offers to whoever opened it. Reading changes nothing: mail filters open links too.
///
/// # Errors
/// `Conflict` for links that were used, revoked, have expired, or never were.
pub async fn offer(services: &Services, session: Option<&Session>, token: &str) -> Result<InvitationOffer> {
    let db = services.db().read();
    let (row, team) = usable(services, db, token).await?;
    let inviter = person::Entity::find_by_id(row.invited_by).one(db).await?;
    let visitor = match session {
        Some(session) if session.email == row.email => Visitor::Invited {
            name: session.name.clone(),
        },
        Some(session) => Visitor::Another {
            email: session.email.clone(),
        },
        None if accounts::find_by_email(db, &row.email).await?.is_some_and(is_verified) => Visitor::HasAccount,
        None => Visitor::New,
    };
    let zone = moments::zone(&team.time_zone);
    Ok(InvitationOffer {
        team_name: team.name,
        role: row.role,
        invited_by: inviter.map(|inviter| inviter.name).unwrap_or_default(),
        visitor,
        expires: moments::moment(row.expires_at, services.clock().now(), zone),
        email: row.email,
    })
}

/// Joins with the account that is signed in.
///
/// # Errors
/// `Conflict::InvitationForAnother` for another address; what `offer` refuses; `LimitReached`; `Conflict::AlreadyMember`.
pub async fn accept(services: &Services, session: &Session, token: &str) -> Result<TeamId> {
    let txn = services.db().begin().await?;
    let (row, team) = locked(services, &txn, token).await?;
    let person = person::Entity::find_by_id(session.person)
        .one(&txn)
        .await?
        .ok_or(Error::Unauthenticated)?;
    if person.email != row.email {
        return Err(Error::Conflict(Conflict::InvitationForAnother).into());
    }
    enter(services, &txn, row, &team, person.id, person.name).await?;
    txn.commit().await?;
    services.wake();
    Ok(team.id)
}

/// Joins with a new account. An account of the address that was never verified belongs to whoever holds the link: it gets
/// the new name and password, and whoever made it is signed out.
///
/// # Errors
/// `Invalid(name, password)`; `Unauthenticated` when the address has a verified account; what `accept` refuses.
pub async fn join(services: &Services, origin: &Origin, token: &str, name: &str, secret: &str) -> Result<Joined> {
    // A link that leads nowhere costs no hash.
    let (row, _) = usable(services, services.db().read(), token).await?;
    let mut errors = FieldErrors::default();
    let name = accounts::checked_name(&mut errors, name);
    if let Some(code) = password::problem(secret, &row.email) {
        errors.push("password", code);
    }
    errors.finish()?;
    let hash = password::hash(secret.to_owned()).await?;
    let txn = services.db().begin().await?;
    let (row, team) = locked(services, &txn, token).await?;
    let person = match accounts::locked_by_email(&txn, &row.email).await? {
        Some(known) if is_verified(known.clone()) => return Err(Error::Unauthenticated.into()),
        Some(known) => {
            let change = person::ActiveModel {
                id: Set(known.id),
                name: Set(name.clone()),
                password_hash: Set(hash),
                ..Default::default()
            };
            change.update(&txn).await?;
            sessions::end_all(&txn, known.id).await?;
            known.id
        }
        None => {
            let id = PersonId(services.clock().new_id());
            let account = person::ActiveModel {
                id: Set(id),
                email: Set(row.email.clone()),
                name: Set(name.clone()),
                password_hash: Set(hash),
                verified_at: Set(None),
                created_at: Set(services.clock().now()),
            };
            person::Entity::insert(account).exec_without_returning(&txn).await?;
            id
        }
    };
    enter(services, &txn, row, &team, person, name).await?;
    let token = sessions::create(&txn, services.clock(), person, origin).await?;
    txn.commit().await?;
    services.wake();
    Ok(Joined { team: team.id, token })
}

fn is_verified(person: person::Model) -> bool {
    person.verified_at.is_some()
}

/// The invitation of a link that can be accepted, and its team.
async fn usable(services: &Services, db: &impl ConnectionTrait, token: &str) -> Result<(Model, team::Model)> {
    let unknown = || Error::Conflict(Conflict::LinkExpired);
    let row = Entity::find()
        .filter(Column::TokenHash.eq(tokens::hash(token)))
        .one(db)
        .await?
        .ok_or_else(unknown)?;
    match state(&row, services.clock().now()) {
        InvitationState::Pending => {}
        InvitationState::Accepted => return Err(Error::Conflict(Conflict::InvitationUsed).into()),
        InvitationState::Revoked => return Err(Error::Conflict(Conflict::InvitationRevoked).into()),
        InvitationState::Expired => return Err(Error::Conflict(Conflict::InvitationExpired).into()),
    }
    let team = team::Entity::find_by_id(row.team_id)
        .filter(team::Column::DeletedAt.is_null())
        .one(db)
        .await?
        .ok_or_else(unknown)?;
    Ok((row, team))
}

/// The same with the team locked, read again behind the lock: whoever waited for it sees what the other did.
async fn locked(services: &Services, db: &impl ConnectionTrait, token: &str) -> Result<(Model, team::Model)> {
    let (row, _) = usable(services, db, token).await?;
    teams::lock(db, row.team_id).await?;
    usable(services, db, token).await
}

/// The person comes in. Only members are counted here: the invitation holds a seat already, but the number of seats may
/// have shrunk since, and then the first who comes takes the last one.
async fn enter(services: &Services, db: &impl ConnectionTrait, row: Model, team: &team::Model, who: PersonId, name: String) -> Result<()> {
    let clock = services.clock();
    let now = clock.now();
    let members = members::seats(db, team.id, now).await?.members;
    if let Some(allowed) = services.settings().limits.members
        && members >= allowed
    {
        let limit = Limit::Members;
        return Err(Error::LimitReached { limit, allowed }.into());
    }
    let used = ActiveModel {
        accepted_at: Set(Some(now)),
        ..Default::default()
    };
    let done = Entity::update_many()
        .set(used)
        .filter(Column::TeamId.eq(team.id))
        .filter(Column::Id.eq(row.id))
        .filter(super::open())
        .exec(db)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(Conflict::InvitationUsed).into());
    }
    let place = member::ActiveModel {
        team_id: Set(team.id),
        id: Set(MemberId(clock.new_id())),
        person_id: Set(who),
        role: Set(row.role),
        joined_at: Set(now),
        last_active_at: Set(Some(now)),
    };
    member::Entity::insert(place).exec_without_returning(db).await?;
    accounts::mark_verified(db, services, who).await?;
    let actor = Actor::person(who, &name);
    let event = Event::new(AuditKind::PersonJoined).subject(who.0).detail("role", row.role.as_str());
    audit::record(db, clock, team.id, &actor, event).await?;
    tell_owner(services, db, team, &name, row.role).await
}

async fn tell_owner(services: &Services, db: &impl ConnectionTrait, team: &team::Model, name: &str, role: Role) -> Result<()> {
    if let Some(owner) = members::owner(db, team.id).await? {
        let letter = letters::member_joined(services, team.id, &team.name, name, role);
        letters::post(db, services.clock(), Some(team.id), &owner.email, letter).await?;
    }
    Ok(())
}
