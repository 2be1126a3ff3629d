//! Accounts and the first run over HTTP, as browsers without scripts use them and as the page's own calls do.

use crate::support::{
    self, TestApp,
    actor::{Answer, Browser, answer},
    app::PASSWORD,
    both_databases,
};
use ::http::StatusCode;
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use domain::{
    Error,
    error::{Conflict, FieldCode},
};
use reqwest::Method;
use server::router;
use services::Services;
use std::path::Path;
use tower::ServiceExt;

both_databases! {
    the_first_run_works_without_scripts
    a_refused_form_comes_back_with_what_was_typed
    a_wrong_password_and_an_unknown_address_are_one_answer
    guessing_ends_with_a_time_to_wait
    only_paths_of_this_site_follow_a_sign_in
    somebody_unverified_may_only_confirm_ask_again_and_leave
    a_known_address_gets_the_answer_of_an_unknown_one
    a_new_password_ends_the_sessions_and_its_link
    signing_out_ends_the_session_itself
    the_session_lasts_as_long_as_one_wants
    strangers_find_no_team
    development_pages_are_nowhere_else
    over_https_the_cookie_is_secure
}

/// Opens a page as a browser does: redirects are answers of their own.
async fn open(browser: &Browser, path: &str) -> Answer {
    answer(browser.request(Method::GET, path).header("accept", "text/html")).await
}

/// Calls a function as the page's own script does.
async fn call(browser: &Browser, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
    answer(browser.request(Method::POST, &format!("/api/{endpoint}")).form(fields)).await
}

/// Where an answer leads, without the site's address.
fn leads_to(app: &TestApp, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    let place = answer.header("location");
    place.strip_prefix(&app.base_url).unwrap_or(place).to_owned()
}

/// The `Set-Cookie` of an answer that is about the session.
fn session_cookie(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter();
    cookies
        .filter_map(|cookie| cookie.to_str().ok())
        .find(|cookie| cookie.contains("askusers_session="))
        .map(str::to_owned)
}

async fn sign_up(app: &TestApp, browser: &Browser, address: &str) {
    let fields = [("name", "Jane Doe"), ("email", address), ("password", PASSWORD)];
    let answer = browser.submit("accounts/sign_up", &fields, "/sign-up").await;
    assert_eq!(leads_to(app, &answer), "/check-mail");
    assert_eq!(session_cookie(&answer), None, "an account is no session");
}

async fn sign_in(browser: &Browser, address: &str) -> Answer {
    let fields = [("email", address), ("password", PASSWORD), ("stay", "true")];
    browser.submit("accounts/sign_in", &fields, "/sign-in").await
}

async fn the_first_run_works_without_scripts(app: &TestApp) {
    let browser = app.anonymous();
    sign_up(app, &browser, "jane@example.com").await;
    let page = open(&browser, "/check-mail").await;
    assert!(page.body.contains("We mailed a link") && !page.body.contains("jane@example.com"));

    let link = app.mailed_token("jane@example.com", "/verify/").await.expect("a link");
    let path = format!("/verify/{link}");
    for _ in 0..2 {
        let page = open(&app.anonymous(), &path).await;
        assert_eq!(
            (page.status, session_cookie(&page)),
            (StatusCode::OK, None),
            "opening changes nothing"
        );
    }
    let verified = browser.submit("accounts/verify", &[("token", &link)], &path).await;
    assert_eq!(leads_to(app, &verified), "/teams/new");
    let cookie = session_cookie(&verified).expect("signs in");
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "plain http: {cookie}");
    let again = call(&app.anonymous(), "accounts/verify", &[("token", &link)]).await;
    assert_eq!(
        (again.status, again.error()),
        (StatusCode::CONFLICT, Error::Conflict(Conflict::LinkExpired))
    );

    assert_eq!(leads_to(app, &open(&browser, "/teams").await), "/teams/new");
    let fields = [("name", "Chinook Media"), ("time_zone", "Mars/Olympus")];
    let created = browser.submit("teams/create", &fields, "/teams/new").await;
    let team = leads_to(app, &created);
    let home = open(&browser, &team).await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("Four steps to your first e-mail") && home.body.contains("Chinook Media"));
    assert_eq!(leads_to(app, &open(&browser, "/sign-in").await), "/teams");
    assert_eq!(leads_to(app, &open(&browser, "/sign-in?next=//evil.example").await), "/teams");
    let teams = open(&browser, "/teams").await;
    assert!(teams.body.contains(&team) && teams.body.contains("Owner"));
    let signed = sign_in(&app.anonymous(), "jane@example.com").await;
    assert_eq!(leads_to(app, &signed), team, "the only team needs no choice");
    browser.submit("teams/create", &fields, "/teams/new").await;
    let signed = sign_in(&app.anonymous(), "jane@example.com").await;
    assert_eq!(leads_to(app, &signed), "/teams");
}

