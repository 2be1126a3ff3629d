//! Deleting a customer: nowhere any more, back within 30 days, then gone for good.

use super::{Given, add, ask, business, run};
use crate::{
    imports::shop::Shop as Importing,
    support::{
        TestApp,
        actor::{Actor, Answer},
        both_databases,
        mailing::{self, Mailing},
        shop::{post, read},
    },
};
use chrono::TimeDelta;
use domain::{
    Error,
    customer::{CustomerQuery, CustomerRow, TimelineEvent, TimelineKind},
    ids::{BusinessId, CustomerId},
    import::MergeMode,
    outreach::OutreachState,
    page::{Page, Total},
    permission::Permission,
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use services::customers::deletion;

both_databases! {
    a_deleted_customer_is_nowhere_and_comes_back_whole
    what_waits_is_cancelled_and_the_past_stays
    after_thirty_days_it_is_gone_and_the_address_is_free
    an_import_brings_a_deleted_customer_back
    whoever_may_not_deletes_nothing
}

async fn deed(app: &TestApp, who: &Actor, endpoint: &str, shop: BusinessId, id: CustomerId) -> Answer {
    let (team, business, customer) = (app.team().await.to_string(), shop.to_string(), id.to_string());
    post(who, endpoint, &[("team", &team), ("business", &business), ("customer", &customer)]).await
}

async fn delete(app: &TestApp, who: &Actor, shop: BusinessId, id: CustomerId) {
    let done = deed(app, who, "customers/delete", shop, id).await;
    assert!(done.status.as_u16() < 400, "{}", done.body);
}

async fn list(app: &TestApp, who: &Actor, shop: BusinessId, query: CustomerQuery) -> Page<CustomerRow> {
    read(&ask(app, who, shop, &query).await)
}

fn deleted() -> CustomerQuery {
    CustomerQuery {
        deleted: true,
        ..CustomerQuery::default()
    }
}

async fn number(app: &TestApp, sql: &str) -> i64 {
    let db = app.services.db().read();
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    row.expect("reads").expect("a row").try_get_by_index(0).expect("a number")
}

async fn timeline(app: &TestApp, who: &Actor, shop: BusinessId, id: CustomerId) -> Answer {
    let input = json!({ "team": app.team().await, "business": shop, "customer": id, "before": null });
    who.browser.call("customers/timeline", &input).await
}

async fn a_deleted_customer_is_nowhere_and_comes_back_whole(app: &TestApp) {
    let owner = app.owner().await;
    let shop = business(app, "Music Store").await;
    let other = business(app, "Ticket Shop").await;
    let jane = Given {
        spent: Some(500),
        tags: vec!["vip"],
        ..Given::named("Jane")
    };
    let ids = add(app, shop, vec![jane.clone(), Given::named("Bob")]).await;
    add(app, other, vec![jane]).await;
    delete(app, &owner, shop, ids[0]).await;
    let twice = deed(app, &owner, "customers/delete", shop, ids[0]).await;
    assert_eq!(twice.status, 404);
    let all = list(app, &owner, shop, CustomerQuery::default()).await;
    assert_eq!((all.total, all.rows.len(), all.rows[0].name.as_str()), (Total::Exactly(1), 1, "Bob"));
    for query in [
        CustomerQuery {
            search: "jane".into(),
            ..CustomerQuery::default()
        },
        CustomerQuery {
            tag: Some("vip".into()),
            ..CustomerQuery::default()
        },
    ] {
        assert!(list(app, &owner, shop, query).await.rows.is_empty());
    }
    let there = list(app, &owner, other, CustomerQuery::default()).await;
    assert!(there.rows[0].also_in.is_empty(), "{:?}", there.rows[0].also_in);
    let input = json!({ "team": app.team().await, "business": shop, "customer": ids[0] });
    assert_eq!(owner.browser.call("customers/detail", &input).await.status, 404);
    assert_eq!(timeline(app, &owner, shop, ids[0]).await.status, 404);
    let frame = owner.browser.call("teams/frame", &json!({ "team": app.team().await })).await;
    assert!(frame.body.contains("\"customers\":1"), "{}", frame.body);

    let gone = list(app, &owner, shop, deleted()).await;
    assert_eq!((gone.total, gone.rows.len()), (Total::Exactly(1), 1));
    assert_eq!(gone.rows[0].deleted.as_ref().map(|at| at.relative.as_str()), Some("just now"));
    let page = owner
        .browser
        .get(&format!("{}?deleted=true", app::paths::customers(app.team().await, shop)))
        .await
        .body;
    assert!(page.contains("Restore") && !page.contains(&app::paths::customer(app.team().await, shop, ids[0])), "no link to a page");
    app.services.clock().advance(TimeDelta::days(29));
    deletion::purge(&app.services).await.expect("purges nobody");
    assert_eq!(deed(app, &owner, "customers/restore", shop, ids[0]).await.status, 200);
    assert_eq!(deed(app, &owner, "customers/restore", shop, ids[0]).await.status, 404, "it is there");
    let back = list(
        app,
        &owner,
        shop,
        CustomerQuery {
            search: "jane".into(),
            ..CustomerQuery::default()
        },
    )
    .await;
    assert_eq!((back.rows.len(), back.rows[0].id), (1, ids[0]));
    assert_eq!(list(app, &owner, shop, CustomerQuery::default()).await.total, Total::Exactly(2));
    assert!(list(app, &owner, shop, deleted()).await.rows.is_empty());
    let events: Page<TimelineEvent> = read(&timeline(app, &owner, shop, ids[0]).await);
    let kinds: Vec<TimelineKind> = events.rows.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [TimelineKind::Restored, TimelineKind::Deleted, TimelineKind::Imported]);
    assert_eq!(events.rows[1].person.as_deref(), Some("Owner"));
}

