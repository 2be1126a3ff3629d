//! What is known of the addresses of a file: customers already, erased, suppressed, contacted recently, in other products.
//! Only reads.

use super::rows::Fields;
use crate::{
    Services, accounts,
    customers::erased,
    entity::{business, customer, outreach, suppression, team},
    error::{Error, Result},
    moments,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    Error as Public,
    ids::{BusinessId, PersonId, TeamId},
    import::ImportGroup,
    outreach::{OutreachState, SuppressionReason},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    Statement, TransactionTrait,
};
use std::collections::HashMap;

/// A contact by the same business warns so long.
const OWN_WINDOW: TimeDelta = TimeDelta::days(3);
/// Most products of a team that are looked at.
const BUSINESSES_MAX: u64 = 500;

/// What the database says of one address.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub existing: Option<customer::Model>,
    pub erased: bool,
    /// In words.
    pub suppressed: Option<String>,
    pub contacted: Option<String>,
    pub elsewhere: Option<String>,
}

impl Known {
    /// The group of a row that is neither invalid nor a duplicate.
    #[must_use]
    pub const fn group(&self) -> ImportGroup {
        if self.erased {
            ImportGroup::Erased
        } else if self.suppressed.is_some() {
            ImportGroup::Suppressed
        } else if self.contacted.is_some() {
            ImportGroup::ContactedRecently
        } else if self.elsewhere.is_some() {
            ImportGroup::InOtherProducts
        } else if self.existing.is_some() {
            ImportGroup::Update
        } else {
            ImportGroup::New
        }
    }

    /// Why it is in that group, in words.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.suppressed
            .as_deref()
            .or(self.contacted.as_deref())
            .or(self.elsewhere.as_deref())
    }

    /// The currency of the customer, who may be none yet: then the file's first row decides.
    #[must_use]
    pub fn currency(&self, fields: &Fields) -> Option<String> {
        let theirs = self.existing.as_ref().and_then(|customer| customer.currency.clone());
        theirs.or_else(|| fields.currency.clone())
    }
}

/// Looks addresses up, many at a time.
#[derive(Debug)]
pub struct Lookup {
    services: Services,
    team: TeamId,
    business: BusinessId,
    /// Names of all products; `others` are those with customers.
    names: HashMap<BusinessId, String>,
    others: Vec<BusinessId>,
    window: TimeDelta,
    zone: Tz,
    now: DateTime<Utc>,
    any_erased: bool,
    any_suppressed: bool,
    any_outreach: bool,
}

impl Lookup {
    /// What holds for all addresses.
    ///
    /// # Errors
    /// `NotFound` for a team that is gone.
    pub async fn load(services: &Services, team: TeamId, business: BusinessId) -> Result<Self> {
        let db = services.db().read();
        let row = team::Entity::find_by_id(team).one(db).await?.ok_or(Public::NotFound)?;
        let businesses = business::Entity::find()
            .filter(business::Column::TeamId.eq(team))
            .filter(business::Column::DeletedAt.is_null())
            .limit(BUSINESSES_MAX)
            .all(db)
            .await?;
        let suppressed = suppression::Entity::find()
            .filter(suppression::Column::TeamId.eq(team))
            .limit(1)
            .one(db)
            .await?;
        let contacted = outreach::Entity::find()
            .select_only()
            .column(outreach::Column::Id)
            .filter(outreach::Column::TeamId.eq(team))
            .limit(1)
            .into_tuple::<uuid::Uuid>()
            .one(db)
            .await?;
        Ok(Self {
            services: services.clone(),
            team,
            business,
            others: businesses
                .iter()
                .filter(|row| row.id != business && row.customer_count > 0)
                .map(|row| row.id)
                .collect(),
            names: businesses.into_iter().map(|row| (row.id, row.name)).collect(),
            window: TimeDelta::days(i64::from(row.contact_window_days)),
            zone: moments::zone(&row.time_zone),
            now: services.clock().now(),
            any_erased: erased::any(db, team).await?,
            any_suppressed: suppressed.is_some(),
            any_outreach: contacted.is_some(),
        })
    }

