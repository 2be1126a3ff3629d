//! The real worker, killed at random moments of an import and started again.

use super::shop::{Shop, rows};
use crate::support::{TestApp, database::Kind};
use chrono::TimeDelta;
use domain::import::{ImportReport, ImportState, MergeMode};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const ROWS: u32 = 9_000;
const KILLS: u32 = 20;
/// A worker starts and works: the moment lies anywhere in that.
const MOMENTS_MS: std::ops::Range<u64> = 0..900;
/// Far more than it takes; a hanging import fails the test instead of the run.
const PATIENCE: u32 = 600;

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_twenty_moments_an_import_ends_with_exactly_the_files_rows() {
    TestApp::run(Kind::Sqlite, killed).await;
}

async fn killed(app: &TestApp) {
    let seed = seed();
    println!("seed of the moments: {seed} (again with ASKUSERS_TEST_SEED={seed})");
    let mut moments = StdRng::seed_from_u64(seed);
    let shop = Shop::open(app, "Music Store").await;
    shop.import(
        "email,total spent,orders\nu00003@example.org,1.00,1\nu08000@example.org,1.00,1\n",
        MergeMode::Replace,
    )
    .await;
    // The worker lives by this machine's clock: for it everything of the test is long due.
    app.services.clock().advance(TimeDelta::days(-20 * 365));
    let id = shop.upload("rows.csv", rows(ROWS)).await;
    let folder = &app.services.settings().data_dir;
    let mut seen = Vec::new();
    for _ in 0..KILLS {
        let mut worker = worker(folder);
        tokio::time::sleep(Duration::from_millis(moments.random_range(MOMENTS_MS))).await;
        worker.kill().expect("kill -9");
        worker.wait().expect("ends");
        // As if the dead worker's lease had ended, which takes minutes. So many deaths in a row before anything was done are another test's.
        shop.run(
            "UPDATE job SET lease_until = created_at, attempts = 1 WHERE state = 'running'",
            Vec::new(),
        )
        .await;
        let detail = shop.detail(id).await;
        seen.push((detail.state, detail.processed));
        if detail.state == ImportState::Previewed {
            shop.start(id, MergeMode::Add, false).await;
        }
    }
    println!("after each: {seen:?}");
    let mut worker = worker(folder);
    let mut waits = 0;
    loop {
        let state = shop.detail(id).await.state;
        match state {
            ImportState::Previewed => shop.start(id, MergeMode::Add, false).await,
            ImportState::Done => break,
            _ => assert!(waits < PATIENCE, "still {state}"),
        }
        waits += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    worker.kill().expect("kill -9");
    worker.wait().expect("ends");

    let report = ImportReport {
        rows: u64::from(ROWS),
        new: u64::from(ROWS) - 2,
        updated: 2,
        ..ImportReport::default()
    };
    assert_eq!(shop.detail(id).await.report(), report);
    let customers = shop.customers().await;
    assert_eq!((customers.len(), shop.count().await), (ROWS as usize, i64::from(ROWS)));
    for (n, customer) in (1..).zip(&customers) {
        let before = if n == 3 || n == 8_000 { 100 } else { 0 };
        assert_eq!(
            (customer.email.as_str(), customer.total_spent),
            (format!("u{n:05}@example.org").as_str(), Some(1_000 + n + before))
        );
    }
    assert_eq!(shop.events("import.finished").await, 2, "one for each import");
    app.services.clock().advance(TimeDelta::days(20 * 365));
    app.run_jobs().await;
    shop.mails().await;
}

fn worker(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_server"))
        .current_dir(folder)
        .args(["--dev", "worker"])
        .env_clear()
        .env("ASKUSERS_SITE__HASH_FILES", "false")
        .env("ASKUSERS_DATABASE__URL", format!("sqlite://{}/test.sqlite", folder.display()))
        .env("ASKUSERS_STORAGE__DATA_DIR", folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

#[expect(clippy::disallowed_methods, reason = "whoever repeats a failure names its seed")]
fn seed() -> u64 {
    let named = std::env::var("ASKUSERS_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    named.unwrap_or_else(rand::random)
}
