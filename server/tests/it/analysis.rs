//! Analyses over HTTP: a credit is spent with the result, or given back.

use crate::support::{
    TestApp,
    actor::{Actor, Answer},
    both_databases,
    shop::{Shop, done_and_refused, read},
};
use domain::{
    Error,
    credit::{Credits, CreditsPage, TransferPhase},
    customer::CustomerDetail,
    error::Conflict,
    ids::CustomerId,
    persona::{Analysed, Opportunity, Segment},
    role::Role,
    team::TeamFrame,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use services::{
    analysis::{
        stats,
        writer::{Gate, Writer},
    },
    entity::{audit_event, business, customer, draft_version, import, member, persona},
};
use std::sync::Arc;
use tokio::task::JoinHandle;

both_databases! {
    an_analysis_spends_one_credit_and_shows
    a_writer_that_fails_gives_the_credit_back
    a_hundred_at_once_on_ten_credits
    two_at_once_on_one_customer_have_one_result
    again_costs_again_and_only_for_what_was_seen
    who_may_not_analyse_spends_nothing
    a_right_lost_meanwhile_gives_the_credit_back
    a_customer_deleted_meanwhile_gives_the_credit_back
    a_page_that_is_closed_leaves_no_hold
    figures_are_kept_until_an_import_ends
    every_segment_and_score_comes_from_the_sample
    of_many_customers_some_stand_for_all
}

async fn credits(shop: Shop, who: &Actor) -> CreditsPage {
    read(&who.browser.call("credits/page", &json!({"team": shop.team, "query": {}})).await)
}

async fn detail(shop: Shop, who: &Actor, customer: CustomerId) -> CustomerDetail {
    read(&shop.detail(who, customer).await)
}

async fn an_analysis_spends_one_credit_and_shows(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let before = shop.page(&owner, helena).await;
    assert_eq!(before.status, 200);
    assert!(before.body.contains("Analyse, 1 credit") && before.body.contains("hholy@gmail.com"));

    let done: Analysed = read(&shop.analyse(&owner, helena, "").await);
    assert_eq!(
        (done.spent, done.balance.available(), done.balance.held),
        (Credits(1), Credits(9), Credits(0))
    );

    let detail = detail(shop, &owner, helena).await;
    let persona = detail.persona.expect("a persona");
    assert_eq!(persona.id, done.persona);
    assert_eq!(
        (persona.segment, persona.opportunity.map(Opportunity::get)),
        (Some(Segment::Champion), Some(5))
    );
    assert_eq!(persona.made_by, "Owner");
    assert!(persona.signals.iter().all(|claim| !claim.sources.is_empty()));
    assert_eq!(persona.signals[0].text, "Highest spend of 59 customers: $49.62");
    let draft = detail.draft.expect("a draft");
    let content = draft.content.expect("its words");
    assert_eq!((draft.version, content.problems), (1, Vec::new()));
    assert!(
        content.body.starts_with("Hi Helena,") && content.claims.len() > 2,
        "{}",
        content.body
    );

    let frame: TeamFrame = read(&owner.browser.call("teams/frame", &json!({"team": shop.team})).await);
    assert_eq!(frame.balance.available(), Credits(9));
    let page = credits(shop, &owner).await;
    let newest = &page.history.rows[0];
    assert_eq!(
        (newest.label().as_str(), newest.amount, newest.left),
        ("Analysis", Credits(-1), Some(Credits(9)))
    );
    assert_eq!(newest.person.as_deref(), Some("Owner"));
    assert_eq!(
        newest.customer.as_ref().map(|(name, _, id)| (name.as_str(), *id)),
        Some(("Helena Holý", helena))
    );
    let after = shop.page(&owner, helena).await.body;
    assert!(after.contains("Champion") && after.contains("Analyse again, 1 credit") && after.contains("from total spent"));
    let list = owner.browser.get(&app::paths::credits(shop.team)).await;
    assert_eq!(list.status, 200);
    assert!(list.body.contains("Helena Holý"));
    let row = customer::Entity::find_by_id(helena)
        .one(app.services.db().read())
        .await
        .expect("reads");
    let row = row.expect("a customer");
    assert_eq!((row.segment, row.opportunity), (Some(Segment::Champion), Some(5)));
    let events = audit_event::Entity::find()
        .filter(audit_event::Column::Kind.eq("customer.analysed"))
        .all(app.services.db().read())
        .await
        .expect("reads");
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].customer_id, &events[0].detail["credits"]), (Some(helena), &json!(1)));
    assert!(!events[0].detail.to_string().contains("Helena"));
}

