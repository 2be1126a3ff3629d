//! What stands around the rows of a page: other products, drafts, mails on their way, the last contact. One query each.

use super::{Line, Product, Sql, filter::UNSENT};
use crate::{
    Services,
    entity::{customer, outreach, team},
    error::Result,
    grant::Grant,
    moments,
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    Error,
    customer::{CustomerRow, LastContact},
    ids::{BusinessId, CustomerId, TeamId},
    money::{self, Cents},
    outreach::OutreachState,
    permission::{Sight, perm},
    persona::Opportunity,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement, Value};
use std::collections::{HashMap, HashSet};

pub struct Around {
    now: DateTime<Utc>,
    zone: Tz,
    also: HashMap<String, Vec<String>>,
    drafts: HashSet<CustomerId>,
    open: HashMap<CustomerId, OutreachState>,
    contacts: HashMap<String, LastContact>,
}

impl Around {
    pub async fn of(
        services: &Services,
        grant: &Grant<perm::ViewCustomers>,
        business: BusinessId,
        products: &[Product],
        rows: &[Line],
    ) -> Result<Self> {
        let (db, team_id) = (services.db().read(), grant.team());
        let team = team::Entity::find_by_id(team_id).one(db).await?.ok_or(Error::NotFound)?;
        let (now, zone) = (services.clock().now(), moments::zone(&team.time_zone));
        let ids: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
        let emails: Vec<String> = rows.iter().map(|row| row.email.clone()).collect();
        let newest = Newest {
            team: team_id,
            business,
            now,
            zone,
            window: TimeDelta::days(team.contact_window_days.into()),
        };
        // One after the other: a page never waits for a second connection while others wait for their first.
        Ok(Self {
            now,
            zone,
            also: also_in(db, team_id, business, products, &emails).await?,
            drafts: drafts(db, team_id, &ids).await?,
            open: open(db, team_id, business, &ids).await?,
            contacts: newest.contacts(db, &emails).await?,
        })
    }

    /// A row as this person may see it.
    pub fn row(&self, row: Line, sight: Sight) -> CustomerRow {
        let full = !sight.is_masked();
        let spent = row.total_spent.map(|cents| money::format(row.currency.as_deref(), Cents(cents)));
        let score = row
            .opportunity
            .and_then(|score| u8::try_from(score).ok())
            .and_then(Opportunity::new);
        CustomerRow {
            id: row.id,
            name: sight.text(&row.name),
            segment: row.segment.filter(|_| full),
            opportunity: score.filter(|_| full),
            spent: spent.filter(|_| full),
            payments: row.payment_count.filter(|_| full),
            last_payment: row.last_payment.map(|day| moments::day(day, self.now, self.zone)),
            last_contact: self.contacts.get(&row.email).cloned(),
            also_in: self.also.get(&row.email).cloned().unwrap_or_default(),
            has_draft: self.drafts.contains(&row.id),
            open_outreach: self.open.get(&row.id).copied(),
            email: sight.address(&row.email),
            deleted: row.deleted_at.map(|at| moments::moment(at, self.now, self.zone)),
        }
    }
}

