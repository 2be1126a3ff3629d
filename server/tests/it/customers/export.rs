//! The list as a file: what is in it for whom, and that our import reads it back.

use super::{Given, add, business, run};
use crate::support::{
    TestApp,
    actor::{Actor, Answer, answer},
    both_databases,
};
use chrono::NaiveDate;
use domain::{
    ids::{BusinessId, CustomerId},
    persona::Segment,
};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use services::entity::{audit_event, customer};

both_databases! {
    the_file_has_everybody_who_matches_and_the_log_says_so
    a_viewer_gets_no_address_and_no_money
    what_a_spreadsheet_would_run_is_guarded_and_our_import_takes_it_off_again
    many_customers_come_in_parts_each_once
    somebody_who_loses_sight_gets_no_more_of_it
    strangers_and_bad_questions_get_nothing
}

async fn take(app: &TestApp, who: &Actor, business: BusinessId, query: &str) -> Answer {
    let path = format!("{}{query}", app::paths::export(app.team().await, business));
    answer(who.browser.request(Method::GET, &path).header("accept", "application/json")).await
}

/// The records, the heading first.
fn records(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let text = answer.body.strip_prefix('\u{feff}').unwrap_or(&answer.body);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(false)
        .from_reader(text.as_bytes());
    let rows = reader
        .records()
        .map(|row| row.expect("a record").iter().map(str::to_owned).collect());
    rows.collect()
}

