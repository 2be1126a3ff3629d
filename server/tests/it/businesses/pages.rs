//! Settings → Businesses over HTTP, as a browser without scripts uses it.

use crate::support::{
    TestApp,
    actor::{Actor, Answer},
    both_databases,
    smtp::Mode,
};
use ::http::StatusCode;
use domain::{
    business::{BusinessDetail, BusinessRow, SenderState},
    ids::BusinessId,
};
use serde_json::json;

both_databases! {
    a_business_is_created_and_edited_by_plain_forms
    a_sender_is_confirmed_by_the_mailed_link
    the_connection_to_a_mail_server_is_tested
    without_the_right_a_page_is_for_reading
}

const SETTINGS: [(&str, &str); 9] = [
    ("website", "https://music.example"),
    ("contact_name", "Jane Peacock"),
    ("time_zone", "Europe/Berlin"),
    ("language", "en"),
    ("tone", "friendly"),
    ("call_to_action", "reply"),
    ("incentives[0][code]", "LOYAL10"),
    ("incentives[0][text]", "10 % off"),
    ("incentives[0][valid_until]", ""),
];

/// Posts the settings from a page.
async fn post(app: &TestApp, actor: &Actor, endpoint: &str, more: &[(&str, &str)], page: &str) -> Answer {
    let team = app.team().await.to_string();
    let mut fields = vec![("team", team.as_str())];
    fields.extend(SETTINGS);
    fields.extend(more);
    actor.browser.submit(endpoint, &fields, page).await
}

async fn list(app: &TestApp, actor: &Actor) -> Vec<BusinessRow> {
    let answer = actor.browser.call("businesses/list", &json!({ "team": app.team().await })).await;
    serde_json::from_str(&answer.body).expect("rows")
}

async fn detail(app: &TestApp, actor: &Actor, id: BusinessId) -> BusinessDetail {
    let input = json!({ "team": app.team().await, "business": id });
    let answer = actor.browser.call("businesses/detail", &input).await;
    serde_json::from_str(&answer.body).expect("a business")
}

/// The member's own business and its page.
async fn created(app: &TestApp, actor: &Actor) -> (BusinessId, String) {
    let new = format!("/t/{}/settings/businesses/new", app.team().await);
    let answer = post(
        app,
        actor,
        "businesses/create",
        &[("name", "Music Store"), ("currency", "usd")],
        &new,
    )
    .await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    let id = list(app, actor).await.remove(0).id;
    let page = format!("/t/{}/settings/businesses/{id}", app.team().await);
    assert_eq!(answer.header("location"), page);
    (id, page)
}

/// The page that a refused or accepted form leads to.
async fn shown(app: &TestApp, actor: &Actor, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    let path = answer.header("location").trim_start_matches(&app.base_url).to_owned();
    let page = actor.browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    page.body
}

async fn a_business_is_created_and_edited_by_plain_forms(app: &TestApp) {
    let member = app.member().await;
    let new = format!("/t/{}/settings/businesses/new", app.team().await);
    let bad = post(
        app,
        &member,
        "businesses/create",
        &[("name", "Music Store"), ("currency", "dollars")],
        &new,
    )
    .await;
    let page = shown(app, &member, &bad).await;
    assert!(page.contains("three-letter currency code"), "says what is wrong at the field");

    let (id, page) = created(app, &member).await;
    let body = member.browser.get(&page).await.body;
    assert!(
        body.contains("No e-mail can leave yet.") && body.contains("add a sender"),
        "says what is missing"
    );
    assert_eq!(detail(app, &member, id).await.settings.incentives.len(), 1);
    let id_text = id.to_string();
    let more = [
        ("business", id_text.as_str()),
        ("version", "1"),
        ("name", "Music House"),
        ("currency", "EUR"),
        ("postal_address", "1 Main Street\r\nLondon"),
    ];
    shown(app, &member, &post(app, &member, "businesses/save", &more, &page).await).await;
    let saved = detail(app, &member, id).await;
    assert_eq!(
        (saved.settings.name.as_str(), saved.settings.currency.as_str(), saved.version),
        ("Music House", "EUR", 2)
    );
    assert_eq!(saved.settings.postal_address, "1 Main Street\nLondon");
    let stale = post(app, &member, "businesses/save", &more, &page).await;
    assert!(shown(app, &member, &stale).await.contains("Somebody changed this meanwhile"));
}

