//! One application per test.

use super::{
    actor::{Actor, Browser},
    database::{self, Kind},
    smtp::{Received, Sink},
};
use chrono::{DateTime, Utc};
use domain::{
    business::SmtpTls,
    credit::Credits,
    ids::{MemberId, TeamId},
    permission::Requirement,
    role::Role,
};
use leptos::config::LeptosOptions;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder, Statement};
use server::{router, state};
use services::{
    Clock, Grant, Member, Services, Settings,
    accounts::{self, Origin, sessions},
    entity::{mail, member},
    jobs,
    settings::{Costs, Limits, SecretKey, Sending, SmtpServer, Worker},
    teams,
};
use std::{
    collections::HashSet,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, sync::OnceCell};
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery";

/// The team that most tests are about.
#[derive(Debug)]
struct Acme {
    team: TeamId,
    owner: Actor,
}

/// The application and everything around it.
#[derive(Debug)]
pub struct TestApp {
    pub services: Services,
    pub smtp: Sink,
    pub base_url: String,
    pub database_url: String,
    acme: OnceCell<Acme>,
    seen_mails: Mutex<HashSet<Uuid>>,
    server: tokio::task::JoinHandle<()>,
    others: Mutex<Vec<tokio::task::AbortHandle>>,
    folder: tempfile::TempDir,
}

/// A second server.
#[derive(Debug)]
pub struct Another {
    base_url: String,
}

impl Another {
    /// Somebody who uses this server instead.
    pub fn of(&self, actor: &Actor) -> Actor {
        actor.at(&self.base_url)
    }
}

impl TestApp {
    /// Runs a test and checks afterwards that it left no job, no mail that nobody looked at, and a ledger that adds up.
    pub async fn run(kind: Kind, test: impl AsyncFnOnce(&Self)) {
        let start: DateTime<Utc> = "2027-01-12T10:24:00Z".parse().expect("a time");
        Self::start(kind, Clock::standing_at(start), LIMITS).await.finish(test).await;
    }

    /// The same by the clock of this machine, for tests beside processes, which know no other.
    pub async fn run_in_real_time(kind: Kind, test: impl AsyncFnOnce(&Self)) {
        Self::start(kind, Clock::System, LIMITS).await.finish(test).await;
    }

    async fn finish(self, test: impl AsyncFnOnce(&Self)) {
        test(&self).await;
        self.check_nothing_left().await;
        self.end().await;
    }

    /// Ends without looking at what was left; the folder is gone when the caller drops it.
    pub async fn end(self) -> tempfile::TempDir {
        self.server.abort();
        for other in self.others.lock().expect("no test panicked here").iter() {
            other.abort();
        }
        database::close(self.services.db()).await;
        self.folder
    }

