//! Another e-mail for a credit, over HTTP: another text each time, paid once, nothing lost.

use crate::support::{
    TestApp,
    actor::{Actor, Answer},
    both_databases,
    shop::{Shop, post, read},
};
use domain::{
    Error,
    credit::{CreditAction, Credits, CreditsPage},
    customer::{CustomerDetail, DraftContent, TimelineEvent, TimelineKind},
    draft::{DraftVersion, Regenerated, problems},
    error::Conflict,
    ids::CustomerId,
    page::Page,
    role::Role,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use services::{
    analysis::writer::{Gate, Writer},
    entity::{audit_event, draft, member},
};
use std::{collections::BTreeSet, sync::Arc};

both_databases! {
    each_time_another_text_and_every_version_stays
    what_was_typed_is_never_lost
    nothing_further_costs_nothing
    two_at_once_pay_once
    a_text_saved_while_it_is_written_stays
    a_writer_that_fails_costs_nothing
    only_who_may_regenerate
    a_draft_from_before_variants_were_kept_is_not_written_again
}

async fn start(app: &TestApp, owner: &Actor) -> (Shop, CustomerId) {
    let shop = Shop::open(app, owner, "Music Store").await;
    let helena = shop.helena(app).await;
    assert_eq!(shop.analyse(owner, helena, "").await.status, 200);
    (shop, helena)
}

/// So that "newest first" is one order.
fn later(app: &TestApp) {
    app.services.clock().advance(chrono::TimeDelta::seconds(1));
}

async fn content(shop: Shop, who: &Actor, customer: CustomerId) -> DraftContent {
    let detail: CustomerDetail = read(&shop.detail(who, customer).await);
    detail.draft.and_then(|draft| draft.content).expect("its words")
}

async fn credits(shop: Shop, who: &Actor) -> CreditsPage {
    read(&who.browser.call("credits/page", &json!({"team": shop.team, "query": {}})).await)
}

async fn versions(shop: Shop, who: &Actor, customer: CustomerId) -> Vec<DraftVersion> {
    let input = json!({"team": shop.team, "customer": customer});
    read(&who.browser.call("drafts/versions", &input).await)
}

async fn save(shop: Shop, who: &Actor, customer: CustomerId, version: i32, body: &str) -> Answer {
    let (team, customer, version) = (shop.team.to_string(), customer.to_string(), version.to_string());
    let fields = [
        ("team", team.as_str()),
        ("customer", &customer),
        ("version", &version),
        ("subject", "By hand"),
        ("body", body),
    ];
    post(who, "drafts/save", &fields).await
}

async fn each_time_another_text_and_every_version_stays(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = start(app, &owner).await;
    let page = shop.page(&owner, helena).await.body;
    assert!(
        page.contains("Regenerate") && page.contains("Usual tone"),
        "the button is there with its price"
    );
    let first = content(shop, &owner, helena).await;
    later(app);
    let done: Regenerated = read(&shop.regenerate(&owner, helena, 1, "").await);
    assert_eq!((done.version, done.spent, done.balance.available()), (2, Credits(1), Credits(8)));
    let second = content(shop, &owner, helena).await;
    assert_ne!(first.body, second.body);
    assert_ne!(first.subject, second.subject);
    assert!(
        second.body.starts_with("Hi Helena,") && second.problems.is_empty(),
        "{}",
        second.body
    );
    later(app);
    let formal: Regenerated = read(&shop.regenerate(&owner, helena, 2, "formal").await);
    let third = content(shop, &owner, helena).await;
    assert!(third.body.starts_with("Dear Helena Holý,"), "{}", third.body);
    assert_ne!(
        third.subject, second.subject,
        "another tone takes another angle too, while there is one"
    );
    let all = versions(shop, &owner, helena).await;
    assert_eq!(all.iter().map(|v| v.version).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(all[2].body.as_ref(), Some(&first.body));
    assert_eq!(formal.version, 3);

    let page = credits(shop, &owner).await;
    let spent: Vec<_> = page.history.rows.iter().map(|row| (row.action, row.amount)).take(3).collect();
    let another = (CreditAction::RegenerateEmail, Credits(-1));
    assert_eq!(spent, [another, another, (CreditAction::Analysis, Credits(-1))]);
    let events = audit_event::Entity::find()
        .filter(audit_event::Column::Kind.eq("draft.regenerated"))
        .all(app.services.db().read())
        .await
        .expect("reads");
    assert_eq!(events.len(), 2);
    assert_eq!((events[0].customer_id, &events[0].detail["credits"]), (Some(helena), &json!(1)));
    assert!(!events.iter().any(|event| event.detail.to_string().contains("Helena")));
    let input = json!({"team": shop.team, "business": shop.business, "customer": helena, "before": null});
    let timeline: Page<TimelineEvent> = read(&owner.browser.call("customers/timeline", &input).await);
    let newest = &timeline.rows[0];
    assert_eq!(newest.kind, TimelineKind::Regenerated);
    assert_eq!(newest.badges, ["1 credit", "Version 3"]);
}

async fn what_was_typed_is_never_lost(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = start(app, &owner).await;
    assert_eq!(read::<i32>(&save(shop, &owner, helena, 1, "Typed by hand").await), 2);
    assert_eq!(read::<Regenerated>(&shop.regenerate(&owner, helena, 2, "").await).version, 3);
    let all = versions(shop, &owner, helena).await;
    assert_eq!(all[1].body.as_deref(), Some("Typed by hand"));
    let (team, customer) = (shop.team.to_string(), helena.to_string());
    let chosen = [("team", team.as_str()), ("customer", &customer), ("version", "3"), ("chosen", "2")];
    assert_eq!(read::<i32>(&post(&owner, "drafts/restore", &chosen).await), 4);
    assert_eq!(content(shop, &owner, helena).await.body, "Typed by hand");
    // What was restored is left alone by somebody who saw an earlier text.
    let late = shop.regenerate(&owner, helena, 3, "").await;
    assert_eq!(late.error(), Error::Conflict(Conflict::DraftChanged));
    assert_eq!(content(shop, &owner, helena).await.body, "Typed by hand");
    assert_eq!(credits(shop, &owner).await.balance.available(), Credits(8));
}

async fn nothing_further_costs_nothing(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = start(app, &owner).await;
    let mut bodies = BTreeSet::from([content(shop, &owner, helena).await.body]);
    let mut version = 1;
    for (tone, left) in [("", 5), ("plain", 0)] {
        loop {
            let answer = shop.regenerate(&owner, helena, version, tone).await;
            if answer.status == 409 {
                assert_eq!((answer.error(), tone), (Error::Conflict(Conflict::NoVariant), ""));
                break;
            }
            if version == 10 {
                assert_eq!(answer.status, 402, "the last credit is spent");
                break;
            }
            version = read::<Regenerated>(&answer).version;
            let written = content(shop, &owner, helena).await;
            assert_eq!(problems(&written.subject, &written.body), []);
            assert!(bodies.insert(written.body), "never the same text twice");
        }
        assert_eq!(credits(shop, &owner).await.balance.available(), Credits(left));
    }
    assert_eq!(
        version, 10,
        "five in the usual tone, the first of them by the analysis, five in another"
    );
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(0), Credits(0)));
    let locked = shop.page(&owner, helena).await.body;
    assert!(locked.contains("This needs 1 credit, 0 left."));
}

