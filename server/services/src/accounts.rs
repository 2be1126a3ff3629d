//! Accounts: sign up, verify, sign in and out, reset. No answer here tells whether an account exists.

pub(crate) mod attempts;
mod links;
pub(crate) mod password;
pub mod sessions;

pub use sessions::Session;

use crate::{Services, entity, error::Result, letters};
use domain::{
    Error, email,
    error::{Conflict, FieldCode, FieldErrors},
    ids::PersonId,
    person::{self, Me},
    team::TeamLink,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict};
use std::collections::{HashMap, HashSet};

/// Where a request comes from, for limits and the list of sessions.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The peer's address, if the process knows it.
    pub network: Option<String>,
    pub user_agent: String,
}

/// Creates an account and mails the verification link. Somebody who has one already gets a mail that says so;
/// the answer is the same. An account whose address nobody has confirmed is nobody's yet: it gets the newer name and password, and
/// only the newest link confirms it.
///
/// # Errors
/// `Invalid` for fields, `RateLimited`.
pub async fn sign_up(services: &Services, origin: &Origin, name: &str, address: &str, secret: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    let name = checked_name(&mut errors, name);
    let key = email::normalise(address);
    if key.is_none() {
        errors.push("email", FieldCode::NotAnEmail);
    }
    if let Some(code) = password::problem(secret, address) {
        errors.push("password", code);
    }
    errors.finish()?;
    let key = key.unwrap_or_default();
    attempts::take(services, &format!("sign-up:{key}"), 5).await?;
    attempts::take_network(services, "sign-up", origin, 50).await?;

    let hash = password::hash(secret.to_owned()).await?;
    let txn = services.db().begin().await?;
    let clock = services.clock();
    // First the row, then the look at it: of two who come at once the second waits here.
    let row = entity::person::ActiveModel {
        id: Set(PersonId(clock.new_id())),
        email: Set(key.clone()),
        name: Set(name.clone()),
        password_hash: Set(hash.clone()),
        verified_at: Set(None),
        created_at: Set(clock.now()),
    };
    let made = entity::person::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::person::Column::Email).do_nothing().to_owned())
        .exec_without_returning(&txn)
        .await?;
    let person = locked_by_email(&txn, &key)
        .await?
        .ok_or_else(|| crate::Error::Bug("an account that is gone at once".into()))?;
    let letter = if person.verified_at.is_some() {
        letters::account_exists(services)
    } else {
        if made == 0 {
            let newer = entity::person::ActiveModel {
                id: Set(person.id),
                name: Set(name),
                password_hash: Set(hash),
                ..Default::default()
            };
            entity::person::Entity::update(newer).exec(&txn).await?;
            links::void(&txn, person.id, links::Kind::VerifyEmail).await?;
        }
        let token = links::issue(&txn, clock, person.id, links::Kind::VerifyEmail).await?;
        letters::verify_email(services, &token)
    };
    letters::post(&txn, clock, None, &key, letter).await?;
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// Mails the verification link again to a signed-in person.
///
/// # Errors
/// `RateLimited`.
pub async fn resend_verification(services: &Services, session: &Session) -> Result<()> {
    if session.verified {
        return Ok(());
    }
    attempts::take(services, &format!("verify:{}", session.email), 5).await?;
    let txn = services.db().begin().await?;
    let token = links::issue(&txn, services.clock(), session.person, links::Kind::VerifyEmail).await?;
    letters::post(
        &txn,
        services.clock(),
        None,
        &session.email,
        letters::verify_email(services, &token),
    )
    .await?;
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// Uses a verification link; returns a new session's token. Whoever signed in before, without having shown that the address is theirs,
/// is signed out.
///
/// # Errors
/// `Conflict(LinkExpired)` for a used, old or made-up link.
pub async fn verify(services: &Services, origin: &Origin, token: &str) -> Result<String> {
    let txn = services.db().begin().await?;
    let id = links::redeem(&txn, services.clock(), token, links::Kind::VerifyEmail).await?;
    mark_verified(&txn, services, id).await?;
    sessions::end_all(&txn, id).await?;
    let token = sessions::create(&txn, services.clock(), id, origin).await?;
    txn.commit().await?;
    Ok(token)
}

/// Checks a password; returns a new session's token.
///
/// # Errors
/// `Invalid(password: WrongPair)` whether the account or the password is unknown; `RateLimited`.
pub async fn sign_in(services: &Services, origin: &Origin, address: &str, secret: &str) -> Result<String> {
    let wrong = || Error::field("password", FieldCode::WrongPair);
    let key = email::normalise(address).ok_or_else(|| Error::field("email", FieldCode::NotAnEmail))?;
    attempts::take(services, &format!("sign-in:{key}"), 10).await?;
    attempts::take_network(services, "sign-in", origin, 200).await?;
    let person = find_by_email(services.db().read(), &key).await?;
    // An unknown account costs the same time as a known one.
    let hash = person.as_ref().map(|p| p.password_hash.clone());
    if !password::verify(secret.to_owned(), hash).await? {
        return Err(wrong().into());
    }
    let person = person.ok_or_else(wrong)?;
    let txn = services.db().begin().await?;
    // The password may have been changed while this one was checked; the lock makes a change wait, so that it ends this session too.
    let now = entity::person::Entity::find_by_id(person.id).lock_exclusive().one(&txn).await?;
    if now.is_none_or(|now| now.password_hash != person.password_hash) {
        return Err(wrong().into());
    }
    attempts::forget(&txn, &format!("sign-in:{key}")).await?;
    let token = sessions::create(&txn, services.clock(), person.id, origin).await?;
    txn.commit().await?;
    Ok(token)
}

/// Mails a reset link, if the address has an account; the answer is the same.
///
/// # Errors
/// `Invalid(email)`, `RateLimited`.
pub async fn forgot(services: &Services, origin: &Origin, address: &str) -> Result<()> {
    let key = email::normalise(address).ok_or_else(|| Error::field("email", FieldCode::NotAnEmail))?;
    attempts::take(services, &format!("forgot:{key}"), 5).await?;
    attempts::take_network(services, "forgot", origin, 50).await?;
    let txn = services.db().begin().await?;
    if let Some(person) = find_by_email(&txn, &key).await? {
        let token = links::issue(&txn, services.clock(), person.id, links::Kind::ResetPassword).await?;
        letters::post(&txn, services.clock(), None, &key, letters::reset_password(services, &token)).await?;
    }
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// Sets a new password by a mailed link, ends every session, voids every other link of the kind, and verifies the address that got the link.
///
/// # Errors
/// `Invalid(password)`, `Conflict(LinkExpired)`, `RateLimited`.
pub async fn reset(services: &Services, origin: &Origin, token: &str, secret: &str) -> Result<String> {
    attempts::take_network(services, "reset", origin, 50).await?;
    // A link that leads nowhere costs no hash.
    let owner = links::owner(services.db().read(), services.clock(), token, links::Kind::ResetPassword).await?;
    let person = entity::person::Entity::find_by_id(owner)
        .one(services.db().read())
        .await?
        .ok_or_else(expired)?;
    if let Some(code) = password::problem(secret, &person.email) {
        return Err(Error::field("password", code).into());
    }
    let hash = password::hash(secret.to_owned()).await?;
    let txn = services.db().begin().await?;
    let id = links::redeem(&txn, services.clock(), token, links::Kind::ResetPassword).await?;
    let change = entity::person::ActiveModel {
        id: Set(id),
        password_hash: Set(hash),
        ..Default::default()
    };
    entity::person::Entity::update(change).exec(&txn).await?;
    mark_verified(&txn, services, id).await?;
    links::void(&txn, id, links::Kind::ResetPassword).await?;
    sessions::end_all(&txn, id).await?;
    let token = sessions::create(&txn, services.clock(), id, origin).await?;
    txn.commit().await?;
    Ok(token)
}

/// Who is signed in, with their teams.
///
/// # Errors
/// When the database can't be read.
pub async fn me(services: &Services, session: &Session) -> Result<Me> {
    Ok(Me {
        id: session.person,
        name: session.name.clone(),
        email: session.email.clone(),
        verified: session.verified,
        teams: teams_of(services.db().read(), session.person).await?,
    })
}

/// The teams of a person, by name. Bounded: nobody switches between more than a hundred.
pub(crate) async fn teams_of(db: &impl ConnectionTrait, id: PersonId) -> Result<Vec<TeamLink>> {
    let rows = entity::member::Entity::find()
        .filter(entity::member::Column::PersonId.eq(id))
        .find_also_related(entity::team::Entity)
        .filter(entity::team::Column::DeletedAt.is_null())
        .order_by_asc(entity::team::Column::Name)
        .limit(100)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(member, team)| {
            team.map(|t| TeamLink {
                id: t.id,
                name: t.name,
                role: member.role,
            })
        })
        .collect())
}

