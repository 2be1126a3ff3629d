//! Accounts: links are single use, answers tell nothing, attempts are bounded, teams are closed to strangers.

use crate::base::{Base, PASSWORD, both};
use chrono::TimeDelta;
use domain::{
    Error as Public,
    error::{Conflict, FieldCode},
};
use services::{
    Error, Member,
    accounts::{self, Origin, sessions},
    teams,
};

both! {
    signing_up_twice_answers_the_same
    links_work_once_and_expire
    a_reset_ends_every_session
    guessing_is_bounded
    a_stranger_finds_no_team
    an_unverified_person_creates_no_team
}

fn public(error: Error) -> Public {
    match error {
        Error::Public(error) => error,
        other => panic!("unexpected: {other}"),
    }
}

async fn signing_up_twice_answers_the_same(base: Base) {
    let origin = Origin::default();
    for _ in 0..2 {
        accounts::sign_up(&base.services, &origin, "Jane", " JANE@example.com", PASSWORD)
            .await
            .expect("the same answer");
    }
    let mails = base.mails("jane@example.com").await;
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().filter(|m| m.contains("/verify/")).count() == 1, "{mails:?}");
    accounts::forgot(&base.services, &origin, "nobody@example.com")
        .await
        .expect("the same answer");
    assert!(base.mails("nobody@example.com").await.is_empty());
}

async fn links_work_once_and_expire(base: Base) {
    let origin = Origin::default();
    base.person("Jane").await;
    accounts::forgot(&base.services, &origin, "jane@example.com")
        .await
        .expect("mails a link");
    let first = base.mailed_token("jane@example.com", "/reset/").await.expect("a link");
    accounts::reset(&base.services, &origin, &first, "another long secret")
        .await
        .expect("resets");
    let again = accounts::reset(&base.services, &origin, &first, "a third long secret")
        .await
        .map_err(public);
    assert_eq!(again, Err(Public::Conflict(Conflict::LinkExpired)));

    base.services.clock().advance(TimeDelta::minutes(20));
    accounts::forgot(&base.services, &origin, "jane@example.com")
        .await
        .expect("mails a link");
    let old = base.mailed_token("jane@example.com", "/reset/").await.expect("a link");
    base.services.clock().advance(TimeDelta::minutes(61));
    let late = accounts::reset(&base.services, &origin, &old, "a third long secret")
        .await
        .map_err(public);
    assert_eq!(late, Err(Public::Conflict(Conflict::LinkExpired)));
}

async fn a_reset_ends_every_session(base: Base) {
    let origin = Origin::default();
    base.person("Jane").await;
    let elsewhere = accounts::sign_in(&base.services, &origin, "jane@example.com", PASSWORD)
        .await
        .expect("signs in");
    assert!(sessions::find(&base.services, &elsewhere).await.expect("reads").is_some());
    accounts::forgot(&base.services, &origin, "jane@example.com")
        .await
        .expect("mails a link");
    let link = base.mailed_token("jane@example.com", "/reset/").await.expect("a link");
    let here = accounts::reset(&base.services, &origin, &link, "another long secret")
        .await
        .expect("resets");
    assert!(sessions::find(&base.services, &elsewhere).await.expect("reads").is_none());
    let session = sessions::find(&base.services, &here).await.expect("reads").expect("is signed in");
    sessions::end(&base.services, session.id).await.expect("signs out");
    assert!(sessions::find(&base.services, &here).await.expect("reads").is_none());
    let old = accounts::sign_in(&base.services, &origin, "jane@example.com", PASSWORD)
        .await
        .map_err(public);
    assert_eq!(old, Err(Public::field("password", FieldCode::Wrong)));
}

async fn guessing_is_bounded(base: Base) {
    let origin = Origin::default();
    base.person("Jane").await;
    for _ in 0..10 {
        let wrong = accounts::sign_in(&base.services, &origin, "jane@example.com", "not the password")
            .await
            .map_err(public);
        assert_eq!(wrong, Err(Public::field("password", FieldCode::Wrong)));
    }
    let limited = accounts::sign_in(&base.services, &origin, "jane@example.com", PASSWORD)
        .await
        .map_err(public);
    assert!(
        matches!(limited, Err(Public::RateLimited { retry_after_s: 1..=900 })),
        "{limited:?}"
    );
    base.services.clock().advance(TimeDelta::minutes(15));
    accounts::sign_in(&base.services, &origin, "jane@example.com", PASSWORD)
        .await
        .expect("the window is over");
}

async fn a_stranger_finds_no_team(base: Base) {
    let (owner, team) = base.team().await;
    let stranger = base.person("Robert").await;
    let refused = Member::find(base.services.db().read(), team, stranger.person, None)
        .await
        .map(|_| ())
        .map_err(public);
    assert_eq!(refused, Err(Public::NotFound));
    let member = Member::find(base.services.db().read(), team, owner.person, None)
        .await
        .expect("is in the team");
    let frame = teams::frame(&base.services, &member).await.expect("reads");
    assert_eq!((frame.name.as_str(), frame.balance.available().0), ("Chinook Media", 10));
    assert_eq!(accounts::me(&base.services, &stranger).await.expect("reads").teams, vec![]);
}

async fn an_unverified_person_creates_no_team(base: Base) {
    let origin = Origin::default();
    accounts::sign_up(&base.services, &origin, "Jane", "jane@example.com", PASSWORD)
        .await
        .expect("signs up");
    let token = accounts::sign_in(&base.services, &origin, "jane@example.com", PASSWORD)
        .await
        .expect("signs in");
    let session = sessions::find(&base.services, &token).await.expect("reads").expect("is signed in");
    let refused = teams::create(&base.services, &session, "Chinook", "UTC").await.map_err(public);
    assert_eq!(refused, Err(Public::Unverified));
}
