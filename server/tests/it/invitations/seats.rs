//! Seats are never oversold: pending invitations hold them, and the last one goes to one person.

use super::{events, invite, invited, join, list, offer, overview, post, told};
use crate::support::{TestApp, app::PASSWORD, both_databases};
use ::http::StatusCode;
use chrono::TimeDelta;
use domain::{
    Error,
    audit::AuditKind,
    invitation::{InvitationState, Visitor},
    plan::Limit,
    role::Role,
};

both_databases! {
    pending_invitations_hold_seats_and_expired_ones_free_them
    two_people_accept_the_last_seat
    two_invitations_at_once_on_the_last_seat
}

const FULL: Error = Error::LimitReached {
    limit: Limit::Members,
    allowed: 5,
};

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