async fn what_waits_is_cancelled_and_the_past_stays(app: &TestApp) {
    let owner = app.owner().await;
    let member = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &member, "Music Store").await;
    let sent = shop.customer(&app.services, &member, "Ann").await;
    shop.send(&app.services, &member, sent).await.expect("queues");
    app.run_jobs().await;
    shop.rewrite(&app.services, sent, "Again", "Other words.").await;
    let waiting = shop.send(&app.services, &member, sent).await.expect("queues");
    delete(app, &owner, shop.business, sent).await;
    let row = mailing::row(&app.services, waiting).await;
    assert_eq!(
        (row.state, row.error.as_deref()),
        (OutreachState::Cancelled, Some("The customer was deleted"))
    );
    app.run_jobs().await;
    assert_eq!(mailing::came(&app.smtp).len(), 1, "nothing more leaves");
    assert_eq!(number(app, "SELECT count(*) FROM draft").await, 1, "drafts stay until the end");
    assert_eq!(app.audited("outreach.cancelled").await, 1);
    // A send of somebody else's that comes in this very moment finds no customer.
    let late = shop.send(&app.services, &member, sent).await;
    assert!(matches!(late, Err(services::Error::Public(Error::NotFound))), "{late:?}");
}

async fn after_thirty_days_it_is_gone_and_the_address_is_free(app: &TestApp) {
    let owner = app.owner().await;
    let member = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &member, "Music Store").await;
    let mailed = shop.customer(&app.services, &member, "Ann").await;
    let never = shop.customer(&app.services, &member, "Ben").await;
    let kept = shop.customer(&app.services, &member, "Cid").await;
    shop.send(&app.services, &member, mailed).await.expect("queues");
    app.run_jobs().await;
    run(
        app,
        "INSERT INTO suppression (team_id, id, business_id, email, reason, created_at) VALUES ($1, $2, $3, $4, 'unsubscribed', $5)",
        vec![
            shop.team.0.into(),
            app.services.clock().new_id().into(),
            shop.business.0.into(),
            mailing::address("Ann").into(),
            app.services.clock().now().into(),
        ],
    )
    .await;
    delete(app, &owner, shop.business, mailed).await;
    delete(app, &owner, shop.business, never).await;
    app.services.clock().advance(TimeDelta::days(30));
    assert!(list(app, &owner, shop.business, deleted()).await.rows.is_empty(), "too late");
    assert_eq!(deed(app, &owner, "customers/restore", shop.business, mailed).await.status, 404);
    assert_eq!(deletion::purge(&app.services).await.expect("purges"), 2);
    assert_eq!(deletion::purge(&app.services).await.expect("purges"), 0, "once");
    assert_eq!(number(app, "SELECT count(*) FROM customer").await, 2, "one row stays for its history");
    assert_eq!(number(app, "SELECT count(*) FROM customer WHERE name <> '' OR email LIKE '%@%'").await, 1);
    assert_eq!(number(app, "SELECT count(*) FROM draft").await, 1);
    assert_eq!(number(app, "SELECT count(*) FROM outreach WHERE email = 'ann@customer.example'").await, 1);
    assert_eq!(number(app, "SELECT count(*) FROM suppression").await, 1);
    let importing = Importing {
        app,
        team: shop.team,
        business: shop.business,
        owner: owner.clone(),
    };
    let file = "email,name\nann@customer.example,Ann\nben@customer.example,Ben\ncid@customer.example,Cid\n";
    let report = importing.import(file, MergeMode::Replace).await;
    assert_eq!((report.new, report.updated), (2, 1));
    let ann = importing.customer("ann@customer.example").await;
    assert_ne!(ann.id, mailed);
    let rows = list(app, &owner, shop.business, CustomerQuery::default()).await.rows;
    let ann = rows.iter().find(|row| row.id == ann.id).expect("in the list");
    assert!(ann.last_contact.is_some(), "what was sent to the address is still known");
    assert!(rows.iter().any(|row| row.id == kept));
    importing.mails().await;
}