async fn two_at_once_pay_once(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (shop, helena) = start(app, &owner).await;
    let (a, b) = tokio::join!(shop.regenerate(&owner, helena, 1, ""), shop.regenerate(&admin, helena, 1, "formal"));
    let (won, lost) = if a.status == 200 { (a, b) } else { (b, a) };
    assert_eq!(
        (won.status.as_u16(), lost.status.as_u16()),
        (200, 409),
        "{} {}",
        won.body,
        lost.body
    );
    let refused = lost.error();
    assert!(
        refused == Error::Conflict(Conflict::Writing) || refused == Error::Conflict(Conflict::DraftChanged),
        "{refused:?}"
    );
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(8), Credits(0)));
    assert_eq!(versions(shop, &owner, helena).await.len(), 2);

    let gate = Arc::new(Gate::default());
    let gated = app.another(app.services.with_writer(Writer::Gated(gate.clone()))).await.of(&owner);
    let press = tokio::spawn(async move { shop.regenerate(&gated, helena, 2, "").await });
    gate.reached().await;
    let during = shop.regenerate(&admin, helena, 2, "").await;
    assert_eq!(during.error(), Error::Conflict(Conflict::Writing));
    gate.let_through();
    assert_eq!(press.await.expect("no panic").status, 200);
    assert_eq!(credits(shop, &owner).await.balance.available(), Credits(7));
}

