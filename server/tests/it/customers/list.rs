//! Orders, pages, and what stands beside a customer.

use super::{Given, Mail, add, ask, business, draft, mail, names, page, searching};
use crate::support::{TestApp, actor::Actor, both_databases};
use chrono::{NaiveDate, TimeDelta};
use domain::{
    Error,
    customer::{CustomerQuery, CustomerRow, CustomerSort},
    ids::{BusinessId, CustomerId},
    outreach::OutreachState,
    page::Total,
    persona::Segment,
};
use serde_json::json;
use std::collections::HashSet;

both_databases! {
    every_order_shows_every_customer_once
    pages_lead_back
    a_row_tells_what_stands_beside_it
    another_teams_ids_are_not_found
    a_cursor_that_is_none_is_refused_and_a_page_has_a_bound
}

/// Customers with few different values, so that many are equal, and with none.
fn mixed(count: usize) -> Vec<Given> {
    let day = |n: usize| NaiveDate::from_ymd_opt(2026, 1 + u32::try_from(n % 4).expect("small"), 1);
    (0..count)
        .map(|n| Given {
            email: format!("{}{n}@example.com", if n % 2 == 0 { "B" } else { "a" }.to_lowercase()),
            name: match n % 5 {
                0 => String::new(),
                1 => "Émile Same".into(),
                2 => "emile same".into(),
                _ => format!("Name {}", n % 7),
            },
            spent: (n % 3 > 0).then_some(100 * i64::try_from(n % 6).expect("small")),
            last_payment: if n % 4 == 0 { None } else { day(n) },
            opportunity: (n % 2 == 0).then(|| 1 + i32::try_from(n % 5).expect("small")),
            ..Given::default()
        })
        .collect()
}

/// Every row of a list, page by page; after the first page `between` happens.
async fn walk(app: &TestApp, actor: &Actor, shop: BusinessId, query: &CustomerQuery, between: Option<Vec<Given>>) -> Vec<CustomerRow> {
    let mut between = between;
    let mut query = query.clone();
    let mut rows = Vec::new();
    for _ in 0..100 {
        let page = page(app, actor, shop, &query).await;
        rows.extend(page.rows);
        if let Some(given) = between.take() {
            add(app, shop, given).await;
        }
        match page.next {
            Some(cursor) => query.cursor = Some(cursor),
            None => return rows,
        }
    }
    panic!("no end")
}

async fn every_order_shows_every_customer_once(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let owner = app.owner().await;
    let ids: HashSet<CustomerId> = add(app, shop, mixed(40)).await.into_iter().collect();
    let mut round = 0;
    for sort in CustomerSort::ALL {
        for descending in [true, false] {
            // Walked along the order's index, and gathered by what was searched for.
            for search in ["", "example"] {
                round += 1;
                let query = CustomerQuery {
                    search: search.into(),
                    sort: Some(*sort),
                    descending: Some(descending),
                    limit: Some(7),
                    ..CustomerQuery::default()
                };
                let newcomers = (0..3).map(|n| Given {
                    email: format!("z{round}-{n}@example.com"),
                    name: ["Aa", "Name 3", ""][n].into(),
                    spent: [None, Some(300), Some(9_999)][n],
                    ..Given::default()
                });
                let rows = walk(app, &owner, shop, &query, Some(newcomers.collect())).await;
                let what = format!("{sort} {descending} {search:?}");
                let seen: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
                let once: HashSet<CustomerId> = seen.iter().copied().collect();
                assert_eq!(once.len(), seen.len(), "{what}: a row came twice");
                assert!(ids.is_subset(&once), "{what}: a row is missing");
                in_order(&rows, *sort, descending, &what);
            }
        }
    }
}

