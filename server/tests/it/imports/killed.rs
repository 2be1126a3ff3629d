//! The real worker, killed in the middle of reading and of writing an import, and started again.
//!
//! The moments are seeded. `ASKUSERS_TEST_SEED=…` repeats a run.

use super::shop::{Shop, rows};
use crate::support::{TestApp, database::Kind};
use chrono::TimeDelta;
use domain::{
    ids::ImportId,
    import::{ImportReport, ImportState, MergeMode},
    permission::perm,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sea_orm::{ConnectionTrait, Statement};
use services::{
    Services,
    customers::import::{self, Correction},
};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const ROWS: u32 = 12_000;
/// So many kills fall into each part of the work, and so many somewhere between a worker's start and its first row.
const IN_READING: usize = 7;
const IN_RUNNING: usize = 9;
const AT_THE_START: usize = 2;
/// A worker that starts has claimed nothing before that, as a rule.
const START_MS: std::ops::Range<u64> = 0..60;
/// From the moment that a state was seen until the kill.
const AFTER_MICROS: std::ops::Range<u64> = 0..20_000;
/// Far more than it takes; a hanging import fails the test instead of the run.
const PATIENCE: Duration = Duration::from_secs(60);

/// When a worker is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// Wherever it is by then; usually it has taken no job yet.
    Starting,
    /// A little after it was seen to work, and to have written rows if it writes any; perhaps in the middle of a transaction.
    Working,
    /// As soon as it has the job, between two transactions: nothing can be written from the last look to the kill.
    Held,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_an_import_ends_with_exactly_the_files_rows() {
    TestApp::run(Kind::Sqlite, killed).await;
}

async fn killed(app: &TestApp) {
    let seed = seed();
    println!("ASKUSERS_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let shop = Shop::open(app, "Music Store").await;
    shop.import(
        "email,total spent,orders\nu00003@example.org,1.00,1\nu08000@example.org,1.00,1\n",
        MergeMode::Replace,
    )
    .await;
    // The worker lives by this machine's clock: for it everything of the test is long due.
    app.services.clock().advance(TimeDelta::days(-20 * 365));
    let id = shop.upload("rows.csv", rows(ROWS)).await;

    let (mut read, mut ran) = (0, 0);
    for moment in moments(&mut random, IN_READING) {
        if shop.detail(id).await.state == ImportState::Previewed {
            read_again(&shop, id).await;
        }
        read += u32::from(kill(&shop, id, ImportState::Reading, moment, &mut random).await);
    }
    until(&app.services, id, ImportState::Previewed).await;
    shop.start(id, MergeMode::Add, false).await;
    for moment in moments(&mut random, IN_RUNNING) {
        ran += u32::from(kill(&shop, id, ImportState::Running, moment, &mut random).await);
    }
    println!("{read} kills fell into reading, {ran} into running");
    assert!(
        read >= 3 && ran >= 3,
        "seed {seed}: {read} kills fell into reading, {ran} into running"
    );
    until(&app.services, id, ImportState::Done).await;

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

/// The moments of one part, in any order.
fn moments(random: &mut StdRng, working: usize) -> Vec<Moment> {
    let mut all: Vec<_> = [Moment::Working, Moment::Held].into_iter().cycle().take(working).collect();
    all.extend([Moment::Starting; AT_THE_START]);
    all.shuffle(random);
    all
}

/// Starts a worker and kills it. Whether that fell into this part of its work.
async fn kill(shop: &Shop<'_>, id: ImportId, part: ImportState, moment: Moment, random: &mut StdRng) -> bool {
    let services = &shop.app.services;
    let before = look(services.db().read(), id).await.processed;
    let mut worker = worker(&services.settings().data_dir);
    let after = Duration::from_micros(random.random_range(AFTER_MICROS));
    let mut works = false;
    let mut writer = None;
    match moment {
        Moment::Starting => tokio::time::sleep(Duration::from_millis(random.random_range(START_MS))).await,
        Moment::Working | Moment::Held => {
            let held = matches!(moment, Moment::Held);
            let writes = part == ImportState::Running && !held;
            seen(services, id, |now| {
                now.state != part || now.taken && (!writes || now.processed > before)
            })
            .await;
            tokio::time::sleep(after).await;
            if held {
                writer = Some(services.db().begin().await.expect("the writer"));
            }
            let now = look(services.db().read(), id).await;
            works = now.state == part && now.taken;
        }
    }
    worker.kill().expect("kill -9");
    worker.wait().expect("ends");
    if let Some(writer) = writer {
        writer.rollback().await.expect("lets go");
    }
    let now = look(services.db().read(), id).await;
    println!("{part}, {moment:?}: {now:?}");
    // As if the dead worker's lease had ended, which takes minutes. So many deaths in a row before anything was done are another test's.
    shop.run(
        "UPDATE job SET lease_until = created_at, attempts = 1 WHERE state = 'running'",
        Vec::new(),
    )
    .await;
    works && now.state == part
}

/// Waits until an import is as it should be.
async fn seen(services: &Services, id: ImportId, fits: impl Fn(&Look) -> bool) {
    let waiting = async {
        let mut looks = tokio::time::interval(Duration::from_millis(1));
        loop {
            looks.tick().await;
            if fits(&look(services.db().read(), id).await) {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("a worker takes the job");
}

/// How an import stands.
#[derive(Clone, Copy, Debug)]
struct Look {
    state: ImportState,
    processed: i64,
    /// Whether a living worker has its job.
    taken: bool,
}

async fn look(db: &impl ConnectionTrait, id: ImportId) -> Look {
    let sql = "SELECT i.state, i.processed, EXISTS (
                 SELECT 1 FROM job j WHERE j.subject_id = i.id AND j.state = 'running' AND j.lease_until > j.created_at
               ) FROM import i WHERE i.id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [id.0.into()]);
    let row = db.query_one_raw(statement).await.expect("reads").expect("the import");
    let state: String = row.try_get_by_index(0).expect("a state");
    Look {
        state: ImportState::parse(&state).expect("a known state"),
        processed: row.try_get_by_index(1).expect("a number"),
        taken: row.try_get_by_index(2).expect("yes or no"),
    }
}

/// Lets a worker work until the import has that state.
async fn until(services: &Services, id: ImportId, state: ImportState) {
    let mut worker = worker(&services.settings().data_dir);
    let done = async {
        let mut looks = tokio::time::interval(Duration::from_millis(50));
        while look(services.db().read(), id).await.state != state {
            looks.tick().await;
        }
    };
    let done = tokio::time::timeout(PATIENCE, done).await;
    worker.kill().expect("kill -9");
    worker.wait().expect("ends");
    assert!(done.is_ok(), "still {:?}", look(services.db().read(), id).await);
}

/// Has the file read once more, as somebody does who corrects its columns.
async fn read_again(shop: &Shop<'_>, id: ImportId) {
    let grant = shop.app.grant::<perm::ImportCsv>(&shop.owner).await;
    let columns = shop.detail(id).await.columns;
    let same = Correction::Columns(columns.into_iter().map(|column| column.target).collect());
    import::correct(&shop.app.services, &grant, shop.business, id, same)
        .await
        .expect("is read again");
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
