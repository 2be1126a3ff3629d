//! The list of customers and the timeline of one, over HTTP: every row once, texts literally, nothing masked shows.

mod deletion;
mod export;
mod filters;
mod finding;
mod language;
mod list;
mod masking;
mod timeline;

use crate::{
    stage,
    support::{
        TestApp,
        actor::{Actor, Answer},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    customer::{CustomerQuery, CustomerRow},
    ids::{BusinessId, CustomerId, TeamId},
    page::Page,
    permission::perm,
    persona::Segment,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Statement, Value};
use serde_json::json;
use services::{businesses, customers::search, entity::customer};

/// A business of the team, created by its owner.
async fn business(app: &TestApp, name: &str) -> BusinessId {
    let grant = app.grant::<perm::CreateBusiness>(&app.owner().await).await;
    businesses::create(&app.services, &grant, stage::business(name))
        .await
        .expect("creates a business")
}

/// A customer before it is there.
#[derive(Clone, Debug, Default)]
struct Given {
    email: String,
    name: String,
    company: String,
    spent: Option<i64>,
    last_payment: Option<NaiveDate>,
    segment: Option<Segment>,
    opportunity: Option<i32>,
    tags: Vec<&'static str>,
}

impl Given {
    fn named(name: &str) -> Self {
        let local: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        Self {
            email: format!("{}@example.com", local.to_lowercase()),
            name: name.into(),
            ..Self::default()
        }
    }
}

/// Puts customers into a business and into the index, as an import does.
async fn add(app: &TestApp, business: BusinessId, given: Vec<Given>) -> Vec<CustomerId> {
    let (team, clock) = (app.team().await, app.services.clock());
    let rows: Vec<customer::ActiveModel> = given.into_iter().map(|given| row(app, team, business, given)).collect();
    let ids: Vec<CustomerId> = rows.iter().map(|row| *row.id.as_ref()).collect();
    let txn = app.services.db().begin().await.expect("begins");
    customer::Entity::insert_many(rows)
        .exec_without_returning(&txn)
        .await
        .expect("inserts");
    search::index(&txn, team, business, &ids).await.expect("indexes");
    txn.commit().await.expect("commits");
    run(
        app,
        "UPDATE business SET customer_count = customer_count + $1 WHERE id = $2",
        vec![i64::try_from(ids.len()).expect("few").into(), business.0.into()],
    )
    .await;
    clock.advance(chrono::TimeDelta::milliseconds(1));
    ids
}

fn row(app: &TestApp, team: TeamId, business: BusinessId, given: Given) -> customer::ActiveModel {
    let clock = app.services.clock();
    customer::ActiveModel {
        team_id: Set(team),
        id: Set(CustomerId(clock.new_id())),
        business_id: Set(business),
        email: Set(given.email),
        name: Set(given.name),
        company: Set(given.company),
        currency: Set(Some("USD".into())),
        total_spent: Set(given.spent),
        payment_count: Set(given.spent.map(|cents| cents / 100)),
        last_payment: Set(given.last_payment),
        segment: Set(given.segment),
        opportunity: Set(given.opportunity),
        tags: Set((!given.tags.is_empty()).then(|| json!(given.tags))),
        country: Set(String::new()),
        notes: Set(String::new()),
        created_at: Set(clock.now()),
        updated_at: Set(clock.now()),
        ..Default::default()
    }
}

async fn run(app: &TestApp, sql: &str, values: Vec<Value>) {
    let db = app.services.db().write();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.expect(sql);
}

/// What the server answers to a list.
async fn ask(app: &TestApp, actor: &Actor, business: BusinessId, query: &CustomerQuery) -> Answer {
    let input = json!({"team": app.team().await, "business": business, "query": query});
    actor.browser.call("customers/list", &input).await
}

async fn page(app: &TestApp, actor: &Actor, business: BusinessId, query: &CustomerQuery) -> Page<CustomerRow> {
    let answer = ask(app, actor, business, query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("a page")
}

/// The names that a query finds, in order.
async fn names(app: &TestApp, actor: &Actor, business: BusinessId, query: CustomerQuery) -> Vec<String> {
    let page = page(app, actor, business, &query).await;
    page.rows.into_iter().map(|row| row.name).collect()
}

fn searching(search: &str) -> CustomerQuery {
    CustomerQuery {
        search: search.into(),
        ..CustomerQuery::default()
    }
}

/// A mail to a customer of the business.
struct Mail<'a> {
    business: BusinessId,
    customer: CustomerId,
    email: &'a str,
    state: &'a str,
    at: DateTime<Utc>,
}

/// Puts a mail into the table of outreach; gives its id.
async fn mail(app: &TestApp, by: &Actor, mail: Mail<'_>) -> uuid::Uuid {
    let (team, clock) = (app.team().await, app.services.clock());
    let (sender, id) = (clock.new_id(), clock.new_id());
    let person = by.session.person.0;
    run(
        app,
        "INSERT INTO sender (team_id, id, business_id, name, email, state, created_by, created_at) VALUES ($1, $2, $3, 'Jane', $4, 'verified', $5, $6)",
        vec![
            team.0.into(),
            sender.into(),
            mail.business.0.into(),
            format!("{sender}@shop.example").into(),
            person.into(),
            mail.at.into(),
        ],
    )
    .await;
    let sent = (mail.state == "sent").then_some(mail.at);
    run(
        app,
        "INSERT INTO outreach (team_id, id, business_id, customer_id, sender_id, email, to_name, subject, body, state, message_id, queued_by, queued_at, due_at, sent_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'Helena', 'A quiet offer', 'The secret text', $7, $8, $9, $10, $10, $11)",
        vec![
            team.0.into(),
            id.into(),
            mail.business.0.into(),
            mail.customer.0.into(),
            sender.into(),
            mail.email.into(),
            mail.state.into(),
            format!("<{id}@example.com>").into(),
            person.into(),
            mail.at.into(),
            sent.into(),
        ],
    )
    .await;
    id
}

async fn draft(app: &TestApp, shop: BusinessId, customer: CustomerId, by: &Actor) {
    run(
        app,
        "INSERT INTO draft (team_id, id, business_id, customer_id, language, subject, body, claims, version, edited_by, edited_at) \
         VALUES ($1, $2, $3, $4, 'en', 'Another quiet offer', 'The secret text', $5, 1, $6, $7)",
        vec![
            app.team().await.0.into(),
            app.services.clock().new_id().into(),
            shop.0.into(),
            customer.0.into(),
            json!([]).into(),
            by.session.person.0.into(),
            app.services.clock().now().into(),
        ],
    )
    .await;
}