async fn a_refused_form_comes_back_with_what_was_typed(app: &TestApp) {
    let browser = app.anonymous();
    let fields = [("name", "Zoë"), ("email", "jane@example.com"), ("password", "tooshort")];
    let refused = browser.submit("accounts/sign_up", &fields, "/sign-up").await;
    let back = leads_to(app, &refused);
    assert!(back.starts_with("/sign-up?") && !back.contains("jane"), "{back}");
    let page = open(&browser, &back).await;
    assert!(page.body.contains("Use at least 10 characters"), "the error stands at its field");
    assert!(page.body.contains("value=\"jane@example.com\"") && page.body.contains("value=\"Zoë\""));
    assert!(!page.body.contains("tooshort"), "a password is never shown again");
    let other = open(&app.anonymous(), &back).await;
    assert!(
        !other.body.contains("jane@example.com"),
        "what was typed is in the browser that typed it"
    );
}

async fn a_wrong_password_and_an_unknown_address_are_one_answer(app: &TestApp) {
    app.person("Jane").await;
    let browser = app.anonymous();
    for address in ["jane@example.com", "nobody@example.com"] {
        let fields = [("email", address), ("password", "not the password")];
        let answer = call(&browser, "accounts/sign_in", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.error(), Error::field("password", FieldCode::WrongPair));
        assert_eq!(session_cookie(&answer), None);
        let form = browser.submit("accounts/sign_in", &fields, "/sign-in?next=/t/x").await;
        let back = leads_to(app, &form);
        assert!(back.starts_with("/sign-in?next=") && back.contains("__err="), "{back}");
        let page = open(&browser, &back).await;
        assert!(page.body.contains("Address and password don’t match"), "{address}");
        assert!(page.body.contains("value=\"/t/x\""), "where it led is kept");
    }
}

