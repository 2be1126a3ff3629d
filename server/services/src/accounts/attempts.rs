//! Limits on attempts, kept in the database so that several processes share them.

use super::Origin;
use crate::{Services, entity::attempt, error::Result};
use chrono::TimeDelta;
use domain::Error;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

/// Attempts are counted for so long.
pub(crate) const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Counts an attempt; refuses it when the window already had `most`.
pub async fn take(services: &Services, key: &str, most: i32) -> Result<()> {
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    // Old windows go first: that both starts a new one and keeps the table small.
    attempt::Entity::delete_many()
        .filter(attempt::Column::WindowStart.lte(now - WINDOW))
        .exec(&txn)
        .await?;
    let row = attempt::ActiveModel {
        key: Set(key.to_owned()),
        window_start: Set(now),
        count: Set(1),
    };
    attempt::Entity::insert(row)
        .on_conflict(
            OnConflict::column(attempt::Column::Key)
                .value(attempt::Column::Count, Expr::col((attempt::Entity, attempt::Column::Count)).add(1))
                .to_owned(),
        )
        .exec_without_returning(&txn)
        .await?;
    let counted = attempt::Entity::find().filter(attempt::Column::Key.eq(key)).one(&txn).await?;
    txn.commit().await?;
    match counted {
        Some(row) if row.count > most => {
            let left = Ord::max((row.window_start + WINDOW - now).num_seconds(), 1);
            Err(Error::RateLimited {
                retry_after_s: u32::try_from(left).unwrap_or(u32::MAX),
            }
            .into())
        }
        _ => Ok(()),
    }
}

/// The same per network, where the process knows it.
pub async fn take_network(services: &Services, what: &str, origin: &Origin, most: i32) -> Result<()> {
    match &origin.network {
        Some(network) => take(services, &format!("{what}@{network}"), most).await,
        None => Ok(()),
    }
}

/// Success clears the count.
pub async fn forget(db: &impl ConnectionTrait, key: &str) -> Result<()> {
    attempt::Entity::delete_many().filter(attempt::Column::Key.eq(key)).exec(db).await?;
    Ok(())
}
