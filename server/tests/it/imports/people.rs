//! Who may import where.

use super::shop::Shop;
use crate::support::{TestApp, both_databases};
use domain::{Error, import::MergeMode, permission::Permission};

both_databases! {
    a_viewer_is_refused_with_the_reason
    a_member_imports_into_own_businesses_only
    another_teams_import_is_not_found
    only_one_import_writes_at_a_time
}

const FORBIDDEN: Error = Error::Forbidden {
    permission: Permission::ImportCsv,
};
const FILE: &str = "email,name\njane@example.org,Jane\n";

async fn a_viewer_is_refused_with_the_reason(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let viewer = app.viewer().await;
    let id = shop.upload("a.csv", FILE).await;
    app.run_jobs().await;
    let posted = shop.post(&viewer, "a.csv", FILE, "application/json").await;
    assert_eq!((posted.status.as_u16(), posted.error()), (403, FORBIDDEN));
    assert_eq!(shop.post(&viewer, "a.csv", FILE, "text/html").await.status, 403);
    for endpoint in ["imports/detail", "imports/list"] {
        let refused = shop.call(&viewer, endpoint, id).await;
        assert_eq!((refused.status.as_u16(), refused.error()), (403, FORBIDDEN), "{endpoint}");
    }
    for endpoint in ["imports/start", "imports/cancel", "imports/columns", "imports/format"] {
        let refused = shop.submit(&viewer, endpoint, id, &[("merge", "replace")]).await;
        assert!(refused.body.contains("import_csv"), "{endpoint}: {refused:?}");
    }
    for path in [app::paths::import(shop.team, shop.business), shop.page(id)] {
        let page = viewer.browser.get(&path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.body.contains("import customers from a file"), "the reason is on the page");
    }
    let file = viewer.browser.get(&app::paths::left_out(shop.team, shop.business, id)).await;
    assert_eq!(file.status, 403);
    assert!(shop.customers().await.is_empty());
}

async fn a_member_imports_into_own_businesses_only(app: &TestApp) {
    let theirs = Shop::open(app, "Music Store").await;
    let member = app.member().await;
    let own = Shop::of(app, member.clone(), "Vinyl Club").await;
    let refused = theirs.post(&member, "a.csv", FILE, "application/json").await;
    assert_eq!((refused.status.as_u16(), refused.error()), (403, FORBIDDEN));
    assert_eq!(own.import(FILE, MergeMode::Replace).await.new, 1);
    let id = theirs.upload("a.csv", FILE).await;
    app.run_jobs().await;
    assert_eq!(theirs.call(&member, "imports/detail", id).await.error(), FORBIDDEN);
    // An import of one business is none of another.
    assert_eq!(own.call(&member, "imports/detail", id).await.error(), Error::NotFound);
}

async fn another_teams_import_is_not_found(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let stranger = app.stranger().await;
    let id = shop.upload("a.csv", FILE).await;
    app.run_jobs().await;
    assert_eq!(
        shop.post(&stranger, "a.csv", FILE, "application/json").await.error(),
        Error::NotFound
    );
    assert_eq!(shop.call(&stranger, "imports/detail", id).await.error(), Error::NotFound);
    assert_eq!(stranger.browser.get(&shop.page(id)).await.status, 404);
    let file = app::paths::left_out(shop.team, shop.business, id);
    assert_eq!(stranger.browser.get(&file).await.status, 404);
    let anonymous = app.anonymous().get(&file).await;
    assert!(anonymous.status == 401 || anonymous.status == 303, "{anonymous:?}");
    for endpoint in ["imports/start", "imports/cancel"] {
        let refused = shop.submit(&stranger, endpoint, id, &[("merge", "replace")]).await;
        assert!(refused.body.contains("NotFound"), "{endpoint}: {refused:?}");
    }
    assert!(shop.customers().await.is_empty());
}

async fn only_one_import_writes_at_a_time(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let first = shop.upload("a.csv", FILE).await;
    let second = shop.upload("b.csv", "email,name\nbob@example.org,Bob\n").await;
    app.run_jobs().await;
    shop.start(first, MergeMode::Replace, false).await;
    let refused = shop.try_start(second, MergeMode::Replace, false).await;
    assert!(refused.body.contains("import_running"), "{refused:?}");
    app.run_jobs().await;
    shop.start(second, MergeMode::Replace, false).await;
    app.run_jobs().await;
    assert_eq!(shop.count().await, 2);
    shop.mails().await;
}
