//! Invitations over HTTP: links work once and for one address, seats are never oversold, nobody gives more than they have.

mod rights;
mod seats;

use crate::support::{
    TestApp,
    actor::{Actor, Answer, Browser, answer},
    app::PASSWORD,
    both_databases,
};
use ::http::StatusCode;
use chrono::TimeDelta;
use domain::{
    Error,
    audit::{AuditKind, AuditQuery, AuditRow},
    error::{Conflict, FieldCode},
    invitation::{InvitationOffer, InvitationRow, InvitationState, Visitor},
    page::Page,
    permission::perm,
    role::Role,
    team::{MemberRow, TeamOverview},
};
use reqwest::{Method, header::ACCEPT};
use serde::de::DeserializeOwned;
use serde_json::json;
use services::{
    accounts::{self, Origin, sessions},
    audit,
};

both_databases! {
    a_new_person_joins_by_the_link
    an_existing_account_signs_in_and_joins
    joining_verifies_the_address_and_ends_foreign_sessions
    somebody_else_is_told_and_switches
    dead_links_say_why
    a_newer_link_replaces_the_older
    taking_back_and_inviting_again_mails_few_times
    without_scripts_a_form_leads_on
}

async fn post(browser: &Browser, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
    let form = browser
        .request(Method::POST, &format!("/api/{endpoint}"))
        .header(ACCEPT, "application/json")
        .form(fields);
    answer(form).await
}

pub(crate) async fn read<T: DeserializeOwned>(browser: &Browser, endpoint: &str, input: serde_json::Value) -> T {
    let answer = browser.call(endpoint, &input).await;
    assert_eq!(answer.status, StatusCode::OK, "{endpoint}: {}", answer.body);
    serde_json::from_str(&answer.body).expect("the shape that pages read")
}

async fn invite(app: &TestApp, by: &Actor, address: &str, role: &str) -> Answer {
    let team = app.team().await.to_string();
    post(
        &by.browser,
        "invitations/create",
        &[("team", &team), ("email", address), ("role", role)],
    )
    .await
}

async fn invited(app: &TestApp, address: &str, role: &str) -> String {
    let sent = invite(app, &app.owner().await, address, role).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    app.mailed_token(address, "/join/").await.expect("an invitation")
}

async fn list(app: &TestApp, actor: &Actor) -> Vec<InvitationRow> {
    read(&actor.browser, "invitations/list", json!({ "team": app.team().await })).await
}

async fn overview(app: &TestApp) -> TeamOverview {
    read(&app.owner().await.browser, "members/overview", json!({ "team": app.team().await })).await
}

async fn offer(browser: &Browser, token: &str) -> InvitationOffer {
    read(browser, "invitations/offer", json!({ "token": token })).await
}

async fn refused_offer(browser: &Browser, token: &str) -> Error {
    browser.call("invitations/offer", &json!({ "token": token })).await.error()
}

async fn accept(browser: &Browser, token: &str) -> Answer {
    post(browser, "invitations/accept", &[("token", token)]).await
}

async fn join(browser: &Browser, token: &str, name: &str, password: &str) -> Answer {
    post(
        browser,
        "invitations/join",
        &[("token", token), ("name", name), ("password", password)],
    )
    .await
}

