//! Drafts and a customer's page over HTTP: versions, conflicts, and what a viewer never gets.

use crate::support::{
    TestApp,
    actor::{Actor, Answer},
    both_databases,
    shop::{Shop, post, read},
};
use domain::{
    Error,
    customer::{CustomerDetail, Draft, DraftContent},
    draft::DraftVersion,
    error::Conflict,
    ids::CustomerId,
    role::Role,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use services::entity::audit_event;

both_databases! {
    a_draft_is_saved_in_versions
    whoever_saves_second_hears_of_it
    what_may_not_leave_is_named
    only_who_may_edits
    a_viewer_gets_no_address_figure_or_word
    a_customer_is_found_in_its_own_business_only
}

async fn save(shop: Shop, who: &Actor, customer: CustomerId, version: i32, subject: &str, body: &str) -> Answer {
    let (team, customer, version) = (shop.team.to_string(), customer.to_string(), version.to_string());
    let fields = [
        ("team", team.as_str()),
        ("customer", &customer),
        ("version", &version),
        ("subject", subject),
        ("body", body),
    ];
    post(who, "drafts/save", &fields).await
}

async fn draft(shop: Shop, who: &Actor, customer: CustomerId) -> (Draft, DraftContent) {
    let detail: CustomerDetail = read(&shop.detail(who, customer).await);
    let draft = detail.draft.expect("a draft");
    let content = draft.content.clone().expect("its words");
    (draft, content)
}

async fn versions(shop: Shop, who: &Actor, customer: CustomerId) -> Vec<DraftVersion> {
    let input = json!({"team": shop.team, "customer": customer});
    read(&who.browser.call("drafts/versions", &input).await)
}

async fn helena(app: &TestApp, owner: &Actor) -> (Shop, CustomerId) {
    let shop = Shop::open(app, owner, "Music Store").await;
    let helena = shop.helena(app).await;
    assert_eq!(shop.analyse(owner, helena, "").await.status, 200);
    (shop, helena)
}

async fn a_draft_is_saved_in_versions(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = helena(app, &owner).await;
    let (_, written) = draft(shop, &owner, helena).await;
    let shorter = "Hi Helena,\r\n\r\nYou have bought from us seven times. Thank you!\r\n\r\n";
    assert_eq!(read::<i32>(&save(shop, &owner, helena, 1, "Thank you", shorter).await), 2);
    let (stored, content) = draft(shop, &owner, helena).await;
    assert_eq!((stored.version, content.subject.as_str()), (2, "Thank you"));
    assert_eq!(content.body, "Hi Helena,\n\nYou have bought from us seven times. Thank you!");
    let claimed: Vec<&str> = content.claims.iter().map(|claim| claim.text.as_str()).collect();
    assert_eq!(claimed, ["seven times"], "what was edited away is no claim any more");
    // Nothing changed: no version, no event.
    assert_eq!(read::<i32>(&save(shop, &owner, helena, 2, "Thank you", &content.body).await), 2);

    let all = versions(shop, &owner, helena).await;
    assert_eq!(all.iter().map(|v| v.version).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(all[1].body.as_ref(), Some(&written.body));
    let (team, customer) = (shop.team.to_string(), helena.to_string());
    let chosen = [("team", team.as_str()), ("customer", &customer), ("version", "2"), ("chosen", "1")];
    assert_eq!(read::<i32>(&post(&owner, "drafts/restore", &chosen).await), 3);
    let (_, back) = draft(shop, &owner, helena).await;
    assert_eq!((back.body, back.claims.len()), (written.body, written.claims.len()));
    let never = [("team", team.as_str()), ("customer", &customer), ("version", "3"), ("chosen", "9")];
    assert_eq!(post(&owner, "drafts/restore", &never).await.status, 404);
    let events = audit_event::Entity::find()
        .filter(audit_event::Column::Kind.eq("draft.changed"))
        .all(app.services.db().read())
        .await
        .expect("reads");
    assert_eq!(events.len(), 2);
    assert!(!events[0].detail.to_string().contains("Thank you"), "field names, no texts");
    let page = owner
        .browser
        .get(&format!("{}?versions=1", app::paths::customer(shop.team, shop.business, helena)))
        .await;
    assert!(page.body.contains("Version 2") && page.body.contains("Use this version"));
}

async fn whoever_saves_second_hears_of_it(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (shop, helena) = helena(app, &owner).await;
    let (a, b) = tokio::join!(
        save(shop, &owner, helena, 1, "Mine", "Text of the owner"),
        save(shop, &admin, helena, 1, "Theirs", "Text of the admin"),
    );
    let (lost, won) = if a.status == 200 { (b, "Mine") } else { (a, "Theirs") };
    assert_eq!(lost.status, 409, "{}", lost.body);
    assert_eq!(lost.error(), Error::Conflict(Conflict::Stale));
    let (stored, content) = draft(shop, &owner, helena).await;
    assert_eq!((stored.version, content.subject.as_str()), (2, won));
    // Without scripts: back on the page, which says where the text is.
    let (team, customer) = (shop.team.to_string(), helena.to_string());
    let path = app::paths::customer(shop.team, shop.business, helena);
    let late = [
        ("team", team.as_str()),
        ("customer", &customer),
        ("version", "1"),
        ("subject", "x"),
        ("body", "y"),
    ];
    let sent = owner.browser.submit("drafts/save", &late, &path).await;
    assert_eq!(sent.status, 302);
    let (_, query) = sent.header("location").split_once('?').expect("the error");
    let page = owner.browser.get(&format!("{path}?{query}")).await.body;
    assert!(page.contains("Go back one page to find your text."));
    assert_eq!(versions(shop, &owner, helena).await.len(), 2);
}

async fn what_may_not_leave_is_named(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = helena(app, &owner).await;
    assert_eq!(
        save(shop, &owner, helena, 1, "", "Hi {{ name }}").await.status,
        200,
        "it may be kept"
    );
    let (_, content) = draft(shop, &owner, helena).await;
    assert_eq!(content.problems.len(), 2, "{:?}", content.problems);
    let page = shop.page(&owner, helena).await.body;
    assert!(page.contains("Write a subject.") && page.contains("it would arrive empty"));
    let long = save(shop, &owner, helena, 2, &"x".repeat(201), "Hi").await;
    assert_eq!(long.status, 422);
    assert!(long.error().field_message("subject").is_some());
}

async fn only_who_may_edits(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = helena(app, &owner).await;
    for (who, status) in [(app.viewer().await, 403), (app.member().await, 403), (app.stranger().await, 404)] {
        assert_eq!(save(shop, &who, helena, 1, "x", "y").await.status, status, "{}", who.session.name);
    }
    let other = shop.customer(app, "mark@example.com", |_| {}).await;
    let missing = save(shop, &owner, other, 1, "x", "y").await;
    assert_eq!(missing.error(), Error::Conflict(Conflict::NoDraft));
    // A member reads the words of every business, and changes none but their own.
    let jane = app.joined("Jane", Role::Member).await;
    let (_, content) = draft(shop, &jane, helena).await;
    assert!(content.body.starts_with("Hi Helena"));
    let page = shop.page(&jane, helena).await.body;
    assert!(!page.contains("Save draft") && page.contains("This business belongs to Owner."));
}

async fn a_viewer_gets_no_address_figure_or_word(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = helena(app, &owner).await;
    let tickets = Shop::open(app, &owner, "Ticket Shop").await;
    tickets.customer(app, "hholy@gmail.com", |row| row.total_spent = Some(14_886)).await;
    let secret = shop
        .customer(app, "mark.philips@example.com", |row| {
            row.name = "mark.philips@example.com".into();
            row.total_spent = Some(123_456);
            row.payment_count = Some(77);
            row.notes = "called on Monday".into();
            row.attributes = Some(json!({"Plan": "Gold card"}));
            row.tags = Some(json!(["vip"]));
        })
        .await;
    assert_eq!(shop.analyse(&owner, secret, "").await.status, 200);
    let full: CustomerDetail = read(&shop.detail(&owner, secret).await);
    assert_eq!(full.notes.as_deref(), Some("called on Monday"));
    assert_eq!(full.figures.and_then(|f| f.total_spent).as_deref(), Some("$1,234.56"));
    let also: CustomerDetail = read(&shop.detail(&owner, helena).await);
    assert_eq!(also.also_in[0].spent.as_deref(), Some("$148.86"));

    let viewer = app.viewer().await;
    let withheld = [
        "hholy@gmail.com",
        "mark.philips@",
        "49.62",
        "148.86",
        "1,234.56",
        "123456",
        "4962",
        "seven times",
        "Hi Helena",
        "Best,",
        "called on Monday",
        "Gold card",
        "Champion",
        "champion",
        "77",
    ];
    for customer in [helena, secret] {
        for answer in [shop.detail(&viewer, customer).await, shop.page(&viewer, customer).await] {
            assert_eq!(answer.status, 200);
            for word in withheld {
                // Ids and nonces are random: a number counts only where it is not part of one.
                let found = answer.body.match_indices(word).any(|(at, _)| {
                    let around =
                        |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-' || c == '/' || c == '+' || c == '=');
                    let digits = word.chars().all(|c| c.is_ascii_digit());
                    !digits || !(around(answer.body[..at].chars().next_back()) || around(answer.body[at + word.len()..].chars().next()))
                });
                assert!(!found, "{word} in {}", answer.body);
            }
        }
    }
    let masked: CustomerDetail = read(&shop.detail(&viewer, helena).await);
    assert_eq!(masked.email, "h***@gmail.com");
    assert_eq!(
        masked
            .also_in
            .iter()
            .map(|a| (a.name.as_str(), a.spent.as_ref()))
            .collect::<Vec<_>>(),
        [("Ticket Shop", None)]
    );
    let persona = masked.persona.expect("a persona");
    assert_eq!((persona.segment, persona.opportunity, persona.suggested_offer), (None, None, None));
    assert!(persona.signals.iter().all(|claim| !claim.is_masked()));
    assert!(!persona.signals.is_empty(), "what rests on dates is there");
    assert!(masked.draft.is_some_and(|draft| draft.content.is_none()));
    let texts = versions(shop, &viewer, helena).await;
    assert!(texts.iter().all(|version| version.subject.is_none() && version.body.is_none()));
    let page = shop.page(&viewer, helena).await.body;
    assert!(page.contains("The words of drafts are hidden for viewers") && page.contains("Also in 1 product"));
}

async fn a_customer_is_found_in_its_own_business_only(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, helena) = helena(app, &owner).await;
    let tickets = Shop::open(app, &owner, "Ticket Shop").await;
    assert_eq!(tickets.detail(&owner, helena).await.status, 404);
    assert_eq!(tickets.page(&owner, helena).await.status, 404);
    let stranger = app.stranger().await;
    assert_eq!(shop.detail(&stranger, helena).await.status, 404);
    assert_eq!(shop.page(&stranger, helena).await.status, 404);
    let input = json!({"team": shop.team, "customer": helena});
    assert_eq!(stranger.browser.call("drafts/versions", &input).await.status, 404);
    let odd = format!("/t/{}/b/{}/customers/nonsense", shop.team, shop.business);
    assert_eq!(owner.browser.get(&odd).await.status, 404);
}
