//! Replies of customers, logged by hand on a customer or an outreach.
//!
//! Owns the table `reply`. Logging costs nothing and needs no mail server.

use crate::{
    Services, accounts,
    audit::{self, Event},
    customers,
    entity::{
        customer, outreach,
        reply::{ActiveModel, Column, Entity, Model},
    },
    error::Result,
    grant::Grant,
    keyset::{self, By},
    moments, teams,
};
use chrono::{NaiveDate, TimeDelta};
use domain::{
    Error,
    audit::AuditKind,
    error::FieldCode,
    ids::{BusinessId, CustomerId, OutreachId, ReplyId},
    outreach::OutreachState,
    page::Page,
    permission::perm,
    reply::{ReplyForm, ReplyOptions, ReplyQuery, ReplyRow},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

const PAGE: u64 = 30;
/// An answer to no e-mail of ours; older ones are mistyped.
const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day");
/// E-mails that the form offers as what was answered.
const OFFERED: u64 = 10;

/// Logs a reply.
///
/// # Errors
/// `Invalid` for fields, `NotFound` for a customer or outreach that is not this business's, `Forbidden` for a business that is not theirs.
pub async fn log(
    services: &Services,
    grant: &Grant<perm::LogReplies>,
    business: BusinessId,
    customer: CustomerId,
    form: &ReplyForm,
) -> Result<ReplyId> {
    grant.business(services, business).await?;
    let now = services.clock().now();
    let zone = teams::zone(services.db().read(), grant.team()).await?;
    let checked = form.checked()?;
    let received = form
        .received
        .parse::<NaiveDate>()
        .map_err(|_| Error::field("received", FieldCode::NotADate))?;
    if received > now.with_timezone(&zone).date_naive() {
        return Err(Error::field("received", FieldCode::InFuture).into());
    }
    let id = ReplyId(services.clock().new_id());
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(business)).await?;
    let customer = customers::find(&txn, grant.team(), Some(business), customer).await?;
    let earliest = match checked.outreach {
        // It may have been read where the day before is not over yet.
        Some(answered) => {
            let answered = find_outreach(&txn, &customer, answered).await?;
            answered.queued_at.with_timezone(&zone).date_naive() - TimeDelta::days(1)
        }
        None => EARLIEST,
    };
    if received < earliest {
        return Err(Error::field("received", FieldCode::BeforeTheEmail).into());
    }
    let owner = grant.read_business(&txn, business).await?.owner_id;
    let row = ActiveModel {
        team_id: Set(grant.team()),
        id: Set(id),
        business_id: Set(business),
        customer_id: Set(customer.id),
        outreach_id: Set(checked.outreach),
        body: Set(checked.text),
        sentiment: Set(checked.sentiment),
        received_on: Set(received),
        logged_by: Set(grant.person().unwrap_or(owner)),
        created_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(&txn).await?;
    let told = Event::new(AuditKind::ReplyLogged)
        .business(business)
        .customer(customer.id)
        .subject(id.0)
        .detail("sentiment", checked.sentiment.as_str());
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), told).await?;
    txn.commit().await?;
    Ok(id)
}

/// What the form starts with.
///
/// # Errors
/// `NotFound` for a customer that is not this business's.
pub async fn options(
    services: &Services,
    grant: &Grant<perm::ViewCustomers>,
    business: BusinessId,
    customer: CustomerId,
) -> Result<ReplyOptions> {
    let db = services.db().read();
    grant.read_business(db, business).await?;
    let customer = customers::find(db, grant.team(), Some(business), customer).await?;
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let sent = outreach::Entity::find()
        .filter(outreach::Column::TeamId.eq(grant.team()))
        .filter(outreach::Column::CustomerId.eq(customer.id))
        .filter(outreach::Column::State.is_in([OutreachState::Sent, OutreachState::Unknown]))
        .order_by_desc(outreach::Column::QueuedAt)
        .order_by_desc(outreach::Column::Id)
        .limit(OFFERED)
        .all(db)
        .await?;
    let label = |row: outreach::Model| {
        let day = row.sent_at.unwrap_or(row.queued_at).with_timezone(&zone).format("%-d %b %Y");
        (row.id, format!("{}, {day}", row.subject))
    };
    Ok(ReplyOptions {
        today: now.with_timezone(&zone).date_naive().to_string(),
        // Subjects are words of an e-mail.
        answered: if grant.sight().is_masked() {
            Vec::new()
        } else {
            sent.into_iter().map(label).collect()
        },
    })
}

