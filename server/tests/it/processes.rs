//! Several processes on one database.

use crate::support::{
    TestApp, database,
    process::{Process, server, server_of},
    shop::{Shop, done_and_refused},
};
use services::{
    accounts::{self, Origin},
    ledger,
};
use std::process::Stdio;

/// Both databases, by this machine's clock.
macro_rules! both_in_real_time {
    ($($name:ident)+) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::support::TestApp::run_in_real_time(crate::support::database::Kind::Sqlite, super::$name).await;
            }
        )+}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::support::TestApp::run_in_real_time(crate::support::database::Kind::Postgres, super::$name).await;
            }
        )+}
    };
}

both_in_real_time! {
    a_worker_alone_does_what_a_site_without_one_leaves
    a_hundred_spends_over_two_sites_on_ten_credits
}

/// Runs `migrate` so many times at once on one database; returns what each said.
fn migrate_at_once(url: &str, folder: &std::path::Path, times: usize) -> Vec<String> {
    let running: Vec<_> = (0..times)
        .map(|_| {
            let mut command = server(folder);
            command.env("ASKUSERS_DATABASE__URL", url).args(["--dev", "migrate"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
        })
        .collect();
    running
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().expect("ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).expect("a text")
        })
        .collect()
}

fn exactly_one_did_it(said: &[String]) {
    let applied = said.iter().filter(|text| text.starts_with("Applied m0001_people")).count();
    let current = said.iter().filter(|text| text.starts_with("The schema was up to date")).count();
    assert_eq!((applied, current), (1, said.len() - 1), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_at_once_is_done_by_one_on_postgresql() {
    let folder = tempfile::tempdir().expect("a folder");
    exactly_one_did_it(&migrate_at_once(&database::empty_postgres().await, folder.path(), 4));
}

#[test]
fn migrating_at_once_is_done_by_one_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = database::sqlite_url(&folder.path().join("new.sqlite"));
    exactly_one_did_it(&migrate_at_once(&url, folder.path(), 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sites_start_at_once_on_one_empty_postgresql() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = database::empty_postgres().await;
    let start = || Process::start(server(folder.path()).env("ASKUSERS_DATABASE__URL", &url).args(["--dev", "serve"]));
    let (mut first, mut second) = (start(), start());
    for process in [&mut first, &mut second] {
        let ready = reqwest::get(format!("{}/readyz", process.base_url())).await.expect("answers");
        assert_eq!(ready.status(), 200);
    }
    first.stop();
    second.stop();
}

async fn a_worker_alone_does_what_a_site_without_one_leaves(app: &TestApp) {
    let mut site = Process::start(server_of(app).args(["serve", "--no-worker"]));
    site.address();
    accounts::sign_up(
        &app.services,
        &Origin::default(),
        "Jane",
        "jane@example.com",
        "correct horse battery",
    )
    .await
    .expect("signs up");
    let mut worker = Process::start(server_of(app).arg("worker"));
    worker.line_with("\"working\"");
    app.smtp.wait_for(1).await;
    let log = worker.stop();
    assert!(log.contains("\"stopped\""), "{log}");
    site.stop();
    let states: Vec<_> = app.mails("jane@example.com").await.into_iter().map(|mail| mail.state).collect();
    assert_eq!(states, ["sent"], "a worker that is told to stop finishes what it began");
}

/// Nothing in a process's memory keeps the figures right: two sites, each with its own pool.
async fn a_hundred_spends_over_two_sites_on_ten_credits(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let customers = shop.hundred(app).await;
    let mut sites = [0, 1].map(|_| Process::start(server_of(app).args(["serve", "--no-worker"])));
    let at = sites.each_mut().map(|site| owner.at(&site.base_url()));
    let presses = customers
        .iter()
        .enumerate()
        .map(|(i, customer)| shop.analyse(&at[i % 2], *customer, ""));
    let outcome = done_and_refused(presses).await;
    for site in sites {
        site.stop();
    }
    assert_eq!(outcome, (10, 90));
    let left = ledger::balance(app.services.db().read(), shop.team).await.expect("reads");
    assert_eq!((left.available().0, left.held.0), (0, 0));
}

#[test]
fn a_worker_refuses_a_schema_that_is_not_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = server(folder.path()).args(["--dev", "worker"]).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("server migrate"), "{said}");
}