/// Values rise or fall, and rows without one are at the end.
fn in_order(rows: &[CustomerRow], sort: CustomerSort, descending: bool, what: &str) {
    let key = |row: &CustomerRow| match sort {
        CustomerSort::Spent => row.spent.as_ref().map(|spent| format!("{spent:>10}")),
        CustomerSort::LastPayment => row.last_payment.as_ref().map(|day| day.iso.clone()),
        CustomerSort::Opportunity => row.opportunity.map(|score| score.get().to_string()),
        CustomerSort::Added => Some(row.id.0.to_string()),
        CustomerSort::Email => Some(row.email.clone()),
        // After all letters.
        CustomerSort::Name if row.name.is_empty() => Some("~".into()),
        CustomerSort::Name => Some(row.name.to_lowercase().replace('é', "e")),
    };
    for pair in rows.windows(2) {
        let fine = match (key(&pair[0]), key(&pair[1])) {
            (Some(a), Some(b)) if descending => a >= b,
            (Some(a), Some(b)) => a <= b,
            (None, Some(_)) => false,
            (_, None) => true,
        };
        assert!(fine, "{what}: {:?} before {:?}", pair[0], pair[1]);
    }
}

async fn pages_lead_back(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let owner = app.owner().await;
    add(app, shop, mixed(30)).await;
    for sort in CustomerSort::ALL {
        let query = CustomerQuery {
            sort: Some(*sort),
            limit: Some(8),
            ..CustomerQuery::default()
        };
        let mut there = Vec::new();
        let mut at = query.clone();
        let last = loop {
            let page = page(app, &owner, shop, &at).await;
            assert_eq!(page.total, Total::Exactly(30));
            there.push(page.rows.clone());
            match page.next.clone() {
                Some(cursor) => at.cursor = Some(cursor),
                None => break page,
            }
        };
        let mut back = vec![last.rows];
        let mut previous = last.previous;
        while let Some(cursor) = previous {
            at.cursor = Some(cursor);
            let page = page(app, &owner, shop, &at).await;
            assert!(page.next.is_some());
            back.push(page.rows);
            previous = page.previous;
        }
        back.reverse();
        assert_eq!(back, there, "{sort}");
    }
}

async fn a_row_tells_what_stands_beside_it(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let tickets = business(app, "Ticket Shop").await;
    let owner = app.owner().await;
    let person = || Given {
        spent: Some(123_450),
        last_payment: NaiveDate::from_ymd_opt(2026, 11, 13),
        segment: Some(Segment::Champion),
        opportunity: Some(4),
        ..Given::named("Helena Holy")
    };
    let here = add(app, shop, vec![person(), Given::named("Luis Rojas")]).await;
    let there = add(app, tickets, vec![person()]).await;
    draft(app, shop, here[0], &owner).await;
    let email = "helenaholy@example.com";
    let now = app.services.clock().now();
    let sent = |business, customer, state, days| Mail {
        business,
        customer,
        email,
        state,
        at: now - TimeDelta::days(days),
    };
    mail(app, &owner, sent(shop, here[0], "sent", 40)).await;
    mail(app, &owner, sent(tickets, there[0], "sent", 5)).await;
    mail(app, &owner, sent(tickets, there[0], "cancelled", 1)).await;
    mail(app, &owner, sent(shop, here[0], "review", 0)).await;
    let rows = page(app, &owner, shop, &CustomerQuery::default()).await.rows;
    let [helena, luis] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((helena.spent.as_deref(), helena.payments), (Some("$1,234.50"), Some(1_234)));
    assert_eq!(helena.last_payment.as_ref().expect("a day").exact, "13 Nov 2026");
    assert_eq!(
        (helena.also_in.as_slice(), helena.has_draft),
        (["Ticket Shop".to_owned()].as_slice(), true)
    );
    assert_eq!(helena.open_outreach, Some(OutreachState::Review));
    let contact = helena.last_contact.as_ref().expect("a contact");
    assert_eq!(
        (contact.business.as_str(), contact.person.as_str(), contact.warn),
        ("Ticket Shop", "Owner", true)
    );
    assert_eq!(contact.at.relative, "5 days ago");
    assert_eq!(
        (luis.also_in.len(), luis.has_draft, &luis.last_contact, luis.open_outreach),
        (0, false, &None, None)
    );
    // The other product's own mail warns nobody there.
    let rows = page(app, &owner, tickets, &CustomerQuery::default()).await.rows;
    let contact = rows[0].last_contact.as_ref().expect("a contact");
    assert_eq!(
        (contact.warn, rows[0].also_in.as_slice()),
        (false, ["Music Store".to_owned()].as_slice())
    );
    let html = owner.browser.get(&format!("/t/{}/b/{shop}/customers", app.team().await)).await;
    assert_eq!(html.status, 200);
    for text in [
        "Helena Holy",
        email,
        "$1,234.50",
        "Also in 1 product",
        "5 days ago",
        "Draft ready",
        "Never",
    ] {
        // An open mail is said in place of the draft.
        assert_eq!(html.body.contains(text), text != "Draft ready", "{text}");
    }
}

