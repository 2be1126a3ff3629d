//! What can happen in the middle of an import, at a moment that the test chooses: after the first of several transactions.

use super::shop::{Shop, rows};
use crate::support::{TestApp, both_databases};
use chrono::TimeDelta;
use domain::{
    ids::ImportId,
    import::{ImportReport, ImportState, MergeMode},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use services::{
    customers::import::apply::{Run, Step},
    entity::member,
    jobs::{self, Job},
};
use tokio_util::sync::CancellationToken;

both_databases! {
    cancelling_stops_after_what_was_written
    a_stop_puts_it_back_for_the_next_process
    a_worker_that_died_is_replaced_without_a_row_lost_or_doubled
    a_worker_that_lost_its_lease_writes_nothing_more
    a_lost_right_stops_the_import
    cancelling_works_before_anything_is_written
}

const ROWS: u32 = 1_300;

/// A started import of customers who exist already, so that a doubled row would show in their figures.
async fn started<'a>(app: &'a TestApp) -> (Shop<'a>, ImportId) {
    let shop = Shop::open(app, "Music Store").await;
    shop.import(
        "email,total spent,orders\nu00003@example.org,1.00,1\nu00700@example.org,1.00,1\n",
        MergeMode::Replace,
    )
    .await;
    let id = shop.upload("rows.csv", rows(ROWS)).await;
    app.run_jobs().await;
    shop.start(id, MergeMode::Add, false).await;
    (shop, id)
}

/// Takes the job and writes once.
async fn first_step(app: &TestApp) -> (Job, Run) {
    let job = jobs::claim(&app.services).await.expect("asks").expect("a job");
    let mut run = Run::open(&app.services, &job).await.expect("opens").expect("it runs");
    assert_eq!(run.step().await.expect("writes"), Step::More);
    (job, run)
}

async fn exactly_the_files_rows(shop: &Shop<'_>, id: ImportId) {
    let detail = shop.detail(id).await;
    let report = ImportReport {
        rows: u64::from(ROWS),
        new: u64::from(ROWS) - 2,
        updated: 2,
        ..ImportReport::default()
    };
    assert_eq!((detail.state, detail.report()), (ImportState::Done, report));
    let customers = shop.customers().await;
    assert_eq!((customers.len(), shop.count().await), (ROWS as usize, i64::from(ROWS)));
    for (n, customer) in (1..).zip(&customers) {
        let before = if n == 3 || n == 700 { (100, 1) } else { (0, 0) };
        assert_eq!(customer.email, format!("u{n:05}@example.org"));
        assert_eq!(
            (customer.total_spent, customer.payment_count),
            (Some(1_000 + n + before.0), Some(1 + before.1)),
            "{}",
            customer.email
        );
    }
    assert_eq!(shop.changes(&customers[2]).await.len(), 1);
    shop.mails().await;
}

async fn cancelling_stops_after_what_was_written(app: &TestApp) {
    let (shop, id) = started(app).await;
    let (job, mut run) = first_step(app).await;
    let answer = shop.submit(&shop.owner, "imports/cancel", id, &[]).await;
    assert_eq!(answer.status, 302, "{answer:?}");
    assert_eq!(run.step().await.expect("stops"), Step::Stopped);
    jobs::finish(&app.services, &job, Ok(())).await.expect("ends");
    app.run_jobs().await;
    let detail = shop.detail(id).await;
    assert_eq!(
        (detail.state, detail.reason.as_deref()),
        (ImportState::Cancelled, Some("Cancelled by Owner."))
    );
    assert_eq!((detail.processed, detail.new, detail.updated), (500, 499, 1));
    assert_eq!((shop.customers().await.len(), shop.count().await), (501, 501));
    let again = shop.submit(&shop.owner, "imports/cancel", id, &[]).await;
    assert!(again.body.contains("import_state"), "{again:?}");
    assert_eq!(shop.events("import.cancelled").await, 1);
    // The place is free for the next one, and what is there already is not doubled by the same file.
    let same = shop.upload("rows.csv", rows(ROWS)).await;
    app.run_jobs().await;
    let refused = shop.try_start(same, MergeMode::Add, false).await;
    assert!(refused.body.contains("same_file"), "{refused:?}");
    shop.start(same, MergeMode::Replace, true).await;
    app.run_jobs().await;
    shop.mails().await;
    let report = shop.detail(same).await.report();
    assert_eq!((report.new, report.updated), (u64::from(ROWS) - 501, 501));
}