pub(crate) async fn joined(app: &TestApp, address: &str, role: &str) -> Browser {
    let token = invited(app, address, role).await;
    let browser = app.anonymous();
    let answer = join(&browser, &token, "New Person", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    browser
}

pub(crate) async fn events(app: &TestApp, kind: AuditKind) -> Vec<AuditRow> {
    let query = AuditQuery {
        kind: Some(kind),
        ..AuditQuery::default()
    };
    let grant = app.grant::<perm::EditTeamSettings>(&app.owner().await).await;
    audit::list(&app.services, &grant, &query).await.expect("the log").rows
}

pub(crate) async fn told(app: &TestApp) -> Vec<String> {
    let mails = app.mails("owner@example.com").await;
    mails
        .into_iter()
        .filter(|mail| mail.kind == "member_joined")
        .map(|mail| mail.subject)
        .collect()
}

const fn conflict(conflict: Conflict) -> Error {
    Error::Conflict(conflict)
}

async fn a_new_person_joins_by_the_link(app: &TestApp) {
    let token = invited(app, "laura@example.com", "member").await;
    let mails = app.mails("laura@example.com").await;
    assert_eq!(mails[0].subject, "Owner invites you to Acme on AskUsers");
    let browser = app.anonymous();
    let offered = offer(&browser, &token).await;
    assert_eq!(
        (offered.team_name.as_str(), offered.email.as_str(), offered.role, offered.visitor),
        ("Acme", "laura@example.com", Role::Member, Visitor::New)
    );
    assert_eq!(
        (offered.invited_by.as_str(), offered.expires.relative.as_str()),
        ("Owner", "in 7 days")
    );

    let bad = join(&browser, &token, " ", "short").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.error().field_message("name").is_some() && bad.error().field_message("password").is_some());
    let answer = join(&browser, &token, "Laura  Callahan", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.header("set-cookie").starts_with("askusers_session="), "signed in at once");

    let team = app.team().await;
    let page: Page<MemberRow> = read(
        &browser,
        "members/list",
        json!({ "team": team, "query": { "after": null, "before": null } }),
    )
    .await;
    let laura = page.rows.iter().find(|row| row.is_me).expect("is in the team");
    assert_eq!((laura.name.as_str(), laura.role), ("Laura Callahan", Role::Member));
    assert_eq!(told(app).await, ["Laura Callahan joined Acme"]);
    let joined = events(app, AuditKind::PersonJoined).await;
    assert_eq!(
        (joined.len(), joined[0].person_name.as_str(), joined[0].what.as_str()),
        (1, "Laura Callahan", "joined the team as Member")
    );
    assert_eq!(
        events(app, AuditKind::InvitationSent).await[0].what,
        "invited laura@example.com as Member"
    );
    accounts::sign_in(&app.services, &Origin::default(), "laura@example.com", PASSWORD)
        .await
        .expect("the password is hers");
}

async fn an_existing_account_signs_in_and_joins(app: &TestApp) {
    let robert = app.person("Robert").await;
    let token = invited(app, "robert@example.com", "viewer").await;
    let browser = app.anonymous();
    assert_eq!(offer(&browser, &token).await.visitor, Visitor::HasAccount);
    let nobody = accept(&browser, &token).await;
    assert_eq!((nobody.status, nobody.error()), (StatusCode::UNAUTHORIZED, Error::Unauthenticated));
    let takeover = join(&browser, &token, "Mallory", "another long secret").await;
    assert_eq!(
        takeover.error(),
        Error::Unauthenticated,
        "a link gives no new password to a verified account"
    );

    let name = "Robert".to_owned();
    assert_eq!(offer(&robert.browser, &token).await.visitor, Visitor::Invited { name });
    let page = robert.browser.get(&format!("/join/{token}")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("Join Acme"), "{}", page.status);
    assert_eq!(accept(&robert.browser, &token).await.status, StatusCode::OK);
    assert_eq!(app.grant::<perm::ViewTeamSettings>(&robert).await.role(), Role::Viewer);
    let again = accept(&robert.browser, &token).await;
    assert_eq!(
        (again.status, again.error()),
        (StatusCode::CONFLICT, conflict(Conflict::InvitationUsed))
    );
    assert_eq!(told(app).await, ["Robert joined Acme"]);
}

async fn joining_verifies_the_address_and_ends_foreign_sessions(app: &TestApp) {
    let origin = Origin::default();
    // Somebody signs up with an address that they can't read, and stays signed in.
    for name in ["laura", "robert"] {
        accounts::sign_up(
            &app.services,
            &origin,
            "Squatter",
            &format!("{name}@example.com"),
            "squatters secret",
        )
        .await
        .expect("signs up");
    }
    let squatter = accounts::sign_in(&app.services, &origin, "laura@example.com", "squatters secret")
        .await
        .expect("signs in");
    let token = invited(app, "laura@example.com", "member").await;
    let browser = app.anonymous();
    assert_eq!(offer(&browser, &token).await.visitor, Visitor::New);
    assert_eq!(join(&browser, &token, "Laura", PASSWORD).await.status, StatusCode::OK);
    assert!(
        sessions::find(&app.services, &squatter).await.expect("reads").is_none(),
        "signed out"
    );
    let old = accounts::sign_in(&app.services, &origin, "laura@example.com", "squatters secret").await;
    assert_eq!(
        old.expect_err("another password").into_public("test"),
        Error::field("password", FieldCode::WrongPair)
    );
    let verification = app
        .mailed_token("laura@example.com", "/verify/")
        .await
        .expect("the mail of signing up");
    let late = accounts::verify(&app.services, &origin, &verification).await;
    assert_eq!(late.expect_err("is void").into_public("test"), conflict(Conflict::LinkExpired));

    // Signed in and not verified yet: joining verifies.
    let token = invited(app, "robert@example.com", "member").await;
    let cookie = accounts::sign_in(&app.services, &origin, "robert@example.com", "squatters secret")
        .await
        .expect("signs in");
    let browser = Browser::new(&app.base_url, Some(&cookie));
    let team = app.team().await;
    let before = browser.call("members/overview", &json!({ "team": team })).await;
    assert_eq!(before.error(), Error::Unverified);
    assert_eq!(accept(&browser, &token).await.status, StatusCode::OK);
    let _: TeamOverview = read(&browser, "members/overview", json!({ "team": team })).await;
    app.mails("robert@example.com").await;
    assert_eq!(told(app).await.len(), 2);
}