    /// What is known of these addresses; nothing for an address of which nothing is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, addresses: &[String]) -> Result<HashMap<String, Known>> {
        let db = self.services.db().read();
        let mut known: HashMap<String, Known> = HashMap::new();
        let found = if self.services.db().is_sqlite() {
            existing_sqlite(db, self.team, self.business, addresses).await?
        } else {
            let txn = db.begin().await?;
            let found = existing(&txn, self.team, self.business, addresses, false).await?;
            txn.commit().await?;
            found
        };
        for customer in found {
            if customer.deleted_at.is_none() {
                let known = known.entry(customer.email.clone()).or_default();
                known.existing = Some(customer);
            }
        }
        if self.any_erased {
            for address in erased::among(db, &self.services, self.team, addresses).await? {
                known.entry(address.to_owned()).or_default().erased = true;
            }
        }
        if self.any_suppressed {
            self.suppressed(db, addresses, &mut known).await?;
        }
        if self.any_outreach {
            self.contacted(db, addresses, &mut known).await?;
        }
        if !self.others.is_empty() {
            self.elsewhere(db, addresses, &mut known).await?;
        }
        Ok(known)
    }

    async fn suppressed(&self, db: &impl ConnectionTrait, addresses: &[String], known: &mut HashMap<String, Known>) -> Result<()> {
        let here = Condition::any()
            .add(suppression::Column::BusinessId.is_null())
            .add(suppression::Column::BusinessId.eq(self.business));
        let rows = suppression::Entity::find()
            .filter(suppression::Column::TeamId.eq(self.team))
            .filter(suppression::Column::Email.is_in(addresses))
            .filter(here)
            .all(db)
            .await?;
        for row in rows {
            let reason = match row.reason {
                SuppressionReason::ByHand => "Suppressed by hand",
                other => other.label(),
            };
            let scope = if row.business_id.is_none() { ", whole team" } else { "" };
            let words = format!("{reason} {}{scope}", self.day(row.created_at));
            known.entry(row.email).or_default().suppressed = Some(words);
        }
        Ok(())
    }

    async fn contacted(&self, db: &impl ConnectionTrait, addresses: &[String], known: &mut HashMap<String, Known>) -> Result<()> {
        type Contact = (
            String,
            BusinessId,
            PersonId,
            DateTime<Utc>,
            Option<DateTime<Utc>>,
            Option<DateTime<Utc>>,
        );
        let oldest = self.now - self.window.max(OWN_WINDOW);
        let recent = Condition::any()
            .add(outreach::Column::SentAt.is_null())
            .add(outreach::Column::SentAt.gt(oldest));
        let rows: Vec<Contact> = outreach::Entity::find()
            .select_only()
            .columns([
                outreach::Column::Email,
                outreach::Column::BusinessId,
                outreach::Column::QueuedBy,
                outreach::Column::QueuedAt,
                outreach::Column::NotBefore,
                outreach::Column::SentAt,
            ])
            .filter(outreach::Column::TeamId.eq(self.team))
            .filter(outreach::Column::Email.is_in(addresses))
            .filter(outreach::Column::State.is_in(OutreachState::CONTACT))
            .filter(recent)
            .into_tuple()
            .all(db)
            .await?;
        let mut latest: HashMap<String, (DateTime<Utc>, BusinessId, PersonId)> = HashMap::new();
        for (email, by, person, queued, not_before, sent) in rows {
            let at = sent.or(not_before).unwrap_or(queued);
            let window = if by == self.business { OWN_WINDOW } else { self.window };
            if at > self.now - window && latest.get(&email).is_none_or(|found| found.0 < at) {
                latest.insert(email, (at, by, person));
            }
        }
        let names = accounts::names(db, latest.values().map(|found| found.2)).await?;
        for (email, (at, by, person)) in latest {
            let who = names.get(&person).map_or("Somebody", String::as_str);
            let product = self.names.get(&by).map_or("a deleted product", String::as_str);
            let when = moments::moment(at, self.now, self.zone).relative;
            known.entry(email).or_default().contacted = Some(format!("{who}, {product}, {when}"));
        }
        Ok(())
    }

    async fn elsewhere(&self, db: &impl ConnectionTrait, addresses: &[String], known: &mut HashMap<String, Known>) -> Result<()> {
        let rows: Vec<(String, BusinessId, Option<NaiveDate>, DateTime<Utc>)> = customer::Entity::find()
            .select_only()
            .columns([
                customer::Column::Email,
                customer::Column::BusinessId,
                customer::Column::FirstPayment,
                customer::Column::CreatedAt,
            ])
            .filter(customer::Column::TeamId.eq(self.team))
            .filter(customer::Column::BusinessId.is_in(self.others.iter().copied()))
            .filter(customer::Column::Email.is_in(addresses))
            .filter(customer::Column::DeletedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        for (email, business, first, created) in rows {
            let product = self.names.get(&business).map_or("another product", String::as_str);
            let since = first.map_or_else(|| self.day(created), |day| day.format("%-d %b %Y").to_string());
            let known = known.entry(email).or_default();
            let words = match known.elsewhere.take() {
                Some(before) => format!("{before}, of {product} since {since}"),
                None => format!("Customer of {product} since {since}"),
            };
            known.elsewhere = Some(words);
        }
        Ok(())
    }

    fn day(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%-d %b %Y").to_string()
    }
}

