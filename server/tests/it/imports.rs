//! Importing customers over HTTP: upload, preview, run, result; and what files and people can do wrong.

mod files;
mod killed;
mod middle;
mod people;
pub mod shop;
mod tidy;

use crate::support::{TestApp, both_databases};
use chrono::TimeDelta;
use domain::{
    audit::{AuditKind, AuditQuery, AuditRow},
    import::{ColumnTarget, ImportField, ImportGroup, ImportReport, ImportState, MergeMode},
    page::Page,
    permission::perm,
};
use serde_json::json;
use services::{
    customers::import::{self, FileImport},
    entity::customer,
};
use shop::{MUSIC, Shop, TICKETS, samples};

both_databases! {
    a_file_becomes_customers
    a_second_product_knows_who_is_in_the_first
    figures_are_replaced_or_added_and_the_timeline_tells
    groups_are_in_their_order_and_add_up
    duplicates_and_other_currencies_are_left_out_with_the_reason
    a_deleted_customer_comes_back_as_a_new_one
    the_same_file_asks_first
    a_preview_that_nobody_has_seen_is_not_started
    who_takes_the_left_out_rows_is_in_the_log
    a_file_of_this_machine_goes_the_same_way
}

async fn a_file_becomes_customers(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let id = shop.upload("music-store-customers.csv", &samples(MUSIC)).await;
    assert_eq!(shop.detail(id).await.state, ImportState::Reading);
    app.run_jobs().await;
    let preview = shop.detail(id).await;
    assert_eq!(preview.state, ImportState::Previewed);
    assert_eq!((preview.counts.new, preview.counts.rows()), (59, 59));
    assert_eq!(preview.columns[6].target, ColumnTarget::Field(ImportField::TotalSpent));
    assert_eq!(preview.preview[0].email, "luisg@embraer.com.br");
    assert_eq!((preview.preview[0].spent.as_str(), preview.preview[0].line), ("$39.62", 2));
    assert!(shop.customers().await.is_empty(), "a preview writes nothing");

    shop.start(id, MergeMode::Replace, false).await;
    assert_eq!(shop.detail(id).await.state, ImportState::Running);
    app.run_jobs().await;
    let done = shop.detail(id).await;
    assert_eq!(done.state, ImportState::Done);
    let report = ImportReport {
        rows: 59,
        new: 59,
        ..ImportReport::default()
    };
    assert_eq!(done.report(), report);
    let customers = shop.customers().await;
    assert_eq!((customers.len(), shop.count().await), (59, 59));
    let luis = shop.customer("luisg@embraer.com.br").await;
    assert_eq!(
        (luis.name.as_str(), luis.total_spent, luis.payment_count),
        ("Luís Gonçalves", Some(3_962), Some(7))
    );
    assert_eq!(luis.first_payment.map(|day| day.to_string()).as_deref(), Some("2008-03-10"));
    assert_eq!(
        luis.attributes.as_ref().map(|all| all["City"].clone()),
        Some("São José dos Campos".into())
    );
    assert_eq!(luis.import_id, Some(id));
    let mails = app.mails("owner@example.com").await;
    let last = mails.iter().find(|mail| mail.kind == "import_finished").expect("a mail");
    let text = app.text_of(last);
    assert!(text.contains("59 became new customers") && text.contains(&id.to_string()), "{text}");
    assert_eq!(shop.events("import.started").await + shop.events("import.finished").await, 2);
    let list = shop.list().await;
    assert_eq!((list.rows.len(), list.rows[0].new, list.next), (1, 59, None));
}

async fn a_second_product_knows_who_is_in_the_first(app: &TestApp) {
    let music = Shop::open(app, "Music Store").await;
    music.import(&samples(MUSIC), MergeMode::Replace).await;
    let tickets = Shop::open(app, "Ticket Shop").await;
    let id = tickets.upload("tickets.csv", &samples(TICKETS)).await;
    app.run_jobs().await;
    let preview = tickets.detail(id).await;
    assert!(preview.counts.in_other_products > 20, "{:?}", preview.counts);
    let luis = preview
        .preview
        .iter()
        .find(|row| row.email == "luisg@embraer.com.br")
        .expect("in the first rows");
    assert_eq!(luis.group, ImportGroup::InOtherProducts);
    assert_eq!(luis.what, "Customer of Music Store since 10 Mar 2008");
    tickets.start(id, MergeMode::Replace, false).await;
    app.run_jobs().await;
    let report = tickets.detail(id).await.report();
    assert_eq!(report.new, preview.counts.written(), "in another product, new here: {report:?}");
    assert_eq!(music.count().await, 59);
    tickets.mails().await;
}