/// A person's name on one line; what is wrong with it goes to `errors`.
pub(crate) fn checked_name(errors: &mut FieldErrors, name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        errors.push("name", FieldCode::Required);
    } else if name.chars().count() > person::NAME_MAX as usize {
        errors.push("name", FieldCode::TooLong { max: person::NAME_MAX });
    }
    name
}

pub(crate) async fn find_by_email(db: &impl ConnectionTrait, key: &str) -> Result<Option<entity::person::Model>> {
    Ok(entity::person::Entity::find()
        .filter(entity::person::Column::Email.eq(key))
        .one(db)
        .await?)
}

/// The same, locked: an account that is being confirmed just now is waited for, and not taken for unconfirmed.
pub(crate) async fn locked_by_email(db: &impl ConnectionTrait, key: &str) -> Result<Option<entity::person::Model>> {
    Ok(entity::person::Entity::find()
        .filter(entity::person::Column::Email.eq(key))
        .lock_exclusive()
        .one(db)
        .await?)
}

/// The names of people, for whoever shows who did what.
pub(crate) async fn names(db: &impl ConnectionTrait, people: impl IntoIterator<Item = PersonId>) -> Result<HashMap<PersonId, String>> {
    let people: HashSet<PersonId> = people.into_iter().collect();
    let rows: Vec<(PersonId, String)> = entity::person::Entity::find()
        .select_only()
        .columns([entity::person::Column::Id, entity::person::Column::Name])
        .filter(entity::person::Column::Id.is_in(people))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

pub(crate) async fn mark_verified(db: &impl ConnectionTrait, services: &Services, id: PersonId) -> Result<()> {
    entity::person::Entity::update_many()
        .set(entity::person::ActiveModel {
            verified_at: Set(Some(services.clock().now())),
            ..Default::default()
        })
        .filter(entity::person::Column::Id.eq(id))
        .filter(entity::person::Column::VerifiedAt.is_null())
        .exec(db)
        .await?;
    // An address is verified once.
    links::void(db, id, links::Kind::VerifyEmail).await
}

const fn expired() -> Error {
    Error::Conflict(Conflict::LinkExpired)
}
