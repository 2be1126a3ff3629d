//! Links mailed to a person: single use, an hour to a few days, known by their hash.

use super::expired;
use crate::{Clock, entity::mailed_link, error::Result, tokens};
use chrono::TimeDelta;
use domain::ids::PersonId;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    VerifyEmail,
    ResetPassword,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
        }
    }

    const fn valid(self) -> TimeDelta {
        match self {
            Self::VerifyEmail => TimeDelta::days(3),
            Self::ResetPassword => TimeDelta::hours(1),
        }
    }
}

/// A new link of the kind; returns the token.
pub async fn issue(db: &impl ConnectionTrait, clock: &Clock, person: PersonId, kind: Kind) -> Result<String> {
    let (token, token_hash) = tokens::new();
    let row = mailed_link::ActiveModel {
        id: Set(clock.new_id()),
        person_id: Set(person),
        kind: Set(kind.as_str().to_owned()),
        token_hash: Set(token_hash),
        created_at: Set(clock.now()),
        expires_at: Set(clock.now() + kind.valid()),
        used_at: Set(None),
    };
    mailed_link::Entity::insert(row).exec_without_returning(db).await?;
    Ok(token)
}

/// Whose link it is, while it can be used.
pub async fn owner(db: &impl ConnectionTrait, clock: &Clock, token: &str, kind: Kind) -> Result<PersonId> {
    let row = mailed_link::Entity::find()
        .filter(mailed_link::Column::TokenHash.eq(tokens::hash(token)))
        .filter(mailed_link::Column::Kind.eq(kind.as_str()))
        .filter(mailed_link::Column::UsedAt.is_null())
        .filter(mailed_link::Column::ExpiresAt.gt(clock.now()))
        .one(db)
        .await?;
    Ok(row.ok_or_else(expired)?.person_id)
}

/// Uses a link. One UPDATE decides, so two at once can't both win.
pub async fn redeem(db: &impl ConnectionTrait, clock: &Clock, token: &str, kind: Kind) -> Result<PersonId> {
    let person = owner(db, clock, token, kind).await?;
    let used = mailed_link::Entity::update_many()
        .set(mailed_link::ActiveModel {
            used_at: Set(Some(clock.now())),
            ..Default::default()
        })
        .filter(mailed_link::Column::TokenHash.eq(tokens::hash(token)))
        .filter(mailed_link::Column::UsedAt.is_null())
        .exec(db)
        .await?;
    if used.rows_affected == 1 {
        Ok(person)
    } else {
        Err(expired().into())
    }
}

/// A person's links of the kind lead nowhere from now on.
pub async fn void(db: &impl ConnectionTrait, person: PersonId, kind: Kind) -> Result<()> {
    mailed_link::Entity::delete_many()
        .filter(mailed_link::Column::PersonId.eq(person))
        .filter(mailed_link::Column::Kind.eq(kind.as_str()))
        .exec(db)
        .await?;
    Ok(())
}
