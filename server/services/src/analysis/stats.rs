//! How the customers of a business spend, read from the database and kept for the next analysis.
//!
//! Owns the table `business_stats`. The ranks are exact, so a million customers take seconds: they are counted again only when an
//! import has ended since, when the number of customers moved, or when the figures are old.

use super::distribution::{Distribution, Quantiles};
use crate::{
    Services,
    entity::{business, business_stats, import},
    error::{Error, Result},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::{BusinessId, TeamId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryResult, QuerySelect, Statement,
    TryGetable, sea_query::OnConflict,
};
use tokio::sync::Mutex;

/// Up to so many customers counting again costs nothing worth keeping.
const FEW: i64 = 5_000;
const KEPT_OF_FEW: TimeDelta = TimeDelta::minutes(1);
const KEPT_OF_MANY: TimeDelta = TimeDelta::days(1);

/// Only one counts at a time: a hundred analyses that start together wait for one result.
static COUNTING: Mutex<()> = Mutex::const_new(());

/// What a customer with that currency is compared with.
///
/// # Errors
/// When the database fails.
pub async fn of(services: &Services, business: &business::Model, currency: Option<&str>) -> Result<Distribution> {
    if let Some(kept) = kept(services, business, currency).await? {
        return Ok(kept);
    }
    let _one = COUNTING.lock().await;
    if let Some(kept) = kept(services, business, currency).await? {
        return Ok(kept);
    }
    let distribution = count(services.db().read(), business.team_id, business.id, currency).await?;
    keep(services, business, currency, &distribution).await?;
    Ok(distribution)
}

async fn kept(services: &Services, business: &business::Model, currency: Option<&str>) -> Result<Option<Distribution>> {
    let db = services.db().read();
    let key = (business.team_id, business.id, currency.unwrap_or_default().to_owned());
    let Some(row) = business_stats::Entity::find_by_id(key).one(db).await? else {
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
    use business_stats::Column;
    let distribution = serde_json::to_value(distribution).map_err(|cause| Error::Bug(format!("distribution: {cause}")))?;
    let row = business_stats::ActiveModel {
        team_id: Set(business.team_id),
        business_id: Set(business.id),
        currency: Set(currency.unwrap_or_default().to_owned()),
        distribution: Set(distribution),
        customer_count: Set(business.customer_count),
        computed_at: Set(services.clock().now()),
    };
    let newer = OnConflict::columns([Column::TeamId, Column::BusinessId, Column::Currency])
        .update_columns([Column::Distribution, Column::CustomerCount, Column::ComputedAt])
        .to_owned();
    business_stats::Entity::insert(row)
        .on_conflict(newer)
        .exec_without_returning(services.db().write())
        .await?;
    Ok(())
}

/// The value at each rank of the sorted ones, with how many there are: `Quantiles::of`, without a million values leaving the database.
const RANKS: &str = "SELECT v, r, n FROM (
  SELECT @value AS v, row_number() OVER (ORDER BY @value @order) AS r, count(*) OVER () AS n
  FROM customer WHERE team_id = $1 AND business_id = $2 AND deleted_at IS NULL AND @value IS NOT NULL @only
) ranked WHERE r IN (n * 10 / 100 + 1, n * 25 / 100 + 1, n * 50 / 100 + 1, n * 75 / 100 + 1, n * 90 / 100 + 1, n)";

async fn count(db: &DatabaseConnection, team: TeamId, business: BusinessId, currency: Option<&str>) -> Result<Distribution> {
    let ranks = |value: &'static str, order: &'static str, only: &'static str| {
        let sql = RANKS.replace("@value", value).replace("@order", order).replace("@only", only);
        let mut values: Vec<sea_orm::Value> = vec![team.0.into(), business.0.into()];
        if only.contains("$3") {
            values.push(currency.unwrap_or_default().into());
        }
        Statement::from_sql_and_values(db.get_database_backend(), sql, values)
    };
    let same = if currency.is_some() {
        "AND currency = $3"
    } else {
        "AND currency IS NULL"
    };
    let spend = Ranked::<i64>::read(db.query_all_raw(ranks("total_spent", "ASC", same)).await?)?;
    let payments = Ranked::<i64>::read(db.query_all_raw(ranks("payment_count", "ASC", "")).await?)?;
    // Newest first: the shortest silence has the lowest rank.
    let last = Ranked::<NaiveDate>::read(db.query_all_raw(ranks("last_payment", "DESC", "")).await?)?;
    let newest = newest_payment(db, team, business).await?;
    Ok(Distribution {
        customers: spend.count,
        newest_payment: newest,
        spend: spend.quantiles(Some),
        silence_days: last.quantiles(|date| Some((newest? - date).num_days())),
        payments: payments.quantiles(Some),
    })
}

async fn newest_payment(db: &DatabaseConnection, team: TeamId, business: BusinessId) -> Result<Option<NaiveDate>> {
    use crate::entity::customer::{Column, Entity};
    use sea_orm::QueryOrder;
    Ok(Entity::find()
        .select_only()
        .column(Column::LastPayment)
        .filter(Column::TeamId.eq(team))
        .filter(Column::BusinessId.eq(business))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::LastPayment.is_not_null())
        .order_by_desc(Column::LastPayment)
        .limit(1)
        .into_tuple::<NaiveDate>()
        .one(db)
        .await?)
}

/// Values at their ranks, counted from 1.
struct Ranked<T> {
    values: Vec<(i64, T)>,
    count: u64,
}

impl<T: TryGetable + Copy> Ranked<T> {
    fn read(rows: Vec<QueryResult>) -> Result<Self> {
        let mut ranked = Self {
            values: Vec::with_capacity(rows.len()),
            count: 0,
        };
        for row in rows {
            ranked.values.push((row.try_get("", "r")?, row.try_get("", "v")?));
            ranked.count = u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or_default();
        }
        Ok(ranked)
    }

    fn quantiles(&self, value: impl Fn(T) -> Option<i64>) -> Option<Quantiles> {
        let n = i64::try_from(self.count).ok()?;
        let at = |rank: i64| self.values.iter().find(|(r, _)| *r == rank).and_then(|(_, v)| value(*v));
        let part = |percent: i64| at(n * percent / 100 + 1);
        Some(Quantiles {
            p10: part(10)?,
            p25: part(25)?,
            p50: part(50)?,
            p75: part(75)?,
            p90: part(90)?,
            max: at(n)?,
        })
    }
}