async fn an_import_brings_a_deleted_customer_back(app: &TestApp) {
    let shop = Importing::open(app, "Music Store").await;
    shop.import("email,name,total spent,orders\njane@example.org,Jane,6.00,6\n", MergeMode::Replace)
        .await;
    let before = shop.customer("jane@example.org").await;
    let analysed = crate::support::shop::Shop {
        team: shop.team,
        business: shop.business,
    };
    assert_eq!(analysed.analyse(&shop.owner, before.id, "").await.status, 200);
    delete(app, &shop.owner, shop.business, before.id).await;
    assert_eq!(shop.count().await, 0);
    app.services.clock().advance(TimeDelta::minutes(1));
    let report = shop.import("email,orders\njane@example.org,2\n", MergeMode::Add).await;
    assert_eq!((report.new, report.updated), (1, 0));
    let jane = shop.customer("jane@example.org").await;
    assert_eq!((jane.id, jane.payment_count, jane.name.as_str(), shop.count().await), (before.id, Some(2), "", 1));
    assert!(jane.segment.is_some(), "what was paid for is kept");
    let events: Page<TimelineEvent> = read(&timeline(app, &shop.owner, shop.business, jane.id).await);
    let kinds: Vec<TimelineKind> = events.rows.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [TimelineKind::Restored, TimelineKind::Deleted, TimelineKind::Analysed, TimelineKind::Imported]
    );
    shop.mails().await;
}

async fn whoever_may_not_deletes_nothing(app: &TestApp) {
    let owner = app.owner().await;
    let (member, viewer) = (app.member().await, app.viewer().await);
    let shop = business(app, "Music Store").await;
    let ids = add(app, shop, vec![Given::named("Jane"), Given::named("Bob")]).await;
    for (who, status) in [(&member, 403), (&viewer, 403), (&app.stranger().await, 404)] {
        assert_eq!(deed(app, who, "customers/delete", shop, ids[0]).await.status, status);
    }
    delete(app, &owner, shop, ids[0]).await;
    for who in [&member, &viewer] {
        assert_eq!(deed(app, who, "customers/restore", shop, ids[0]).await.status, 403);
        let refused = ask(app, who, shop, &deleted()).await;
        let permission = Permission::DeleteCustomers;
        assert_eq!(refused.error(), Error::Forbidden { permission });
        let file = format!("{}?deleted=true", app::paths::export(app.team().await, shop));
        let request = who.browser.request(reqwest::Method::GET, &file).header("accept", "application/json");
        assert_eq!(crate::support::actor::answer(request).await.status, 403);
        let page = who.browser.get(&app::paths::customers(app.team().await, shop)).await.body;
        assert!(!page.contains("deleted=true"), "no view of them");
        let page = who.browser.get(&app::paths::customer(app.team().await, shop, ids[1])).await.body;
        assert!(page.contains("You need the right to delete customers. Ask an owner or admin."));
    }
}
