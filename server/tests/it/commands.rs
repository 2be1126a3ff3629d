//! Commands that act: seed, import, reconcile, as whoever runs them sees them.

use crate::support::{database, process::server};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::Value;
use services::Db;
use std::{collections::BTreeSet, path::Path, process::Output};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let url = database::sqlite_url(&folder.join("demo.sqlite"));
    let mut command = server(folder);
    command.env("ASKUSERS_DATABASE__URL", url).arg("--dev").args(arguments);
    command.output().expect("runs")
}

/// What a command that succeeds prints.
fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("JSON and nothing else")
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(!output.status.success(), "{arguments:?} was not refused");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).expect("a text")
}

async fn open(folder: &Path) -> Db {
    database::connect(&database::sqlite_url(&folder.join("demo.sqlite"))).await
}

async fn rows(db: &Db, sql: &str) -> Vec<QueryResult> {
    let sql = Statement::from_string(db.read().get_database_backend(), sql);
    db.read().query_all_raw(sql).await.expect("reads")
}

async fn texts(db: &Db, sql: &str) -> BTreeSet<String> {
    let rows = rows(db, sql).await;
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// The business that this address created.
fn created_by<'a>(demo: &'a Value, address: &str) -> &'a str {
    let all = demo["businesses"].as_array().expect("businesses");
    let of = all
        .iter()
        .find(|business| business["created_by"] == address)
        .expect("one of theirs");
    of["id"].as_str().expect("an id")
}

fn address_of<'a>(demo: &'a Value, role: &str) -> &'a str {
    let all = demo["users"].as_array().expect("users");
    let user = all.iter().find(|user| user["role"] == role).expect("somebody of each role");
    assert!(user["password"].as_str().is_some_and(|password| password.len() >= 10), "{user}");
    user["email"].as_str().expect("an address")
}

#[tokio::test(flavor = "multi_thread")]
async fn seed_makes_a_team_worth_looking_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = json(folder.path(), &["seed", "--json"]);
    assert!(demo["team"]["id"].is_string() && demo["team"]["name"].is_string(), "{demo}");
    assert_eq!(demo["users"].as_array().map(Vec::len), Some(4));
    let member = address_of(&demo, "member");
    for role in ["owner", "admin", "viewer"] {
        address_of(&demo, role);
    }
    let businesses = demo["businesses"].as_array().expect("businesses");
    assert_eq!(businesses.iter().filter(|business| business["created_by"] == member).count(), 1);
    assert!(businesses.iter().any(|business| business["created_by"] != member), "{demo}");

    let db = open(folder.path()).await;
    let segments = texts(&db, "SELECT DISTINCT segment FROM customer WHERE segment IS NOT NULL").await;
    assert!(segments.len() >= 4, "{segments:?}");
    let scores = texts(
        &db,
        "SELECT DISTINCT CAST(opportunity AS text) FROM customer WHERE opportunity IS NOT NULL",
    )
    .await;
    assert_eq!(scores.into_iter().collect::<Vec<_>>(), ["1", "2", "3", "4", "5"]);
    let newest = texts(&db, "SELECT CAST(MAX(last_payment) = DATE('now', '-1 day') AS text) FROM customer").await;
    assert_eq!(newest.into_iter().collect::<Vec<_>>(), ["1"], "the newest payment was yesterday");
    assert!(texts(&db, "SELECT state FROM mail").await.is_empty(), "nobody is mailed");
    database::close(&db).await;

    assert_eq!(json(folder.path(), &["seed", "--json"]), demo, "the second time it is found");
    let said = run(folder.path(), &["seed"]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("is here already"));
    assert_eq!(json(folder.path(), &["reconcile", "--json"])["ok"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn import_acts_with_the_rights_of_whoever_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = json(folder.path(), &["seed", "--json"]);
    let (member, viewer) = (address_of(&demo, "member"), address_of(&demo, "viewer"));
    let (own, other) = (created_by(&demo, member), created_by(&demo, address_of(&demo, "owner")));
    let file = folder.path().join("more.csv");
    let text = "email,name,total spent\nnew@example.com,New,10.00\nnew@example.com,New,11.00\nnobody,No,1.00\nother@example.com,O,2.00\n";
    std::fs::write(&file, text).expect("writes");
    let file = file.to_str().expect("a path");

    let report = json(
        folder.path(),
        &["import", "--business", own, "--file", file, "--as", member, "--json"],
    );
    let of = |name: &str| report[name].as_u64().expect("a number");
    assert_eq!(
        (of("rows"), of("new"), of("updated"), of("duplicates"), of("invalid")),
        (4, 2, 0, 1, 1)
    );

    for (business, acting, word) in [
        (other, member, "import customers"),
        (own, viewer, "import customers"),
        (own, "nobody@example.com", "sign"),
    ] {
        let said = refused(
            folder.path(),
            &["import", "--business", business, "--file", file, "--as", acting, "--json"],
        );
        assert!(said.to_lowercase().contains(word), "{acting}: {said}");
    }
    let said = refused(folder.path(), &["import", "--business", own, "--file", file, "--json"]);
    assert!(said.contains("before"), "the same file asks first: {said}");
    let report = json(folder.path(), &["import", "--business", other, "--file", file, "--again", "--json"]);
    assert_eq!(report["new"], 2);

    let db = open(folder.path()).await;
    let by = "SELECT person_name || ': ' || kind FROM audit_event WHERE kind IN ('import.finished', 'denied')";
    let by = texts(&db, by).await;
    for event in [
        "Jane Peacock: import.finished",
        "system: import.finished",
        "Jane Peacock: denied",
        "Margaret Park: denied",
    ] {
        assert!(by.contains(event), "{event} is missing in {by:?}");
    }
    database::close(&db).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reconcile_fails_on_a_balance_that_somebody_wrote_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    json(folder.path(), &["seed", "--json"]);
    let db = open(folder.path()).await;
    db.write()
        .execute_unprepared("UPDATE ledger_account SET available = available + 7 WHERE kind = 'monthly'")
        .await
        .expect("writes");
    database::close(&db).await;
    let output = run(folder.path(), &["reconcile", "--json"]);
    assert!(!output.status.success());
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(found["ok"], false);
    let wrong = &found["differences"][0];
    assert_eq!(wrong["account"], "monthly");
    let off = wrong["balance"]["available"].as_i64().zip(wrong["transfers"]["available"].as_i64());
    assert_eq!(off.map(|(says, adds)| says - adds), Some(7));
}
