//! Filters, alone and together.

use super::{Given, add, ask, business, draft, names, page, run};
use crate::support::{
    TestApp, both_databases,
    mailing::{self, Mailing},
};
use domain::{
    Error,
    customer::{CustomerQuery, CustomerSort},
    page::Total,
    persona::Segment,
};

both_databases! {
    filters_narrow_alone_and_together
    a_draft_is_ready_until_its_words_were_sent
}

async fn filters_narrow_alone_and_together(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let other = business(app, "Ticket Shop").await;
    let owner = app.owner().await;
    let given = |name: &str, segment: Option<Segment>, opportunity: Option<i32>, tags: &[&'static str]| Given {
        segment,
        opportunity,
        tags: tags.to_vec(),
        ..Given::named(name)
    };
    let ids = add(
        app,
        shop,
        vec![
            given("Anna", Some(Segment::Champion), Some(5), &["VIP", "b2b"]),
            given("Bert", Some(Segment::AtRisk), Some(4), &["vip"]),
            given("Cleo", Some(Segment::AtRisk), Some(2), &["vipers"]),
            given("Dora", None, None, &[]),
        ],
    )
    .await;
    add(app, other, vec![Given::named("Bert"), Given::named("Dora"), Given::named("Emil")]).await;
    draft(app, shop, ids[1], &owner).await;
    draft(app, shop, ids[2], &owner).await;
    let by_name = || CustomerQuery {
        sort: Some(CustomerSort::Name),
        ..CustomerQuery::default()
    };
    let found = async |query: CustomerQuery| names(app, &owner, shop, query).await.join(" ");
    let at_risk = CustomerQuery {
        segment: Some(Segment::AtRisk),
        ..by_name()
    };
    assert_eq!(found(at_risk.clone()).await, "Bert Cleo");
    assert_eq!(
        found(CustomerQuery {
            opportunity: Some(4),
            ..by_name()
        })
        .await,
        "Anna Bert"
    );
    assert_eq!(
        found(CustomerQuery {
            draft: Some("ready".into()),
            ..by_name()
        })
        .await,
        "Bert Cleo"
    );
    assert_eq!(
        found(CustomerQuery {
            draft: Some("none".into()),
            ..by_name()
        })
        .await,
        "Anna Dora"
    );
    assert_eq!(
        found(CustomerQuery {
            tag: Some("Vip".into()),
            ..by_name()
        })
        .await,
        "Anna Bert"
    );
    assert_eq!(
        found(CustomerQuery {
            also_elsewhere: true,
            ..by_name()
        })
        .await,
        "Bert Dora"
    );
    let both = CustomerQuery {
        tag: Some("vip".into()),
        also_elsewhere: true,
        ..at_risk
    };
    assert_eq!(found(both.clone()).await, "Bert");
    assert_eq!(
        found(CustomerQuery {
            search: "ber".into(),
            draft: Some("ready".into()),
            ..both
        })
        .await,
        "Bert"
    );
    let page = page(
        app,
        &owner,
        shop,
        &CustomerQuery {
            opportunity: Some(4),
            ..by_name()
        },
    )
    .await;
    assert_eq!((page.total, page.next, page.previous), (Total::Exactly(2), None, None));
    assert_eq!(
        found(CustomerQuery {
            search: "none".into(),
            ..by_name()
        })
        .await,
        ""
    );
    let odd = ask(
        app,
        &owner,
        shop,
        &CustomerQuery {
            draft: Some("x".into()),
            ..by_name()
        },
    )
    .await;
    assert_eq!((odd.status.as_u16(), odd.error()), (400, Error::Malformed));
}

async fn a_draft_is_ready_until_its_words_were_sent(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let mut customers = Vec::new();
    for name in ["Anna", "Bert", "Cleo", "Dora"] {
        customers.push(shop.customer(services, &who, name).await);
    }
    run(app, "UPDATE business SET customer_count = 4", vec![]).await;
    for customer in &customers[..3] {
        shop.send(services, &who, *customer).await.expect("queues");
    }
    app.run_jobs().await;
    assert_eq!(mailing::came(&app.smtp).len(), 3);
    shop.rewrite(services, customers[1], "For Bert", "Other words").await;
    shop.rewrite(services, customers[2], "Another subject", "Hi,\n\nten records for you.\n\nJane")
        .await;
    let ready = |search: &str, limit: Option<u32>| CustomerQuery {
        draft: Some("ready".into()),
        search: search.into(),
        sort: Some(CustomerSort::Email),
        limit,
        ..CustomerQuery::default()
    };
    assert_eq!(names(app, &owner, shop.business, ready("", None)).await, ["Bert", "Cleo", "Dora"]);
    let found = page(app, &owner, shop.business, &ready("", Some(1))).await;
    assert_eq!((found.total, found.rows.len()), (Total::Exactly(3), 1));
    let everybody = CustomerQuery {
        sort: Some(CustomerSort::Email),
        ..CustomerQuery::default()
    };
    let rows = page(app, &owner, shop.business, &everybody).await.rows;
    let waits: Vec<bool> = rows.iter().map(|row| row.has_draft).collect();
    assert_eq!(waits, [false, true, true, true]);
    let none = CustomerQuery {
        draft: Some("none".into()),
        ..everybody
    };
    assert!(names(app, &owner, shop.business, none).await.is_empty(), "each has a draft");
}
