//! How the customers of a business spend, read from the database and kept for the next analysis.
//!
//! Owns the table `business_stats`. Ranks are exact up to 20,000 customers; above, some ten thousand by chance stand for all, and only the highest
//! spend is exact. They are taken again when an import has ended since, when the number of customers moved, or when they are old.

use super::distribution::{Distribution, Quantiles};
use crate::{
    Services,
    entity::{
        business, business_stats,
        customer::{Column, Entity},
        import,
    },
    error::{Error, Result},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::{BusinessId, TeamId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, OnConflict},
};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, Weak},
};
use tokio::sync::Mutex;

/// Up to so many customers counting again costs nothing worth keeping.
const FEW: i64 = 5_000;
const KEPT_OF_FEW: TimeDelta = TimeDelta::minutes(1);
const KEPT_OF_MANY: TimeDelta = TimeDelta::days(1);

/// More customers than this are not all looked at.
const WHOLE: i64 = 20_000;
/// Bounds the look even where the number of customers is not what it should be.
const LOOKED_AT_MAX: u64 = 100_000;

/// What is counted: the customers of a business in one currency.
type Key = (TeamId, BusinessId, String);

/// Only one counts the same at a time: a hundred analyses that start together wait for one result, those of another business don't.
static COUNTING: LazyLock<std::sync::Mutex<HashMap<Key, Weak<Mutex<()>>>>> = LazyLock::new(std::sync::Mutex::default);

/// The lock of what is counted; it is forgotten with whoever waits for it.
fn turn(key: &Key) -> Arc<Mutex<()>> {
    let mut turns = COUNTING.lock().unwrap_or_else(PoisonError::into_inner);
    turns.retain(|_, turn| turn.strong_count() > 0);
    if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
        return turn;
    }
    let turn = Arc::new(Mutex::new(()));
    turns.insert(key.clone(), Arc::downgrade(&turn));
    turn
}

/// What a customer with that currency is compared with.
///
/// # Errors
/// When the database fails.
pub async fn of(services: &Services, business: &business::Model, currency: Option<&str>) -> Result<Distribution> {
    if let Some(kept) = kept(services, business, currency).await? {
        return Ok(kept);
    }
    let turn = turn(&key(business, currency));
    let _one = turn.lock().await;
    if let Some(kept) = kept(services, business, currency).await? {
        return Ok(kept);
    }
    let distribution = count(services.db().read(), business, currency).await?;
    keep(services, business, currency, &distribution).await?;
    Ok(distribution)
}

fn key(business: &business::Model, currency: Option<&str>) -> Key {
    (business.team_id, business.id, currency.unwrap_or_default().to_owned())
}

async fn kept(services: &Services, business: &business::Model, currency: Option<&str>) -> Result<Option<Distribution>> {
    let db = services.db().read();
    let Some(row) = business_stats::Entity::find_by_id(key(business, currency)).one(db).await? else {
        return Ok(None);
    };
    let moved = (business.customer_count - row.customer_count).abs();
    let for_long = if row.customer_count <= FEW { KEPT_OF_FEW } else { KEPT_OF_MANY };
    let old = services.clock().now() - row.computed_at >= for_long;
    if old || moved * 20 > row.customer_count || imported_since(db, business, row.computed_at).await? {
        return Ok(None);
    }
    // A shape of an older version is counted again.
    Ok(serde_json::from_value(row.distribution).ok())
}

async fn imported_since(db: &DatabaseConnection, business: &business::Model, at: DateTime<Utc>) -> Result<bool> {
    let ended = import::Entity::find()
        .select_only()
        .column(import::Column::Id)
        .filter(import::Column::TeamId.eq(business.team_id))
        .filter(import::Column::BusinessId.eq(business.id))
        .filter(import::Column::FinishedAt.gte(at))
        .limit(1)
        .into_tuple::<domain::ids::ImportId>()
        .one(db)
        .await?;
    Ok(ended.is_some())
}

async fn keep(services: &Services, business: &business::Model, currency: Option<&str>, distribution: &Distribution) -> Result<()> {
    use business_stats::Column as Kept;
    let distribution = serde_json::to_value(distribution).map_err(|cause| Error::Bug(format!("distribution: {cause}")))?;
    let row = business_stats::ActiveModel {
        team_id: Set(business.team_id),
        business_id: Set(business.id),
        currency: Set(currency.unwrap_or_default().to_owned()),
        distribution: Set(distribution),
        customer_count: Set(business.customer_count),
        computed_at: Set(services.clock().now()),
    };
    let newer = OnConflict::columns([Kept::TeamId, Kept::BusinessId, Kept::Currency])
        .update_columns([Kept::Distribution, Kept::CustomerCount, Kept::ComputedAt])
        .to_owned();
    business_stats::Entity::insert(row)
        .on_conflict(newer)
        .exec_without_returning(services.db().write())
        .await?;
    Ok(())
}

/// How many customers of every 256 are looked at, chosen by the last byte of their ids, which is chance.
fn share(customers: i64) -> i64 {
    if customers <= WHOLE {
        256
    } else {
        (256 * WHOLE / 2 / customers).max(1)
    }
}