async fn a_stop_puts_it_back_for_the_next_process(app: &TestApp) {
    const MANY: u32 = 15_000;
    let shop = Shop::open(app, "Music Store").await;
    let id = shop.upload("rows.csv", rows(MANY)).await;
    app.run_jobs().await;
    shop.start(id, MergeMode::Replace, false).await;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(jobs::run(app.services.clone(), stop.clone()));
    while shop.detail(id).await.processed == 0 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    worker.await.expect("ends in order");
    let detail = shop.detail(id).await;
    assert_eq!(detail.state, ImportState::Running);
    assert!((500..u64::from(MANY)).contains(&detail.processed), "{}", detail.processed);
    // No lease has to run out first: the clock stands.
    app.run_jobs().await;
    shop.mails().await;
    let detail = shop.detail(id).await;
    assert_eq!((detail.state, detail.new), (ImportState::Done, u64::from(MANY)));
    assert_eq!((shop.customers().await.len(), shop.count().await), (MANY as usize, i64::from(MANY)));
}

async fn a_worker_that_died_is_replaced_without_a_row_lost_or_doubled(app: &TestApp) {
    let (shop, id) = started(app).await;
    drop(first_step(app).await);
    app.run_jobs().await;
    let detail = shop.detail(id).await;
    assert_eq!((detail.state, detail.processed), (ImportState::Running, 500), "its lease holds");
    app.services.clock().advance(TimeDelta::minutes(2));
    app.run_jobs().await;
    exactly_the_files_rows(&shop, id).await;
}

async fn a_worker_that_lost_its_lease_writes_nothing_more(app: &TestApp) {
    let (shop, id) = started(app).await;
    let (job, mut late) = first_step(app).await;
    app.services.clock().advance(TimeDelta::minutes(2));
    // Another worker takes over in the middle, then the first one wakes up.
    let (_, mut other) = first_step(app).await;
    assert_eq!(late.step().await.expect("notices"), Step::Stopped);
    jobs::finish(&app.services, &job, Ok(())).await.expect("changes nothing");
    assert_eq!(other.step().await.expect("goes on"), Step::Done);
    app.services.clock().advance(TimeDelta::minutes(2));
    app.run_jobs().await;
    exactly_the_files_rows(&shop, id).await;
}

async fn a_lost_right_stops_the_import(app: &TestApp) {
    let admin = app.admin().await;
    let (shop, _) = started(app).await;
    let done = shop.owner.clone();
    // The admin starts one of their own, after the owner's is through.
    app.run_jobs().await;
    let shop = Shop {
        owner: admin.clone(),
        ..shop
    };
    let id = shop.upload("more.csv", rows(ROWS)).await;
    app.run_jobs().await;
    shop.start(id, MergeMode::Replace, true).await;
    let (job, mut run) = first_step(app).await;
    member::Entity::update_many()
        .col_expr(member::Column::Role, Expr::value("viewer"))
        .filter(member::Column::PersonId.eq(admin.session.person))
        .exec(app.services.db().write())
        .await
        .expect("demotes");
    let refused = run.step().await.expect_err("asks for the right again");
    assert!(refused.to_string().contains("import customers"), "{refused}");
    drop((job, run));
    app.services.clock().advance(TimeDelta::minutes(2));
    app.run_jobs().await;
    let shop = Shop { owner: done, ..shop };
    let detail = shop.detail(id).await;
    assert_eq!((detail.state, detail.processed), (ImportState::Failed, 500));
    assert_eq!(
        detail.reason.as_deref(),
        Some("Whoever started it has lost the right to import customers from a file.")
    );
    shop.mails().await;
}

async fn cancelling_works_before_anything_is_written(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let id = shop.upload("rows.csv", rows(10)).await;
    assert_eq!(shop.submit(&shop.owner, "imports/cancel", id, &[]).await.status, 302);
    app.run_jobs().await;
    let other = shop.upload("rows.csv", rows(10)).await;
    app.run_jobs().await;
    assert_eq!(shop.submit(&shop.owner, "imports/cancel", other, &[]).await.status, 302);
    let refused = shop.try_start(other, MergeMode::Replace, false).await;
    assert!(refused.body.contains("import_state"), "{refused:?}");
    assert!(shop.customers().await.is_empty());
    assert_eq!(shop.detail(id).await.state, ImportState::Cancelled);
}