async fn another_teams_ids_are_not_found(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let ids = add(app, shop, vec![Given::named("Anna")]).await;
    let (team, stranger) = (app.team().await, app.stranger().await);
    let theirs = stranger_team(app, &stranger).await;
    let owner = app.owner().await;
    for (actor, team) in [(&stranger, team), (&stranger, theirs), (&owner, theirs)] {
        let list = json!({"team": team, "business": shop, "query": {}});
        let timeline = json!({"team": team, "business": shop, "customer": ids[0], "before": null});
        for (endpoint, input) in [("customers/list", list), ("customers/timeline", timeline)] {
            let answer = actor.browser.call(endpoint, &input).await;
            assert_eq!((answer.status.as_u16(), answer.error()), (404, Error::NotFound), "{endpoint}");
        }
        assert_eq!(actor.browser.get(&format!("/t/{team}/b/{shop}/customers")).await.status, 404);
    }
    let nobody = app
        .anonymous()
        .call("customers/list", &json!({"team": team, "business": shop, "query": {}}))
        .await;
    assert_eq!((nobody.status.as_u16(), nobody.error()), (401, Error::Unauthenticated));
    let missing = ask(app, &owner, BusinessId(ids[0].0), &CustomerQuery::default()).await;
    assert_eq!(missing.error(), Error::NotFound);
}

async fn stranger_team(app: &TestApp, stranger: &Actor) -> domain::ids::TeamId {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    use services::entity::member::{Column, Entity};
    let place = Entity::find()
        .filter(Column::PersonId.eq(stranger.session.person))
        .one(app.services.db().read())
        .await;
    place.expect("reads").expect("is in a team").team_id
}

async fn a_cursor_that_is_none_is_refused_and_a_page_has_a_bound(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let owner = app.owner().await;
    add(app, shop, mixed(120)).await;
    let first = page(
        app,
        &owner,
        shop,
        &CustomerQuery {
            limit: Some(5_000),
            ..CustomerQuery::default()
        },
    )
    .await;
    assert_eq!((first.rows.len(), first.total), (100, Total::Exactly(120)));
    assert_eq!(page(app, &owner, shop, &CustomerQuery::default()).await.rows.len(), 25);
    assert_eq!(
        page(
            app,
            &owner,
            shop,
            &CustomerQuery {
                limit: Some(0),
                ..CustomerQuery::default()
            }
        )
        .await
        .rows
        .len(),
        1
    );
    let of_spent = first.next.expect("more");
    for (cursor, sort) in [
        ("x", CustomerSort::Spent),
        ("", CustomerSort::Spent),
        ("e30", CustomerSort::Name),
        (of_spent.as_str(), CustomerSort::Name),
    ] {
        let query = CustomerQuery {
            cursor: Some(cursor.into()),
            sort: Some(sort),
            ..CustomerQuery::default()
        };
        let answer = ask(app, &owner, shop, &query).await;
        assert_eq!((answer.status.as_u16(), answer.error()), (400, Error::Malformed), "{cursor}");
    }
    let team = app.team().await;
    let html = owner.browser.get(&format!("/t/{team}/b/{shop}/customers?cursor=x")).await;
    assert_eq!(html.status, 400);
    assert!(html.body.contains("The request could not be read"));
    assert!(names(app, &owner, shop, searching("no such name")).await.is_empty());
}
