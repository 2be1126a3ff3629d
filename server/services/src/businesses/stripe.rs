//! A business's connection to Stripe: a restricted key that goes in and never comes out again. Importing by it belongs to `customers`.

use crate::{
    Services,
    audit::{self, Event},
    entity::stripe_connection::{ActiveModel, Column, Entity, Model},
    error::Result,
    grant::Grant,
    moments, seal,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Error,
    audit::AuditKind,
    business::StripeShown,
    error::FieldCode,
    ids::{BusinessId, TeamId},
    permission::perm,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

/// Letters of a key that are shown, so that people can tell two apart.
const ENDING: usize = 4;

/// Stores the key, sealed. One that was stored before is forgotten.
///
/// # Errors
/// `Invalid(key)` for what is no restricted key, `Forbidden` for a business that is not theirs.
pub async fn connect(services: &Services, grant: &Grant<perm::ConfigureStripe>, id: BusinessId, key: &str) -> Result<()> {
    grant.business(services, id).await?;
    let key = checked(key)?;
    let sealed = seal::seal(&services.settings().secret_key, key)?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(id)).await?;
    grant.read_business(&txn, id).await?;
    let row = ActiveModel {
        team_id: Set(grant.team()),
        business_id: Set(id),
        key_sealed: Set(sealed),
        key_ending: Set(key[key.len() - ENDING..].to_owned()),
        live: Set(key.starts_with("rk_live_")),
        connected_at: Set(services.clock().now()),
    };
    let rest = [Column::KeySealed, Column::KeyEnding, Column::Live, Column::ConnectedAt];
    let clash = OnConflict::columns([Column::TeamId, Column::BusinessId])
        .update_columns(rest)
        .to_owned();
    Entity::insert(row).on_conflict(clash).exec_without_returning(&txn).await?;
    let event = Event::new(AuditKind::StripeConnected).business(id);
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(())
}

/// Forgets the key. Customers that came by it stay.
///
/// # Errors
/// `Forbidden` for a business that is not theirs.
pub async fn disconnect(services: &Services, grant: &Grant<perm::ConfigureStripe>, id: BusinessId) -> Result<()> {
    grant.business(services, id).await?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(id)).await?;
    if forget(&txn, grant.team(), id).await? {
        let event = Event::new(AuditKind::StripeDisconnected).business(id);
        audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// Whether there was a key.
pub(super) async fn forget(db: &impl ConnectionTrait, team: TeamId, id: BusinessId) -> Result<bool> {
    let gone = Entity::delete_many()
        .filter(Column::TeamId.eq(team))
        .filter(Column::BusinessId.eq(id))
        .exec(db)
        .await?;
    Ok(gone.rows_affected > 0)
}

/// What the form shows.
pub(super) async fn shown(
    db: &impl ConnectionTrait,
    team: TeamId,
    id: BusinessId,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<Option<StripeShown>> {
    let row = Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::BusinessId.eq(id))
        .one(db)
        .await?;
    Ok(row.map(|row: Model| StripeShown {
        ending: row.key_ending,
        live: row.live,
        connected: moments::moment(row.connected_at, now, zone),
    }))
}

/// A restricted key, of live or test mode. A secret key could do anything with the account, so it is not taken.
fn checked(key: &str) -> Result<&str> {
    let key = key.trim();
    let code = if key.is_empty() {
        FieldCode::Required
    } else if !(key.starts_with("rk_live_") || key.starts_with("rk_test_")) {
        FieldCode::NotARestrictedKey
    } else if !(20..=255).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        FieldCode::Wrong
    } else {
        return Ok(key);
    };
    Err(Error::field("key", code).into())
}
