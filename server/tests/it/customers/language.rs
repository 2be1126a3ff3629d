//! A database whose locale sorts as a language does: addresses stand and are compared by their bytes all the same.

use super::{Given, add, business, page};
use crate::{
    imports::shop::Shop,
    support::{
        TestApp,
        app::LIMITS,
        database::{self, Kind},
    },
};
use domain::{
    customer::{CustomerQuery, CustomerSort},
    import::MergeMode,
};
use sea_orm::{ConnectionTrait, Statement};
use services::Clock;

/// By bytes: a digit before the underscore, and `z` before `é`. English has it the other way round.
const BY_BYTES: [&str; 6] = [
    "a+b@example.com",
    "a1@example.com",
    "a_1@example.com",
    "aa@example.com",
    "z@example.com",
    "é@example.com",
];

async fn each(test: impl AsyncFn(&TestApp)) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let folder = tempfile::tempdir().expect("a folder");
        let url = match kind {
            Kind::Sqlite => database::fresh(kind, folder.path()).await,
            Kind::Postgres => database::in_a_language().await,
        };
        let start = "2027-01-12T10:24:00Z".parse().expect("a time");
        let app = TestApp::on(url, folder, Clock::standing_at(start), LIMITS).await;
        test(&app).await;
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_stand_by_their_bytes_on_every_page() {
    each(async |app| {
        let shop = business(app, "Music Store").await;
        let owner = app.owner().await;
        let db = app.services.db().read();
        if !app.services.db().is_sqlite() {
            let sql = "SELECT 'a_1' < 'a1'";
            let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await;
            let in_english: bool = row.expect("asks").expect("a row").try_get_by_index(0).expect("an answer");
            assert!(in_english, "the locale of this database sorts by bytes");
        }
        let given = BY_BYTES.map(|email| Given {
            email: email.into(),
            ..Given::named("Same")
        });
        add(app, shop, given.to_vec()).await;
        for (descending, search) in [(false, ""), (true, ""), (false, "same")] {
            let mut query = CustomerQuery {
                sort: Some(CustomerSort::Email),
                descending: Some(descending),
                search: search.into(),
                limit: Some(2),
                ..CustomerQuery::default()
            };
            let mut emails = Vec::new();
            loop {
                let page = page(app, &owner, shop, &query).await;
                emails.extend(page.rows.into_iter().map(|row| row.email));
                match page.next {
                    Some(cursor) => query.cursor = Some(cursor),
                    None => break,
                }
            }
            if descending {
                emails.reverse();
            }
            assert_eq!(emails, BY_BYTES, "{descending} {search}");
        }
    })
    .await;
}

/// The rows of a file are sorted by their bytes, and are looked up and written in that order.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_finds_who_is_there() {
    each(async |app| {
        let shop = Shop::open(app, "Music Store").await;
        let file = |name: &str| {
            let rows = BY_BYTES.map(|email| format!("{email},{name}"));
            format!("email,name\n{}\n", rows.join("\n"))
        };
        let first = shop.import(&file("Before"), MergeMode::Replace).await;
        assert_eq!((first.new, first.updated), (6, 0));
        let second = shop.import(&file("After"), MergeMode::Replace).await;
        assert_eq!((second.new, second.updated), (0, 6));
        let names: Vec<_> = shop.customers().await.into_iter().map(|row| row.name).collect();
        assert_eq!(names, ["After"; 6]);
    })
    .await;
}