async fn figures_are_replaced_or_added_and_the_timeline_tells(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    shop.import(
        "email,name,total spent,orders,first payment,last payment,notes\n\
         jane@example.org,Jane,40.71,6,2020-02-01,2021-02-01,likes jazz\n",
        MergeMode::Replace,
    )
    .await;
    let second = "email,name,total spent,orders,first payment,last payment,notes\n\
                  JANE@example.org,,49.62,7,2020-03-01,2022-02-01,\n";
    let id = shop.upload("second.csv", second).await;
    app.run_jobs().await;
    let row = shop.detail(id).await.preview[0].clone();
    assert_eq!(row.group, ImportGroup::Update);
    let replaced = "total spent $40.71 → $49.62, payments 6 → 7, last payment 2021-02-01 → 2022-02-01";
    assert_eq!(row.what, replaced);
    assert!(
        row.what_added.starts_with("total spent $40.71 → $90.33, payments 6 → 13"),
        "{}",
        row.what_added
    );
    shop.start(id, MergeMode::Replace, false).await;
    app.run_jobs().await;
    let jane = shop.customer("jane@example.org").await;
    assert_eq!((jane.total_spent, jane.payment_count), (Some(4_962), Some(7)));
    assert_eq!(
        (jane.name.as_str(), jane.notes.as_str()),
        ("Jane", "likes jazz"),
        "blank cells never erase"
    );
    assert_eq!(jane.first_payment.map(|day| day.to_string()).as_deref(), Some("2020-02-01"));
    let changes = shop.changes(&jane).await;
    assert_eq!(changes.len(), 1);
    let told = services::customers::changes::words(changes[0].changes.as_object().expect("an object"), Some("USD"));
    assert_eq!(told, replaced);

    let report = shop
        .import(
            "email,total spent,orders,last payment\njane@example.org,1.00,1,2019-01-01\nJane@example.org,2.00,2,\nbob@example.org,3,1,\n",
            MergeMode::Add,
        )
        .await;
    let expected = ImportReport {
        rows: 3,
        new: 1,
        updated: 1,
        duplicates: 1,
        invalid: 0,
    };
    assert_eq!(report, expected);
    let jane = shop.customer("jane@example.org").await;
    assert_eq!(
        (jane.total_spent, jane.payment_count),
        (Some(5_262), Some(10)),
        "rows of one address are summed"
    );
    assert_eq!(jane.last_payment.map(|day| day.to_string()).as_deref(), Some("2022-02-01"));
    shop.mails().await;
}

async fn groups_are_in_their_order_and_add_up(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let other = Shop::open(app, "Ticket Shop").await;
    other
        .import(
            "email,name\nelsewhere@example.org,E\nmailed@example.org,M\nstopped@example.org,S\n",
            MergeMode::Replace,
        )
        .await;
    shop.import("email,name\nold@example.org,Old\nstopped@example.org,S\n", MergeMode::Replace)
        .await;
    other.contact("mailed@example.org", 9).await;
    other.contact("elsewhere@example.org", 20).await;
    shop.suppress("stopped@example.org", false).await;
    shop.suppress("unknown@example.org", true).await;
    shop.erase("gone@example.org").await;
    let file = "email,name\n\
                new@example.org,N\n\
                gone@example.org,G\n\
                old@example.org,Old\n\
                elsewhere@example.org,E\n\
                not an address,X\n\
                mailed@example.org,M\n\
                stopped@example.org,S\n\
                unknown@example.org,U\n\
                new@example.org,N2\n\
                gone@example.org,G2\n";
    let id = shop.upload("all.csv", file).await;
    app.run_jobs().await;
    let detail = shop.detail(id).await;
    let counts = detail.counts;
    let of = |group: ImportGroup| counts.of(group);
    assert_eq!(
        (of(ImportGroup::Invalid), of(ImportGroup::Erased), of(ImportGroup::Duplicate)),
        (1, 2, 1)
    );
    assert_eq!((of(ImportGroup::Suppressed), of(ImportGroup::ContactedRecently)), (2, 1));
    assert_eq!(
        (of(ImportGroup::InOtherProducts), of(ImportGroup::Update), of(ImportGroup::New)),
        (1, 1, 1)
    );
    assert_eq!(counts.rows(), 10);
    let what = |email: &str| {
        let row = detail
            .preview
            .iter()
            .find(|row| row.email == email && row.group != ImportGroup::Duplicate);
        row.expect("in the preview").what.clone()
    };
    assert_eq!(what("mailed@example.org"), "Owner, Ticket Shop, 9 days ago");
    assert_eq!(what("stopped@example.org"), "Unsubscribed 12 Jan 2027");
    assert_eq!(what("unknown@example.org"), "Unsubscribed 12 Jan 2027, whole team");
    assert_eq!(what("not an address"), "E-mail, column 1: not an e-mail address");
    shop.start(id, MergeMode::Replace, false).await;
    app.run_jobs().await;
    let report = shop.detail(id).await.report();
    let expected = ImportReport {
        rows: 10,
        new: 4,
        updated: 2,
        duplicates: 1,
        invalid: 3,
    };
    assert_eq!(report, expected);
    assert!(shop.find("gone@example.org").await.is_none(), "nobody comes back");
    shop.mails().await;
}

