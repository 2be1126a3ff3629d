//! The persona in another language, over HTTP: a credit for a new one, nothing for one that is there.

use crate::support::{
    TestApp,
    actor::Actor,
    both_databases,
    shop::{Shop, read},
};
use domain::{
    Error,
    business::Language,
    credit::{CreditAction, Credits, CreditsPage},
    customer::{CustomerDetail, TimelineEvent, TimelineKind},
    error::Conflict,
    ids::{CustomerId, PersonaId},
    page::Page,
    persona::{Analysed, Persona, Translated},
    role::Role,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use services::{
    analysis::writer::{Gate, Writer},
    entity::{audit_event, customer, persona},
};
use std::sync::Arc;

both_databases! {
    a_language_is_paid_once_and_opens_free
    it_says_the_same_whatever_was_imported_since
    every_language_hides_the_same_from_viewers
    two_at_once_pay_once
    a_new_analysis_starts_anew
    an_analysis_while_it_is_written_gives_the_credit_back
    who_may_not_sees_why
    an_analysis_without_its_basis_is_not_translated
}

async fn start(app: &TestApp, owner: &Actor) -> (Shop, CustomerId, PersonaId) {
    let shop = Shop::open(app, owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let done: Analysed = read(&shop.analyse(owner, helena, "").await);
    (shop, helena, done.persona)
}

async fn persona_in(shop: Shop, who: &Actor, customer: CustomerId, language: &str) -> Persona {
    let input = json!({"team": shop.team, "business": shop.business, "customer": customer, "language": language});
    let detail: CustomerDetail = read(&who.browser.call("customers/detail", &input).await);
    detail.persona.expect("a persona")
}

async fn credits(shop: Shop, who: &Actor) -> CreditsPage {
    read(&who.browser.call("credits/page", &json!({"team": shop.team, "query": {}})).await)
}

async fn a_language_is_paid_once_and_opens_free(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (shop, helena, seen) = start(app, &owner).await;
    let page = shop.page(&owner, helena).await.body;
    assert!(
        page.contains("Deutsch") && page.contains("日本語"),
        "the menu names what can be had"
    );
    // So that "newest first" is one order.
    app.services.clock().advance(chrono::TimeDelta::seconds(1));
    let done: Translated = read(&shop.translate(&owner, helena, seen, "de").await);
    app.services.clock().advance(chrono::TimeDelta::seconds(1));
    assert_eq!(
        (done.spent, done.balance.available(), done.balance.held),
        (Credits(1), Credits(8), Credits(0))
    );
    let german = persona_in(shop, &owner, helena, "de").await;
    assert_eq!((german.id, german.language), (seen, Language::German));
    assert_eq!(german.made_in, [Language::English, Language::German]);
    assert_eq!(german.summary[0].text, "Gibt mehr aus als die meisten und hat vor Kurzem gezahlt.");
    assert_eq!(german.signals[0].text, "Höchster Umsatz von 59 Kunden: $49.62");
    let english = persona_in(shop, &owner, helena, "en").await;
    assert_eq!((english.segment, english.opportunity), (german.segment, german.opportunity));
    assert_eq!(english.summary[0].text, "Spends more than most customers and paid recently.");
    assert_eq!(english.signals.len(), german.signals.len());
    // One that was never made shows the analysis as it is.
    assert_eq!(persona_in(shop, &owner, helena, "fr").await.language, Language::English);

    let again: Translated = read(&shop.translate(&admin, helena, seen, "de").await);
    assert_eq!((again.spent, again.balance.available()), (Credits(0), Credits(8)));
    let same: Translated = read(&shop.translate(&owner, helena, seen, "en").await);
    assert_eq!(same.spent, Credits(0), "its own language is there too");
    for language in ["zh", "es", "fr", "pt", "ja"] {
        assert_eq!(
            read::<Translated>(&shop.translate(&owner, helena, seen, language).await).spent,
            Credits(1)
        );
    }
    assert_eq!(persona_in(shop, &owner, helena, "ja").await.made_in.len(), 7);
    assert_eq!(credits(shop, &owner).await.balance.available(), Credits(3));
    let shown = owner
        .browser
        .get(&app::paths::customer_in(shop.team, shop.business, helena, Language::German))
        .await;
    assert!(shown.body.contains("Gibt mehr aus als die meisten"));

    let page = credits(shop, &owner).await;
    let newest = &page.history.rows[0];
    assert_eq!((newest.action, newest.amount), (CreditAction::PersonaLanguage, Credits(-1)));
    let events = audit_event::Entity::find()
        .filter(audit_event::Column::Kind.eq("persona.translated"))
        .all(app.services.db().read())
        .await
        .expect("reads");
    assert_eq!(events.len(), 6);
    assert!(events.iter().all(|event| event.customer_id == Some(helena)));
    assert!(events.iter().any(|event| event.detail["language"] == json!("de")));
    let input = json!({"team": shop.team, "business": shop.business, "customer": helena, "before": null});
    let timeline: Page<TimelineEvent> = read(&owner.browser.call("customers/timeline", &input).await);
    let first = timeline
        .rows
        .iter()
        .rfind(|event| event.kind == TimelineKind::Translated)
        .expect("the first");
    assert_eq!(first.badges, ["1 credit", "Deutsch"]);
}

async fn it_says_the_same_whatever_was_imported_since(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena, seen) = start(app, &owner).await;
    customer::Entity::update_many()
        .col_expr(customer::Column::TotalSpent, Expr::value(1))
        .col_expr(customer::Column::PaymentCount, Expr::value(1))
        .filter(customer::Column::Id.eq(helena))
        .exec(app.services.db().write())
        .await
        .expect("imports");
    assert_eq!(shop.translate(&owner, helena, seen, "de").await.status, 200);
    let german = persona_in(shop, &owner, helena, "de").await;
    assert_eq!(german.signals[0].text, "Höchster Umsatz von 59 Kunden: $49.62");
}

async fn every_language_hides_the_same_from_viewers(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena, seen) = start(app, &owner).await;
    let viewer = app.viewer().await;
    let open = persona_in(shop, &viewer, helena, "en").await;
    for language in ["zh", "de", "ja"] {
        assert_eq!(shop.translate(&owner, helena, seen, language).await.status, 200);
        let full = persona_in(shop, &owner, helena, language).await;
        let masked = persona_in(shop, &viewer, helena, language).await;
        assert_eq!(masked.language, full.language);
        assert_eq!((masked.segment, masked.opportunity, masked.suggested_offer), (None, None, None));
        assert!(full.signals.iter().any(domain::persona::Claim::is_masked));
        for claim in masked.summary.iter().chain(&masked.signals) {
            assert!(!claim.is_masked(), "{}", claim.text);
        }
        assert_eq!(
            (masked.summary.len(), masked.signals.len()),
            (open.summary.len(), open.signals.len())
        );
        let path = app::paths::customer_in(shop.team, shop.business, helena, full.language);
        let page = viewer.browser.get(&path).await.body;
        assert!(!page.contains("49.62") && page.contains(&masked.signals[0].text));
    }
}

