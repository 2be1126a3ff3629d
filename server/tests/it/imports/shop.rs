//! A business that customers are imported into, over HTTP.

use crate::{
    stage,
    support::{
        TestApp,
        actor::{Actor, Answer, answer},
    },
};
use chrono::TimeDelta;
use domain::{
    ids::{BusinessId, CustomerId, ImportId, OutreachId, SenderId, TeamId},
    import::{ImportDetail, ImportList, ImportReport, MergeMode},
    outreach::SuppressionReason,
};
use reqwest::{Method, multipart};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement, Value};
use serde_json::json;
use services::{
    businesses,
    customers::erased,
    entity::{business, customer, customer_change, outreach, suppression},
};

pub const MUSIC: &str = "music-store-customers.csv";
pub const TICKETS: &str = "ticket-shop-customers.csv";

/// A file that the project keeps.
pub fn samples(name: &str) -> String {
    let path = format!("{}/services/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a sample")
}

pub struct Shop<'a> {
    pub app: &'a TestApp,
    pub team: TeamId,
    pub business: BusinessId,
    pub owner: Actor,
}

impl<'a> Shop<'a> {
    /// A business of the owner.
    pub async fn open(app: &'a TestApp, name: &str) -> Self {
        let owner = app.owner().await;
        Self::of(app, owner, name).await
    }

    /// A business that somebody created.
    pub async fn of(app: &'a TestApp, owner: Actor, name: &str) -> Self {
        let grant = app.grant(&owner).await;
        let business = businesses::create(&app.services, &grant, stage::business(name))
            .await
            .expect("creates");
        Self {
            app,
            team: app.team().await,
            business,
            owner,
        }
    }

    /// Posts a file as the page's form does.
    pub async fn post(&self, actor: &Actor, name: &str, bytes: impl Into<Vec<u8>>, accept: &str) -> Answer {
        let part = multipart::Part::bytes(bytes.into()).file_name(name.to_owned());
        let request = actor
            .browser
            .request(Method::POST, &app::paths::upload(self.team, self.business))
            .header("accept", accept)
            .multipart(multipart::Form::new().part("file", part));
        answer(request).await
    }

    pub async fn upload(&self, name: &str, bytes: impl AsRef<[u8]>) -> ImportId {
        let taken = self.post(&self.owner, name, bytes.as_ref(), "text/html").await;
        assert_eq!(taken.status, 303, "{taken:?}");
        let location = taken.header("location");
        let id = location.rsplit('/').next().and_then(|id| id.parse().ok());
        id.unwrap_or_else(|| panic!("no import at {location}"))
    }

    pub fn page(&self, id: ImportId) -> String {
        app::paths::import_run(self.team, self.business, id)
    }

    pub async fn call(&self, actor: &Actor, endpoint: &str, id: ImportId) -> Answer {
        let input = json!({ "team": self.team, "business": self.business, "import": id });
        actor.browser.call(endpoint, &input).await
    }

    pub async fn detail(&self, id: ImportId) -> ImportDetail {
        let answer = self.call(&self.owner, "imports/detail", id).await;
        serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no import: {} {}", answer.status, answer.body))
    }

    pub async fn list(&self) -> ImportList {
        let input = json!({ "team": self.team, "business": self.business, "before": null });
        let answer = self.owner.browser.call("imports/list", &input).await;
        serde_json::from_str(&answer.body).expect("a list")
    }

    pub async fn submit(&self, actor: &Actor, endpoint: &str, id: ImportId, more: &[(&str, &str)]) -> Answer {
        let (team, business, import) = (self.team.to_string(), self.business.to_string(), id.to_string());
        let mut fields = vec![
            ("team", team.as_str()),
            ("business", business.as_str()),
            ("import", import.as_str()),
        ];
        fields.extend_from_slice(more);
        actor.browser.submit(endpoint, &fields, &self.page(id)).await
    }

    pub async fn try_start(&self, id: ImportId, merge: MergeMode, again: bool) -> Answer {
        let seen = self.detail(id).await.version;
        let mut more = vec![("merge", merge.as_str()), ("seen", &seen)];
        if again {
            more.push(("again", "true"));
        }
        self.submit(&self.owner, "imports/start", id, &more).await
    }

    pub async fn start(&self, id: ImportId, merge: MergeMode, again: bool) {
        let answer = self.try_start(id, merge, again).await;
        assert_eq!(answer.status, 302, "{answer:?}");
        assert!(
            answer.header("location").trim_end_matches('?').ends_with(&self.page(id)),
            "{answer:?}"
        );
    }

    /// The whole way of a file.
    pub async fn import(&self, file: &str, merge: MergeMode) -> ImportReport {
        let id = self.upload("file.csv", file).await;
        self.app.run_jobs().await;
        self.start(id, merge, false).await;
        self.app.run_jobs().await;
        self.mails().await;
        self.detail(id).await.report()
    }

    /// The mails about finished imports are expected.
    pub async fn mails(&self) {
        self.app.mails(&self.owner.session.email).await;
    }

    /// As browsers ask for it, with compression: whether the whole file comes.
    pub async fn left_out_compressed(&self, id: ImportId) -> bool {
        let path = app::paths::left_out(self.team, self.business, id);
        let asked = self
            .owner
            .browser
            .request(reqwest::Method::GET, &path)
            .header("accept-encoding", "gzip");
        let response = asked.send().await.expect("answers");
        assert_eq!(response.headers()["content-encoding"], "gzip");
        response.bytes().await.is_ok_and(|file| !file.is_empty())
    }

