//! The link that ends further mail: for whoever reads the mail, and for mail services with one click.

use crate::{
    outreach::send,
    support::{
        TestApp,
        actor::answer,
        both_databases,
        mailing::{self, Mailing},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Error, error::Conflict, outreach::OutreachState};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use services::{
    entity::{suppression, team},
    outreach::unsubscribe::token,
};

both_databases! {
    one_click_from_elsewhere_ends_it_and_as_often_as_one_likes
    reading_the_page_changes_nothing_and_its_button_does
    a_forged_link_is_not_found
    it_works_for_deleted_teams_too
}

const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

/// As a mail service does it: another site's request, without a session.
async fn click(app: &TestApp, token: &str) -> crate::support::actor::Answer {
    let request = app
        .anonymous()
        .request(Method::POST, &format!("/unsubscribe/{token}"))
        .header("origin", "https://mail.example")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(ONE_CLICK);
    answer(request).await
}

async fn suppressions(app: &TestApp) -> Vec<suppression::Model> {
    suppression::Entity::find().all(app.services.db().read()).await.expect("reads")
}

async fn one_click_from_elsewhere_ends_it_and_as_often_as_one_likes(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let other = Mailing::open(services, &who, "Ticket Mailing").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let elsewhere = other.customer(services, &who, "Helena").await;
    let id = shop.send(services, &who, customer).await.expect("queues");
    app.run_jobs().await;
    let token = token(services, shop.team, id);
    for _ in 0..3 {
        let done = click(app, &token).await;
        assert_eq!(
            (done.status.as_u16(), done.body.as_str()),
            (200, "You will get no further e-mails.\n")
        );
    }
    let rows = suppressions(app).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].business_id, rows[0].reason.as_str()),
        (Some(shop.business), "unsubscribed")
    );
    assert_eq!(rows[0].email, mailing::address("Helena"));
    assert_eq!(app.audited("suppression.added").await, 1);
    shop.rewrite(services, customer, "Once more", "Hello again").await;
    assert_eq!(
        send(app, &owner, &shop, customer, "1").await.error(),
        Error::Conflict(Conflict::Suppressed)
    );
    assert_eq!(
        send(app, &owner, &other, elsewhere, "1").await.status,
        200,
        "it is about one product"
    );
    app.run_jobs().await;
    // Only this path is open to other sites.
    let foreign = app
        .anonymous()
        .request(Method::POST, "/api/outreach/send")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(answer(foreign).await.status, 403);
}

async fn reading_the_page_changes_nothing_and_its_button_does(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let id = shop.send(services, &who, customer).await.expect("queues");
    let path = format!("/unsubscribe/{}", token(services, shop.team, id));
    let stranger = app.anonymous();
    let page = stranger.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Music Store") && page.body.contains("h***@customer.example"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("helena@"), "mails are forwarded");
    assert!(page.body.contains(&format!("action=\"{path}\"")), "the form needs no script");
    assert!(suppressions(app).await.is_empty(), "mail filters open links too");

    let pressed = answer(stranger.request(Method::POST, &path).form(&[("from", "page")])).await;
    assert_eq!((pressed.status.as_u16(), pressed.header("location")), (303, path.as_str()));
    assert_eq!(suppressions(app).await.len(), 1);
    let page = stranger.get(&path).await;
    assert!(page.body.contains("You will get no further"), "{}", page.body);
    // What waited is not sent any more.
    app.run_jobs().await;
    assert_eq!(mailing::row(services, id).await.state, OutreachState::Cancelled);
    assert_eq!(stranger.get("/unsubscribe/test").await.status, 200, "the link of a test mail");
}

async fn a_forged_link_is_not_found(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let id = shop.send(services, &who, customer).await.expect("queues");
    let real = URL_SAFE_NO_PAD.decode(token(services, shop.team, id)).expect("base64");
    for n in 0..real.len() {
        let mut forged = real.clone();
        forged[n] ^= 1;
        let forged = URL_SAFE_NO_PAD.encode(forged);
        assert_eq!(click(app, &forged).await.status, 404, "byte {n}");
    }
    for forged in [
        "x",
        "test",
        &URL_SAFE_NO_PAD.encode(&real[..32]),
        &URL_SAFE_NO_PAD.encode(&real[..47]),
    ] {
        assert_eq!(click(app, forged).await.status, 404, "{forged}");
    }
    assert_eq!(app.anonymous().get("/unsubscribe/x").await.status, 404);
    assert!(suppressions(app).await.is_empty());
    app.run_jobs().await;
}

async fn it_works_for_deleted_teams_too(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let id = shop.send(services, &who, customer).await.expect("queues");
    team::Entity::update_many()
        .col_expr(team::Column::DeletedAt, Expr::value(services.clock().now()))
        .filter(team::Column::Id.eq(shop.team))
        .exec(services.db().write())
        .await
        .expect("deletes");
    app.run_jobs().await;
    assert_eq!(
        mailing::row(services, id).await.state,
        OutreachState::Paused,
        "a deleted team sends nothing"
    );
    let token = token(services, shop.team, id);
    assert_eq!(app.anonymous().get(&format!("/unsubscribe/{token}")).await.status, 200);
    assert_eq!(click(app, &token).await.status, 200);
    assert_eq!(suppressions(app).await.len(), 1);
}