async fn two_at_once_pay_once(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (shop, helena, seen) = start(app, &owner).await;
    let gate = Arc::new(Gate::default());
    let gated = app.another(app.services.with_writer(Writer::Gated(gate.clone()))).await.of(&owner);
    let press = tokio::spawn(async move { shop.translate(&gated, helena, seen, "de").await });
    gate.reached().await;
    let during = shop.translate(&admin, helena, seen, "de").await;
    assert_eq!(during.error(), Error::Conflict(Conflict::Writing));
    gate.let_through();
    assert_eq!(press.await.expect("no panic").status, 200);
    let (a, b) = tokio::join!(
        shop.translate(&owner, helena, seen, "fr"),
        shop.translate(&admin, helena, seen, "fr"),
    );
    for answer in [&a, &b] {
        let refused = answer.status == 409 && answer.error() == Error::Conflict(Conflict::Writing);
        assert!(answer.status == 200 || refused, "{}", answer.body);
    }
    assert!(a.status == 200 || b.status == 200);
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(7), Credits(0)));
    let rows = persona::Entity::find().count(app.services.db().read()).await.expect("counts");
    assert_eq!(rows, 3);
}

async fn a_new_analysis_starts_anew(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena, seen) = start(app, &owner).await;
    assert_eq!(shop.translate(&owner, helena, seen, "de").await.status, 200);
    app.services.clock().advance(chrono::TimeDelta::seconds(1));
    let second: Analysed = read(&shop.analyse(&owner, helena, &seen.to_string()).await);
    assert_eq!(persona_in(shop, &owner, helena, "de").await.made_in, [Language::English]);
    let late = shop.translate(&owner, helena, seen, "de").await;
    assert_eq!(late.error(), Error::Conflict(Conflict::AnalysedMeanwhile));
    let done: Translated = read(&shop.translate(&owner, helena, second.persona, "de").await);
    assert_eq!(done.spent, Credits(1));
}

async fn an_analysis_while_it_is_written_gives_the_credit_back(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (shop, helena, seen) = start(app, &owner).await;
    let gate = Arc::new(Gate::default());
    let gated = app.another(app.services.with_writer(Writer::Gated(gate.clone()))).await.of(&owner);
    let press = tokio::spawn(async move { shop.translate(&gated, helena, seen, "de").await });
    gate.reached().await;
    assert_eq!(shop.analyse(&admin, helena, &seen.to_string()).await.status, 200);
    gate.let_through();
    let refused = press.await.expect("no panic");
    assert_eq!(refused.error(), Error::Conflict(Conflict::AnalysedMeanwhile));
    let failing = app.another(app.services.with_writer(Writer::Failing)).await.of(&owner);
    let seen = persona_in(shop, &owner, helena, "en").await.id;
    let failed = shop.translate(&failing, helena, seen, "de").await;
    assert_eq!(failed.error(), Error::Conflict(Conflict::WriterFailed));
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(8), Credits(0)));
}

async fn who_may_not_sees_why(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena, seen) = start(app, &owner).await;
    let viewer = app.viewer().await;
    for (who, status) in [(viewer.clone(), 403), (app.member().await, 403), (app.stranger().await, 404)] {
        let answer = shop.translate(&who, helena, seen, "de").await;
        assert_eq!(answer.status, status, "{}", who.session.name);
    }
    let jane = app.joined("Jane", Role::Member).await;
    for who in [viewer, jane] {
        let page = shop.page(&who, helena).await.body;
        assert!(page.contains("You need the right to make a persona in another language. Ask an owner or admin."));
    }
    assert_eq!(shop.translate(&owner, helena, seen, "xx").await.status, 400);
    assert_eq!(credits(shop, &owner).await.balance.available(), Credits(9));
}

async fn an_analysis_without_its_basis_is_not_translated(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena, seen) = start(app, &owner).await;
    persona::Entity::update_many()
        .col_expr(persona::Column::Basis, Expr::value(None::<serde_json::Value>))
        .exec(app.services.db().write())
        .await
        .expect("forgets");
    let refused = shop.translate(&owner, helena, seen, "de").await;
    assert_eq!(refused.error(), Error::Conflict(Conflict::OldAnalysis));
    let page = credits(shop, &owner).await;
    assert_eq!((page.balance.available(), page.balance.held), (Credits(9), Credits(0)));
}