    pub async fn left_out(&self, id: ImportId) -> String {
        let answer = self.owner.browser.get(&app::paths::left_out(self.team, self.business, id)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "text/csv; charset=utf-8")
        );
        answer.body
    }

    fn db(&self) -> &sea_orm::DatabaseConnection {
        self.app.services.db().write()
    }

    pub async fn customers(&self) -> Vec<customer::Model> {
        customer::Entity::find()
            .filter(customer::Column::BusinessId.eq(self.business))
            .filter(customer::Column::DeletedAt.is_null())
            .order_by_asc(customer::Column::Email)
            .all(self.db())
            .await
            .expect("reads")
    }

    pub async fn find(&self, email: &str) -> Option<customer::Model> {
        self.customers().await.into_iter().find(|row| row.email == email)
    }

    pub async fn customer(&self, email: &str) -> customer::Model {
        self.find(email).await.unwrap_or_else(|| panic!("no customer {email}"))
    }

    /// What the business thinks how many there are.
    pub async fn count(&self) -> i64 {
        let row = business::Entity::find()
            .filter(business::Column::Id.eq(self.business))
            .one(self.db())
            .await
            .expect("reads");
        row.expect("the business").customer_count
    }

    pub async fn changes(&self, of: &customer::Model) -> Vec<customer_change::Model> {
        customer_change::Entity::find()
            .filter(customer_change::Column::CustomerId.eq(of.id))
            .order_by_asc(customer_change::Column::At)
            .all(self.db())
            .await
            .expect("reads")
    }

    pub async fn events(&self, kind: &str) -> usize {
        let sql = "SELECT kind FROM audit_event WHERE kind = $1";
        self.rows(sql, vec![kind.into()]).await
    }

    async fn rows(&self, sql: &str, values: Vec<Value>) -> usize {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        self.db().query_all_raw(statement).await.expect(sql).len()
    }

    pub async fn run(&self, sql: &str, values: Vec<Value>) {
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        self.db().execute_raw(statement).await.expect(sql);
    }

    /// Somebody else adds a customer.
    pub async fn add(&self, email: &str, currency: &str) {
        let clock = self.app.services.clock();
        self.run(
            "INSERT INTO customer (team_id, id, business_id, email, currency, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)",
            vec![
                self.team.0.into(),
                clock.new_id().into(),
                self.business.0.into(),
                email.into(),
                currency.into(),
                clock.now().into(),
            ],
        )
        .await;
    }

    pub async fn delete(&self, who: &customer::Model) {
        let now = self.app.services.clock().now();
        let row = customer::ActiveModel {
            team_id: Set(who.team_id),
            id: Set(who.id),
            deleted_at: Set(Some(now)),
            ..Default::default()
        };
        row.update(self.db()).await.expect("deletes");
        self.run(
            "UPDATE business SET customer_count = customer_count - 1 WHERE id = $1",
            vec![self.business.0.into()],
        )
        .await;
    }

    pub async fn suppress(&self, email: &str, team_wide: bool) {
        let clock = self.app.services.clock();
        let row = suppression::ActiveModel {
            team_id: Set(self.team),
            id: Set(clock.new_id()),
            business_id: Set((!team_wide).then_some(self.business)),
            email: Set(email.into()),
            reason: Set(SuppressionReason::Unsubscribed),
            created_by: Set(None),
            created_at: Set(clock.now()),
        };
        suppression::Entity::insert(row)
            .exec_without_returning(self.db())
            .await
            .expect("suppresses");
    }

    pub async fn erase(&self, email: &str) {
        let services = &self.app.services;
        erased::remember(self.db(), services, self.team, email, services.clock().now())
            .await
            .expect("remembers");
    }

    /// An e-mail of this business was sent to one of its customers, so many days ago.
    pub async fn contact(&self, email: &str, days_ago: i64) {
        let clock = self.app.services.clock();
        let (at, sender) = (clock.now() - TimeDelta::days(days_ago), SenderId(clock.new_id()));
        let customer: CustomerId = self.customer(email).await.id;
        self.run(
            "INSERT INTO sender (team_id, id, business_id, name, email, state, created_by, created_at) VALUES ($1, $2, $3, 'S', $4, 'verified', $5, $6)",
            vec![
                self.team.0.into(),
                sender.0.into(),
                self.business.0.into(),
                format!("{sender}@example.com").into(),
                self.owner.session.person.0.into(),
                at.into(),
            ],
        )
        .await;
        let row = outreach::ActiveModel {
            team_id: Set(self.team),
            id: Set(OutreachId(clock.new_id())),
            business_id: Set(self.business),
            customer_id: Set(customer),
            sender_id: Set(sender),
            email: Set(email.into()),
            to_name: Set(String::new()),
            subject: Set("Hello".into()),
            body: Set("Hello".into()),
            state: Set(domain::outreach::OutreachState::Sent),
            message_id: Set(format!("<{}@example.com>", clock.new_id())),
            queued_by: Set(self.owner.session.person),
            queued_at: Set(at),
            due_at: Set(at),
            attempts: Set(1),
            sent_at: Set(Some(at)),
            ..Default::default()
        };
        outreach::Entity::insert(row)
            .exec_without_returning(self.db())
            .await
            .expect("notes it");
    }
}

/// So many rows: `u00001@example.org,10.01,1`.
pub fn rows(count: u32) -> String {
    let mut file = String::from("email,total spent,orders\n");
    for n in 1..=count {
        file.push_str(&format!("u{n:05}@example.org,{}.{:02},1\n", 10 + n / 100, n % 100));
    }
    file
}
