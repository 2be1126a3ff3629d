//! Sessions: our own table. The cookie holds 32 random bytes; the table only their SHA-256.

use super::Origin;
use crate::{Clock, Services, entity::session, error::Result, tokens};
use chrono::TimeDelta;
use domain::{
    Error,
    ids::{PersonId, SessionId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// A session ends after this long without use.
const LIFE_DAYS: i64 = 30;
/// Last-seen is written at most this often.
const TOUCH_MINUTES: i64 = 5;

/// Who is signed in on this request.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub verified: bool,
    /// Its life was prolonged on this request.
    pub prolonged: bool,
}

impl Session {
    /// Who asks for something that needs an account whose address is proved: everything but the account itself.
    ///
    /// # Errors
    /// `Unauthenticated` for nobody, `Unverified`.
    pub fn proven(asking: Option<&Self>) -> Result<&Self> {
        let session = asking.ok_or(Error::Unauthenticated)?;
        proven(session.verified)?;
        Ok(session)
    }
}

/// The rule: whoever has not shown that the address is theirs may do nothing in any team.
pub(crate) fn proven(verified: bool) -> Result<()> {
    if verified { Ok(()) } else { Err(Error::Unverified.into()) }
}

pub(crate) async fn create(db: &impl ConnectionTrait, clock: &Clock, person: PersonId, origin: &Origin) -> Result<String> {
    let (token, token_hash) = tokens::new();
    let now = clock.now();
    let row = session::ActiveModel {
        id: Set(SessionId(clock.new_id())),
        person_id: Set(person),
        token_hash: Set(token_hash),
        user_agent: Set(origin.user_agent.chars().take(200).collect()),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(now + TimeDelta::days(LIFE_DAYS)),
    };
    session::Entity::insert(row).exec_without_returning(db).await?;
    Ok(token)
}

/// The session of a cookie, if it is alive. One query; a second one, at most every five minutes, notes the use.
///
/// # Errors
/// When the database can't be read.
pub async fn find(services: &Services, token: &str) -> Result<Option<Session>> {
    let now = services.clock().now();
    let found = session::Entity::find()
        .filter(session::Column::TokenHash.eq(tokens::hash(token)))
        .filter(session::Column::ExpiresAt.gt(now))
        .find_also_related(crate::entity::person::Entity)
        .one(services.db().read())
        .await?;
    let Some((row, Some(person))) = found else { return Ok(None) };
    let prolonged = now - row.last_seen_at > TimeDelta::minutes(TOUCH_MINUTES);
    if prolonged {
        let touched = session::ActiveModel {
            last_seen_at: Set(now),
            expires_at: Set(now + TimeDelta::days(LIFE_DAYS)),
            ..Default::default()
        };
        session::Entity::update_many()
            .set(touched)
            .filter(session::Column::Id.eq(row.id))
            .exec(services.db().write())
            .await?;
        let active = crate::entity::member::ActiveModel {
            last_active_at: Set(Some(now)),
            ..Default::default()
        };
        crate::entity::member::Entity::update_many()
            .set(active)
            .filter(crate::entity::member::Column::PersonId.eq(person.id))
            .exec(services.db().write())
            .await?;
    }
    Ok(Some(Session {
        id: row.id,
        person: person.id,
        name: person.name,
        email: person.email,
        verified: person.verified_at.is_some(),
        prolonged,
    }))
}

/// Ends one session: sign out.
///
/// # Errors
/// When the database refuses it.
pub async fn end(services: &Services, id: SessionId) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::Column::Id.eq(id))
        .exec(services.db().write())
        .await?;
    Ok(())
}

pub(crate) async fn end_all(db: &impl ConnectionTrait, person: PersonId) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::Column::PersonId.eq(person))
        .exec(db)
        .await?;
    Ok(())
}