/// Names of the other products that have an address too, in the products' order.
async fn also_in(
    db: &DatabaseConnection,
    team: TeamId,
    business: BusinessId,
    products: &[Product],
    emails: &[String],
) -> Result<HashMap<String, Vec<String>>> {
    let others: Vec<&Product> = products.iter().filter(|product| product.id != business).collect();
    if others.is_empty() || emails.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(String, BusinessId)> = customer::Entity::find()
        .select_only()
        .columns([customer::Column::Email, customer::Column::BusinessId])
        .filter(customer::Column::TeamId.eq(team))
        .filter(customer::Column::BusinessId.is_in(others.iter().map(|product| product.id)))
        .filter(customer::Column::Email.is_in(emails.iter().cloned()))
        .filter(customer::Column::DeletedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let found: HashSet<(String, BusinessId)> = found.into_iter().collect();
    let mut also: HashMap<String, Vec<String>> = HashMap::new();
    for email in emails {
        let names: Vec<String> = others
            .iter()
            .filter(|product| found.contains(&(email.clone(), product.id)))
            .map(|product| product.name.clone())
            .collect();
        if !names.is_empty() {
            also.insert(email.clone(), names);
        }
    }
    Ok(also)
}

/// Who has a draft that waits.
async fn drafts(db: &DatabaseConnection, team: TeamId, ids: &[CustomerId]) -> Result<HashSet<CustomerId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut sql = Sql::new(db);
    sql.push("SELECT r.customer_id FROM draft r WHERE r.team_id = ").bind(team.0);
    sql.push(" AND r.customer_id IN (")
        .bind_all(ids.iter().map(|id| id.0))
        .push(") AND ");
    sql.push(UNSENT);
    let rows = db.query_all_raw(sql.statement()).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

async fn open(
    db: &DatabaseConnection,
    team: TeamId,
    business: BusinessId,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, OutreachState>> {
    let found: Vec<(CustomerId, OutreachState)> = outreach::Entity::find()
        .select_only()
        .columns([outreach::Column::CustomerId, outreach::Column::State])
        .filter(outreach::Column::TeamId.eq(team))
        .filter(outreach::Column::BusinessId.eq(business))
        .filter(outreach::Column::CustomerId.is_in(ids.iter().copied()))
        .filter(outreach::Column::State.is_in(OutreachState::OPEN))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// The newest mail of the team to each of some people, for whichever product.
struct Newest {
    team: TeamId,
    business: BusinessId,
    now: DateTime<Utc>,
    zone: Tz,
    window: TimeDelta,
}

#[derive(FromQueryResult)]
struct Mail {
    email: String,
    business_id: BusinessId,
    business: String,
    mark: i32,
    person: String,
    queued_at: DateTime<Utc>,
    not_before: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
}

impl Newest {
    async fn contacts(&self, db: &DatabaseConnection, emails: &[String]) -> Result<HashMap<String, LastContact>> {
        if emails.is_empty() {
            return Ok(HashMap::new());
        }
        let mut values: Vec<Value> = vec![self.team.0.into()];
        let mut numbered = |more: Vec<Value>| {
            let start = values.len() + 1;
            values.extend(more);
            (start..=values.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
        };
        let emails = numbered(emails.iter().map(|email| email.as_str().into()).collect());
        let states = numbered(OutreachState::CONTACT.iter().map(|state| state.as_str().into()).collect());
        let sql = format!(
            "SELECT m.email, m.business_id, b.name AS business, b.mark, p.name AS person, m.queued_at, m.not_before, m.sent_at FROM (\
               SELECT o.team_id, o.email, o.business_id, o.queued_by, o.queued_at, o.not_before, o.sent_at, \
               row_number() OVER (PARTITION BY o.email ORDER BY o.queued_at DESC, o.id DESC) AS place \
               FROM outreach o WHERE o.team_id = $1 AND o.email IN ({emails}) AND o.state IN ({states})\
             ) m JOIN business b ON b.team_id = m.team_id AND b.id = m.business_id JOIN person p ON p.id = m.queued_by WHERE m.place = 1"
        );
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let mails = Mail::find_by_statement(statement).all(db).await?;
        Ok(mails.into_iter().map(|mail| self.contact(mail)).collect())
    }

    fn contact(&self, mail: Mail) -> (String, LastContact) {
        let at = mail.sent_at.or(mail.not_before).unwrap_or(mail.queued_at);
        let contact = LastContact {
            business: mail.business,
            mark: u8::try_from(mail.mark).unwrap_or(1),
            person: mail.person,
            at: moments::moment(at, self.now, self.zone),
            warn: mail.business_id != self.business && self.now - at < self.window,
        };
        (mail.email, contact)
    }
}
