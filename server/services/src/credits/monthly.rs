//! The monthly credits: on the day of the month on which the team began, what is left of them expires and new ones come.

use crate::{
    Services, entity,
    error::{Error, Result},
    ledger, teams,
};
use chrono::{DateTime, Datelike, Months, Utc};
use domain::{
    Error as Public,
    credit::{CreditAction, CreditKind},
    ids::TeamId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;

/// Teams that are looked at together; the next round takes the rest.
const TOGETHER: u64 = 100;

/// Renews the pools whose day has come; returns how many.
///
/// # Errors
/// When the database can't be used.
pub async fn renew_due(services: &Services, _stop: &CancellationToken) -> Result<usize> {
    let due: Vec<TeamId> = entity::team::Entity::find()
        .select_only()
        .column(entity::team::Column::Id)
        .filter(entity::team::Column::DeletedAt.is_null())
        .filter(entity::team::Column::NextGrantAt.lte(services.clock().now()))
        .order_by_asc(entity::team::Column::NextGrantAt)
        .limit(TOGETHER)
        .into_tuple()
        .all(services.db().read())
        .await?;
    let mut renewed = 0;
    for team in due {
        let txn = services.db().begin().await?;
        match renew(&txn, services, team).await {
            Ok(true) => {
                txn.commit().await?;
                renewed += 1;
            }
            // Another worker was first, or the team was deleted.
            Ok(false) | Err(Error::Public(Public::NotFound)) => txn.rollback().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(renewed)
}

/// Once per team and month: behind the team's lock its day is read again. A month that nobody was there for is not made up for.
async fn renew(db: &impl ConnectionTrait, services: &Services, team: TeamId) -> Result<bool> {
    let (clock, now) = (services.clock(), services.clock().now());
    let row = teams::lock(db, team).await?;
    if row.next_grant_at.is_none_or(|at| at > now) {
        return Ok(false);
    }
    ledger::expire(db, clock, team, CreditKind::Monthly, CreditAction::MonthlyExpiry).await?;
    let monthly = services.settings().limits.credits_per_month;
    ledger::grant(db, clock, team, CreditKind::Monthly, CreditAction::MonthlyGrant, monthly).await?;
    let next = entity::team::ActiveModel {
        id: Set(team),
        next_grant_at: Set(following(row.created_at, now)),
        ..Default::default()
    };
    entity::team::Entity::update(next).exec(db).await?;
    Ok(true)
}

/// The first of the team's days after `now`. Counted from the first one: the 31st comes back after a shorter month.
fn following(began: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let month = |at: DateTime<Utc>| i64::from(at.year()) * 12 + i64::from(at.month0());
    let passed = u32::try_from(month(now) - month(began)).unwrap_or(0);
    (passed..passed + 3)
        .filter_map(|months| began.checked_add_months(Months::new(months)))
        .find(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn a_team_keeps_its_day_of_the_month() {
        let began = at("2027-01-31T10:00:00Z");
        for (now, next) in [
            ("2027-02-28T10:00:00Z", "2027-03-31T10:00:00Z"),
            ("2027-02-28T09:59:59Z", "2027-02-28T10:00:00Z"),
            ("2027-12-31T10:00:00Z", "2028-01-31T10:00:00Z"),
            ("2029-06-15T00:00:00Z", "2029-06-30T10:00:00Z"),
        ] {
            assert_eq!(following(began, at(now)), Some(at(next)), "{now}");
        }
    }
}