/// Currency, spend, number of payments, last payment.
type Looked = (Option<String>, Option<i64>, Option<i64>, Option<NaiveDate>);

async fn count(db: &DatabaseConnection, business: &business::Model, currency: Option<&str>) -> Result<Distribution> {
    let share = share(business.customer_count);
    let mut select = customers(business);
    if share < 256 {
        select = select.filter(by_chance(db, share));
    }
    let rows: Vec<Looked> = select
        .select_only()
        .columns([Column::Currency, Column::TotalSpent, Column::PaymentCount, Column::LastPayment])
        .limit(LOOKED_AT_MAX)
        .into_tuple()
        .all(db)
        .await?;
    let newest = newest_payment(db, business).await?;
    let spend: Vec<i64> = rows
        .iter()
        .filter(|row| row.0.as_deref() == currency)
        .filter_map(|row| row.1)
        .collect();
    let with_figures = spend.len();
    let mut spend = Quantiles::of(spend);
    if let Some(spend) = &mut spend
        && share < 256
        && let Some(highest) = highest_spend(db, business, currency).await?
    {
        // "The highest of all" must not be the highest of some.
        spend.max = highest;
    }
    Ok(Distribution {
        customers: if share < 256 {
            scaled(business.customer_count, with_figures, rows.len())
        } else {
            with_figures as u64
        },
        newest_payment: newest,
        spend,
        silence_days: Quantiles::of(rows.iter().filter_map(|row| Some((newest? - row.3?).num_days())).collect()),
        payments: Quantiles::of(rows.iter().filter_map(|row| row.2).collect()),
    })
}

fn customers(business: &business::Model) -> Select<Entity> {
    Entity::find()
        .filter(Column::TeamId.eq(business.team_id))
        .filter(Column::BusinessId.eq(business.id))
        .filter(Column::DeletedAt.is_null())
}

fn by_chance(db: &DatabaseConnection, share: i64) -> Expr {
    match db.get_database_backend() {
        DbBackend::Sqlite => Expr::cust(format!("substr(id, 16, 1) < x'{share:02x}'")),
        _ => Expr::cust(format!("get_byte(uuid_send(id), 15) < {share}")),
    }
}

/// All of them where everybody who was looked at counts; else the share, in two digits, because it is an estimate.
fn scaled(customers: i64, part: usize, whole: usize) -> u64 {
    let all = u64::try_from(customers).unwrap_or_default();
    if part == whole {
        return all;
    }
    let estimate = u128::from(all) * part as u128 / whole.max(1) as u128;
    let mut estimate = u64::try_from(estimate).unwrap_or(all);
    let mut scale = 1;
    while estimate >= 100 {
        estimate /= 10;
        scale *= 10;
    }
    estimate * scale
}

async fn newest_payment(db: &DatabaseConnection, business: &business::Model) -> Result<Option<NaiveDate>> {
    Ok(customers(business)
        .select_only()
        .column(Column::LastPayment)
        .filter(Column::LastPayment.is_not_null())
        .order_by_desc(Column::LastPayment)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?)
}

async fn highest_spend(db: &DatabaseConnection, business: &business::Model, currency: Option<&str>) -> Result<Option<i64>> {
    let same = match currency {
        Some(currency) => Column::Currency.eq(currency),
        None => Column::Currency.is_null(),
    };
    Ok(customers(business)
        .select_only()
        .column(Column::TotalSpent)
        .filter(Column::TotalSpent.is_not_null())
        .filter(same)
        .order_by_desc(Column::TotalSpent)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_all_looked_at_and_many_are_not() {
        assert_eq!([0, 59, 20_000].map(share), [256, 256, 256]);
        assert_eq!([20_001, 100_000, 1_000_000, 50_000_000].map(share), [127, 25, 2, 1]);
    }

    #[test]
    fn only_the_same_business_and_currency_wait_for_each_other() {
        let id = || uuid::Uuid::from_u128(rand::random());
        let dollars: Key = (TeamId(id()), BusinessId(id()), "USD".into());
        let euros = (dollars.0, dollars.1, "EUR".into());
        let elsewhere = (dollars.0, BusinessId(id()), "USD".into());
        let first = turn(&dollars);
        let held = first.try_lock().expect("is free");
        assert!(turn(&dollars).try_lock().is_err());
        assert!(turn(&euros).try_lock().is_ok() && turn(&elsewhere).try_lock().is_ok());
        drop(held);
        drop(first);
        drop(turn(&euros));
        let turns = COUNTING.lock().expect("nobody panicked");
        assert!(!turns.contains_key(&dollars), "nobody waits for it any more");
    }

    #[test]
    fn an_estimate_has_two_digits() {
        assert_eq!(scaled(1_000_000, 10_000, 10_000), 1_000_000);
        assert_eq!(scaled(1_000_000, 6_543, 10_000), 650_000);
        assert_eq!(scaled(30_000, 0, 10_000), 0);
    }
}
