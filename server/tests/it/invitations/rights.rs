//! Who may invite whom.

use super::{accept, conflict, events, invite, invited, list, post, told};
use crate::support::{TestApp, both_databases};
use ::http::StatusCode;
use chrono::TimeDelta;
use domain::{
    Error,
    audit::AuditKind,
    error::{Conflict, FieldCode},
    invitation::InvitationState,
    permission::{Permission, perm},
    role::Role,
};
use serde_json::json;
use services::accounts;

both_databases! {
    nobody_invites_above_their_own_role
    member_and_viewer_may_not_and_it_is_recorded
    another_teams_invitations_are_not_found
    addresses_are_one_person_and_are_invited_once
}

async fn nobody_invites_above_their_own_role(app: &TestApp) {
    for actor in [app.owner().await, app.admin().await] {
        let refused = invite(app, &actor, "laura@example.com", "owner").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.error(), Error::field("role", FieldCode::NotAChoice));
    }
    let denied = events(app, AuditKind::Denied).await;
    assert_eq!(denied.len(), 2);
    assert_eq!(denied[0].what, "was refused the right to invite people as Owner");
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
