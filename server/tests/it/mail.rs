//! The system's own mails on their way through the outbox.

use crate::{
    stage::{Stage, UNLIMITED},
    support::{TestApp, both_databases, smtp::Mode},
};
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use services::{
    accounts::{self, Origin},
    entity::mail,
    jobs,
};

both_databases! {
    a_mail_is_delivered_once_with_its_headers
    a_refused_mail_fails_and_a_delayed_one_comes_later
    a_server_that_is_down_is_tried_again
    a_sender_that_is_refused_fails_no_mail
    a_mail_that_can_not_be_made_fails
    a_mail_without_an_answer_is_unknown_and_stays_so
    a_dead_workers_mail_waits_again_or_is_unknown
    a_text_with_a_link_is_kept_only_until_it_left
}

async fn sign_up(app: &TestApp, name: &str) -> String {
    let address = format!("{name}@example.com");
    accounts::sign_up(&app.services, &Origin::default(), name, &address, crate::support::app::PASSWORD)
        .await
        .expect("signs up");
    address
}

async fn only(app: &TestApp, address: &str) -> mail::Model {
    app.mails(address).await.pop().expect("a mail")
}

async fn a_mail_is_delivered_once_with_its_headers(app: &TestApp) {
    let address = sign_up(app, "jane").await;
    assert_eq!(only(app, &address).await.state, "queued");
    assert!(app.run_jobs().await > 0);
    app.run_jobs().await;
    let mail = only(app, &address).await;
    assert_eq!((mail.state.as_str(), mail.attempts, mail.sent_at.is_some()), ("sent", 1, true));
    let received = app.smtp.received();
    assert_eq!(received.len(), 1);
    assert_eq!(
        (received[0].from.as_str(), &received[0].to),
        ("no-reply@example.com", &vec![address])
    );
    let header = |name: &str| received[0].header(name).unwrap_or_default();
    assert_eq!(header("Message-ID"), format!("<{}@127.0.0.1>", mail.id));
    assert_eq!(header("Subject"), mail.subject);
    assert!(header("List-Unsubscribe").is_empty(), "the system's mails are no advertising");
}

async fn a_refused_mail_fails_and_a_delayed_one_comes_later(app: &TestApp) {
    let (refused, delayed) = (sign_up(app, "gone").await, sign_up(app, "later").await);
    app.smtp.behave(Mode::Refuse(refused.clone()));
    app.services.clock().advance(TimeDelta::seconds(1));
    app.run_jobs().await;
    let mail = only(app, &refused).await;
    assert_eq!((mail.state.as_str(), mail.sent_at), ("failed", None));
    assert!(mail.error.expect("a reason").contains("no such mailbox"));
    assert_eq!(only(app, &delayed).await.state, "sent");

    let delayed = sign_up(app, "grey").await;
    app.smtp.behave(Mode::Later(delayed.clone()));
    app.run_jobs().await;
    let mail = only(app, &delayed).await;
    assert_eq!((mail.state.as_str(), mail.attempts, mail.handed_over_at), ("queued", 1, None));
    let wait = mail.due_at - app.services.clock().now();
    assert!((11..=19).contains(&wait.num_seconds()), "{wait}");
    app.run_jobs().await;
    assert_eq!(only(app, &delayed).await.attempts, 1, "not before its time");
    app.services.clock().advance(TimeDelta::seconds(20));
    app.run_jobs().await;
    let second = only(app, &delayed).await;
    assert_eq!((second.state.as_str(), second.attempts), ("queued", 2));
    assert!(
        second.due_at - app.services.clock().now() > TimeDelta::seconds(20),
        "it waits longer each time"
    );
    app.smtp.behave(Mode::Ok);
    app.services.clock().advance(TimeDelta::minutes(1));
    app.run_jobs().await;
    assert_eq!(only(app, &delayed).await.state, "sent");
}

/// The text of a mail as the database holds it.
async fn kept(app: &TestApp, address: &str) -> String {
    let row = mail::Entity::find().filter(mail::Column::ToAddress.eq(address));
    row.one(app.services.db().read()).await.expect("reads").expect("a mail").body
}

async fn a_text_with_a_link_is_kept_only_until_it_left(app: &TestApp) {
    let (gone, fine) = (sign_up(app, "gone").await, sign_up(app, "fine").await);
    app.smtp.behave(Mode::Down);
    app.run_jobs().await;
    for address in [&gone, &fine] {
        assert!(kept(app, address).await.contains("/verify/"), "it is sent later");
    }
    app.smtp.behave(Mode::Refuse(gone.clone()));
    app.services.clock().advance(TimeDelta::minutes(1));
    app.run_jobs().await;
    let states = [only(app, &gone).await.state, only(app, &fine).await.state];
    assert_eq!(states, ["failed", "sent"]);
    assert_eq!([kept(app, &gone).await, kept(app, &fine).await], ["", ""]);
    let link = app.mailed_token(&fine, "/verify/").await.expect("it was in the mail");
    assert!(app.smtp.received()[0].raw.contains(&link[..8]));

    let hanging = sign_up(app, "hanging").await;
    app.smtp.behave(Mode::HangAfterData);
    app.run_jobs().await;
    assert_eq!(
        (only(app, &hanging).await.state, kept(app, &hanging).await),
        ("unknown".into(), String::new())
    );
}

