//! Settings → Team → Credits: what is left, who used what this month, and every line of the ledger. And the month's renewal.
//!
//! The ledger alone moves credits.

mod monthly;

pub(crate) use monthly::renew_due;

use crate::{
    Services, accounts,
    entity::{business, customer, member, team},
    error::Result,
    grant::Grant,
    ledger::{
        self,
        history::{self, Filter, Line},
    },
    moments,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::{
    Error, credit,
    credit::{BusinessUse, Credits, CreditsPage, CreditsQuery, DayUse, PersonUse, TransferRow},
    ids::{BusinessId, CustomerId, PersonId, TeamId},
    page::Page,
    permission::{Sight, perm},
    role::Role,
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, HashMap, HashSet};

const PAGE: u64 = 25;
/// Most people and businesses that the page lists; far above any plan.
const LIST_MAX: u64 = 500;
/// A month and a day.
const DAYS_MAX: usize = 32;

/// # Errors
/// `Malformed` for a cursor that is none.
pub async fn page(services: &Services, grant: &Grant<perm::ViewTeamSettings>, query: &CreditsQuery) -> Result<CreditsPage> {
    let (db, team) = (services.db().read(), grant.team());
    let row = team::Entity::find_by_id(team).one(db).await?.ok_or(Error::NotFound)?;
    let (now, zone) = (services.clock().now(), moments::zone(&row.time_zone));
    let since = history::last_grant(db, team).await?.unwrap_or(row.created_at);
    let balance = ledger::balance(db, team).await?;
    let used = history::used(db, team, since).await?;
    let products = products(db, team).await?;
    let total = used.iter().map(|(_, _, amount)| amount).sum();
    let monthly = services.settings().limits.credits_per_month;
    let filter = Filter {
        person: query.person,
        business: query.business,
        action: query.action,
    };
    let shown = Shown {
        db,
        team,
        sight: grant.sight(),
        products: &products,
        now,
        zone,
    };
    Ok(CreditsPage {
        balance,
        monthly,
        low_below: monthly.low_below(),
        since: moments::day(since.with_timezone(&zone).date_naive(), now, zone),
        next_grant: row
            .next_grant_at
            .map(|at| moments::day(at.with_timezone(&zone).date_naive(), now, zone)),
        used: Credits(total),
        by_person: by_person(db, team, &used, &products).await?,
        by_business: by_business(used.iter().map(|(_, business, amount)| (*business, *amount)), &products),
        by_day: by_day(db, team, since, now, zone).await?,
        history: shown.history(filter, query, balance).await?,
    })
}

/// Names and marks of all businesses, deleted ones too: their transfers stay.
async fn products(db: &DatabaseConnection, team: TeamId) -> Result<HashMap<BusinessId, (String, u8)>> {
    let rows: Vec<(BusinessId, String, i32)> = business::Entity::find()
        .select_only()
        .column(business::Column::Id)
        .column(business::Column::Name)
        .column(business::Column::Mark)
        .filter(business::Column::TeamId.eq(team))
        .order_by_asc(business::Column::CreatedAt)
        .limit(LIST_MAX)
        .into_tuple()
        .all(db)
        .await?;
    let named = |(id, name, mark)| (id, (name, u8::try_from(mark).unwrap_or(1)));
    Ok(rows.into_iter().map(named).collect())
}

fn by_business(used: impl Iterator<Item = (Option<BusinessId>, i64)>, products: &HashMap<BusinessId, (String, u8)>) -> Vec<BusinessUse> {
    let mut sums: BTreeMap<Option<BusinessId>, i64> = BTreeMap::new();
    for (business, amount) in used {
        *sums.entry(business).or_default() += amount;
    }
    let mut list: Vec<BusinessUse> = sums
        .into_iter()
        .map(|(business, amount)| {
            let (name, mark) = business
                .and_then(|id| products.get(&id).cloned())
                .unwrap_or_else(|| ("No business".into(), 0));
            let used = Credits(amount);
            BusinessUse { name, mark, used }
        })
        .collect();
    list.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.name.cmp(&b.name)));
    list
}