async fn a_writer_that_fails_gives_the_credit_back(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let owner = app.another(app.services.with_writer(Writer::Failing)).await.of(&owner);
    let refused = shop.analyse(&owner, helena, "").await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.error(), Error::Conflict(Conflict::WriterFailed));
    let page = credits(shop, &owner).await;
    assert_eq!(
        (page.balance.available(), page.balance.held, page.used),
        (Credits(10), Credits(0), Credits(0))
    );
    let newest = &page.history.rows[0];
    assert_eq!(
        (newest.label().as_str(), newest.amount),
        ("Analysis failed, not charged", Credits(0))
    );
    assert!(detail(shop, &owner, helena).await.draft.is_none());
    // Without scripts: back on the page, which says so.
    let (team, customer) = (shop.team.to_string(), helena.to_string());
    let path = app::paths::customer(shop.team, shop.business, helena);
    let form = [("team", team.as_str()), ("customer", &customer), ("seen", "")];
    let sent = owner.browser.submit("analysis/analyse", &form, &path).await;
    assert_eq!(sent.status, 302);
    let (_, query) = sent.header("location").split_once('?').expect("the error");
    let shown = owner.browser.get(&format!("{path}?{query}")).await;
    assert!(shown.body.contains("No credit was spent"), "{query}");
}

async fn a_hundred_at_once_on_ten_credits(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let customers = shop.hundred(app).await;
    // Two servers on one database, so that nothing in a process's memory keeps the figures right.
    let second = app.another(app.services.clone()).await.of(&owner);
    let presses = customers.iter().enumerate().map(|(i, customer)| {
        let who = if i % 2 == 0 { owner.clone() } else { second.clone() };
        async move { shop.analyse(&who, *customer, "").await }
    });
    assert_eq!(done_and_refused(presses).await, (10, 90));
    let page = credits(shop, &owner).await;
    assert_eq!(
        (page.balance.available(), page.balance.held, page.used),
        (Credits(0), Credits(0), Credits(10))
    );
    let personas = persona::Entity::find().count(app.services.db().read()).await.expect("counts");
    assert_eq!(personas, 10);
    let page = shop.page(&owner, customers[99]).await.body;
    assert!(page.contains("This needs 1 credit, 0 left."), "the button says why it is locked");
}

/// Somebody's press, held up in the middle of writing.
async fn writing(app: &TestApp, shop: Shop, who: &Actor, customer: CustomerId) -> (Arc<Gate>, JoinHandle<Answer>) {
    let gate = Arc::new(Gate::default());
    let gated = app.another(app.services.with_writer(Writer::Gated(gate.clone()))).await.of(who);
    let press = tokio::spawn(async move { shop.analyse(&gated, customer, "").await });
    gate.reached().await;
    (gate, press)
}

async fn two_at_once_on_one_customer_have_one_result(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let (gate, first) = writing(app, shop, &owner, helena).await;
    let admin = app.admin().await;
    let during = shop.analyse(&admin, helena, "").await;
    assert_eq!(during.error(), Error::Conflict(Conflict::Analysing));
    assert_eq!(credits(shop, &owner).await.history.rows[0].phase, TransferPhase::Pending);
    gate.let_through();
    let done: Analysed = read(&first.await.expect("no panic"));
    let after = shop.analyse(&admin, helena, "").await;
    assert_eq!(after.error(), Error::Conflict(Conflict::AnalysedMeanwhile));
    let page = credits(shop, &owner).await;
    assert_eq!(
        (page.balance.available(), page.balance.held, page.used),
        (Credits(9), Credits(0), Credits(1))
    );
    assert_eq!(detail(shop, &admin, helena).await.persona.expect("a persona").id, done.persona);
    // And without anything that holds one of them up.
    let other = shop.customer(app, "other@example.com", |_| {}).await;
    let (a, b) = tokio::join!(shop.analyse(&owner, other, ""), shop.analyse(&admin, other, ""));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", a.body, b.body);
    assert_eq!(credits(shop, &owner).await.balance.available(), Credits(8));
}

