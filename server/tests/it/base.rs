//! Use cases on a fresh, migrated database with a clock that stands.

use chrono::{DateTime, Utc};
use domain::{business::SmtpTls, credit::Credits, ids::TeamId};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database};
use services::{
    Clock, Db, Services, Settings,
    accounts::{self, Origin, Session, sessions},
    settings::{Costs, Limits, SecretKey, Sending, SmtpServer},
    teams,
};
use std::time::Duration;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Use cases on a database of their own, which goes with it.
pub struct Base {
    pub services: Services,
    _folder: tempfile::TempDir,
}

pub const PASSWORD: &str = "correct horse battery";

impl Base {
    pub async fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}/test.sqlite?mode=rwc", folder.path().display()),
            Kind::Postgres => fresh_postgres().await,
        };
        let db = Db::connect(&url, 8, Duration::from_secs(10)).await.expect("connects");
        Migrator::up(db.write(), None).await.expect("migrates");
        let start: DateTime<Utc> = "2027-01-12T10:24:00Z".parse().expect("a time");
        let services = Services::new(db, Clock::standing_at(start), settings(folder.path()));
        Self { services, _folder: folder }
    }

    /// Somebody with a verified account, signed in.
    pub async fn person(&self, name: &str) -> Session {
        let address = format!("{}@example.com", name.to_lowercase());
        accounts::sign_up(&self.services, &Origin::default(), name, &address, PASSWORD)
            .await
            .expect("signs up");
        let link = self.mailed_token(&address, "/verify/").await.expect("a verification mail");
        let token = accounts::verify(&self.services, &Origin::default(), &link).await.expect("verifies");
        sessions::find(&self.services, &token).await.expect("reads").expect("is signed in")
    }

    /// A team of a new owner.
    pub async fn team(&self) -> (Session, TeamId) {
        let owner = self.person("Nancy").await;
        let team = teams::create(&self.services, &owner, "Chinook Media", "America/Edmonton")
            .await
            .expect("creates");
        (owner, team)
    }

    /// What follows `path` in the newest mail to an address that has such a link.
    pub async fn mailed_token(&self, address: &str, path: &str) -> Option<String> {
        let bodies = self.mails(address).await;
        let body = bodies.iter().rev().find(|body| body.contains(path))?;
        body.split(path).nth(1)?.split_whitespace().next().map(str::to_owned)
    }

    /// The texts in the outbox for an address, oldest first.
    pub async fn mails(&self, address: &str) -> Vec<String> {
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
        use services::entity::mail::{Column, Entity};
        Entity::find()
            .filter(Column::ToAddress.eq(address))
            .order_by_asc(Column::Id)
            .all(self.services.db().read())
            .await
            .expect("reads the outbox")
            .into_iter()
            .map(|mail| mail.body)
            .collect()
    }
}

async fn fresh_postgres() -> String {
    #[expect(clippy::disallowed_methods, reason = "the test script hands the address over")]
    let server =
        std::env::var("ASKUSERS_TEST_POSTGRES_URL").expect("ASKUSERS_TEST_POSTGRES_URL is set by `make test`, which starts a PostgreSQL");
    let name = format!("t{}", Clock::System.new_id().simple());
    let admin = Database::connect(&server).await.expect("reaches PostgreSQL");
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("creates a database");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

fn settings(folder: &std::path::Path) -> Settings {
    Settings {
        base_url: "http://127.0.0.1:3000".into(),
        secret_key: SecretKey([7; 32]),
        smtp: Some(SmtpServer {
            host: "127.0.0.1".into(),
            port: 9,
            tls: SmtpTls::None,
            user: String::new(),
            password: None,
        }),
        mail_from: "AskUsers <no-reply@example.com>".into(),
        dev: false,
        data_dir: folder.to_owned(),
        upload_max_bytes: 1 << 20,
        limits: Limits {
            members: Some(5),
            businesses: Some(5),
            credits_per_month: Credits(10),
        },
        costs: Costs::default(),
        sending: Sending {
            per_hour: 60,
            per_day: 500,
            min_gap: Duration::ZERO,
            timeout: Duration::from_secs(2),
            lease: Duration::from_secs(60),
        },
        worker: services::settings::Worker::default(),
    }
}

/// One test for each database.
macro_rules! both {
    ($($name:ident)+) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(crate::base::Base::new(crate::base::Kind::Sqlite).await).await; }
        )+}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(crate::base::Base::new(crate::base::Kind::Postgres).await).await; }
        )+}
    };
}
pub(crate) use both;
