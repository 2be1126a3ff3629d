//! A fresh database with two teams in it, for tests of use cases below HTTP. Each test runs on SQLite and on PostgreSQL.

use crate::support::{
    app::settings,
    database::{self, Kind},
};
use chrono::{DateTime, Utc};
use domain::{
    business::{BusinessSettings, CallToAction, Language, Tone},
    credit::Credits,
    ids::{PersonId, TeamId},
    permission::Requirement,
    role::Role,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement, TryGetable, Value};
use services::{Clock, Grant, Member, Services, Settings, settings::Limits};

pub struct Stage {
    pub services: Services,
    pub team: TeamId,
    /// A team that none of the first one's people is in.
    pub other_team: TeamId,
    /// Keeps the folder of the database.
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Runs a test on both databases.
    pub async fn each(limits: Limits, test: impl AsyncFn(Stage)) {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            let stage = Self::on(kind, limits).await;
            let db = stage.services.db().clone();
            test(stage).await;
            database::close(&db).await;
        }
    }

    async fn on(kind: Kind, limits: Limits) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let db = database::connect(&database::fresh(kind, folder.path()).await).await;
        let start: DateTime<Utc> = "2027-01-12T09:24:00Z".parse().expect("a time");
        // No mail server, so that a test that needs one has to name it.
        let settings = Settings {
            smtp: None,
            dev: true,
            limits,
            ..settings(folder.path(), "http://127.0.0.1:3000", 0)
        };
        let services = Services::new(db, Clock::standing_at(start), settings);
        let mut stage = Self {
            team: TeamId(services.clock().new_id()),
            other_team: TeamId(services.clock().new_id()),
            services,
            _folder: folder,
        };
        for (team, name) in [(stage.team, "Chinook Media"), (stage.other_team, "Harbour Tickets")] {
            let founder = stage.person(&format!("Founder of {name}")).await;
            let now = stage.services.clock().now();
            stage
                .run(
                    "INSERT INTO team (id, name, time_zone, created_by, created_at) VALUES ($1, $2, 'Europe/Berlin', $3, $4)",
                    vec![team.0.into(), name.into(), founder.0.into(), now.into()],
                )
                .await;
        }
        stage
    }

    async fn person(&mut self, name: &str) -> PersonId {
        let id = self.services.clock().new_id();
        let now = self.services.clock().now();
        self.run(
            "INSERT INTO person (id, email, name, password_hash, verified_at, created_at) VALUES ($1, $2, $3, '-', $4, $4)",
            vec![id.into(), format!("{id}@example.com").into(), name.into(), now.into()],
        )
        .await;
        PersonId(id)
    }

    /// A new person with that role in the team.
    pub async fn member(&mut self, name: &str, role: Role) -> Member {
        self.member_of(self.team, name, role).await
    }

    pub async fn member_of(&mut self, team: TeamId, name: &str, role: Role) -> Member {
        let person = self.person(name).await;
        let (id, now) = (self.services.clock().new_id(), self.services.clock().now());
        self.run(
            "INSERT INTO member (team_id, id, person_id, role, joined_at) VALUES ($1, $2, $3, $4, $5)",
            vec![team.0.into(), id.into(), person.0.into(), role.as_str().into(), now.into()],
        )
        .await;
        Member::find(self.services.db().read(), team, person, None)
            .await
            .expect("the member")
    }

    pub async fn grant<P: Requirement>(&self, member: &Member) -> Grant<P> {
        member.require(&self.services).await.expect("the right")
    }

    async fn run(&self, sql: &str, values: Vec<Value>) {
        self.services
            .db()
            .write()
            .execute_raw(self.statement(sql, values))
            .await
            .expect(sql);
    }

    /// The first column of every row.
    pub async fn column<T: TryGetable>(&self, sql: &str, values: Vec<Value>) -> Vec<T> {
        let rows = self
            .services
            .db()
            .read()
            .query_all_raw(self.statement(sql, values))
            .await
            .expect(sql);
        rows.iter().map(|row| row.try_get_by_index(0).expect(sql)).collect()
    }

    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        let backend = if self.services.db().is_sqlite() {
            DbBackend::Sqlite
        } else {
            DbBackend::Postgres
        };
        Statement::from_sql_and_values(backend, sql, values)
    }

    /// How many audit events of a kind there are.
    pub async fn events(&self, kind: &str) -> usize {
        self.column::<String>("SELECT kind FROM audit_event WHERE kind = $1", vec![kind.into()])
            .await
            .len()
    }

    /// The token of the newest link mailed to an address.
    pub async fn mailed_token(&self, address: &str) -> String {
        let bodies = self
            .column::<String>(
                "SELECT body FROM mail WHERE to_address = $1 ORDER BY created_at DESC, id DESC",
                vec![address.into()],
            )
            .await;
        let body = bodies.first().expect("a mail");
        let (_, rest) = body.split_once("/sender/verify/").expect("a link");
        rest.split_whitespace().next().expect("a token").to_owned()
    }
}

/// No bounds.
pub const UNLIMITED: Limits = Limits {
    members: None,
    businesses: None,
    credits_per_month: Credits(2_000),
};

/// Settings of a business that keep every rule.
pub fn business(name: &str) -> BusinessSettings {
    BusinessSettings {
        name: name.into(),
        website: "https://music.example".into(),
        contact_name: "Jane Peacock".into(),
        contact_role: "Sales".into(),
        currency: "USD".into(),
        time_zone: "Europe/Berlin".into(),
        description: "Music by the track.".into(),
        upsell: String::new(),
        incentives: Vec::new(),
        language: Language::English,
        tone: Tone::Friendly,
        call_to_action: CallToAction::Reply,
        call_link: String::new(),
        signature: "Jane".into(),
        postal_address: "1 Main Street".into(),
        reply_to: String::new(),
    }
}