/// Replies of a business, newest first.
///
/// # Errors
/// `NotFound` for another team's business, `Malformed` for a cursor that is none.
pub async fn list(
    services: &Services,
    grant: &Grant<perm::ViewCustomers>,
    business: BusinessId,
    query: &ReplyQuery,
) -> Result<Page<ReplyRow>> {
    let db = services.db().read();
    grant.read_business(db, business).await?;
    let mut select = Entity::find()
        .filter(Column::TeamId.eq(grant.team()))
        .filter(Column::BusinessId.eq(business));
    if let Some(sentiment) = query.sentiment {
        select = select.filter(Column::Sentiment.eq(sentiment));
    }
    let by = By {
        at: Column::CreatedAt,
        id: Column::Id,
        ascending: false,
        place: |row: &Model| (row.created_at, row.id.0),
        limit: PAGE,
    };
    let mut page = keyset::page(db, select, by, query.after.as_deref(), query.before.as_deref()).await?;
    let rows = shown(services, grant, page.take()).await?;
    Ok(page.with(rows))
}

async fn shown(services: &Services, grant: &Grant<perm::ViewCustomers>, rows: Vec<Model>) -> Result<Vec<ReplyRow>> {
    let db = services.db().read();
    let full = !grant.sight().is_masked();
    let customers: HashMap<CustomerId, (String, String)> = customer::Entity::find()
        .select_only()
        .columns([customer::Column::Id, customer::Column::Name, customer::Column::Email])
        .filter(customer::Column::TeamId.eq(grant.team()))
        .filter(customer::Column::Id.is_in(rows.iter().map(|row| row.customer_id)))
        .into_tuple::<(CustomerId, String, String)>()
        .all(db)
        .await?
        .into_iter()
        .map(|(id, name, email)| (id, (name, email)))
        .collect();
    let subjects: HashMap<OutreachId, String> = outreach::Entity::find()
        .select_only()
        .columns([outreach::Column::Id, outreach::Column::Subject])
        .filter(outreach::Column::TeamId.eq(grant.team()))
        .filter(outreach::Column::Id.is_in(rows.iter().filter_map(|row| row.outreach_id)))
        .into_tuple::<(OutreachId, String)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let people = accounts::names(db, rows.iter().map(|row| row.logged_by)).await?;
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let row = |row: Model| {
        let (name, address) = customers.get(&row.customer_id).cloned().unwrap_or_default();
        ReplyRow {
            id: row.id,
            customer: row.customer_id,
            outreach: row.outreach_id,
            name: grant.sight().text(&name),
            email: grant.sight().address(&address),
            subject: row.outreach_id.and_then(|id| subjects.get(&id).cloned()).filter(|_| full),
            text: full.then_some(row.body),
            sentiment: row.sentiment,
            received: moments::day(row.received_on, now, zone),
            logged_by: people.get(&row.logged_by).cloned().unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(row).collect())
}

async fn find_outreach(db: &impl ConnectionTrait, customer: &customer::Model, id: OutreachId) -> Result<outreach::Model> {
    outreach::Entity::find()
        .filter(outreach::Column::TeamId.eq(customer.team_id))
        .filter(outreach::Column::CustomerId.eq(customer.id))
        .filter(outreach::Column::Id.eq(id))
        .one(db)
        .await?
        .ok_or_else(|| Error::NotFound.into())
}
