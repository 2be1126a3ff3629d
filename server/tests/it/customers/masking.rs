//! What a viewer gets: no address, no amount, and no way to find either out.

use super::{Given, Mail, add, ask, business, mail, names, page, searching};
use crate::support::{TestApp, both_databases};
use chrono::{NaiveDate, TimeDelta};
use domain::{
    Error,
    customer::{CustomerQuery, CustomerSort},
    permission::Permission,
    persona::Segment,
};
use serde_json::json;

both_databases! {
    a_viewer_gets_neither_addresses_nor_amounts
    a_viewer_finds_nobody_by_what_is_hidden
}

async fn a_viewer_gets_neither_addresses_nor_amounts(app: &TestApp) {
    let (shop, other) = (business(app, "Music Store").await, business(app, "Ticket Shop").await);
    let person = || Given {
        email: "helena.holy@mail.example".into(),
        spent: Some(987_654),
        segment: Some(Segment::Champion),
        opportunity: Some(5),
        last_payment: NaiveDate::from_ymd_opt(2026, 11, 13),
        ..Given::named("Helena Holy")
    };
    let named_by_address = Given {
        email: "luis.rojas@mail.example".into(),
        name: "luis.rojas@mail.example".into(),
        spent: Some(765_432),
        ..Given::default()
    };
    let ids = add(app, shop, vec![person(), named_by_address]).await;
    add(app, other, vec![person()]).await;
    let (owner, viewer) = (app.owner().await, app.viewer().await);
    let at = app.services.clock().now() - TimeDelta::days(20);
    let sent = Mail {
        business: shop,
        customer: ids[0],
        email: "helena.holy@mail.example",
        state: "sent",
        at,
    };
    mail(app, &owner, sent).await;
    let json = ask(app, &viewer, shop, &CustomerQuery::default()).await;
    let html = viewer.browser.get(&format!("/t/{}/b/{shop}/customers", app.team().await)).await;
    assert_eq!((json.status.as_u16(), html.status.as_u16()), (200, 200));
    for hidden in [
        "helena.holy@",
        "luis.rojas@",
        "9,876",
        "987654",
        "7,654",
        "765432",
        "champion",
        "Champion",
        "secret",
        "quiet offer",
    ] {
        assert!(!json.body.contains(hidden), "{hidden} in the answer");
        // The menu of a full list names segments; a viewer's has none.
        assert!(!html.body.contains(hidden), "{hidden} on the page");
    }
    assert!(html.body.contains("h***@mail.example") && html.body.contains("l***@mail.example"));
    let rows = page(app, &viewer, shop, &CustomerQuery::default()).await.rows;
    let helena = rows.iter().find(|row| row.id == ids[0]).expect("is there");
    assert_eq!((helena.name.as_str(), helena.email.as_str()), ("Helena Holy", "h***@mail.example"));
    assert_eq!(
        (&helena.spent, helena.payments, helena.segment, helena.opportunity),
        (&None, None, None, None)
    );
    assert_eq!(helena.also_in, ["Ticket Shop"]);
    assert_eq!(helena.last_contact.as_ref().expect("a contact").at.relative, "2 weeks ago");
    // The same page for the owner has it all.
    let full = owner.browser.get(&format!("/t/{}/b/{shop}/customers", app.team().await)).await;
    for shown in ["helena.holy@mail.example", "$9,876.54", "Champion"] {
        assert!(full.body.contains(shown), "{shown}: {} {}", full.status, full.body);
    }
}

async fn a_viewer_finds_nobody_by_what_is_hidden(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let named_by_address = Given {
        email: "luis@mail.example".into(),
        name: "luis@mail.example".into(),
        ..Given::default()
    };
    let anna = Given {
        email: "secret.anna@mail.example".into(),
        ..Given::named("Anna")
    };
    add(app, shop, vec![anna, named_by_address]).await;
    let (owner, viewer) = (app.owner().await, app.viewer().await);
    for text in [
        "secret.anna@mail.example",
        "secret",
        "luis@mail.example",
        "luis",
        "@mail",
        "nobody@mail.example",
    ] {
        let answer = ask(app, &viewer, shop, &searching(text)).await;
        assert_eq!(
            answer.body, r#"{"rows":[],"next":null,"previous":null,"total":{"Exactly":0}}"#,
            "{text}"
        );
    }
    assert_eq!(names(app, &viewer, shop, searching("anna")).await, ["Anna"]);
    assert_eq!(names(app, &owner, shop, searching("secret.anna@mail.example")).await, ["Anna"]);
    let masked = CustomerSort::ALL
        .iter()
        .filter(|sort| sort.is_masked())
        .map(|sort| json!({"sort": sort}));
    let filters = [json!({"segment": "champion"}), json!({"opportunity": 4})];
    let team = app.team().await;
    for query in masked.chain(filters) {
        let input = json!({"team": team, "business": shop, "query": query});
        let answer = viewer.browser.call("customers/list", &input).await;
        let permission = Permission::ViewCustomerData;
        assert_eq!(
            (answer.status.as_u16(), answer.error()),
            (403, Error::Forbidden { permission }),
            "{query}"
        );
    }
    for sort in CustomerSort::ALL.iter().filter(|sort| !sort.is_masked()) {
        let query = CustomerQuery {
            sort: Some(*sort),
            limit: Some(1),
            ..CustomerQuery::default()
        };
        let page = page(app, &viewer, shop, &query).await;
        assert!(page.next.is_some_and(|cursor| !cursor.contains("secret")));
    }
}