/// Development without a mail server: what would have left is in the mailbox, whole.
#[tokio::test]
async fn the_mailbox_of_development_shows_the_texts() {
    Stage::each(UNLIMITED, async |stage| {
        let services = &stage.services;
        accounts::sign_up(
            services,
            &Origin::default(),
            "Jane",
            "jane@example.com",
            crate::support::app::PASSWORD,
        )
        .await
        .expect("signs up");
        jobs::run_due_once(services).await.expect("works");
        assert_eq!(stage.column::<String>("SELECT body FROM mail", vec![]).await, [""]);
        let shown = services::mail::dev::list(services).await.expect("lists");
        assert_eq!(shown.len(), 1);
        assert!(shown[0].body.contains("/verify/"), "{shown:?}");
    })
    .await;
}

async fn a_server_that_is_down_is_tried_again(app: &TestApp) {
    let address = sign_up(app, "jane").await;
    app.smtp.behave(Mode::Down);
    app.run_jobs().await;
    assert_eq!(only(app, &address).await.state, "queued");
    app.smtp.behave(Mode::LaterAfterData);
    app.services.clock().advance(TimeDelta::minutes(1));
    app.run_jobs().await;
    let mail = only(app, &address).await;
    assert_eq!((mail.state.as_str(), mail.handed_over_at), ("queued", None), "a no is an answer");
    app.smtp.behave(Mode::HangBeforeData);
    app.services.clock().advance(TimeDelta::minutes(5));
    app.run_jobs().await;
    assert_eq!(only(app, &address).await.state, "queued", "nothing of the text was sent");
    app.smtp.behave(Mode::Ok);
    app.services.clock().advance(TimeDelta::minutes(10));
    app.run_jobs().await;
    assert_eq!((only(app, &address).await.state.as_str(), app.smtp.received().len()), ("sent", 1));
}

async fn a_sender_that_is_refused_fails_no_mail(app: &TestApp) {
    let address = sign_up(app, "jane").await;
    for mode in [Mode::Says("MAIL", "550 5.7.1 not your address"), Mode::Down] {
        app.smtp.behave(mode);
        for _ in 0..11 {
            app.run_jobs().await;
            app.services.clock().advance(TimeDelta::hours(2));
        }
        assert_eq!(
            only(app, &address).await.state,
            "queued",
            "the sender is to be mended, not the mail"
        );
    }
    app.smtp.behave(Mode::Ok);
    app.run_jobs().await;
    assert_eq!(only(app, &address).await.state, "sent");
}

async fn a_mail_that_can_not_be_made_fails(app: &TestApp) {
    let address = sign_up(app, "jane").await;
    let id = only(app, &address).await.id;
    mail::Entity::update_many()
        .col_expr(mail::Column::ToAddress, Expr::value("no address"))
        .exec(app.services.db().write())
        .await
        .expect("spoils it");
    app.run_jobs().await;
    let mails = app.mails("no address").await;
    assert_eq!(
        (mails[0].id, mails[0].state.as_str(), mails[0].error.is_some()),
        (id, "failed", true)
    );
}

async fn a_mail_without_an_answer_is_unknown_and_stays_so(app: &TestApp) {
    let (hanging, dropped) = (sign_up(app, "hanging").await, sign_up(app, "dropped").await);
    app.smtp.behave(Mode::HangAfterData);
    app.services.clock().advance(TimeDelta::seconds(1));
    app.run_jobs().await;
    assert_eq!(only(app, &hanging).await.state, "unknown");
    assert_eq!(only(app, &dropped).await.state, "unknown");
    let third = sign_up(app, "third").await;
    app.smtp.behave(Mode::DropAfterData);
    app.run_jobs().await;
    assert_eq!(only(app, &third).await.state, "unknown");
    app.smtp.behave(Mode::Ok);
    app.services.clock().advance(TimeDelta::days(2));
    app.run_jobs().await;
    assert_eq!(app.smtp.received().len(), 3, "each came once");
}

async fn a_dead_workers_mail_waits_again_or_is_unknown(app: &TestApp) {
    let (before, after) = (sign_up(app, "before").await, sign_up(app, "after").await);
    let now = app.services.clock().now();
    for (address, handed_over) in [(&before, None), (&after, Some(now))] {
        mail::Entity::update_many()
            .col_expr(mail::Column::State, Expr::value("sending"))
            .col_expr(mail::Column::LeaseToken, Expr::value(app.services.clock().new_id()))
            .col_expr(mail::Column::LeaseUntil, Expr::value(now + TimeDelta::minutes(1)))
            .col_expr(mail::Column::HandedOverAt, Expr::value(handed_over))
            .filter(mail::Column::ToAddress.eq(address))
            .exec(app.services.db().write())
            .await
            .expect("dies");
    }
    app.run_jobs().await;
    assert_eq!(only(app, &before).await.state, "sending", "its lease has not ended");
    app.services.clock().advance(TimeDelta::minutes(2));
    app.run_jobs().await;
    assert_eq!(only(app, &before).await.state, "sent");
    assert_eq!(only(app, &after).await.state, "unknown");
    assert_eq!(
        [kept(app, &before).await, kept(app, &after).await],
        ["", ""],
        "its link opens an account"
    );
    assert_eq!(app.smtp.received().len(), 1);
}
