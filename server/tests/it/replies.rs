//! Replies, logged by hand.

use crate::support::{TestApp, actor::Actor, both_databases, mailing::Mailing};
use domain::{
    Error,
    ids::CustomerId,
    page::Page,
    permission::Permission,
    reply::{ReplyRow, Sentiment},
};
use serde_json::json;

both_databases! {
    a_reply_is_logged_listed_and_in_the_log
    what_is_no_reply_is_refused_field_by_field
    who_may_log_and_what_a_viewer_sees
    pages_follow_each_other
}

async fn log(app: &TestApp, actor: &Actor, shop: &Mailing, customer: CustomerId, fields: &[(&str, &str)]) -> crate::support::actor::Answer {
    let (team, business, customer) = (app.team().await.to_string(), shop.business.to_string(), customer.to_string());
    let mut all = vec![("team", team.as_str()), ("business", &business), ("customer", &customer)];
    all.extend_from_slice(fields);
    actor.browser.form("replies/log", &all).await
}

const YES: [(&str, &str); 3] = [("received", "2027-01-12"), ("text", "Yes please"), ("sentiment", "positive")];

async fn list(app: &TestApp, actor: &Actor, shop: &Mailing, query: serde_json::Value) -> Page<ReplyRow> {
    let input = json!({"team": app.team().await, "business": shop.business, "query": query});
    let answer = actor.browser.call("replies/list", &input).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no page: {}", answer.body))
}

fn all() -> serde_json::Value {
    json!({"sentiment": null, "after": null, "before": null})
}

async fn a_reply_is_logged_listed_and_in_the_log(app: &TestApp) {
    let owner = app.owner().await;
    let who = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    let outreach = shop.send(&app.services, &who, customer).await.expect("queues");
    app.run_jobs().await;

    let input = json!({"team": app.team().await, "business": shop.business, "customer": customer});
    let options: domain::reply::ReplyOptions =
        serde_json::from_str(&owner.browser.call("replies/options", &input).await.body).expect("options");
    assert_eq!(options.today, "2027-01-12");
    assert_eq!(options.answered, [(outreach, "For Helena, 12 Jan 2027".into())]);

    let answered = outreach.to_string();
    let fields = [YES.as_slice(), &[("outreach", answered.as_str())]].concat();
    assert_eq!(log(app, &owner, &shop, customer, &fields).await.status, 200);
    let page = list(app, &owner, &shop, all()).await;
    assert_eq!((page.rows.len(), page.total.to_string().as_str()), (1, "1"));
    let row = &page.rows[0];
    assert_eq!((row.text.as_deref(), row.sentiment), (Some("Yes please"), Sentiment::Positive));
    assert_eq!(
        (row.subject.as_deref(), row.received.relative.as_str()),
        (Some("For Helena"), "today")
    );
    assert_eq!((row.name.as_str(), row.logged_by.as_str()), ("Helena", "Owner"));
    let negative = json!({"sentiment": "negative", "after": null, "before": null});
    assert!(list(app, &owner, &shop, negative).await.rows.is_empty());
    assert_eq!(app.audited("reply.logged").await, 1);
}

async fn what_is_no_reply_is_refused_field_by_field(app: &TestApp) {
    let owner = app.owner().await;
    let who = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let other = Mailing::open(&app.services, &who, "Ticket Mailing").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    let elsewhere = other.customer(&app.services, &who, "Frank").await;
    let foreign = other.send(&app.services, &who, elsewhere).await.expect("queues").to_string();
    for (field, value) in [
        ("received", "2027-01-13"),
        ("received", "yesterday"),
        ("received", "0001-01-01"),
        ("text", " "),
        ("sentiment", "happy"),
    ] {
        let fields: Vec<_> = YES
            .into_iter()
            .map(|(name, kept)| (name, if name == field { value } else { kept }))
            .collect();
        let answer = log(app, &owner, &shop, customer, &fields).await;
        assert_eq!(answer.status, 422, "{field} {value}");
        assert!(answer.error().field_message(field).is_some(), "{}", answer.body);
    }
    let fields = [YES.as_slice(), &[("outreach", foreign.as_str())]].concat();
    assert_eq!(log(app, &owner, &shop, customer, &fields).await.error(), Error::NotFound);
    assert_eq!(log(app, &owner, &shop, elsewhere, &YES).await.error(), Error::NotFound);
    assert!(list(app, &owner, &shop, all()).await.rows.is_empty());
    app.run_jobs().await;
}

async fn who_may_log_and_what_a_viewer_sees(app: &TestApp) {
    let (owner, viewer, jane, stranger) = (app.owner().await, app.viewer().await, app.member().await, app.stranger().await);
    let who = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    let permission = Permission::LogReplies;
    for actor in [&viewer, &jane] {
        assert_eq!(
            log(app, actor, &shop, customer, &YES).await.error(),
            Error::Forbidden { permission }
        );
    }
    assert_eq!(log(app, &stranger, &shop, customer, &YES).await.error(), Error::NotFound);
    let input = json!({"team": app.team().await, "business": shop.business, "query": all()});
    assert_eq!(stranger.browser.call("replies/list", &input).await.error(), Error::NotFound);
    assert_eq!(log(app, &owner, &shop, customer, &YES).await.status, 200);
    let seen = list(app, &viewer, &shop, all()).await;
    assert_eq!(
        (seen.rows[0].text.as_deref(), seen.rows[0].email.as_str()),
        (None, "h***@customer.example")
    );
    // Somebody's name may be their address.
    shop.rename(&app.services, customer, "Helena <helena@customer.example>").await;
    let seen = list(app, &viewer, &shop, all()).await;
    assert_eq!(seen.rows[0].name, "Helena <***@customer.example>");
    let seen = list(app, &jane, &shop, all()).await;
    assert_eq!(seen.rows[0].name, "Helena <helena@customer.example>");
    assert_eq!(seen.rows[0].text.as_deref(), Some("Yes please"), "members read every business");
}

async fn pages_follow_each_other(app: &TestApp) {
    let owner = app.owner().await;
    let who = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    for n in 0..31 {
        let text = format!("Reply {n}");
        let fields = [("received", "2027-01-12"), ("text", text.as_str()), ("sentiment", "neutral")];
        assert_eq!(log(app, &owner, &shop, customer, &fields).await.status, 200);
        app.services.clock().advance(chrono::TimeDelta::seconds(1));
    }
    let first = list(app, &owner, &shop, all()).await;
    assert_eq!((first.rows.len(), first.previous.is_none()), (30, true));
    assert_eq!(first.rows[0].text.as_deref(), Some("Reply 30"));
    let second = list(app, &owner, &shop, json!({"sentiment": null, "after": first.next, "before": null})).await;
    assert_eq!((second.rows.len(), second.next.is_none()), (1, true));
    let back = list(
        app,
        &owner,
        &shop,
        json!({"sentiment": null, "after": null, "before": second.previous}),
    )
    .await;
    assert_eq!(back.rows, first.rows);
    let input = json!({"team": app.team().await, "business": shop.business, "query": {"sentiment": null, "after": "x", "before": null}});
    assert_eq!(owner.browser.call("replies/list", &input).await.error(), Error::Malformed);
}