async fn somebody_else_is_told_and_switches(app: &TestApp) {
    let token = invited(app, "laura@example.com", "member").await;
    let other = app.person("Robert").await;
    let email = "robert@example.com".to_owned();
    assert_eq!(offer(&other.browser, &token).await.visitor, Visitor::Another { email });
    let refused = accept(&other.browser, &token).await;
    assert_eq!(
        (refused.status, refused.error()),
        (StatusCode::CONFLICT, conflict(Conflict::InvitationForAnother))
    );
    let page = other.browser.get(&format!("/join/{token}")).await;
    assert!(page.body.contains("This invitation is for laura@example.com."), "says so");
    let switched = other
        .browser
        .submit("invitations/switch", &[("token", &token)], &format!("/join/{token}"))
        .await;
    assert_eq!(
        (switched.status, switched.header("location")),
        (StatusCode::FOUND, format!("/join/{token}").as_str())
    );
    assert_eq!(offer(&other.browser, &token).await.visitor, Visitor::New);
    assert_eq!(list(app, &app.owner().await).await.len(), 1, "still open");
}

async fn dead_links_say_why(app: &TestApp) {
    let owner = app.owner().await;
    let team = app.team().await.to_string();
    let browser = app.anonymous();
    let used = invited(app, "laura@example.com", "member").await;
    assert_eq!(join(&browser, &used, "Laura", PASSWORD).await.status, StatusCode::OK);
    let revoked = invited(app, "robert@example.com", "member").await;
    let row = list(app, &owner).await.remove(0).id.to_string();
    let fields = [("team", team.as_str()), ("invitation", row.as_str())];
    assert_eq!(post(&owner.browser, "invitations/revoke", &fields).await.status, StatusCode::OK);
    assert_eq!(
        post(&owner.browser, "invitations/revoke", &fields).await.status,
        StatusCode::OK,
        "twice is once"
    );
    let resent = post(&owner.browser, "invitations/resend", &fields).await;
    assert_eq!(resent.error(), conflict(Conflict::InvitationRevoked));
    let expired = invited(app, "steve@example.com", "member").await;
    app.services.clock().advance(TimeDelta::days(7));
    assert_eq!(events(app, AuditKind::InvitationRevoked).await.len(), 1);

    let stranger = app.anonymous();
    for (token, why, words) in [
        (used.as_str(), Conflict::InvitationUsed, "was used already"),
        (revoked.as_str(), Conflict::InvitationRevoked, "was revoked"),
        (expired.as_str(), Conflict::InvitationExpired, "has expired"),
        ("made-up", Conflict::LinkExpired, "leads nowhere"),
    ] {
        assert_eq!(refused_offer(&stranger, token).await, conflict(why));
        let refused = join(&stranger, token, "Mallory", PASSWORD).await;
        assert_eq!((refused.status, refused.error()), (StatusCode::CONFLICT, conflict(why)));
        assert_eq!(accept(&owner.browser, token).await.error(), conflict(why));
        let page = stranger.get(&format!("/join/{token}")).await;
        assert!(page.status == 409 && page.body.contains(words), "{why}: {}", page.body);
    }
    assert_eq!(told(app).await.len(), 1);
}

