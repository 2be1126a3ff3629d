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
    two_sign_ups_at_once_answer_the_same
    confirming_an_address_takes_the_account_from_whoever_guessed_it
    a_reset_voids_every_other_link
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
    assert!(mails.iter().all(|mail| mail.kind == "verify_email"), "{mails:?}");
    app.person("Robert").await;
    app.services.clock().advance(TimeDelta::seconds(1));
    accounts::sign_up(&app.services, &origin, "Robert", "robert@example.com", "another long secret")
        .await
        .expect("the same answer");
    let mails = app.mails("robert@example.com").await;
    assert_eq!(mails.last().map(|mail| mail.kind.as_str()), Some("account_exists"), "{mails:?}");
    accounts::forgot(&app.services, &origin, "nobody@example.com")
        .await
        .expect("the same answer");
    assert!(app.mails("nobody@example.com").await.is_empty());
}

async fn two_sign_ups_at_once_answer_the_same(app: &TestApp) {
    let origin = Origin::default();
    let one = || accounts::sign_up(&app.services, &origin, "Jane", "jane@example.com", PASSWORD);
    let (first, second) = tokio::join!(one(), one());
    first.expect("the same answer");
    second.expect("the same answer");
    assert_eq!(app.mails("jane@example.com").await.len(), 2);
}

async fn confirming_an_address_takes_the_account_from_whoever_guessed_it(app: &TestApp) {
    let (eve, jane) = (Origin::default(), Origin::default());
    accounts::sign_up(&app.services, &eve, "Eve", "jane@example.com", "the stranger's secret")
        .await
        .expect("signs up");
    let older = app.mailed_token("jane@example.com", "/verify/").await.expect("a link");
    let strangers = accounts::sign_in(&app.services, &eve, "jane@example.com", "the stranger's secret")
        .await
        .expect("signs in, unverified");
    app.services.clock().advance(TimeDelta::seconds(1));
    accounts::sign_up(&app.services, &jane, "Jane", "jane@example.com", PASSWORD)
        .await
        .expect("signs up");
    let gone = accounts::verify(&app.services, &jane, &older).await.map_err(public);
    assert_eq!(gone, Err(Public::Conflict(Conflict::LinkExpired)));
    let newer = app.mailed_token("jane@example.com", "/verify/").await.expect("a link");
    let here = accounts::verify(&app.services, &jane, &newer).await.expect("verifies");
    let session = sessions::find(&app.services, &here).await.expect("reads").expect("is signed in");
    assert_eq!((session.name.as_str(), session.verified), ("Jane", true));
    assert!(sessions::find(&app.services, &strangers).await.expect("reads").is_none());
    let wrong = accounts::sign_in(&app.services, &eve, "jane@example.com", "the stranger's secret")
        .await
        .map_err(public);
    assert_eq!(wrong, Err(Public::field("password", FieldCode::WrongPair)));
}

async fn a_reset_voids_every_other_link(app: &TestApp) {
    let origin = Origin::default();
    app.person("Jane").await;
    let mut links = Vec::new();
    for _ in 0..2 {
        app.services.clock().advance(TimeDelta::seconds(1));
        accounts::forgot(&app.services, &origin, "jane@example.com")
            .await
            .expect("mails a link");
        links.push(app.mailed_token("jane@example.com", "/reset/").await.expect("a link"));
    }
    let address = accounts::reset(&app.services, &origin, &links[1], "jane@example.com")
        .await
        .map_err(public);
    assert_eq!(address, Err(Public::field("password", FieldCode::Common)));
    accounts::reset(&app.services, &origin, &links[1], "another long secret")
        .await
        .expect("resets");
    let other = accounts::reset(&app.services, &origin, &links[0], "a third long secret")
        .await
        .map_err(public);
    assert_eq!(other, Err(Public::Conflict(Conflict::LinkExpired)));
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
