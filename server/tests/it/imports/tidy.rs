//! The files of imports that are over go; those that somebody may still need stay.

use super::shop::Shop;
use crate::support::{TestApp, both_databases};
use chrono::TimeDelta;
use domain::{
    ids::ImportId,
    import::{ImportState, MergeMode},
};
use services::customers::import::{self, Upload};

both_databases! {
    files_go_some_time_after_the_end
    an_abandoned_import_is_cancelled_and_its_files_go
    an_upload_that_broke_off_leaves_nothing
}

const FILE: &str = "email,name\njane@example.org,Jane\nnone,X\n";

async fn sweep(app: &TestApp) -> usize {
    import::sweep(&app.services).await.expect("sweeps")
}

fn has_folder(app: &TestApp, id: ImportId) -> bool {
    app.services.settings().data_dir.join("imports").join(id.to_string()).exists()
}

async fn files_go_some_time_after_the_end(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let cancelled = shop.upload("a.csv", FILE).await;
    assert_eq!(shop.submit(&shop.owner, "imports/cancel", cancelled, &[]).await.status, 302);
    let done = shop.upload("a.csv", FILE).await;
    app.run_jobs().await;
    shop.start(done, MergeMode::Replace, false).await;
    app.run_jobs().await;
    shop.mails().await;
    app.services.clock().advance(TimeDelta::days(6));
    let waiting = shop.upload("b.csv", FILE).await;
    app.run_jobs().await;
    assert_eq!(sweep(app).await, 0);
    app.services.clock().advance(TimeDelta::days(2));
    assert_eq!(sweep(app).await, 1);
    assert_eq!([cancelled, done, waiting].map(|id| has_folder(app, id)), [false, true, true]);
    assert!(shop.left_out(done).await.contains("none,X"));
    assert!(shop.left_out_compressed(done).await);
    app.services.clock().advance(TimeDelta::days(23));
    assert_eq!(sweep(app).await, 1);
    assert_eq!([cancelled, done, waiting].map(|id| has_folder(app, id)), [false, false, true]);
    let path = app::paths::left_out(shop.team, shop.business, done);
    assert_eq!(shop.owner.browser.get(&path).await.status, 404);
    // What is known of it stays; the page offers no file that is gone.
    let page = shop.owner.browser.get(&shop.page(done)).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("left-out.csv"), "{}", page.body);
    let detail = shop.detail(done).await;
    assert_eq!(
        (detail.state, detail.report().invalid, detail.has_files),
        (ImportState::Done, 1, false)
    );
    assert_eq!(shop.detail(waiting).await.state, ImportState::Previewed);
}

async fn an_abandoned_import_is_cancelled_and_its_files_go(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let previewed = shop.upload("a.csv", FILE).await;
    app.run_jobs().await;
    let unmapped = shop.upload("b.csv", "one,two\n1,2\n").await;
    let reading = shop.upload("c.csv", FILE).await;
    app.services.clock().advance(TimeDelta::days(16));
    assert_eq!(sweep(app).await, 0);
    // Somebody who is there keeps their session, but starts nothing.
    assert_eq!(shop.detail(previewed).await.state, ImportState::Previewed);
    app.services.clock().advance(TimeDelta::days(15));
    assert_eq!(sweep(app).await, 0, "cancelled today, removed later");
    for id in [previewed, unmapped] {
        let detail = shop.detail(id).await;
        let reason = detail.reason.as_deref();
        assert_eq!(
            (detail.state, reason),
            (ImportState::Cancelled, Some("Nobody started it within 30 days."))
        );
    }
    assert_eq!(shop.detail(reading).await.state, ImportState::Reading, "a worker is expected");
    assert_eq!(shop.events("import.cancelled").await, 2);
    app.services.clock().advance(TimeDelta::days(8));
    assert_eq!(sweep(app).await, 2);
    assert_eq!([previewed, unmapped, reading].map(|id| has_folder(app, id)), [false, false, true]);
    assert_eq!(shop.events("import.cancelled").await, 2);
    app.run_jobs().await;
}

async fn an_upload_that_broke_off_leaves_nothing(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let grant = app.grant(&shop.owner).await;
    let upload = Upload::begin(&app.services, &grant, shop.business, "a.csv").await.expect("begins");
    // The process dies: nothing is dropped.
    std::mem::forget(upload);
    let others = app.services.settings().data_dir.join("imports").join("notes");
    std::fs::create_dir_all(&others).expect("a folder of somebody else");
    assert_eq!(sweep(app).await, 0, "it may still be on its way");
    app.services.clock().advance(TimeDelta::days(2));
    assert_eq!(sweep(app).await, 1);
    assert_eq!(sweep(app).await, 0);
    assert!(others.exists());
}
