//! A business is deleted and restored.

use crate::support::{
    TestApp,
    actor::Actor,
    both_databases,
    mailing::{self, Mailing},
    shop::post,
};
use domain::{
    Error,
    business::DeletedBusiness,
    error::{Conflict, FieldCode},
    outreach::OutreachState,
    plan::Limit,
    role::Role,
};
use serde_json::json;

both_databases! {
    a_deleted_business_frees_its_slot_and_comes_back
}

async fn a_deleted_business_frees_its_slot_and_comes_back(app: &TestApp) {
    let (owner, jane) = (app.owner().await, app.member().await);
    let services = &app.services;
    let place = app.place(&jane).await;
    let shop = Mailing::open(services, &place, "Music Store").await;
    shop.queued(services, &place, 1).await;
    let spare = Mailing::open(services, &app.place(&owner).await, "Spare").await;
    for number in 0..3 {
        Mailing::open(services, &app.place(&owner).await, &format!("Shop {number}")).await;
    }
    let (team, business) = (app.team().await.to_string(), shop.business.to_string());
    let joe = app.joined("Joe", Role::Member).await;
    let press = async |who: &Actor, endpoint: &str, word: &str| {
        let fields = [("team", team.as_str()), ("business", &business), ("confirmation", word)];
        post(who, endpoint, &fields).await
    };
    assert_eq!(press(&joe, "businesses/delete", "Music Store").await.status, 403);
    let wrong = press(&jane, "businesses/delete", "music store").await.error();
    assert_eq!(wrong, Error::field("confirmation", FieldCode::DoesNotMatch));
    assert_eq!(press(&jane, "businesses/delete", "Music Store").await.status, 200);
    assert_eq!(
        press(&jane, "businesses/delete", "Music Store").await.error(),
        Error::NotFound,
        "a second press"
    );
    assert_eq!(mailing::states(services).await, [OutreachState::Cancelled]);
    let list = owner.browser.get(&format!("/t/{team}/b/{business}/customers")).await;
    assert_eq!(list.status, 404);
    // The slot is free at once, and taken by somebody else.
    let other = Mailing::open(services, &app.place(&owner).await, "Music Store").await;
    let full = Error::LimitReached {
        limit: Limit::Businesses,
        allowed: 5,
    };
    assert_eq!(press(&jane, "businesses/restore", "").await.error(), full);
    let gone = jane.browser.call("businesses/deleted", &json!({ "team": team })).await;
    let gone: Vec<DeletedBusiness> = serde_json::from_str(&gone.body).expect("the shape that pages read");
    assert_eq!(
        gone.iter().map(|row| (row.name.as_str(), row.own)).collect::<Vec<_>>(),
        [("Music Store", true)]
    );
    let away = [
        ("team", team.as_str()),
        ("business", &other.business.to_string()),
        ("confirmation", "Music Store"),
    ];
    assert_eq!(post(&owner, "businesses/delete", &away).await.status, 200);
    assert_eq!(press(&joe, "businesses/restore", "").await.status, 403);
    assert_eq!(press(&jane, "businesses/restore", "").await.status, 200);
    assert_eq!(press(&jane, "businesses/restore", "").await.status, 200, "twice is as good as once");
    let list = owner.browser.get(&format!("/t/{team}/b/{business}/customers")).await;
    assert!(list.status == 200 && list.body.contains("Customer0"), "with its customers");
    let spare = [
        ("team", team.as_str()),
        ("business", &spare.business.to_string()),
        ("confirmation", "Spare"),
    ];
    assert_eq!(post(&owner, "businesses/delete", &spare).await.status, 200);
    let back = [("team", team.as_str()), ("business", &other.business.to_string())];
    let taken = post(&owner, "businesses/restore", &back).await.error();
    assert_eq!(taken, Error::Conflict(Conflict::NameTaken));
    assert_eq!(
        (app.audited("business.deleted").await, app.audited("business.restored").await),
        (3, 1)
    );
}
