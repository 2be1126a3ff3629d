//! Files that are none, or not what they seem.

use super::shop::Shop;
use crate::support::{TestApp, both_databases};
use domain::{
    Error,
    error::Conflict,
    import::{ColumnTarget, Encoding, ImportField, ImportState},
};

both_databases! {
    what_is_no_customer_file_is_refused_and_leaves_nothing
    a_file_without_addresses_waits_for_its_column
    a_wrong_encoding_is_corrected
    columns_are_corrected
}

async fn what_is_no_customer_file_is_refused_and_leaves_nothing(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let large = "email,name\n".to_owned() + &"jane@example.org,Jane\n".repeat(60_000);
    let cases: [(&str, Vec<u8>, Conflict, u16); 5] = [
        ("empty.csv", Vec::new(), Conflict::FileEmpty, 409),
        ("blank.csv", b" \n\n".to_vec(), Conflict::FileEmpty, 409),
        ("heading.csv", b"email,name\n".to_vec(), Conflict::FileEmpty, 409),
        ("sheet.xlsx", b"PK\x03\x04 and the rest".to_vec(), Conflict::FileUnreadable, 409),
        ("large.csv", large.into_bytes(), Conflict::FileTooLarge, 413),
    ];
    for (name, bytes, conflict, status) in cases {
        let form = shop.post(&shop.owner, name, bytes.clone(), "text/html").await;
        let back = format!("{}?problem={conflict}", app::paths::import(shop.team, shop.business));
        assert_eq!((form.status.as_u16(), form.header("location")), (303, back.as_str()), "{name}");
        let page = shop.owner.browser.get(&back).await;
        assert!(page.body.contains(conflict.message()), "{name}: the page says what to do");
        let other = shop.post(&shop.owner, name, bytes, "application/json").await;
        assert_eq!(
            (other.status.as_u16(), other.error()),
            (status, Error::Conflict(conflict)),
            "{name}"
        );
    }
    let forged = format!("{}?problem=Send+money", app::paths::import(shop.team, shop.business));
    let forged = shop.owner.browser.get(&forged).await;
    assert!(!forged.body.contains("Send money"), "a crafted link does not show its own words");
    assert!(shop.list().await.rows.is_empty());
    let left = std::fs::read_dir(app.services.settings().data_dir.join("imports")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "no file is left behind");
}

async fn a_file_without_addresses_waits_for_its_column(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let id = shop
        .upload("names.csv", "name,reachable at\nJane,ask\nBob,ask\nEve,eve@example.org\n")
        .await;
    app.run_jobs().await;
    let detail = shop.detail(id).await;
    assert_eq!(detail.state, ImportState::Uploaded);
    let page = shop.owner.browser.get(&shop.page(id)).await;
    assert!(page.body.contains(Conflict::NoEmailColumn.message()), "{}", page.body);
    let refused = shop
        .submit(
            &shop.owner,
            "imports/columns",
            id,
            &[("targets[0]", "name"), ("targets[1]", "attribute")],
        )
        .await;
    assert!(refused.body.contains("no_email_column"), "{refused:?}");
    let taken = shop
        .submit(
            &shop.owner,
            "imports/columns",
            id,
            &[("targets[0]", "name"), ("targets[1]", "email")],
        )
        .await;
    assert_eq!(taken.status, 302, "{taken:?}");
    app.run_jobs().await;
    let detail = shop.detail(id).await;
    assert_eq!(
        (detail.state, detail.counts.new, detail.counts.invalid),
        (ImportState::Previewed, 1, 2)
    );
}

async fn a_wrong_encoding_is_corrected(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    // Two letters say too little: taken for Western Europe.
    let id = shop.upload("polish.csv", b"email;name\nz@wp.pl;\x9elvia K\xb9t\n".to_vec()).await;
    app.run_jobs().await;
    let before = shop.detail(id).await;
    assert_eq!((before.format.encoding, before.format.delimiter), (Encoding::Windows1252, ';'));
    let form = [
        ("encoding", "windows-1250"),
        ("delimiter", "semicolon"),
        ("heading", "true"),
        ("date_order", "dmy"),
        ("decimal", "comma"),
    ];
    let answer = shop.submit(&shop.owner, "imports/format", id, &form).await;
    assert_eq!(answer.status, 302, "{answer:?}");
    app.run_jobs().await;
    let after = shop.detail(id).await;
    assert_eq!(after.state, ImportState::Previewed);
    assert_eq!((after.preview[0].name.as_str(), after.format.decimal_comma), ("žlvia Kąt", true));
    let nonsense = shop.submit(&shop.owner, "imports/format", id, &[("encoding", "ebcdic")]).await;
    assert_ne!(nonsense.header("location"), answer.header("location"), "{nonsense:?}");
}

async fn columns_are_corrected(app: &TestApp) {
    let shop = Shop::open(app, "Music Store").await;
    let id = shop.upload("odd.csv", "email,a,b\njane@example.org,Jane,12.50\n").await;
    app.run_jobs().await;
    let targets = |second: &'static str| [("targets[0]", "email"), ("targets[1]", "name"), ("targets[2]", second)];
    let twice = shop.submit(&shop.owner, "imports/columns", id, &targets("name")).await;
    assert!(twice.body.contains("targets"), "{twice:?}");
    let answer = shop.submit(&shop.owner, "imports/columns", id, &targets("total_spent")).await;
    assert_eq!(answer.status, 302, "{answer:?}");
    app.run_jobs().await;
    let detail = shop.detail(id).await;
    assert_eq!(detail.columns[2].target, ColumnTarget::Field(ImportField::TotalSpent));
    assert_eq!(detail.columns[2].read_as, "USD, point as decimal");
    assert_eq!(
        (detail.preview[0].name.as_str(), detail.preview[0].spent.as_str()),
        ("Jane", "$12.50")
    );
}
