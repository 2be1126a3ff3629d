//! The key of a business's Stripe account goes in and never comes out.

use crate::support::{TestApp, actor::Actor, both_databases, mailing::Mailing, shop::post};
use domain::{Error, business::BusinessDetail, error::FieldCode, role::Role};
use sea_orm::EntityTrait;
use serde_json::json;
use services::entity::stripe_connection;

both_databases! {
    a_restricted_key_is_kept_sealed_and_forgotten
}

const KEY: &str = "rk_live_51HqLyjWDarjtT1zdp7dc";

async fn a_restricted_key_is_kept_sealed_and_forgotten(app: &TestApp) {
    let (owner, jane, viewer) = (app.owner().await, app.member().await, app.viewer().await);
    let joe = app.joined("Joe", Role::Member).await;
    let shop = Mailing::open(&app.services, &app.place(&jane).await, "Music Store").await;
    let (team, business) = (app.team().await.to_string(), shop.business.to_string());
    let connect = async |who: &Actor, key: &str| {
        let fields = [("team", team.as_str()), ("business", &business), ("key", key)];
        post(who, "businesses/connect_stripe", &fields).await
    };
    let stored = async || {
        stripe_connection::Entity::find()
            .one(app.services.db().read())
            .await
            .expect("reads")
    };
    for (key, code) in [
        ("", FieldCode::Required),
        ("sk_live_51HqLyjWDarjtT1zdp7dc", FieldCode::NotARestrictedKey),
        ("rk_live_short", FieldCode::Wrong),
        ("rk_live_51HqLyj WDarjtT1zdp7dc", FieldCode::Wrong),
    ] {
        assert_eq!(connect(&jane, key).await.error(), Error::field("key", code), "{key}");
    }
    for who in [&joe, &viewer] {
        assert_eq!(connect(who, KEY).await.status, 403);
    }
    assert!(stored().await.is_none());
    assert_eq!(connect(&jane, KEY).await.status, 200);
    let row = stored().await.expect("is stored");
    assert!(row.live && row.key_ending == "p7dc" && !row.key_sealed.contains("51HqLyj"));

    let shown = async |who: &Actor| {
        let answer = who
            .browser
            .call("businesses/detail", &json!({ "team": team, "business": business }))
            .await;
        assert!(!answer.body.contains("51HqLyj"), "never shown again");
        let detail: BusinessDetail = serde_json::from_str(&answer.body).expect("the shape that pages read");
        detail.stripe.map(|stripe| stripe.ending)
    };
    assert_eq!(shown(&jane).await.as_deref(), Some("p7dc"));
    assert_eq!(shown(&owner).await.as_deref(), Some("p7dc"));
    assert_eq!((shown(&joe).await, shown(&viewer).await), (None, None), "not theirs to know");
    let away = [("team", team.as_str()), ("business", &business)];
    assert_eq!(post(&joe, "businesses/disconnect_stripe", &away).await.status, 403);
    for _ in 0..2 {
        assert_eq!(post(&owner, "businesses/disconnect_stripe", &away).await.status, 200);
        assert!(stored().await.is_none(), "forgotten");
    }
    assert_eq!(
        (app.audited("stripe.connected").await, app.audited("stripe.disconnected").await),
        (1, 1)
    );
    // A deleted business keeps no key.
    assert_eq!(connect(&jane, KEY).await.status, 200);
    let fields = [("team", team.as_str()), ("business", &business), ("confirmation", "Music Store")];
    assert_eq!(post(&jane, "businesses/delete", &fields).await.status, 200);
    assert!(stored().await.is_none());
}