async fn by_person(
    db: &DatabaseConnection,
    team: TeamId,
    used: &[(Option<PersonId>, Option<BusinessId>, i64)],
    products: &HashMap<BusinessId, (String, u8)>,
) -> Result<Vec<PersonUse>> {
    let members: Vec<(PersonId, Role)> = member::Entity::find()
        .select_only()
        .column(member::Column::PersonId)
        .column(member::Column::Role)
        .filter(member::Column::TeamId.eq(team))
        .order_by_asc(member::Column::JoinedAt)
        .limit(LIST_MAX)
        .into_tuple()
        .all(db)
        .await?;
    let roles: HashMap<PersonId, Role> = members.iter().copied().collect();
    let everybody: HashSet<Option<PersonId>> = members
        .iter()
        .map(|(person, _)| Some(*person))
        .chain(used.iter().map(|(person, _, _)| *person))
        .collect();
    let names = accounts::names(db, everybody.iter().copied().flatten()).await?;
    let mut list: Vec<PersonUse> = everybody
        .into_iter()
        .map(|person| {
            let own = used.iter().filter(|(who, _, _)| *who == person);
            let by_business = by_business(own.map(|(_, business, amount)| (*business, *amount)), products);
            PersonUse {
                person,
                name: person.map_or_else(|| "AskUsers".to_owned(), |id| names.get(&id).cloned().unwrap_or_default()),
                role: person.and_then(|id| roles.get(&id).copied()),
                used: Credits(by_business.iter().map(|part| part.used.0).sum()),
                by_business,
            }
        })
        .collect();
    list.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.name.cmp(&b.name)));
    Ok(list)
}

/// Days of the team, from the day the month's credits came until today; the last ones where a month is overdue.
async fn by_day(db: &DatabaseConnection, team: TeamId, since: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Result<Vec<DayUse>> {
    let (first, today) = (since.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive());
    let mut days: Vec<NaiveDate> = first.iter_days().take_while(|day| *day <= today).collect();
    days.drain(..days.len().saturating_sub(DAYS_MAX));
    let after = today.checked_add_days(Days::new(1));
    let times: Vec<DateTime<Utc>> = days.iter().copied().chain(after).map(|day| begin(day, zone)).collect();
    let used = history::used_between(db, team, &times).await?;
    let day = |(date, used): (NaiveDate, Credits)| DayUse {
        day: date.format("%-d %b").to_string(),
        used,
    };
    Ok(days.into_iter().zip(used).map(day).collect())
}

/// When a day begins in a zone; where midnight is skipped, as if it were UTC's.
fn begin(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    zone.from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

/// What lines are shown with.
struct Shown<'a> {
    db: &'a DatabaseConnection,
    team: TeamId,
    sight: Sight,
    products: &'a HashMap<BusinessId, (String, u8)>,
    now: DateTime<Utc>,
    zone: Tz,
}

impl Shown<'_> {
    async fn history(&self, filter: Filter, query: &CreditsQuery, balance: credit::Balance) -> Result<Page<TransferRow>> {
        let (after, before) = (query.after.as_deref(), query.before.as_deref());
        let mut found = history::lines(self.db, self.team, filter, PAGE, after, before).await?;
        let mut left = match found.rows.first() {
            Some(first) if filter.is_empty() => {
                let newer = history::moved_since(self.db, self.team, first).await?;
                Some(balance.available().0 - newer.0)
            }
            _ => None,
        };
        let people = accounts::names(self.db, found.rows.iter().filter_map(|line| line.person)).await?;
        let customers = self.customers(&found.rows).await?;
        let rows = found.take().into_iter().map(|line| {
            let row_left = left.map(Credits);
            left = left.map(|left| left - line.amount.0);
            TransferRow {
                id: line.id,
                at: moments::moment(line.at, self.now, self.zone),
                action: line.action,
                kind: line.kind,
                phase: line.phase,
                amount: line.amount,
                person: line.person.and_then(|id| people.get(&id).cloned()),
                business: line.business.and_then(|id| self.products.get(&id).cloned()),
                customer: line.customer.and_then(|id| customers.get(&id).cloned()),
                left: row_left,
            }
        });
        let rows = rows.collect();
        Ok(found.with(rows))
    }

    async fn customers(&self, lines: &[Line]) -> Result<HashMap<CustomerId, (String, BusinessId, CustomerId)>> {
        let ids: HashSet<CustomerId> = lines.iter().filter_map(|line| line.customer).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(CustomerId, BusinessId, String, String)> = customer::Entity::find()
            .select_only()
            .column(customer::Column::Id)
            .column(customer::Column::BusinessId)
            .column(customer::Column::Name)
            .column(customer::Column::Email)
            .filter(customer::Column::TeamId.eq(self.team))
            .filter(customer::Column::Id.is_in(ids))
            .filter(customer::Column::DeletedAt.is_null())
            .into_tuple()
            .all(self.db)
            .await?;
        let named = |(id, business, name, address): (CustomerId, BusinessId, String, String)| {
            let name = if name.trim().is_empty() { address } else { name };
            (id, (self.sight.text(&name), business, id))
        };
        Ok(rows.into_iter().map(named).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_team_is() {
        let day = "2027-01-12".parse().expect("a date");
        assert_eq!(begin(day, Tz::Europe__Berlin).to_rfc3339(), "2027-01-11T23:00:00+00:00");
        // Midnight does not occur on this day there.
        let skipped = "2018-11-04".parse().expect("a date");
        assert_eq!(begin(skipped, Tz::America__Sao_Paulo).to_rfc3339(), "2018-11-04T00:00:00+00:00");
    }
}