async fn duplicates_and_other_currencies_are_left_out_with_the_reason(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    shop.import("email,total spent,currency\neuro@example.org,5,EUR\n", MergeMode::Replace)
        .await;
    let file = "email;name;total spent;currency\n\
                jane@example.org;=Jane;1.00;USD\n\
                euro@example.org;Euro;7.00;USD\n\
                jane@example.org;Jane;2.00;USD\n\
                jane@example.org;-5;3.00;CAD\n\
                bad@example;Bad;1,2,3;USD\n";
    let id = shop.upload("mixed.csv", file).await;
    app.run_jobs().await;
    let counts = shop.detail(id).await.counts;
    assert_eq!((counts.invalid, counts.duplicate, counts.new), (3, 1, 1));
    let csv = shop.left_out(id).await;
    assert_eq!(
        csv,
        "\u{feff}email,name,total spent,currency,Line in file,Left out because\n\
         jane@example.org,'=Jane,1.00,USD,2,\"same address as line 4, which counts\"\n\
         euro@example.org,Euro,7.00,USD,3,\"Currency, column 4: another currency than the customer's\"\n\
         jane@example.org,-5,3.00,CAD,5,\"Currency, column 4: another currency than the customer's\"\n\
         bad@example,Bad,\"1,2,3\",USD,6,\"E-mail, column 1: not an e-mail address\"\n"
    );
    // Between preview and run the customer gets another currency: refused when it is written.
    shop.start(id, MergeMode::Replace, false).await;
    shop.add("jane@example.org", "JPY").await;
    app.run_jobs().await;
    let done = shop.detail(id).await;
    let expected = ImportReport {
        rows: 5,
        duplicates: 1,
        invalid: 4,
        ..ImportReport::default()
    };
    assert_eq!((done.state, done.report()), (ImportState::Done, expected));
    assert!(
        shop.left_out(id)
            .await
            .contains("jane@example.org,Jane,2.00,USD,4,another currency than the customer's")
    );
    assert_eq!(shop.customer("euro@example.org").await.total_spent, Some(500));
    // What was left out can be corrected and imported; the two added columns are no attributes.
    let again = shop.upload("again.csv", &csv).await;
    app.run_jobs().await;
    let columns = shop.detail(again).await.columns;
    assert_eq!(
        columns[4..].iter().map(|column| &column.target).collect::<Vec<_>>(),
        [&ColumnTarget::Skip; 2]
    );
    shop.mails().await;
}

async fn a_deleted_customer_comes_back_as_a_new_one(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    shop.import(
        "email,name,orders\njane@example.org,Jane,6\nbob@example.org,Bob,1\n",
        MergeMode::Replace,
    )
    .await;
    let before = shop.customer("jane@example.org").await;
    shop.delete(&before).await;
    let report = shop.import("email,orders\njane@example.org,2\n", MergeMode::Add).await;
    assert_eq!((report.new, report.updated), (1, 0));
    let jane = shop.customer("jane@example.org").await;
    assert_eq!(
        (jane.id, jane.payment_count, jane.name.as_str(), jane.deleted_at),
        (before.id, Some(2), "", None)
    );
    assert_eq!(shop.count().await, 2);
    shop.mails().await;
}