    pub async fn start(kind: Kind, clock: Clock, limits: Limits) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = database::fresh(kind, folder.path()).await;
        Self::on(url, folder, clock, limits).await
    }

    /// On a database that exists already.
    pub async fn on(database_url: String, folder: tempfile::TempDir, clock: Clock, limits: Limits) -> Self {
        let db = database::connect(&database_url).await;
        let smtp = Sink::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        let services = Services::new(
            db,
            clock,
            Settings {
                limits,
                ..settings(folder.path(), &base_url, smtp.port)
            },
        );
        let site = router::build(state(services.clone(), folder.path())).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, site).await.expect("serves") });
        Self {
            services,
            smtp,
            base_url,
            database_url,
            acme: OnceCell::new(),
            seen_mails: Mutex::default(),
            server,
            others: Mutex::default(),
            folder,
        }
    }

    /// Another server on the same database, for instance with another writer. It ends with the test.
    pub async fn another(&self, services: Services) -> Another {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        let site = router::build(state(services, self.folder.path())).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, site).await.expect("serves") });
        self.others.lock().expect("no test panicked here").push(server.abort_handle());
        Another { base_url }
    }

    /// Where its files lie.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A browser that nobody is signed in with.
    pub fn anonymous(&self) -> Browser {
        Browser::new(&self.base_url, None)
    }

    /// Somebody with a verified account and no team. The name makes the address: `jane@example.com`.
    pub async fn person(&self, name: &str) -> Actor {
        let address = format!("{}@example.com", name.to_lowercase());
        let origin = Origin::default();
        accounts::sign_up(&self.services, &origin, name, &address, PASSWORD)
            .await
            .expect("signs up");
        let link = self.mailed_token(&address, "/verify/").await.expect("a verification mail");
        let token = accounts::verify(&self.services, &origin, &link).await.expect("verifies");
        let session = sessions::find(&self.services, &token).await.expect("reads").expect("is signed in");
        Actor {
            session,
            browser: Browser::new(&self.base_url, Some(&token)),
            token,
        }
    }

    async fn acme(&self) -> &Acme {
        let found = async {
            let owner = self.person("Owner").await;
            let team = teams::create(&self.services, &owner.session, "Acme", "Europe/Berlin")
                .await
                .expect("creates a team");
            Acme { team, owner }
        };
        self.acme.get_or_init(|| found).await
    }

    /// The team of owner, admin, member and viewer.
    pub async fn team(&self) -> TeamId {
        self.acme().await.team
    }
    pub async fn owner(&self) -> Actor {
        self.acme().await.owner.clone()
    }
    pub async fn admin(&self) -> Actor {
        self.joined("Admin", Role::Admin).await
    }
    pub async fn member(&self) -> Actor {
        self.joined("Member", Role::Member).await
    }
    pub async fn viewer(&self) -> Actor {
        self.joined("Viewer", Role::Viewer).await
    }
    /// The owner of another team.
    pub async fn stranger(&self) -> Actor {
        let stranger = self.person("Stranger").await;
        teams::create(&self.services, &stranger.session, "Other", "UTC")
            .await
            .expect("creates a team");
        stranger
    }

    /// A new person in the team. Not by invitation: tests of invitations do that themselves.
    pub async fn joined(&self, name: &str, role: Role) -> Actor {
        let team = self.team().await;
        let actor = self.person(name).await;
        let clock = self.services.clock();
        let row = member::ActiveModel {
            team_id: Set(team),
            id: Set(MemberId(clock.new_id())),
            person_id: Set(actor.session.person),
            role: Set(role),
            joined_at: Set(clock.now()),
            last_active_at: Set(None),
        };
        member::Entity::insert(row)
            .exec_without_returning(self.services.db().write())
            .await
            .expect("joins");
        actor
    }

    /// What the actor may do in the team, for calling use cases without HTTP.
    pub async fn grant<P: Requirement>(&self, actor: &Actor) -> Grant<P> {
        let member = Member::find(self.services.db().read(), self.team().await, actor.session.person, None)
            .await
            .expect("is in the team");
        member.require(&self.services).await.expect("has the right")
    }

    /// Does everything that is due; returns how many things were done.
    pub async fn run_jobs(&self) -> usize {
        jobs::run_due_once(&self.services).await.expect("works")
    }

    /// The system's mails to an address, oldest first. They count as expected from now on.
    pub async fn mails(&self, address: &str) -> Vec<mail::Model> {
        let mut mails = self.outbox().await;
        mails.retain(|mail| mail.to_address == address);
        let mut seen = self.seen_mails.lock().expect("no test panicked here");
        seen.extend(mails.iter().map(|mail| mail.id));
        mails
    }

    /// What follows `path` in the newest mail to an address that has such a link.
    pub async fn mailed_token(&self, address: &str, path: &str) -> Option<String> {
        let mails = self.mails(address).await;
        let body = mails.iter().rev().map(|mail| self.text_of(mail)).find(|body| body.contains(path))?;
        body.split(path).nth(1)?.split_whitespace().next().map(str::to_owned)
    }

    /// The text of a mail; one that has left is with its receiver only.
    pub fn text_of(&self, mail: &mail::Model) -> String {
        if !mail.body.is_empty() {
            return mail.body.clone();
        }
        let id = format!("<{}@", mail.id);
        let came = self.smtp.received();
        let came = came
            .iter()
            .find(|came| came.header("Message-ID").is_some_and(|header| header.starts_with(&id)));
        came.map(Received::text).unwrap_or_default()
    }

    /// How many audit events of a kind there are.
    pub async fn audited(&self, kind: &str) -> usize {
        self.texts(&format!("SELECT kind FROM audit_event WHERE kind = '{kind}'"))
            .await
            .len()
    }

    /// The actor's place in the team, for calling use cases without HTTP.
    pub async fn place(&self, actor: &Actor) -> Member {
        Member::find(self.services.db().read(), self.team().await, actor.session.person, None)
            .await
            .expect("is in the team")
    }

    async fn outbox(&self) -> Vec<mail::Model> {
        mail::Entity::find()
            .order_by_asc(mail::Column::CreatedAt)
            .order_by_asc(mail::Column::Id)
            .all(self.services.db().read())
            .await
            .expect("reads the outbox")
    }

    async fn check_nothing_left(&self) {
        let jobs = self.texts("SELECT kind FROM job WHERE state IN ('queued', 'running')").await;
        assert!(jobs.is_empty(), "jobs were left: {jobs:?}");
        let outbox = self.outbox().await;
        let seen = self.seen_mails.lock().expect("no test panicked here").clone();
        let unexpected: Vec<_> = outbox
            .iter()
            .filter(|mail| !seen.contains(&mail.id))
            .map(|mail| format!("{} to {}", mail.kind, mail.to_address))
            .collect();
        assert!(unexpected.is_empty(), "mails that the test did not look at: {unexpected:?}");
        let wrong = self.texts(LEDGER_DIFFERS).await;
        assert!(wrong.is_empty(), "balances that transfers don't add up to: {wrong:?}");
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        let db = self.services.db().read();
        let rows = db
            .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .expect("reads");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }
}

