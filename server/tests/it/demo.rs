//! The demo team whose making broke off: the next run goes on from there, and the team is whole.

use crate::support::{TestApp, actor::Browser, app::LIMITS, database::Kind};
use domain::credit::Credits;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, Statement};
use services::{
    Clock,
    accounts::{self, Origin},
    entity::{business, customer, job, member, outreach, person, persona, sender, team},
    operator::demo,
    settings::Limits,
};

/// Tables that refuse a row, in the order in which the demo writes them, and the row that they refuse.
const BREAKS: [(&str, &str); 12] = [
    ("person", "new.email LIKE 'owner@%'"),
    ("team", "1 = 1"),
    ("person", "new.email LIKE 'admin@%'"),
    ("member", "new.role = 'member'"),
    ("business", "new.name = 'Chinook Music'"),
    ("import", "1 = 1"),
    // The first part of a run is written, and then no more.
    ("customer", "new.email LIKE 'h%'"),
    ("persona", "new.opportunity = 1"),
    ("sender", "1 = 1"),
    ("reply", "new.sentiment = 'negative'"),
    ("business", "new.name = 'Chinook Tickets'"),
    ("member", "new.role = 'viewer'"),
];

async fn run(app: &TestApp, sql: &str) {
    app.services.db().write().execute_unprepared(sql).await.expect(sql);
}

async fn break_at(app: &TestApp, table: &str, when: &str) {
    if app.services.db().is_sqlite() {
        let sql = format!("CREATE TRIGGER broken BEFORE INSERT ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, 'broken'); END");
        run(app, &sql).await;
    } else {
        run(
            app,
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$",
        )
        .await;
        let sql = format!("CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION broken()");
        run(app, &sql).await;
    }
}

async fn mend(app: &TestApp, table: &str) {
    if app.services.db().is_sqlite() {
        run(app, "DROP TRIGGER broken").await;
    } else {
        run(app, &format!("DROP TRIGGER broken ON {table}; DROP FUNCTION broken()")).await;
    }
}

async fn count<E: EntityTrait<Model: Sync>>(app: &TestApp) -> u64 {
    E::find().count(app.services.db().read()).await.expect("counts")
}

/// What a whole demo has of each.
async fn counts(app: &TestApp) -> [u64; 8] {
    [
        count::<team::Entity>(app).await,
        count::<person::Entity>(app).await,
        count::<member::Entity>(app).await,
        count::<business::Entity>(app).await,
        count::<customer::Entity>(app).await,
        count::<persona::Entity>(app).await,
        count::<sender::Entity>(app).await,
        count::<outreach::Entity>(app).await,
    ]
}

async fn each(kind: Kind) -> TestApp {
    let start = "2027-01-12T10:24:00Z".parse().expect("a time");
    let limits = Limits {
        credits_per_month: Credits(2_000),
        ..LIMITS
    };
    TestApp::start(kind, Clock::standing_at(start), limits).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_broke_off_anywhere_is_made_whole() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (at_once, app) = (each(kind).await, each(kind).await);
        demo::seed(&at_once.services).await.expect("at once");
        let whole = counts(&at_once).await;
        assert!(whole.iter().all(|number| *number > 0), "{whole:?}");

        for (table, when) in BREAKS {
            break_at(&app, table, when).await;
            demo::seed(&app.services).await.expect_err(&format!("breaks off at {table} {when}"));
            mend(&app, table).await;
        }
        let made = demo::seed(&app.services).await.expect("goes on");
        assert!(!made.found);
        assert_eq!(counts(&app).await, whole);
        for user in &made.users {
            let secret = user.password.as_deref().expect("a password");
            let token = accounts::sign_in(&app.services, &Origin::default(), &user.email, secret).await;
            let browser = Browser::new(&app.base_url, Some(&token.expect("signs in")));
            assert_eq!(browser.get(&format!("/t/{}", made.team.id)).await.status, 200, "{}", user.role);
        }
        let again = demo::seed(&app.services).await.expect("finds it");
        assert!(again.found && again.users.iter().all(|user| user.password.is_none()));
        assert_eq!(counts(&app).await, whole);
        app.run_jobs().await;
        let db = app.services.db().read();
        let left = "SELECT kind FROM job WHERE state IN ('queued', 'running')";
        let left = db.query_all_raw(Statement::from_string(db.get_database_backend(), left)).await;
        assert!(left.expect("reads").is_empty() && count::<job::Entity>(&app).await > 0);
        at_once.end().await;
        app.end().await;
    }
}
