//! How many teams somebody may have.

use crate::support::{TestApp, actor::Actor, both_databases, shop::post};
use domain::{Error, plan::Limit};
use services::teams;

both_databases! {
    a_person_owns_a_bounded_number_of_teams
}

const FULL: Error = Error::LimitReached {
    limit: Limit::Teams,
    allowed: 20,
};

async fn found(app: &TestApp, actor: &Actor) -> Result<(), Error> {
    let made = teams::create(&app.services, &actor.session, "One more", "UTC").await;
    made.map(|_| ()).map_err(|error| error.into_public("test"))
}

async fn a_person_owns_a_bounded_number_of_teams(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    for _ in 1..19 {
        found(app, &owner).await.expect("has fewer");
    }
    let (a, b) = tokio::join!(found(app, &owner), found(app, &owner));
    assert!(a.is_ok() != b.is_ok(), "one place was left: {a:?}, {b:?}");
    assert_eq!(a.and(b), Err(FULL));
    let refused = post(&owner, "teams/create", &[("name", "One more"), ("time_zone", "UTC")]).await;
    assert_eq!((refused.status.as_u16(), refused.error()), (409, FULL));
    // Being in somebody else's team is not owning it.
    found(app, &admin).await.expect("owns none");
}