async fn a_sender_is_confirmed_by_the_mailed_link(app: &TestApp) {
    let member = app.member().await;
    let (id, page) = created(app, &member).await;
    let (team, business) = (app.team().await.to_string(), id.to_string());
    let about = [("team", team.as_str()), ("business", business.as_str())];
    let bad = [about.as_slice(), &[("name", "Jane"), ("email", "jane@nowhere")]].concat();
    let refused = member.browser.submit("businesses/add_sender", &bad, &page).await;
    let body = shown(app, &member, &refused).await;
    assert!(
        body.contains("Write an e-mail address such as") && body.contains("jane@nowhere"),
        "keeps what was typed"
    );
    let good = [about.as_slice(), &[("name", "Jane"), ("email", "jane@music.example")]].concat();
    let body = shown(app, &member, &member.browser.submit("businesses/add_sender", &good, &page).await).await;
    assert!(body.contains("Waiting for its link"));

    let token = app.mailed_token("jane@music.example", "/sender/verify/").await.expect("a link");
    let link = format!("/sender/verify/{token}");
    let nobody = app.anonymous();
    for _ in 0..2 {
        let offer = nobody.get(&link).await;
        assert!(
            offer.status == StatusCode::OK && offer.body.contains("Confirm the address"),
            "reading changes nothing"
        );
    }
    assert_eq!(detail(app, &member, id).await.senders[0].state, SenderState::Pending);
    let done = nobody.submit("senders/verify", &[("token", &token)], &link).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::FOUND, "/sender/verified"));
    assert_eq!(detail(app, &member, id).await.senders[0].state, SenderState::Verified);
    let used = nobody.get(&link).await;
    assert!(used.status == StatusCode::CONFLICT && used.body.contains("This link no longer works"));
    assert!(list(app, &member).await[0].sender_verified);
}

async fn the_connection_to_a_mail_server_is_tested(app: &TestApp) {
    let member = app.member().await;
    let (id, page) = created(app, &member).await;
    let (team, business, port) = (app.team().await.to_string(), id.to_string(), app.smtp.port.to_string());
    let about = [("team", team.as_str()), ("business", business.as_str())];
    let open = [
        about.as_slice(),
        &[("host", "mail.example.com"), ("port", "25"), ("tls", "none"), ("user", "jane")],
    ]
    .concat();
    let refused = member.browser.submit("businesses/save_smtp", &open, &page).await;
    let body = shown(app, &member, &refused).await;
    assert!(
        body.contains("Choose one of the options") && body.contains("mail.example.com"),
        "no password in the clear"
    );
    let local = [
        about.as_slice(),
        &[("host", "127.0.0.1"), ("port", &port), ("tls", "none"), ("user", "")],
    ]
    .concat();
    let body = shown(app, &member, &member.browser.submit("businesses/save_smtp", &local, &page).await).await;
    assert!(
        body.contains(&format!("Mail leaves by 127.0.0.1:{port}.")),
        "says where mail leaves"
    );
    let viewed = app.viewer().await.browser.get(&page).await.body;
    assert!(
        viewed.contains("Mail server") && !viewed.contains("127.0.0.1"),
        "only to who may set it up"
    );

    let works = member.browser.submit("businesses/test_smtp", &about, &page).await;
    assert!(
        shown(app, &member, &works)
            .await
            .contains("The server answered and took the sign-in.")
    );
    app.smtp.behave(Mode::Down);
    let down = member.browser.submit("businesses/test_smtp", &about, &page).await;
    assert!(shown(app, &member, &down).await.contains("The mail server did not take it"));
    assert!(app.smtp.received().is_empty(), "a test sends nothing");
    let removed = member.browser.submit("businesses/remove_smtp", &about, &page).await;
    assert!(shown(app, &member, &removed).await.contains("Mail leaves by this installation"));
}

async fn without_the_right_a_page_is_for_reading(app: &TestApp) {
    let (_, page) = created(app, &app.member().await).await;
    let viewer = app.viewer().await;
    let body = viewer.browser.get(&page).await.body;
    assert!(body.contains("LOYAL10, 10 % off"), "reads the settings");
    for locked in ["Add sender", "Change the mail server", "Edit settings"] {
        assert!(body.contains(locked), "{locked}");
    }
    for form in ["/api/businesses/save", "/api/businesses/add_sender", "/api/businesses/save_smtp"] {
        assert!(!body.contains(form), "{form}");
    }
    assert!(body.contains("This one belongs to Member."));
    let stranger = app.stranger().await;
    assert_eq!(stranger.browser.get(&page).await.status, StatusCode::NOT_FOUND);
}