async fn a_text_saved_while_it_is_written_stays(app: &TestApp) {
    let (owner, member) = (app.owner().await, app.member().await);
    let shop = Shop::open(app, &member, "Music Store").await;
    let helena = shop.helena(app).await;
    assert_eq!(shop.analyse(&member, helena, "").await.status, 200);
    let gate = Arc::new(Gate::default());
    let gated = app.another(app.services.with_writer(Writer::Gated(gate.clone()))).await.of(&member);
    let asking = gated.clone();
    let press = tokio::spawn(async move { shop.regenerate(&asking, helena, 1, "").await });
    gate.reached().await;
    assert_eq!(save(shop, &owner, helena, 1, "Typed meanwhile").await.status, 200);
    gate.let_through();
    assert_eq!(press.await.expect("no panic").error(), Error::Conflict(Conflict::DraftChanged));
    assert_eq!(content(shop, &owner, helena).await.body, "Typed meanwhile");
    // A right that is lost while it is written gives the credit back too.
    let press = tokio::spawn(async move { shop.regenerate(&gated, helena, 2, "").await });
    gate.reached().await;
    member::Entity::update_many()
        .col_expr(member::Column::Role, Expr::value(Role::Viewer.as_str()))
        .filter(member::Column::PersonId.eq(member.session.person))
        .exec(app.services.db().write())
        .await
        .expect("demotes");
    gate.let_through();
    assert_eq!(press.await.expect("no panic").status, 403);
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(9), Credits(0)));
}

async fn a_writer_that_fails_costs_nothing(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = start(app, &owner).await;
    later(app);
    let failing = app.another(app.services.with_writer(Writer::Failing)).await.of(&owner);
    let refused = shop.regenerate(&failing, helena, 1, "").await;
    assert_eq!(refused.error(), Error::Conflict(Conflict::WriterFailed));
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(9), Credits(0)));
    assert_eq!(page.history.rows[0].label(), "Regenerated e-mail failed, not charged");
    assert_eq!(versions(shop, &owner, helena).await.len(), 1);
    // Without scripts: back on the page, which says so.
    let (team, customer) = (shop.team.to_string(), helena.to_string());
    let path = app::paths::customer(shop.team, shop.business, helena);
    let form = [("team", team.as_str()), ("customer", &customer), ("seen", "1")];
    let sent = failing.browser.submit("drafts/regenerate", &form, &path).await;
    assert_eq!(sent.status, 302);
    let (_, query) = sent.header("location").split_once('?').expect("the error");
    let shown = owner.browser.get(&format!("{path}?{query}")).await;
    assert!(shown.body.contains("No credit was spent"), "{query}");
}

async fn only_who_may_regenerate(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = start(app, &owner).await;
    let (viewer, member) = (app.viewer().await, app.member().await);
    for (who, status) in [(viewer.clone(), 403), (member.clone(), 403), (app.stranger().await, 404)] {
        assert_eq!(shop.regenerate(&who, helena, 1, "").await.status, status, "{}", who.session.name);
    }
    for who in [viewer, member] {
        let page = shop.page(&who, helena).await.body;
        let reason = "You need the right to regenerate an e-mail. Ask an owner or admin.";
        assert!(page.contains(reason) && page.contains("This business belongs to Owner."));
    }
    let fresh = shop.customer(app, "mark@example.com", |_| {}).await;
    let missing = shop.regenerate(&owner, fresh, 0, "").await;
    assert_eq!(missing.error(), Error::Conflict(Conflict::NoDraft));
    assert_eq!(shop.regenerate(&owner, helena, 1, "shouting").await.status, 400);
    assert_eq!(credits(shop, &owner).await.balance.available(), Credits(9));
}

async fn a_draft_from_before_variants_were_kept_is_not_written_again(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = start(app, &owner).await;
    let first = content(shop, &owner, helena).await;
    draft::Entity::update_many()
        .col_expr(draft::Column::Variants, Expr::value(None::<serde_json::Value>))
        .exec(app.services.db().write())
        .await
        .expect("forgets");
    assert_eq!(shop.regenerate(&owner, helena, 1, "").await.status, 200);
    assert_ne!(content(shop, &owner, helena).await.body, first.body);
}
