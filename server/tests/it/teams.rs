//! How many teams somebody may have, a team's settings, deleting, restoring and purging it.

use crate::{
    invitations::read,
    support::{
        TestApp,
        actor::Actor,
        both_databases,
        mailing::{self, Mailing},
        shop::{Shop, post},
    },
};
use chrono::TimeDelta;
use domain::{
    Error,
    audit::{AuditQuery, AuditRow},
    error::{Conflict, FieldCode},
    outreach::OutreachState,
    page::Page,
    plan::Limit,
    team::DeletedTeam,
};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QuerySelect, Statement};
use serde_json::json;
use services::{accounts, entity::person, teams};
use std::{collections::BTreeSet, time::Duration};
use tokio_util::sync::CancellationToken;

both_databases! {
    a_person_owns_a_bounded_number_of_teams
    name_and_time_zone_are_changed_by_whoever_saw_them
    a_deleted_team_is_gone_and_comes_back
    a_deleted_team_is_purged_with_everything
    the_purge_knows_every_table
}

const FULL: Error = Error::LimitReached {
    limit: Limit::Teams,
    allowed: 20,
};

async fn found(app: &TestApp, actor: &Actor) -> Result<(), Error> {
    let made = teams::create(&app.services, &actor.session, "One more", "UTC").await;
    made.map(|_| ()).map_err(|error| error.into_public("test"))
}

async fn a_person_owns_a_bounded_number_of_teams(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    for _ in 1..19 {
        found(app, &owner).await.expect("has fewer");
    }
    let (a, b) = two_at_once(app, &owner).await;
    assert!(a.is_ok() != b.is_ok(), "one place was left: {a:?}, {b:?}");
    assert_eq!(a.and(b), Err(FULL));
    let refused = post(&owner, "teams/create", &[("name", "One more"), ("time_zone", "UTC")]).await;
    assert_eq!((refused.status.as_u16(), refused.error()), (409, FULL));
    // Being in somebody else's team is not owning it.
    found(app, &admin).await.expect("owns none");
}

async fn name_and_time_zone_are_changed_by_whoever_saw_them(app: &TestApp) {
    let (owner, admin, jane) = (app.owner().await, app.admin().await, app.member().await);
    let team = app.team().await.to_string();
    let save = async |who: &Actor, version: &str, name: &str, zone: &str| {
        let fields = [("team", team.as_str()), ("version", version), ("name", name), ("time_zone", zone)];
        post(who, "teams/save", &fields).await
    };
    assert_eq!(save(&jane, "1", "Ours", "UTC").await.status, 403);
    let wrong = save(&admin, "1", "  ", "Europe/Atlantis").await.error();
    assert_eq!(wrong.field_message("name"), Some(FieldCode::Required.message()));
    assert_eq!(wrong.field_message("time_zone"), Some(FieldCode::NotATimeZone.message()));
    let (a, b) = tokio::join!(save(&owner, "1", "Acme  Media", "UTC"), save(&admin, "1", "Acme Ltd", "UTC"));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "whoever comes second has not seen it");
    let query = AuditQuery::default();
    let log: Page<AuditRow> = read(&owner.browser, "audit/list", json!({ "team": team, "query": query })).await;
    let changed = log
        .rows
        .iter()
        .find(|row| row.kind.as_str() == "team.changed")
        .expect("is recorded");
    assert!(changed.what.contains("Acme"), "before and after: {}", changed.what);
}

async fn a_deleted_team_is_gone_and_comes_back(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let services = &app.services;
    let shop = Mailing::open(services, &app.place(&owner).await, "Music Store").await;
    shop.queued(services, &app.place(&owner).await, 1).await;
    let team = app.team().await.to_string();
    let delete = async |who: &Actor, word: &str| post(who, "teams/delete", &[("team", &team), ("confirmation", word)]).await;
    let restore = async |who: &Actor| post(who, "teams/restore", &[("team", &team)]).await;
    assert_eq!(delete(&admin, "Acme").await.status, 403);
    assert_eq!(
        delete(&owner, "acme").await.error(),
        Error::field("confirmation", FieldCode::DoesNotMatch)
    );
    assert_eq!(delete(&owner, "Acme").await.status, 200);
    assert_eq!(delete(&owner, "Acme").await.error(), Error::NotFound, "a second press");
    for actor in [&owner, &admin] {
        assert_eq!(
            actor.browser.call("teams/frame", &json!({ "team": team })).await.error(),
            Error::NotFound
        );
    }
    app.run_jobs().await;
    assert_eq!(mailing::states(services).await, [OutreachState::Paused], "nothing is sent for it");
    let gone: Vec<DeletedTeam> = read(&owner.browser, "teams/deleted", json!({})).await;
    assert_eq!(gone.iter().map(|team| team.name.as_str()).collect::<Vec<_>>(), ["Acme"]);
    let gone: Vec<DeletedTeam> = read(&admin.browser, "teams/deleted", json!({})).await;
    assert!(gone.is_empty(), "only its owner restores it");
    assert!(owner.browser.get("/teams").await.body.contains("Restore Acme"));
    assert_eq!(restore(&admin).await.error(), Error::NotFound);
    let told = app
        .mails("owner@example.com")
        .await
        .into_iter()
        .filter(|mail| mail.kind == "team_deleted");
    assert_eq!(told.count(), 1);

    app.services.clock().advance(TimeDelta::days(29));
    assert_eq!(restore(&owner).await.status, 200);
    assert_eq!(restore(&owner).await.status, 200, "twice is as good as once");
    assert_eq!(admin.browser.call("teams/frame", &json!({ "team": team })).await.status, 200);
    assert_eq!((app.audited("team.deleted").await, app.audited("team.restored").await), (1, 1));
}