/// Accounts whose cached balance is not what all transfers add up to.
const LEDGER_DIFFERS: &str = "
SELECT a.kind FROM ledger_account a WHERE a.available <> (
  SELECT CAST(COALESCE(SUM(
    CASE WHEN t.credit = a.kind AND t.phase IN ('posted', 'post') THEN t.amount ELSE 0 END +
    CASE WHEN t.debit = a.kind THEN CASE t.phase WHEN 'void' THEN t.amount WHEN 'post' THEN 0 ELSE -t.amount END ELSE 0 END
  ), 0) AS bigint) FROM ledger_transfer t WHERE t.team_id = a.team_id
) OR a.held <> (
  SELECT CAST(COALESCE(SUM(CASE t.phase WHEN 'pending' THEN t.amount WHEN 'posted' THEN 0 ELSE -t.amount END), 0) AS bigint)
  FROM ledger_transfer t WHERE t.team_id = a.team_id AND t.debit = a.kind
)";

/// What the process would build from its configuration; without the names of hashed files, which only a build has.
pub fn state(services: Services, site: &Path) -> state::AppState {
    let leptos = LeptosOptions::builder()
        .output_name("askusers")
        .site_root(site.display().to_string())
        .hash_files(false)
        .build();
    state::AppState {
        services,
        leptos,
        http: Arc::new(state::HttpSettings {
            trust_proxy: false,
            timeout: Duration::from_secs(30),
            body_max: 1024 * 1024,
        }),
    }
}

/// What a team may have, unless a test says otherwise.
pub const LIMITS: Limits = Limits {
    members: Some(5),
    businesses: Some(5),
    credits_per_month: Credits(10),
};

pub fn settings(folder: &Path, base_url: &str, smtp_port: u16) -> Settings {
    Settings {
        base_url: base_url.to_owned(),
        secret_key: SecretKey([7; 32]),
        smtp: Some(SmtpServer {
            host: "127.0.0.1".into(),
            port: smtp_port,
            tls: SmtpTls::None,
            user: String::new(),
            password: None,
            anywhere: true,
        }),
        mail_from: "AskUsers <no-reply@example.com>".into(),
        dev: false,
        data_dir: folder.to_owned(),
        upload_max_bytes: 1024 * 1024,
        limits: LIMITS,
        costs: Costs::default(),
        sending: Sending {
            per_hour: 60,
            per_day: 500,
            min_gap: Duration::ZERO,
            timeout: Duration::from_secs(2),
            lease: Duration::from_secs(60),
            allow_private_hosts: true,
        },
        worker: Worker {
            finish: Duration::ZERO,
            ..Worker::default()
        },
    }
}