async fn again_costs_again_and_only_for_what_was_seen(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let first: Analysed = read(&shop.analyse(&owner, helena, "").await);
    let doubled = shop.analyse(&owner, helena, "").await;
    assert_eq!(doubled.error(), Error::Conflict(Conflict::AnalysedMeanwhile), "a double click");
    app.services.clock().advance(chrono::TimeDelta::seconds(1));
    let second: Analysed = read(&shop.analyse(&owner, helena, &first.persona.to_string()).await);
    assert_ne!(second.persona, first.persona);
    assert_eq!(second.balance.available(), Credits(8));
    let draft = detail(shop, &owner, helena).await.draft.expect("a draft");
    assert_eq!(draft.version, 2);
    let versions = draft_version::Entity::find().count(app.services.db().read()).await.expect("counts");
    assert_eq!(versions, 2, "the first text is kept");
    let personas = persona::Entity::find().count(app.services.db().read()).await.expect("counts");
    assert_eq!(personas, 1);
}

async fn who_may_not_analyse_spends_nothing(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    for (who, status) in [(app.viewer().await, 403), (app.member().await, 403), (app.stranger().await, 404)] {
        let answer = shop.analyse(&who, helena, "").await;
        assert_eq!(answer.status, status, "{} {}", who.session.name, answer.body);
    }
    let nobody = app.anonymous();
    let request = nobody.request(reqwest::Method::POST, "/api/analysis/analyse");
    let (team, customer) = (shop.team.to_string(), helena.to_string());
    let answer = crate::support::actor::answer(request.form(&[("team", &team), ("customer", &customer)])).await;
    assert_eq!(answer.status, 401);
    let missing = CustomerId(app.services.clock().new_id());
    assert_eq!(shop.analyse(&owner, missing, "").await.status, 404);
    let page = credits(shop, &owner).await;
    assert_eq!(
        (page.balance.available(), page.history.rows.len()),
        (Credits(10), 1),
        "only the month's credits"
    );

    let member = app.joined("Jane", Role::Member).await;
    let own = Shop::open(app, &member, "Ticket Shop").await;
    let customer = own.customer(app, "mark@example.com", |_| {}).await;
    assert_eq!(own.analyse(&member, customer, "").await.status, 200);
    let locked = shop.page(&member, helena).await.body;
    assert!(locked.contains("This business belongs to Owner."), "says whose it is");
    assert!(locked.contains("Ask an owner or admin."), "and who grants it");
}

async fn a_right_lost_meanwhile_gives_the_credit_back(app: &TestApp) {
    let owner = app.owner().await;
    let member = app.member().await;
    let shop = Shop::open(app, &member, "Music Store").await;
    let helena = shop.helena(app).await;
    let (gate, press) = writing(app, shop, &member, helena).await;
    member::Entity::update_many()
        .col_expr(member::Column::Role, Expr::value(Role::Viewer.as_str()))
        .filter(member::Column::PersonId.eq(member.session.person))
        .exec(app.services.db().write())
        .await
        .expect("demotes");
    gate.let_through();
    assert_eq!(press.await.expect("no panic").status, 403);
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(10), Credits(0)));
    assert!(detail(shop, &owner, helena).await.persona.is_none());
}

async fn a_customer_deleted_meanwhile_gives_the_credit_back(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let (gate, press) = writing(app, shop, &owner, helena).await;
    customer::Entity::update_many()
        .col_expr(customer::Column::DeletedAt, Expr::value(app.services.clock().now()))
        .filter(customer::Column::Id.eq(helena))
        .exec(app.services.db().write())
        .await
        .expect("deletes");
    gate.let_through();
    assert_eq!(press.await.expect("no panic").status, 404);
    assert_eq!(shop.detail(&owner, helena).await.status, 404);
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(10), Credits(0)));
    assert_eq!(page.history.rows[0].customer, None, "a deleted customer has no page to lead to");
}

