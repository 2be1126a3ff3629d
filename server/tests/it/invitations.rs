//! Invitations over HTTP: links work once and for one address, seats are never oversold, nobody gives more than they have.

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
    permission::{Permission, perm},
    plan::Limit,
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
    pending_invitations_hold_seats_and_expired_ones_free_them
    two_people_accept_the_last_seat
    two_invitations_at_once_on_the_last_seat
    nobody_invites_above_their_own_role
    member_and_viewer_may_not_and_it_is_recorded
    another_teams_invitations_are_not_found
    addresses_are_one_person_and_are_invited_once
    without_scripts_a_form_leads_on
    members_and_plan_are_shown_to_everybody_in_the_team
}

/// Posts a form as a page with scripts does.
async fn post(browser: &Browser, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
    let form = browser
        .request(Method::POST, &format!("/api/{endpoint}"))
        .header(ACCEPT, "application/json")
        .form(fields);
    answer(form).await
}

async fn read<T: DeserializeOwned>(browser: &Browser, endpoint: &str, input: serde_json::Value) -> T {
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

/// An invitation of the owner; returns the mailed token.
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

/// Joins with a new account, which must work.
async fn joined(app: &TestApp, address: &str, role: &str) -> Browser {
    let token = invited(app, address, role).await;
    let browser = app.anonymous();
    let answer = join(&browser, &token, "New Person", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    browser
}

async fn events(app: &TestApp, kind: AuditKind) -> Vec<AuditRow> {
    let query = AuditQuery {
        kind: Some(kind),
        ..AuditQuery::default()
    };
    let grant = app.grant::<perm::EditTeamSettings>(&app.owner().await).await;
    audit::list(&app.services, &grant, &query).await.expect("the log").rows
}

/// The owner's mails about people who joined.
async fn told(app: &TestApp) -> Vec<String> {
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

const FULL: Error = Error::LimitReached {
    limit: Limit::Members,
    allowed: 5,
};

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
        (joined.len(), joined[0].person_name.as_str(), joined[0].detail.as_str()),
        (1, "Laura Callahan", "role: member")
    );
    assert_eq!(
        events(app, AuditKind::InvitationSent).await[0].detail,
        "email: laura@example.com; role: member"
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

async fn pending_invitations_hold_seats_and_expired_ones_free_them(app: &TestApp) {
    let owner = app.owner().await;
    for address in ["a@example.com", "b@example.com", "c@example.com", "d@example.com"] {
        invited(app, address, "viewer").await;
    }
    let plan = overview(app).await;
    assert_eq!((plan.members, plan.invited, plan.full()), (1, 4, Some(5)));
    let sixth = invite(app, &owner, "e@example.com", "viewer").await;
    assert_eq!((sixth.status, sixth.error()), (StatusCode::CONFLICT, FULL));

    let team = app.team().await.to_string();
    let row = list(app, &owner).await.remove(0).id.to_string();
    let fields = [("team", team.as_str()), ("invitation", row.as_str())];
    assert_eq!(post(&owner.browser, "invitations/revoke", &fields).await.status, StatusCode::OK);
    invited(app, "e@example.com", "viewer").await;
    assert_eq!(invite(app, &owner, "f@example.com", "viewer").await.error(), FULL);

    app.services.clock().advance(TimeDelta::days(7));
    assert_eq!(overview(app).await.invited, 0);
    invited(app, "f@example.com", "viewer").await;
    // An expired one of the same address makes room for the new one.
    invited(app, "e@example.com", "viewer").await;
    invited(app, "g@example.com", "viewer").await;
    invited(app, "h@example.com", "viewer").await;
    let rows = list(app, &owner).await;
    let expired: Vec<_> = rows.iter().filter(|row| row.state == InvitationState::Expired).collect();
    assert_eq!((rows.len(), expired.len()), (7, 3));
    let row = expired[0].id.to_string();
    let fields = [("team", team.as_str()), ("invitation", row.as_str())];
    let again = post(&owner.browser, "invitations/resend", &fields).await;
    assert_eq!(again.error(), FULL, "an expired one needs a seat again");
}

/// The number of seats has shrunk below what is invited: the first who comes takes the last one.
async fn two_people_accept_the_last_seat(app: &TestApp) {
    let tokens = [
        invited(app, "a@example.com", "member").await,
        invited(app, "b@example.com", "member").await,
    ];
    for name in ["One", "Two", "Three"] {
        app.joined(name, Role::Viewer).await;
    }
    let (one, two) = (app.anonymous(), app.anonymous());
    // Both connections stand before the race.
    let (a, b) = tokio::join!(offer(&one, &tokens[0]), offer(&two, &tokens[1]));
    assert_eq!((a.visitor, b.visitor), (Visitor::New, Visitor::New));
    let (a, b) = tokio::join!(join(&one, &tokens[0], "Ann", PASSWORD), join(&two, &tokens[1], "Ben", PASSWORD));
    let lost = match (a.status.is_success(), b.status.is_success()) {
        (true, false) => b,
        (false, true) => a,
        _ => panic!("{} {} and {} {}", a.status, a.body, b.status, b.body),
    };
    assert_eq!((lost.status, lost.error()), (StatusCode::CONFLICT, FULL));
    assert_eq!(overview(app).await.members, 5);
    assert_eq!(told(app).await.len(), 1);
    assert_eq!(events(app, AuditKind::PersonJoined).await.len(), 1);
}

async fn two_invitations_at_once_on_the_last_seat(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    for name in ["One", "Two"] {
        app.joined(name, Role::Viewer).await;
    }
    list(app, &owner).await;
    list(app, &admin).await;
    let (a, b) = tokio::join!(
        invite(app, &owner, "a@example.com", "member"),
        invite(app, &admin, "b@example.com", "member")
    );
    let won = [&a, &b].iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(won, 1, "{} {} and {} {}", a.status, a.body, b.status, b.body);
    let lost = if a.status.is_success() { b } else { a };
    assert_eq!(lost.error(), FULL);
    let sent = [app.mails("a@example.com").await.len(), app.mails("b@example.com").await.len()];
    assert_eq!(sent.iter().sum::<usize>(), 1);
}

async fn nobody_invites_above_their_own_role(app: &TestApp) {
    for actor in [app.owner().await, app.admin().await] {
        let refused = invite(app, &actor, "laura@example.com", "owner").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.error(), Error::field("role", FieldCode::NotAChoice));
    }
    let denied = events(app, AuditKind::Denied).await;
    assert_eq!(denied.len(), 2);
    assert_eq!(denied[0].detail, "permission: invite_members; role: owner");
    let unknown = invite(app, &app.owner().await, "laura@example.com", "emperor").await;
    assert_eq!(unknown.error(), Error::field("role", FieldCode::NotAChoice));
    let admin = app.person("Nancy").await;
    let token = invited(app, "nancy@example.com", "admin").await;
    assert_eq!(accept(&admin.browser, &token).await.status, StatusCode::OK);
    assert_eq!(app.grant::<perm::InviteMembers>(&admin).await.role(), Role::Admin);
    assert_eq!(told(app).await.len(), 1);
}

async fn member_and_viewer_may_not_and_it_is_recorded(app: &TestApp) {
    let team = app.team().await.to_string();
    invited(app, "laura@example.com", "member").await;
    let row = list(app, &app.owner().await).await.remove(0).id.to_string();
    let about = [("team", team.as_str()), ("invitation", row.as_str())];
    let permission = Permission::InviteMembers;
    let forbidden = Error::Forbidden { permission };
    for (count, actor) in [(4, app.member().await), (8, app.viewer().await)] {
        for answer in [
            invite(app, &actor, "robert@example.com", "viewer").await,
            post(&actor.browser, "invitations/resend", &about).await,
            post(&actor.browser, "invitations/revoke", &about).await,
            actor.browser.call("invitations/list", &json!({ "team": team })).await,
        ] {
            assert_eq!((answer.status, answer.error()), (StatusCode::FORBIDDEN, forbidden.clone()));
        }
        let denied = events(app, AuditKind::Denied).await;
        assert_eq!((denied.len(), denied[0].person), (count, Some(actor.session.person)));
        app.services.clock().advance(TimeDelta::seconds(1));
    }
    assert_eq!(list(app, &app.owner().await).await[0].state, InvitationState::Pending);
    let nobody = app.anonymous().call("invitations/list", &json!({ "team": team })).await;
    assert_eq!(nobody.error(), Error::Unauthenticated);
}

async fn another_teams_invitations_are_not_found(app: &TestApp) {
    invited(app, "laura@example.com", "member").await;
    let (owner, stranger) = (app.owner().await, app.stranger().await);
    let team = app.team().await;
    let row = list(app, &owner).await.remove(0).id.to_string();
    let theirs = accounts::me(&app.services, &stranger.session)
        .await
        .expect("reads")
        .teams
        .remove(0)
        .id;
    for endpoint in ["invitations/resend", "invitations/revoke"] {
        for from in [team, theirs] {
            let fields = [("team", &*from.to_string()), ("invitation", row.as_str())];
            let answer = post(&stranger.browser, endpoint, &fields).await;
            assert_eq!(
                (answer.status, answer.error()),
                (StatusCode::NOT_FOUND, Error::NotFound),
                "{endpoint}"
            );
        }
    }
    let created = invite(app, &stranger, "robert@example.com", "member").await;
    assert_eq!(created.error(), Error::NotFound);
    for endpoint in ["invitations/list", "members/overview"] {
        let answer = stranger.browser.call(endpoint, &json!({ "team": team })).await;
        assert_eq!(answer.error(), Error::NotFound, "{endpoint}");
    }
    let query = json!({ "team": team, "query": { "after": null, "before": null } });
    assert_eq!(stranger.browser.call("members/list", &query).await.error(), Error::NotFound);
    assert!(
        events(app, AuditKind::Denied).await.is_empty(),
        "a stranger leaves no trace in the team"
    );
    assert_eq!(list(app, &owner).await[0].state, InvitationState::Pending);
}

async fn addresses_are_one_person_and_are_invited_once(app: &TestApp) {
    let owner = app.owner().await;
    for (address, code) in [("", FieldCode::Required), ("laura@nowhere", FieldCode::NotAnEmail)] {
        let refused = invite(app, &owner, address, "member").await;
        assert_eq!(
            (refused.status, refused.error()),
            (StatusCode::UNPROCESSABLE_ENTITY, Error::field("email", code))
        );
    }
    let sent = invite(app, &owner, "  Laura@EXAMPLE.com ", "member").await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    assert_eq!(app.mails("laura@example.com").await.len(), 1);
    let twice = invite(app, &app.admin().await, "laura@example.com", "viewer").await;
    assert_eq!(
        (twice.status, twice.error()),
        (StatusCode::CONFLICT, conflict(Conflict::AlreadyInvited))
    );
    let member = invite(app, &owner, "admin@example.com", "viewer").await;
    assert_eq!(member.error(), conflict(Conflict::AlreadyMember));
    assert_eq!(
        invite(app, &owner, "owner@example.com", "viewer").await.error(),
        conflict(Conflict::AlreadyMember)
    );
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

async fn members_and_plan_are_shown_to_everybody_in_the_team(app: &TestApp) {
    app.owner().await;
    app.services.clock().advance(TimeDelta::seconds(1));
    let browser = joined(app, "laura@example.com", "viewer").await;
    let team = app.team().await;
    let plan: TeamOverview = read(&browser, "members/overview", json!({ "team": team })).await;
    assert_eq!(
        (plan.plan.as_str(), plan.members, plan.invited, plan.seats),
        ("Enterprise", 2, 0, Some(5))
    );
    assert_eq!((plan.slots_used, plan.slots, plan.balance.available().0), (0, Some(5), 10));
    let query = json!({ "team": team, "query": { "after": null, "before": null } });
    let page: Page<MemberRow> = read(&browser, "members/list", query).await;
    let rows: Vec<_> = page.rows.iter().map(|row| (row.name.as_str(), row.role, row.is_me)).collect();
    assert_eq!(rows, [("Owner", Role::Owner, false), ("New Person", Role::Viewer, true)]);
    assert!(page.next.is_none() && page.previous.is_none());
    for path in ["team", "team/members", "team/invitations", "team/roles", "team/audit", "businesses"] {
        let shown = browser.get(&format!("/t/{team}/settings/{path}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
    }
    assert!(events(app, AuditKind::Denied).await.is_empty(), "looking is no attempt");
    assert_eq!(told(app).await.len(), 1);
}