async fn the_same_file_asks_first(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    shop.import(&samples(MUSIC), MergeMode::Replace).await;
    let id = shop.upload("other-name.csv", &samples(MUSIC)).await;
    app.run_jobs().await;
    let detail = shop.detail(id).await;
    assert_eq!(detail.seen_before.map(|at| at.relative).as_deref(), Some("just now"));
    let refused = shop.try_start(id, MergeMode::Replace, false).await;
    assert!(refused.body.contains("same_file"), "{refused:?}");
    assert_eq!(shop.detail(id).await.state, ImportState::Previewed);
    shop.start(id, MergeMode::Replace, true).await;
    app.run_jobs().await;
    let report = shop.detail(id).await.report();
    assert_eq!((report.new, report.updated), (0, 59));
    let luis = shop.customer("luisg@embraer.com.br").await;
    assert!(shop.changes(&luis).await.is_empty(), "nothing changed, nothing is told");
    shop.mails().await;
}

async fn a_preview_that_nobody_has_seen_is_not_started(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let id = shop.upload("a.csv", "email,name\njane@example.org,Jane\n").await;
    app.run_jobs().await;
    let seen = shop.detail(id).await.version;
    // A colleague corrects the columns while the first preview is on the screen.
    let other = [("targets[0]", "email"), ("targets[1]", "skip")];
    assert_eq!(shop.submit(&shop.owner, "imports/columns", id, &other).await.status, 302);
    app.run_jobs().await;
    for old in [seen.as_str(), ""] {
        let refused = shop
            .submit(&shop.owner, "imports/start", id, &[("merge", "replace"), ("seen", old)])
            .await;
        assert!(refused.body.contains("stale"), "{refused:?}");
    }
    assert_eq!(shop.detail(id).await.state, ImportState::Previewed);
    assert_eq!(shop.events("import.started").await, 0);
    shop.start(id, MergeMode::Replace, false).await;
    app.run_jobs().await;
    assert_eq!(shop.customer("jane@example.org").await.name, "");
    shop.mails().await;
}

async fn who_takes_the_left_out_rows_is_in_the_log(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let id = shop.upload("a.csv", "email,name\nnone,Jane\nbob@example.org,Bob\n").await;
    app.run_jobs().await;
    let path = app::paths::left_out(shop.team, shop.business, id);
    let viewer = app.viewer().await;
    assert_eq!(viewer.browser.get(&path).await.status, 403);
    assert_eq!(shop.events("exported").await, 0, "refused, nothing left");
    assert!(shop.left_out(id).await.contains("none,Jane"));
    let query = AuditQuery {
        kind: Some(AuditKind::Exported),
        ..AuditQuery::default()
    };
    let log = shop
        .owner
        .browser
        .call("audit/list", &json!({"team": shop.team, "query": query}))
        .await;
    let log: Page<AuditRow> = serde_json::from_str(&log.body).expect("a page");
    assert_eq!(log.rows.len(), 1);
    let row = &log.rows[0];
    assert_eq!((row.person_name.as_str(), row.business), ("Owner", Some(shop.business)));
    assert_eq!(row.what, "downloaded 1 row that an import had left out");
}

async fn a_file_of_this_machine_goes_the_same_way(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/services/samples/music-store-customers.csv");
    let file = FileImport {
        path: path.as_ref(),
        merge: MergeMode::Replace,
        again: false,
    };
    let report = import::run_file_as_system(&app.services, shop.business, file)
        .await
        .expect("imports");
    assert_eq!(
        (report.rows, report.new, report.updated, report.duplicates, report.invalid),
        (59, 59, 0, 0, 0)
    );
    let grant = app.grant::<perm::ImportCsv>(&shop.owner).await;
    app.services.clock().advance(TimeDelta::seconds(1));
    let refused = import::run_file(&app.services, &grant, shop.business, file)
        .await
        .expect_err("asks first");
    assert_eq!(
        refused.to_string(),
        domain::Error::Conflict(domain::error::Conflict::SameFile).to_string()
    );
    assert_eq!(
        shop.list().await.rows[0].state,
        ImportState::Cancelled,
        "nothing waits to be started"
    );
    let again = FileImport { again: true, ..file };
    let report = import::run_file(&app.services, &grant, shop.business, again)
        .await
        .expect("imports");
    assert_eq!((report.new, report.updated), (0, 59));
    let customers: Vec<customer::Model> = shop.customers().await;
    assert_eq!(customers.len(), 59);
    shop.mails().await;
}
