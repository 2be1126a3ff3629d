//! Editing a customer and its analysis by hand, over HTTP.

use crate::support::{
    TestApp,
    actor::{Actor, Answer},
    both_databases,
    shop::{Shop, post, read},
};
use domain::{
    Error,
    customer::{CustomerDetail, CustomerRow, TimelineEvent, TimelineKind},
    error::Conflict,
    ids::CustomerId,
    page::Page,
    persona::{Analysed, Opportunity, Persona, Segment},
    role::Role,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use services::entity::{audit_event, customer};

both_databases! {
    fields_are_saved_and_found
    whoever_saves_fields_second_hears_of_it
    an_analysis_is_edited_and_taken_back
    whoever_edits_an_analysis_second_hears_of_it
    each_language_has_its_own_summary
    a_viewer_gets_nothing_that_was_written_by_hand
    only_who_may_edits
    a_new_analysis_takes_the_place_of_edits
}

async fn detail(shop: Shop, who: &Actor, customer: CustomerId) -> CustomerDetail {
    read(&shop.detail(who, customer).await)
}

async fn persona(shop: Shop, who: &Actor, customer: CustomerId, language: &str) -> Persona {
    let input = json!({"team": shop.team, "business": shop.business, "customer": customer, "language": language});
    let detail: CustomerDetail = read(&who.browser.call("customers/detail", &input).await);
    detail.persona.expect("a persona")
}

async fn save(shop: Shop, who: &Actor, customer: CustomerId, seen: &str, fields: &[(&str, &str)]) -> Answer {
    let (team, customer) = (shop.team.to_string(), customer.to_string());
    let mut form = vec![("team", team.as_str()), ("customer", &customer), ("seen", seen)];
    form.extend(fields);
    post(who, "customers/save", &form).await
}

/// The edit of an analysis: `None` takes everything back.
async fn edit(shop: Shop, who: &Actor, customer: CustomerId, of: &Persona, text: Option<(&str, &str, &str)>) -> Answer {
    let (team, customer, seen) = (shop.team.to_string(), customer.to_string(), of.id.to_string());
    let version = of.edits.to_string();
    let mut form = vec![
        ("team", team.as_str()),
        ("customer", &customer),
        ("seen", &seen),
        ("language", of.language.as_str()),
        ("version", &version),
    ];
    match text {
        None => post(who, "analysis/to_generated", &form).await,
        Some((summary, segment, opportunity)) => {
            form.extend([("summary", summary), ("segment", segment), ("opportunity", opportunity)]);
            post(who, "analysis/edit", &form).await
        }
    }
}

async fn events(app: &TestApp, kind: &str) -> Vec<Value> {
    let rows = audit_event::Entity::find()
        .filter(audit_event::Column::Kind.eq(kind))
        .all(app.services.db().read())
        .await
        .expect("reads");
    rows.into_iter().map(|row| row.detail).collect()
}

async fn timeline(shop: Shop, who: &Actor, customer: CustomerId) -> Vec<TimelineEvent> {
    let input = json!({"team": shop.team, "business": shop.business, "customer": customer, "before": null});
    read::<Page<TimelineEvent>>(&who.browser.call("customers/timeline", &input).await).rows
}

async fn found(shop: Shop, who: &Actor, query: Value) -> Vec<CustomerId> {
    let input = json!({"team": shop.team, "business": shop.business, "query": query});
    let page: Page<CustomerRow> = read(&who.browser.call("customers/list", &input).await);
    page.rows.into_iter().map(|row| row.id).collect()
}

async fn fields_are_saved_and_found(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let seen = detail(shop, &owner, helena).await.fields_seen;
    app.services.clock().advance(chrono::TimeDelta::seconds(1));
    let fields = [
        ("name", " Helena\tHolá "),
        ("company", "Rudolfinum"),
        ("country", "Czech Republic"),
        ("notes", "called on Monday\r\nlikes opera"),
        ("tags", "VIP, opera, vip"),
    ];
    assert_eq!(save(shop, &owner, helena, &seen, &fields).await.status, 200);
    let after = detail(shop, &owner, helena).await;
    assert_eq!((after.name.as_str(), after.company.as_str()), ("Helena Holá", "Rudolfinum"));
    assert_eq!(after.notes.as_deref(), Some("called on Monday\nlikes opera"));
    assert_eq!(after.tags, ["VIP", "opera"]);
    assert_eq!(after.email, "hholy@gmail.com", "the key stays");
    assert_ne!(after.fields_seen, seen);
    for query in [json!({"search": "holá"}), json!({"search": "rudolf"}), json!({"tag": "opera"})] {
        assert_eq!(found(shop, &owner, query.clone()).await, [helena], "{query}");
    }
    assert!(found(shop, &owner, json!({"search": "holý helena x"})).await.is_empty());
    let told = events(app, "customer.changed").await;
    assert_eq!(told, [json!({"fields": ["company", "country", "name", "notes", "tags"]})]);
    let newest = &timeline(shop, &owner, helena).await[0];
    assert_eq!((newest.kind, newest.person.as_deref()), (TimelineKind::Edited, Some("Owner")));
    assert_eq!(newest.detail.as_deref(), Some("name, company, country, notes, tags changed"));
    // Nothing changed: no event.
    let again = [
        ("name", "Helena Holá"),
        ("company", "Rudolfinum"),
        ("country", "Czech Republic"),
        ("notes", "called on Monday\nlikes opera"),
        ("tags", "VIP,opera"),
    ];
    assert_eq!(save(shop, &owner, helena, &after.fields_seen, &again).await.status, 200);
    assert_eq!(events(app, "customer.changed").await.len(), 1);
    let long = [("name", "x".repeat(2_001))];
    let long = long.each_ref().map(|(name, text)| (*name, text.as_str()));
    assert_eq!(save(shop, &owner, helena, &after.fields_seen, &long).await.status, 422);
    let page = format!("{}?edit=1", app::paths::customer(shop.team, shop.business, helena));
    let page = owner.browser.get(&page).await.body;
    assert!(page.contains("Edit the customer") && page.contains("VIP, opera"));
}

async fn whoever_saves_fields_second_hears_of_it(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    let seen = detail(shop, &owner, helena).await.fields_seen;
    let (a, b) = tokio::join!(
        save(shop, &owner, helena, &seen, &[("name", "By the owner")]),
        save(shop, &admin, helena, &seen, &[("name", "By the admin")]),
    );
    let (lost, won) = if a.status == 200 {
        (b, "By the owner")
    } else {
        (a, "By the admin")
    };
    assert_eq!((lost.status.as_u16(), lost.error()), (409, Error::Conflict(Conflict::Stale)));
    assert_eq!(detail(shop, &owner, helena).await.name, won);
    assert_eq!(events(app, "customer.changed").await.len(), 1);
    // Without scripts: back on the page, which says where the text is.
    let (team, customer) = (shop.team.to_string(), helena.to_string());
    let path = format!("{}?edit=1", app::paths::customer(shop.team, shop.business, helena));
    let late = [("team", team.as_str()), ("customer", &customer), ("seen", &seen), ("name", "Late")];
    let sent = owner.browser.submit("customers/save", &late, &path).await;
    assert_eq!(sent.status, 302);
    let (_, query) = sent.header("location").split_once('?').expect("the error");
    let there = app::paths::customer(shop.team, shop.business, helena);
    let page = owner.browser.get(&format!("{there}?{query}")).await.body;
    assert!(page.contains("Go back one page to find what you typed."));
    // What was saved without scripts leads back to the page.
    let now = detail(shop, &owner, helena).await.fields_seen;
    let good = [
        ("team", team.as_str()),
        ("customer", &customer),
        ("seen", &now),
        ("name", "In time"),
    ];
    let sent = owner.browser.submit("customers/save", &good, &path).await;
    assert_eq!(sent.status, 302);
    assert!(sent.header("location").ends_with(&there), "{}", sent.header("location"));
}

async fn analysed(app: &TestApp, owner: &Actor) -> (Shop, CustomerId) {
    let shop = Shop::open(app, owner, "Music Store").await;
    let helena = shop.helena(app).await;
    assert_eq!(shop.analyse(owner, helena, "").await.status, 200);
    (shop, helena)
}

async fn an_analysis_is_edited_and_taken_back(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = analysed(app, &owner).await;
    let before = persona(shop, &owner, helena, "en").await;
    assert_eq!((before.segment, before.edits), (Some(Segment::Champion), 0));
    app.services.clock().advance(chrono::TimeDelta::seconds(1));
    let text = Some(("Buys for a whole orchestra.", "loyal", "2"));
    assert_eq!(edit(shop, &owner, helena, &before, text).await.status, 200);
    let after = persona(shop, &owner, helena, "en").await;
    assert_eq!(
        (after.segment, after.opportunity.map(Opportunity::get)),
        (Some(Segment::Loyal), Some(2))
    );
    let edited = after.edited.clone().expect("edited");
    assert_eq!(
        (edited.by.as_str(), edited.summary.as_deref()),
        ("Owner", Some("Buys for a whole orchestra."))
    );
    assert_eq!(
        edited.generated.map(|(segment, score)| (segment, score.get())),
        Some((Segment::Champion, 5))
    );
    assert_eq!(after.summary, before.summary, "what was generated stays beside it");
    assert_eq!(found(shop, &owner, json!({"segment": "loyal"})).await, [helena], "the list follows");
    assert!(found(shop, &owner, json!({"segment": "champion"})).await.is_empty());
    let page = shop.page(&owner, helena).await.body;
    assert!(page.contains("Buys for a whole orchestra.") && page.contains("Edited by "));
    let told = events(app, "persona.edited").await;
    assert_eq!(
        told,
        [json!({
            "fields": ["summary", "segment", "opportunity"], "language": "en", "segment": ["champion", "loyal"], "opportunity": [5, 2],
        })]
    );
    let newest = &timeline(shop, &owner, helena).await[0];
    assert_eq!(newest.kind, TimelineKind::PersonaEdited);
    assert_eq!(
        newest.detail.as_deref(),
        Some("segment Champion → Loyal, opportunity 5 → 2, summary")
    );

    assert_eq!(edit(shop, &owner, helena, &after, None).await.status, 200);
    let back = persona(shop, &owner, helena, "en").await;
    assert_eq!((back.segment, back.edited), (Some(Segment::Champion), None));
    assert_eq!(found(shop, &owner, json!({"segment": "champion"})).await, [helena]);
    let row = customer::Entity::find_by_id(helena).one(app.services.db().read()).await;
    assert_eq!(row.expect("reads").and_then(|row| row.opportunity), Some(5));
    for (text, field) in [
        ((" ", "loyal", "2"), "summary"),
        (("x", "king", "2"), "segment"),
        (("x", "loyal", "6"), "opportunity"),
    ] {
        let refused = edit(shop, &owner, helena, &persona(shop, &owner, helena, "en").await, Some(text)).await;
        assert!(refused.status == 422 && refused.error().field_message(field).is_some(), "{field}");
    }
}

async fn whoever_edits_an_analysis_second_hears_of_it(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (shop, helena) = analysed(app, &owner).await;
    let seen = persona(shop, &owner, helena, "en").await;
    let (a, b) = tokio::join!(
        edit(shop, &owner, helena, &seen, Some(("Of the owner.", "loyal", "2"))),
        edit(shop, &admin, helena, &seen, Some(("Of the admin.", "new", "3"))),
    );
    let (lost, won) = if a.status == 200 {
        (b, "Of the owner.")
    } else {
        (a, "Of the admin.")
    };
    assert_eq!((lost.status.as_u16(), lost.error()), (409, Error::Conflict(Conflict::Stale)));
    let now = persona(shop, &owner, helena, "en").await;
    assert_eq!(now.edited.and_then(|edited| edited.summary).as_deref(), Some(won));
    assert_eq!(events(app, "persona.edited").await.len(), 1);
    assert_eq!(
        edit(shop, &admin, helena, &seen, None).await.error(),
        Error::Conflict(Conflict::Stale)
    );
}

async fn each_language_has_its_own_summary(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = analysed(app, &owner).await;
    let english = persona(shop, &owner, helena, "en").await;
    assert_eq!(shop.translate(&owner, helena, english.id, "de").await.status, 200);
    let german = persona(shop, &owner, helena, "de").await;
    let text = Some(("Kauft f\u{fc}r ein Orchester.", "loyal", "5"));
    assert_eq!(edit(shop, &owner, helena, &german, text).await.status, 200);
    let german = persona(shop, &owner, helena, "de").await;
    assert_eq!(
        german.edited.and_then(|edited| edited.summary).as_deref(),
        Some("Kauft f\u{fc}r ein Orchester.")
    );
    let english = persona(shop, &owner, helena, "en").await;
    assert_eq!(
        english.segment,
        Some(Segment::Loyal),
        "the segment is the customer's, whatever the language"
    );
    assert_eq!(english.edited.clone().and_then(|edited| edited.summary), None);
    // A further language is written from the analysis, and shows what was edited of it.
    assert_eq!(shop.translate(&owner, helena, english.id, "fr").await.status, 200);
    assert_eq!(persona(shop, &owner, helena, "fr").await.segment, Some(Segment::Loyal));
    let mut german = persona(shop, &owner, helena, "de").await;
    assert_eq!(edit(shop, &owner, helena, &german, None).await.status, 200);
    german = persona(shop, &owner, helena, "de").await;
    assert_eq!((german.segment, german.edited.is_none()), (Some(Segment::Champion), true));
    german.language = domain::business::Language::Japanese;
    assert_eq!(edit(shop, &owner, helena, &german, None).await.status, 404, "was never made");
}

async fn a_viewer_gets_nothing_that_was_written_by_hand(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = analysed(app, &owner).await;
    let seen = detail(shop, &owner, helena).await.fields_seen;
    let fields = [("name", "Helena Holý"), ("notes", "owes us a favour"), ("tags", "opera")];
    assert_eq!(save(shop, &owner, helena, &seen, &fields).await.status, 200);
    let before = persona(shop, &owner, helena, "en").await;
    let text = Some(("Spends $4,000 elsewhere.", "promising", "2"));
    assert_eq!(edit(shop, &owner, helena, &before, text).await.status, 200);
    let viewer = app.viewer().await;
    let masked = persona(shop, &viewer, helena, "en").await;
    assert_eq!((masked.segment, masked.opportunity), (None, None));
    assert!(masked.summary.is_empty(), "nor what it took the place of");
    let edited = masked.edited.expect("says by whom");
    assert_eq!((edited.by.as_str(), edited.summary, edited.generated), ("Owner", None, None));
    let bodies = [
        shop.detail(&viewer, helena).await.body,
        shop.page(&viewer, helena).await.body,
        viewer
            .browser
            .get(&format!("{}?edit=1", app::paths::customer(shop.team, shop.business, helena)))
            .await
            .body,
        json!(timeline(shop, &viewer, helena).await).to_string(),
    ];
    for body in bodies {
        for word in ["owes us", "4,000", "Promising", "promising", "Champion", "champion"] {
            assert!(!body.contains(word), "{word} in {body}");
        }
    }
    assert_eq!(detail(shop, &viewer, helena).await.tags, ["opera"]);
}

async fn only_who_may_edits(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = analysed(app, &owner).await;
    let seen = detail(shop, &owner, helena).await.fields_seen;
    let of = persona(shop, &owner, helena, "en").await;
    let text = Some(("x", "loyal", "2"));
    let viewer = app.viewer().await;
    for (who, status) in [(viewer.clone(), 403), (app.member().await, 403), (app.stranger().await, 404)] {
        assert_eq!(save(shop, &who, helena, &seen, &[("name", "x")]).await.status, status);
        assert_eq!(edit(shop, &who, helena, &of, text).await.status, status);
        assert_eq!(edit(shop, &who, helena, &of, None).await.status, status);
    }
    let jane = app.joined("Jane", Role::Member).await;
    for who in [viewer, jane.clone()] {
        let path = format!("{}?edit=1", app::paths::customer(shop.team, shop.business, helena));
        let page = who.browser.get(&path).await.body;
        assert!(page.contains("You need the right to edit a customer") && page.contains("This business belongs to Owner."));
        assert!(!page.contains("Edit the customer"));
    }
    let own = Shop::open(app, &jane, "Ticket Shop").await;
    let customer = own.customer(app, "mark@example.com", |_| {}).await;
    let seen = detail(own, &jane, customer).await.fields_seen;
    assert_eq!(save(own, &jane, customer, &seen, &[("name", "Mark")]).await.status, 200);
}

async fn a_new_analysis_takes_the_place_of_edits(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = analysed(app, &owner).await;
    let seen = persona(shop, &owner, helena, "en").await;
    assert_eq!(edit(shop, &owner, helena, &seen, Some(("Mine.", "loyal", "2"))).await.status, 200);
    let edited = persona(shop, &owner, helena, "en").await;
    let done: Analysed = read(&shop.analyse(&owner, helena, &edited.id.to_string()).await);
    let now = persona(shop, &owner, helena, "en").await;
    assert_eq!(
        (now.id, now.edited.is_none(), now.segment),
        (done.persona, true, Some(Segment::Champion))
    );
    let late = edit(shop, &owner, helena, &edited, Some(("Mine.", "loyal", "2"))).await;
    assert_eq!(late.error(), Error::Conflict(Conflict::AnalysedMeanwhile));
}
