//! Accounts: links are single use, answers tell nothing, attempts are bounded, teams are closed to strangers.

use crate::support::{TestApp, app::PASSWORD, both_databases};
use chrono::TimeDelta;
use domain::{
    Error as Public,
    error::{Conflict, FieldCode},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use services::{
    Error, Member,
    accounts::{self, Origin, sessions},
    entity::team,
    teams,
};

both_databases! {
    signing_up_twice_answers_the_same
    links_work_once_and_expire
    a_reset_ends_every_session
    guessing_is_bounded
    a_stranger_finds_no_team
    a_deleted_team_is_not_found
    an_unverified_person_creates_no_team
}

fn public(error: Error) -> Public {
    match error {
        Error::Public(error) => error,
        other => panic!("unexpected: {other}"),
    }
}

async fn signing_up_twice_answers_the_same(app: &TestApp) {
    let origin = Origin::default();
    for _ in 0..2 {
        accounts::sign_up(&app.services, &origin, "Jane", " JANE@example.com", PASSWORD)
            .await
            .expect("the same answer");
    }
    let mails = app.mails("jane@example.com").await;
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().filter(|mail| mail.kind == "verify_email").count() == 1, "{mails:?}");
    accounts::forgot(&app.services, &origin, "nobody@example.com")
        .await
        .expect("the same answer");
    assert!(app.mails("nobody@example.com").await.is_empty());
}

async fn links_work_once_and_expire(app: &TestApp) {
    let origin = Origin::default();
    app.person("Jane").await;
    accounts::forgot(&app.services, &origin, "jane@example.com")
        .await
        .expect("mails a link");
    let first = app.mailed_token("jane@example.com", "/reset/").await.expect("a link");
    accounts::reset(&app.services, &origin, &first, "another long secret")
        .await
        .expect("resets");
    let again = accounts::reset(&app.services, &origin, &first, "a third long secret")
        .await
        .map_err(public);
    assert_eq!(again, Err(Public::Conflict(Conflict::LinkExpired)));

    app.services.clock().advance(TimeDelta::minutes(20));
    accounts::forgot(&app.services, &origin, "jane@example.com")
        .await
        .expect("mails a link");
    let old = app.mailed_token("jane@example.com", "/reset/").await.expect("a link");
    app.services.clock().advance(TimeDelta::minutes(61));
    let late = accounts::reset(&app.services, &origin, &old, "a third long secret")
        .await
        .map_err(public);
    assert_eq!(late, Err(Public::Conflict(Conflict::LinkExpired)));
}

async fn a_reset_ends_every_session(app: &TestApp) {
    let origin = Origin::default();
    app.person("Jane").await;
    let elsewhere = accounts::sign_in(&app.services, &origin, "jane@example.com", PASSWORD)
        .await
        .expect("signs in");
    assert!(sessions::find(&app.services, &elsewhere).await.expect("reads").is_some());
    accounts::forgot(&app.services, &origin, "jane@example.com")
        .await
        .expect("mails a link");
    let link = app.mailed_token("jane@example.com", "/reset/").await.expect("a link");
    let here = accounts::reset(&app.services, &origin, &link, "another long secret")
        .await
        .expect("resets");
    assert!(sessions::find(&app.services, &elsewhere).await.expect("reads").is_none());
    let session = sessions::find(&app.services, &here).await.expect("reads").expect("is signed in");
    sessions::end(&app.services, session.id).await.expect("signs out");
    assert!(sessions::find(&app.services, &here).await.expect("reads").is_none());
    let old = accounts::sign_in(&app.services, &origin, "jane@example.com", PASSWORD)
        .await
        .map_err(public);
    assert_eq!(old, Err(Public::field("password", FieldCode::WrongPair)));
}

async fn guessing_is_bounded(app: &TestApp) {
    let origin = Origin::default();
    app.person("Jane").await;
    for _ in 0..10 {
        let wrong = accounts::sign_in(&app.services, &origin, "jane@example.com", "not the password")
            .await
            .map_err(public);
        assert_eq!(wrong, Err(Public::field("password", FieldCode::WrongPair)));
    }
    let limited = accounts::sign_in(&app.services, &origin, "jane@example.com", PASSWORD)
        .await
        .map_err(public);
    assert!(
        matches!(limited, Err(Public::RateLimited { retry_after_s: 1..=900 })),
        "{limited:?}"
    );
    app.services.clock().advance(TimeDelta::minutes(15));
    accounts::sign_in(&app.services, &origin, "jane@example.com", PASSWORD)
        .await
        .expect("the window is over");
}

async fn a_stranger_finds_no_team(app: &TestApp) {
    let (owner, team) = (app.owner().await.session, app.team().await);
    let stranger = app.person("Robert").await.session;
    let refused = Member::find(app.services.db().read(), team, stranger.person, None)
        .await
        .map(|_| ())
        .map_err(public);
    assert_eq!(refused, Err(Public::NotFound));
    let member = Member::find(app.services.db().read(), team, owner.person, None)
        .await
        .expect("is in the team");
    let frame = teams::frame(&app.services, &member).await.expect("reads");
    assert_eq!((frame.name.as_str(), frame.balance.available().0), ("Acme", 10));
    assert_eq!(accounts::me(&app.services, &stranger).await.expect("reads").teams, vec![]);
}

async fn an_unverified_person_creates_no_team(app: &TestApp) {
    let origin = Origin::default();
    accounts::sign_up(&app.services, &origin, "Jane", "jane@example.com", PASSWORD)
        .await
        .expect("signs up");
    let token = accounts::sign_in(&app.services, &origin, "jane@example.com", PASSWORD)
        .await
        .expect("signs in");
    let session = sessions::find(&app.services, &token).await.expect("reads").expect("is signed in");
    let refused = teams::create(&app.services, &session, "Chinook", "UTC").await.map_err(public);
    assert_eq!(refused, Err(Public::Unverified));
    assert_eq!(app.mails("jane@example.com").await.len(), 1);
}

async fn a_deleted_team_is_not_found(app: &TestApp) {
    let (owner, team) = (app.owner().await.session, app.team().await);
    let deleted = team::ActiveModel {
        id: Set(team),
        deleted_at: Set(Some(app.services.clock().now())),
        ..Default::default()
    };
    team::Entity::update(deleted)
        .exec(app.services.db().write())
        .await
        .expect("deletes");
    let refused = Member::find(app.services.db().read(), team, owner.person, None)
        .await
        .map(|_| ())
        .map_err(public);
    assert_eq!(refused, Err(Public::NotFound));
    assert_eq!(accounts::me(&app.services, &owner).await.expect("reads").teams, vec![]);
}