async fn taking_back_and_inviting_again_mails_few_times(app: &TestApp) {
    let owner = app.owner().await;
    let team = app.team().await.to_string();
    let invite = [("team", team.as_str()), ("email", "laura@example.com"), ("role", "member")];
    let mut sent = 0;
    let refused = loop {
        let answer = post(&owner.browser, "invitations/create", &invite).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        sent += 1;
        let row = list(app, &owner).await.remove(0).id.to_string();
        let about = [("team", team.as_str()), ("invitation", row.as_str())];
        assert_eq!(post(&owner.browser, "invitations/revoke", &about).await.status, StatusCode::OK);
    };
    assert!(
        matches!(refused.error(), Error::RateLimited { retry_after_s: 1..=900 }),
        "{refused:?}"
    );
    assert_eq!((sent, app.mails("laura@example.com").await.len()), (5, 5));
    // Another team's invitation is one more mail to the same person.
    let stranger = app.stranger().await;
    let elsewhere = accounts::me(&app.services, &stranger.session).await.expect("reads").teams[0]
        .id
        .to_string();
    let invite = [("team", elsewhere.as_str()), ("email", "laura@example.com"), ("role", "member")];
    let refused = post(&stranger.browser, "invitations/create", &invite).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    app.services.clock().advance(TimeDelta::minutes(16));
    assert_eq!(post(&stranger.browser, "invitations/create", &invite).await.status, StatusCode::OK);
    app.mails("laura@example.com").await;
}

async fn a_newer_link_replaces_the_older(app: &TestApp) {
    let owner = app.owner().await;
    let team = app.team().await.to_string();
    let first = invited(app, "laura@example.com", "member").await;
    let row = list(app, &owner).await.remove(0).id.to_string();
    let fields = [("team", team.as_str()), ("invitation", row.as_str())];
    let soon = post(&owner.browser, "invitations/resend", &fields).await;
    assert_eq!(
        (soon.status, soon.error()),
        (StatusCode::TOO_MANY_REQUESTS, Error::RateLimited { retry_after_s: 60 })
    );
    app.services.clock().advance(TimeDelta::days(8));
    assert_eq!(list(app, &owner).await[0].state, InvitationState::Expired);
    assert_eq!(post(&owner.browser, "invitations/resend", &fields).await.status, StatusCode::OK);
    let second = app.mailed_token("laura@example.com", "/join/").await.expect("another mail");
    assert_ne!(first, second);
    let stranger = app.anonymous();
    assert_eq!(refused_offer(&stranger, &first).await, conflict(Conflict::LinkExpired));
    assert_eq!(offer(&stranger, &second).await.expires.relative, "in 7 days");
    assert_eq!(events(app, AuditKind::InvitationResent).await.len(), 1);
}

async fn without_scripts_a_form_leads_on(app: &TestApp) {
    let owner = app.owner().await;
    let team = app.team().await;
    let page = format!("/t/{team}/settings/team/invitations");
    let fields = [("team", &*team.to_string()), ("email", "laura@example.com"), ("role", "member")];
    let sent = owner.browser.submit("invitations/create", &fields, &page).await;
    assert_eq!(
        (sent.status, sent.header("location").trim_end_matches('?')),
        (StatusCode::FOUND, format!("{}{page}", app.base_url).as_str())
    );
    let twice = owner.browser.submit("invitations/create", &fields, &page).await;
    assert_eq!(twice.status, StatusCode::FOUND);
    let back = twice.header("location").trim_start_matches(&app.base_url).to_owned();
    let shown = owner.browser.get(&back).await;
    assert!(shown.body.contains("This address has a pending invitation"), "{back}");
    assert!(shown.body.contains("invited by you just now"), "the list is there too");

    let token = app.mailed_token("laura@example.com", "/join/").await.expect("an invitation");
    let browser = app.anonymous();
    let page = format!("/join/{token}");
    let bad = browser
        .submit(
            "invitations/join",
            &[("token", &token), ("name", "Laura"), ("password", "short")],
            &page,
        )
        .await;
    let back = bad.header("location").trim_start_matches(&app.base_url).to_owned();
    let shown = browser.get(&back).await;
    assert!(shown.body.contains("Use at least 10 characters"), "{back}");
    let done = browser
        .submit(
            "invitations/join",
            &[("token", &token), ("name", "Laura"), ("password", PASSWORD)],
            &page,
        )
        .await;
    assert_eq!(
        (done.status, done.header("location")),
        (StatusCode::FOUND, format!("/t/{team}").as_str())
    );
    assert_eq!(
        browser.get(&format!("/t/{team}/settings/team/members")).await.status,
        StatusCode::OK
    );
    assert_eq!(told(app).await.len(), 1);
}