async fn a_deleted_team_is_purged_with_everything(app: &TestApp) {
    let (owner, stranger) = (app.owner().await, app.stranger().await);
    let services = &app.services;
    let team = app.team().await;
    let shop = Mailing::open(services, &app.place(&owner).await, "Music Store").await;
    shop.queued(services, &app.place(&owner).await, 1).await;
    let other = Shop::open(app, &owner, "Vinyl Club").await;
    let customer = other.customer(app, "helena@example.com", |_| {}).await;
    assert_eq!(other.analyse(&owner, customer, "").await.status, 200);
    let elsewhere = rows_of_others(app, team).await;
    assert_eq!(
        post(&owner, "teams/delete", &[("team", &team.to_string()), ("confirmation", "Acme")])
            .await
            .status,
        200
    );
    app.run_jobs().await;
    app.mails("owner@example.com").await;
    app.services.clock().advance(TimeDelta::days(30));
    let late = teams::restore(services, &owner.session, team)
        .await
        .map_err(|error| error.into_public("test"));
    assert_eq!(late, Err(Error::Conflict(Conflict::Purged)));
    assert_eq!(teams::purge(services, &CancellationToken::new()).await.expect("purges"), 1);
    assert_eq!(teams::purge(services, &CancellationToken::new()).await.expect("purges"), 0);
    for table in teams::TABLES {
        assert_eq!(
            count(app, &format!("SELECT COUNT(*) FROM {table} WHERE team_id = $1"), team).await,
            0,
            "{table}"
        );
    }
    assert_eq!(count(app, "SELECT COUNT(*) FROM team WHERE id = $1", team).await, 0);
    assert_eq!(rows_of_others(app, team).await, elsewhere, "other teams are untouched");
    let teams_of = async |who: &Actor| accounts::me(services, &who.session).await.expect("reads").teams.len();
    assert_eq!((teams_of(&owner).await, teams_of(&stranger).await), (0, 1), "the accounts stay");
}

async fn count(app: &TestApp, sql: &str, team: domain::ids::TeamId) -> i64 {
    let db = app.services.db().read();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [team.into()]);
    let row = db.query_one_raw(statement).await.expect(sql).expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// How many rows each table has of everybody else; people's mails and what the clock does are not counted.
async fn rows_of_others(app: &TestApp, team: domain::ids::TeamId) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in teams::TABLES.iter().filter(|table| **table != "mail") {
        counts.push(count(app, &format!("SELECT COUNT(*) FROM {table} WHERE team_id <> $1"), team).await);
    }
    counts
}

async fn the_purge_knows_every_table(app: &TestApp) {
    let db = app.services.db().read();
    let sql = if app.services.db().is_sqlite() {
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'team_id' WHERE m.type = 'table'"
    } else {
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'team_id' AND table_schema = current_schema()"
    };
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .expect("reads");
    let there: BTreeSet<String> = rows.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect();
    let known: BTreeSet<String> = teams::TABLES.iter().map(|table| (*table).to_owned()).collect();
    assert_eq!(there, known, "a new table with rows of teams belongs into teams::TABLES");
}

/// Two creations whose transactions are both open before either goes on. On PostgreSQL the person's row is held until both want it: in
/// order to count behind the lock, or, if they have counted without one, in order to found a team of theirs. SQLite has one writer.
async fn two_at_once(app: &TestApp, owner: &Actor) -> (Result<(), Error>, Result<(), Error>) {
    let both = async || tokio::join!(found(app, owner), found(app, owner));
    if app.services.db().is_sqlite() {
        return both().await;
    }
    let held = app.services.db().begin().await.expect("begins");
    let person = person::Entity::find_by_id(owner.session.person).lock_exclusive().one(&held).await;
    person.expect("locks").expect("a person");
    let release = async {
        let waiting = async || {
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            let row = app
                .services
                .db()
                .read()
                .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
                .await;
            let waiting: i64 = row.expect("asks").expect("a row").try_get_by_index(0).expect("a number");
            waiting
        };
        let until_both = async { while waiting().await < 2 {} };
        tokio::time::timeout(Duration::from_secs(20), until_both).await.expect("both wait");
        held.rollback().await.expect("lets go");
    };
    tokio::join!(both(), release).0
}