/// The business's own customers of these addresses, deleted ones too. `addresses` are sorted. `lock`: nobody changes them until the end of
/// the transaction.
///
/// # Errors
/// When the database fails.
pub async fn existing(
    txn: &DatabaseTransaction,
    team: TeamId,
    business: BusinessId,
    addresses: &[String],
    lock: bool,
) -> Result<Vec<customer::Model>> {
    if txn.get_database_backend() != DbBackend::Sqlite {
        return one_by_one(txn, team, business, addresses, lock).await;
    }
    existing_sqlite(txn, team, business, addresses).await
}

/// SQLite: one look at the index says for most files that nobody between the first and the last address is there yet.
async fn existing_sqlite(
    db: &impl ConnectionTrait,
    team: TeamId,
    business: BusinessId,
    addresses: &[String],
) -> Result<Vec<customer::Model>> {
    let (Some(first), Some(last)) = (addresses.first(), addresses.last()) else {
        return Ok(Vec::new());
    };
    let own = customer::Entity::find()
        .filter(customer::Column::TeamId.eq(team))
        .filter(customer::Column::BusinessId.eq(business));
    let any = own
        .clone()
        .select_only()
        .column(customer::Column::Id)
        .filter(customer::Column::Email.between(first.as_str(), last.as_str()))
        .limit(1)
        .into_tuple::<uuid::Uuid>()
        .one(db)
        .await?;
    if any.is_none() {
        return Ok(Vec::new());
    }
    let found = own.filter(customer::Column::Email.is_in(addresses));
    found.all(db).await.map_err(Error::from)
}

/// PostgreSQL: each address by the unique index, whatever the statistics say. They know nothing of a business that is being filled
/// for the first time: any index that begins with the business then seems to find a single row, and the planner reads the whole
/// business for every few hundred addresses. Only the unique index has the addresses in order, and nothing else may sort.
async fn one_by_one(
    txn: &DatabaseTransaction,
    team: TeamId,
    business: BusinessId,
    addresses: &[String],
    lock: bool,
) -> Result<Vec<customer::Model>> {
    let lock = if lock { " FOR UPDATE" } else { "" };
    let sql = format!(
        "SELECT c.* FROM jsonb_array_elements_text($3) AS wanted (email) CROSS JOIN LATERAL (\
           SELECT * FROM customer WHERE team_id = $1 AND business_id = $2 AND email >= wanted.email AND email <= wanted.email \
           ORDER BY email LIMIT 1{lock}) c"
    );
    let values = [team.0.into(), business.0.into(), serde_json::json!(addresses).into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    txn.execute_unprepared("SET LOCAL enable_sort = off").await?;
    let found = customer::Model::find_by_statement(statement).all(txn).await?;
    txn.execute_unprepared("SET LOCAL enable_sort TO DEFAULT").await?;
    Ok(found)
}