fn column(rows: &[Vec<String>], heading: &str) -> Vec<String> {
    let at = rows[0]
        .iter()
        .position(|cell| cell == heading)
        .unwrap_or_else(|| panic!("no {heading}: {:?}", rows[0]));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

fn jane() -> Given {
    Given {
        email: "jane@mail.example".into(),
        company: "Vinyl, \"Tapes\" & Co".into(),
        spent: Some(987_654),
        segment: Some(Segment::Champion),
        opportunity: Some(5),
        last_payment: NaiveDate::from_ymd_opt(2026, 11, 13),
        tags: vec!["vip", "b2b"],
        ..Given::named("Jane")
    }
}

async fn the_file_has_everybody_who_matches_and_the_log_says_so(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let other = business(app, "Ticket Shop").await;
    let mut ids = Vec::new();
    for given in [jane(), Given::named("Bob"), Given::named("Zoë")] {
        ids.extend(add(app, shop, vec![given]).await);
    }
    add(app, other, vec![Given::named("Elsewhere")]).await;
    run(
        app,
        "UPDATE business SET customer_count = customer_count - 1 WHERE id = $1",
        vec![shop.0.into()],
    )
    .await;
    run(
        app,
        "UPDATE customer SET deleted_at = created_at WHERE id = $1",
        vec![ids[2].0.into()],
    )
    .await;
    let owner = app.owner().await;
    let all = take(app, &owner, shop, "").await;
    assert_eq!(all.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        all.header("content-disposition")
            .contains("Music%20Store%20customers%202027-01-12.csv"),
        "{all:?}"
    );
    assert!(all.body.starts_with('\u{feff}') && all.body.ends_with("\r\n") && !all.body.replace("\r\n", "").contains('\n'));
    let rows = records(&all);
    assert_eq!(
        column(&rows, "Name"),
        ["Jane", "Bob"],
        "in the order of arrival, without the deleted one"
    );
    assert_eq!(column(&rows, "Total spent"), ["9876.54", ""]);
    assert_eq!(column(&rows, "Company"), ["Vinyl, \"Tapes\" & Co", ""]);
    assert_eq!(column(&rows, "Tags"), ["vip, b2b", ""]);
    assert_eq!(column(&rows, "Persona segment"), ["Champion", ""]);
    assert_eq!(column(&rows, "Last payment"), ["2026-11-13", ""]);
    let found = records(&take(app, &owner, shop, "?search=jan&segment=champion").await);
    assert_eq!(column(&found, "E-mail"), ["jane@mail.example"]);
    let ticked = records(&take(app, &owner, shop, &format!("?ids={}&search=nobody", ids[1])).await);
    assert_eq!(column(&ticked, "Name"), ["Bob"]);
    let foreign = records(&take(app, &owner, other, &format!("?ids={}", ids[1])).await);
    assert_eq!(foreign.len(), 1, "only the heading");
    let mut told: Vec<_> = events(app).await.into_iter().map(|event| event.detail.to_string()).collect();
    told.sort();
    let event = |rows: u32, filter: &[&str]| json!({ "what": "customers", "rows": rows, "filter": filter }).to_string();
    let mut expected = [
        event(2, &[]),
        event(1, &["search", "segment"]),
        event(1, &["ticked"]),
        event(0, &["ticked"]),
    ];
    expected.sort();
    assert_eq!(told, expected);
}

async fn events(app: &TestApp) -> Vec<audit_event::Model> {
    audit_event::Entity::find()
        .filter(audit_event::Column::Kind.eq("exported"))
        .all(app.services.db().read())
        .await
        .expect("reads")
}

async fn a_viewer_gets_no_address_and_no_money(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let named_by_address = Given {
        name: "luis.rojas@mail.example".into(),
        ..Given::named("Luis")
    };
    add(app, shop, vec![jane()]).await;
    add(app, shop, vec![named_by_address]).await;
    run(
        app,
        "UPDATE customer SET notes = 'owes 5', attributes = $1",
        vec![json!({ "Lifetime": "12345" }).into()],
    )
    .await;
    let viewer = app.viewer().await;
    let file = take(app, &viewer, shop, "").await;
    let rows = records(&file);
    assert_eq!(
        rows[0],
        ["E-mail", "Name", "Company", "Country", "First payment", "Last payment", "Tags"]
    );
    assert_eq!(column(&rows, "E-mail"), ["j***@mail.example", "l***@example.com"]);
    for hidden in ["jane@", "luis.rojas@", "9876", "Champion", "12345", "owes"] {
        assert!(!file.body.contains(hidden), "{hidden}");
    }
    for asks in ["?segment=champion", "?opportunity=5", "?sort=spent"] {
        assert_eq!(take(app, &viewer, shop, asks).await.status, 403, "{asks}");
    }
    // As the list: the address is not searched.
    assert_eq!(records(&take(app, &viewer, shop, "?search=jane@mail").await).len(), 1);
}

async fn what_a_spreadsheet_would_run_is_guarded_and_our_import_takes_it_off_again(app: &TestApp) {
    let shop = crate::imports::shop::Shop::open(app, "Music Store").await;
    let file = "email,name,company,country,notes,tags,total spent,payments,first payment,last payment,refund volume,currency,Seat\n\
        a@example.com,=1+1,+49 Records,@home,-oops,\"-x, =y\",1234.50,3,2026-01-02,2026-03-04,0.50,EUR,=A1\n\
        b@example.com,\"O'Hara, \"\"Bob\"\"\",'quoted,,\"two\nlines\",vip,-5.00,1,,,,EUR,-7\n";
    shop.import(file, domain::import::MergeMode::Replace).await;
    let answer = take(app, &shop.owner, shop.business, "").await;
    let mut rows = records(&answer);
    rows[1..].sort();
    assert_eq!(column(&rows, "Name"), ["'=1+1", "O'Hara, \"Bob\""]);
    assert_eq!(column(&rows, "Company"), ["'+49 Records", "'quoted"]);
    assert_eq!(column(&rows, "Country"), ["'@home", ""]);
    assert_eq!(column(&rows, "Notes"), ["'-oops", "two\nlines"]);
    assert_eq!(column(&rows, "Tags"), ["'-x, =y", "vip"]);
    assert_eq!(column(&rows, "Seat"), ["'=A1", "-7"]);
    assert_eq!(column(&rows, "Total spent"), ["1234.50", "-5.00"], "numbers stay as they are");
    let copy = crate::imports::shop::Shop::open(app, "Copy").await;
    let report = copy.import(&answer.body, domain::import::MergeMode::Replace).await;
    assert_eq!((report.new, report.invalid), (2, 0));
    let plain = |row: customer::Model| {
        let figures = (
            row.total_spent,
            row.payment_count,
            row.refund_volume,
            row.first_payment,
            row.last_payment,
        );
        (
            row.email,
            row.name,
            row.company,
            row.country,
            row.notes,
            row.tags,
            row.attributes,
            row.currency,
            figures,
        )
    };
    let before: Vec<_> = shop.customers().await.into_iter().map(plain).collect();
    let after: Vec<_> = copy.customers().await.into_iter().map(plain).collect();
    assert_eq!(before, after);
    shop.mails().await;
}

async fn many_customers_come_in_parts_each_once(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let many = (0..2_345).map(|n| Given {
        email: format!("u{n:05}@example.com"),
        name: format!("Customer {n}"),
        spent: Some(n % 7),
        ..Given::default()
    });
    let many: Vec<Given> = many.collect();
    for some in many.chunks(500) {
        add(app, shop, some.to_vec()).await;
    }
    let owner = app.owner().await;
    for query in ["", "?search=customer"] {
        let mut emails = column(&records(&take(app, &owner, shop, query).await), "E-mail");
        emails.sort();
        let expected: Vec<String> = (0..2_345).map(|n| format!("u{n:05}@example.com")).collect();
        assert_eq!(emails, expected, "{query}");
    }
}

async fn somebody_who_loses_sight_gets_no_more_of_it(app: &TestApp) {
    use domain::{customer::Chosen, permission::perm};
    use services::customers::export;
    let shop = business(app, "Music Store").await;
    for part in 0..3 {
        let many = (0..500).map(|n| Given::named(&format!("Customer {part} {n}")));
        add(app, shop, many.collect()).await;
    }
    let admin = app.admin().await;
    let grant = app.grant::<perm::ViewCustomers>(&admin).await;
    let mut file = export::export(&app.services, &grant, shop, &Chosen::default())
        .await
        .expect("begins");
    file.next().await.expect("a part").expect("bytes");
    run(
        app,
        "UPDATE member SET role = 'viewer' WHERE person_id = $1",
        vec![admin.session.person.0.into()],
    )
    .await;
    file.next().await.expect("no end").expect_err("it breaks off");
}

async fn strangers_and_bad_questions_get_nothing(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    add(app, shop, vec![jane()]).await;
    let owner = app.owner().await;
    assert_eq!(take(app, &app.stranger().await, shop, "").await.status, 404);
    assert_eq!(take(app, &owner, shop, "?ids=x").await.status, 400);
    let many = vec![CustomerId(uuid::Uuid::nil()).to_string(); 101].join(",");
    assert_eq!(take(app, &owner, shop, &format!("?ids={many}")).await.status, 413);
    assert!(events(app).await.is_empty());
}