async fn a_page_that_is_closed_leaves_no_hold(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let (gate, press) = writing(app, shop, &owner, helena).await;
    press.abort();
    press.await.expect_err("the browser is gone");
    gate.let_through();
    // The work goes on; asking for the same is refused until it has ended.
    loop {
        let page = credits(shop, &owner).await;
        if page.balance.held == Credits(0) {
            assert_eq!((page.used, page.balance.available()), (Credits(1), Credits(9)));
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(detail(shop, &owner, helena).await.persona.is_some());
}

async fn figures_are_kept_until_an_import_ends(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    shop.helena(app).await;
    let business = async || {
        let found = business::Entity::find_by_id(shop.business).one(app.services.db().read()).await;
        found.expect("reads").expect("a business")
    };
    let first = stats::of(&app.services, &business().await, Some("USD")).await.expect("counts");
    let spend = first.spend.expect("amounts");
    assert_eq!((first.customers, spend.max), (59, 4_962));
    assert_eq!(first.newest_payment.map(|date| date.to_string()).as_deref(), Some("2011-12-22"));
    shop.customer(app, "rich@example.com", |row| row.total_spent = Some(99_000)).await;
    let kept = stats::of(&app.services, &business().await, Some("USD")).await.expect("reads");
    assert_eq!(kept, first);
    let none = stats::of(&app.services, &business().await, None).await.expect("counts");
    assert_eq!((none.customers, none.spend), (0, None), "no currency is a currency of its own");

    let now = app.services.clock().now();
    let row = import::ActiveModel {
        team_id: sea_orm::ActiveValue::Set(shop.team),
        id: sea_orm::ActiveValue::Set(domain::ids::ImportId(app.services.clock().new_id())),
        business_id: sea_orm::ActiveValue::Set(shop.business),
        state: sea_orm::ActiveValue::Set(domain::import::ImportState::Done),
        file_name: sea_orm::ActiveValue::Set("a.csv".into()),
        file_hash: sea_orm::ActiveValue::Set("-".into()),
        bytes: sea_orm::ActiveValue::Set(1),
        format: sea_orm::ActiveValue::Set(json!({})),
        columns: sea_orm::ActiveValue::Set(json!([])),
        merge: sea_orm::ActiveValue::Set(domain::import::MergeMode::Replace),
        counts: sea_orm::ActiveValue::Set(json!({})),
        created_by: sea_orm::ActiveValue::Set(None),
        created_at: sea_orm::ActiveValue::Set(now),
        finished_at: sea_orm::ActiveValue::Set(Some(now)),
        ..Default::default()
    };
    import::Entity::insert(row)
        .exec_without_returning(app.services.db().write())
        .await
        .expect("stores an import");
    let second = stats::of(&app.services, &business().await, Some("USD")).await.expect("counts");
    assert_eq!((second.customers, second.spend.map(|spend| spend.max)), (60, Some(99_000)));
}

async fn every_segment_and_score_comes_from_the_sample(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let customers = shop.music(app).await;
    let grant = app.grant::<domain::permission::perm::DraftEmails>(&owner).await;
    let txn = app.services.db().begin().await.expect("begins");
    let (kind, action) = (domain::credit::CreditKind::Bought, domain::credit::CreditAction::Purchase);
    services::ledger::grant(&txn, app.services.clock(), shop.team, kind, action, Credits(100))
        .await
        .expect("grants");
    txn.commit().await.expect("commits");
    for customer in customers {
        services::analysis::analyse(&app.services, &grant, customer, None)
            .await
            .expect("an analysis");
    }
    let rows = customer::Entity::find().all(app.services.db().read()).await.expect("reads");
    let segments: std::collections::BTreeSet<_> = rows.iter().filter_map(|row| row.segment).collect();
    let scores: std::collections::BTreeSet<_> = rows.iter().filter_map(|row| row.opportunity).collect();
    assert!(segments.len() >= 4, "{segments:?}");
    assert_eq!(scores, (1..=5).collect());
}

async fn of_many_customers_some_stand_for_all(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    for i in 0..300 {
        shop.customer(app, &format!("customer{i}@example.com"), |row| row.total_spent = Some(i))
            .await;
    }
    let found = business::Entity::find_by_id(shop.business).one(app.services.db().read()).await;
    let mut business = found.expect("reads").expect("a business");
    // As many as a large import would have counted.
    business.customer_count = 40_000;
    let some = stats::of(&app.services, &business, Some("USD")).await.expect("counts");
    let spend = some.spend.expect("amounts");
    assert_eq!((some.customers, spend.max), (40_000, 299), "the highest is the highest of all");
    assert!(spend.p10 < spend.p50 && spend.p50 < spend.p90, "{spend:?}");
}