async fn guessing_ends_with_a_time_to_wait(app: &TestApp) {
    app.person("Jane").await;
    let browser = app.anonymous();
    let wrong = [("email", "jane@example.com"), ("password", "not the password")];
    for _ in 0..10 {
        assert_eq!(
            call(&browser, "accounts/sign_in", &wrong).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let right = [("email", "jane@example.com"), ("password", PASSWORD)];
    let limited = call(&browser, "accounts/sign_in", &right).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(matches!(limited.error(), Error::RateLimited { retry_after_s: 1..=900 }));
    let seconds: u32 = limited.header("retry-after").parse().expect("seconds");
    assert!((1..=900).contains(&seconds));
    let form = browser.submit("accounts/sign_in", &right, "/sign-in").await;
    let page = open(&browser, &leads_to(app, &form)).await;
    assert!(page.body.contains("Too many attempts"));
    app.services.clock().advance(TimeDelta::minutes(15));
    let signed = sign_in(&browser, "jane@example.com").await;
    assert_eq!(leads_to(app, &signed), "/teams/new");
}

async fn only_paths_of_this_site_follow_a_sign_in(app: &TestApp) {
    app.person("Jane").await;
    let browser = app.anonymous();
    let places = [
        ("/t/abc/settings/team?kind=x", "/t/abc/settings/team?kind=x"),
        ("https://evil.example/", "/teams/new"),
        ("//evil.example/", "/teams/new"),
        ("/\\evil.example/", "/teams/new"),
        ("javascript:alert(1)", "/teams/new"),
        ("/a\r\nset-cookie: x=y", "/teams/new"),
        ("/ünicode", "/teams/new"),
        ("", "/teams/new"),
    ];
    for (next, expected) in places {
        let fields = [("email", "jane@example.com"), ("password", PASSWORD), ("next", next)];
        let form = browser.submit("accounts/sign_in", &fields, "/sign-in").await;
        assert_eq!(leads_to(app, &form), expected, "{next}");
    }
}

async fn somebody_unverified_may_only_confirm_ask_again_and_leave(app: &TestApp) {
    let browser = app.anonymous();
    sign_up(app, &browser, "jane@example.com").await;
    let signed = sign_in(&browser, "jane@example.com").await;
    assert_eq!(leads_to(app, &signed), "/check-mail");
    assert_eq!(leads_to(app, &open(&browser, "/teams").await), "/check-mail");
    assert_eq!(leads_to(app, &open(&browser, "/teams/new").await), "/check-mail");
    let page = open(&browser, "/check-mail").await;
    assert!(page.body.contains("jane@example.com") && page.body.contains("Mail the link again"));
    let refused = call(&browser, "teams/create", &[("name", "Chinook")]).await;
    assert_eq!((refused.status, refused.error()), (StatusCode::FORBIDDEN, Error::Unverified));
    let team = app.team().await;
    let foreign = browser.call("teams/frame", &serde_json::json!({ "team": team })).await;
    assert_eq!((foreign.status, foreign.error()), (StatusCode::FORBIDDEN, Error::Unverified));

    let resent = browser.submit("accounts/resend", &[], "/check-mail").await;
    let there = leads_to(app, &resent);
    assert!(open(&browser, &there).await.body.contains("A new link is on its way"), "{there}");
    assert_eq!(app.mails("jane@example.com").await.len(), 2);
    let out = browser.submit("accounts/sign_out", &[], "/check-mail").await;
    assert_eq!(leads_to(app, &out), "/sign-in");
    assert_eq!(leads_to(app, &open(&browser, "/teams").await), "/sign-in?next=/teams");
    let nobody = call(&browser, "accounts/resend", &[]).await;
    assert_eq!(nobody.error(), Error::Unauthenticated);
}

/// All that an answer says: status, where it leads, its text and whether it signs in.
fn said(app: &TestApp, answer: &Answer) -> (StatusCode, String, String, bool) {
    let place = answer.header("location").replace(&app.base_url, "");
    (answer.status, place, answer.body.clone(), session_cookie(answer).is_some())
}

async fn a_known_address_gets_the_answer_of_an_unknown_one(app: &TestApp) {
    app.person("Jane").await;
    let browser = app.anonymous();
    for (endpoint, unknown) in [("accounts/sign_up", "new@example.com"), ("accounts/forgot", "nobody@example.com")] {
        let mut answers = Vec::new();
        for address in ["jane@example.com", unknown] {
            let fields = [("name", "Jane"), ("email", address), ("password", PASSWORD)];
            let called = call(&browser, endpoint, &fields).await;
            let posted = browser.submit(endpoint, &fields, "/").await;
            answers.push((said(app, &called), said(app, &posted)));
        }
        assert_eq!(answers[0], answers[1], "{endpoint}");
    }
    assert_eq!(kinds(app, "nobody@example.com").await, Vec::<String>::new());
    assert_eq!(kinds(app, "new@example.com").await, ["verify_email", "verify_email"]);
    let jane = [
        "account_exists",
        "account_exists",
        "reset_password",
        "reset_password",
        "verify_email",
    ];
    assert_eq!(kinds(app, "jane@example.com").await, jane);
}

/// Which mails an address got, by kind: the clock stands, so their order means nothing.
async fn kinds(app: &TestApp, address: &str) -> Vec<String> {
    let mut kinds: Vec<_> = app.mails(address).await.into_iter().map(|mail| mail.kind).collect();
    kinds.sort();
    kinds
}

async fn a_new_password_ends_the_sessions_and_its_link(app: &TestApp) {
    let elsewhere = app.person("Jane").await.browser;
    assert_eq!(leads_to(app, &open(&elsewhere, "/teams").await), "/teams/new");
    let browser = app.anonymous();
    browser.submit("accounts/forgot", &[("email", "jane@example.com")], "/forgot").await;
    let link = app.mailed_token("jane@example.com", "/reset/").await.expect("a link");
    let path = format!("/reset/{link}");
    let short = browser
        .submit("accounts/reset", &[("token", &link), ("password", "short")], &path)
        .await;
    let page = open(&browser, &leads_to(app, &short)).await;
    assert!(page.body.contains("Use at least 10 characters"));
    let fields = [("token", link.as_str()), ("password", "another long secret")];
    let done = browser.submit("accounts/reset", &fields, &path).await;
    assert_eq!(leads_to(app, &done), "/teams/new");
    assert!(session_cookie(&done).is_some());
    assert_eq!(leads_to(app, &open(&browser, "/teams").await), "/teams/new");
    assert_eq!(leads_to(app, &open(&elsewhere, "/teams").await), "/sign-in?next=/teams");

    let again = browser.submit("accounts/reset", &fields, &path).await;
    let page = open(&browser, &leads_to(app, &again)).await;
    assert!(page.body.contains("This link has expired or was used") && page.body.contains("Have a new link mailed to you"));
}

async fn signing_out_ends_the_session_itself(app: &TestApp) {
    app.person("Jane").await;
    let browser = app.anonymous();
    let signed = sign_in(&browser, "jane@example.com").await;
    let cookie = session_cookie(&signed).expect("a cookie");
    let stolen = cookie.split(';').next().expect("a pair").to_owned();
    let out = browser.submit("accounts/sign_out", &[], "/teams").await;
    assert!(session_cookie(&out).expect("forgets it").contains("Max-Age=0"));
    let replay = app.anonymous().request(Method::GET, "/teams").header("accept", "text/html");
    assert_eq!(
        leads_to(app, &answer(replay.header("cookie", stolen)).await),
        "/sign-in?next=/teams"
    );
    let twice = browser.submit("accounts/sign_out", &[], "/teams").await;
    assert_eq!(leads_to(app, &twice), "/sign-in", "somebody who is out already is out");
}

async fn the_session_lasts_as_long_as_one_wants(app: &TestApp) {
    app.person("Jane").await;
    let fields = [("email", "jane@example.com"), ("password", PASSWORD)];
    let short = app.anonymous().submit("accounts/sign_in", &fields, "/sign-in").await;
    let cookie = session_cookie(&short).expect("signs in");
    assert!(!cookie.contains("Max-Age") && cookie.contains("HttpOnly"), "{cookie}");
    // What is used goes on: the browser learns of it whenever the server prolongs it.
    let (stays, visits) = (app.anonymous(), app.anonymous());
    sign_in(&stays, "jane@example.com").await;
    visits.submit("accounts/sign_in", &fields, "/sign-in").await;
    for (minutes, told) in [(1, false), (6, true), (1, false)] {
        app.services.clock().advance(TimeDelta::minutes(minutes));
        let cookie = session_cookie(&open(&stays, "/teams").await);
        assert_eq!(cookie.is_some_and(|cookie| cookie.contains("Max-Age=2592000")), told, "{minutes}");
        assert_eq!(session_cookie(&open(&visits, "/teams").await), None);
    }
}

async fn strangers_find_no_team(app: &TestApp) {
    let team = app.team().await;
    let stranger = app.person("Robert").await.browser;
    let page = open(&stranger, &format!("/t/{team}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("There is nothing here") && !page.body.contains("Acme"));
    assert_eq!(open(&stranger, "/t/nonsense").await.status, StatusCode::NOT_FOUND);
    let nobody = open(&app.anonymous(), &format!("/t/{team}/settings/businesses")).await;
    assert_eq!(leads_to(app, &nobody), format!("/sign-in?next=/t/{team}/settings/businesses"));
    let input = serde_json::json!({ "team": team });
    assert_eq!(stranger.call("teams/frame", &input).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.anonymous().call("teams/frame", &input).await.status, StatusCode::UNAUTHORIZED);
}

async fn development_pages_are_nowhere_else(app: &TestApp) {
    let browser = app.anonymous();
    for path in ["/dev/mailbox", "/dev/gallery"] {
        assert_eq!(open(&browser, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mailbox = browser.call("dev/mailbox", &serde_json::json!({})).await;
    assert_eq!(mailbox.status, StatusCode::NOT_FOUND);
}

async fn over_https_the_cookie_is_secure(app: &TestApp) {
    app.person("Jane").await;
    let mut settings = app.services.settings().clone();
    settings.base_url = "https://askusers.example.com".into();
    let services = Services::new(app.services.db().clone(), app.services.clock().clone(), settings);
    let router = router::build(support::app::state(services, Path::new("/nowhere")));
    let request = Request::post("/api/accounts/sign_in")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("email=jane%40example.com&password=correct+horse+battery&stay=true"))
        .expect("a request");
    let response = router.oneshot(request).await.expect("answers");
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    let cookie = cookies
        .iter()
        .filter_map(|cookie| cookie.to_str().ok())
        .find(|cookie| cookie.starts_with("__Host-askusers_session="))
        .expect("signs in");
    assert!(cookie.contains("; Secure") && cookie.contains("; HttpOnly"), "{cookie}");
    assert!(cookies.iter().all(|cookie| cookie.to_str().is_ok_and(|c| c.contains("; Secure"))));
}
