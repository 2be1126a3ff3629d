//! Delivery when the sender, the mail server or the database is in trouble: no mail pays for it.

use super::{another_process, worker};
use crate::support::{
    TestApp, both_databases,
    mailing::{self, Mailing},
    smtp::{Mode, Step, Trap},
};
use chrono::TimeDelta;
use domain::{Error, business::form::SmtpForm, error::Conflict, outreach::OutreachState, permission::perm};
use services::{Db, Services, businesses::smtp, mail, outreach, settings::Sending};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

both_databases! {
    what_concerns_the_sender_fails_no_mail
    a_sender_rests_shorter_once_a_mail_was_taken_or_its_settings_were_saved
    a_busy_database_after_the_answer_is_asked_again
    one_senders_long_line_holds_up_nobody
    the_settings_are_tested_by_the_sign_in_that_sends
    a_mail_server_in_a_private_network_is_not_connected_to
}

async fn what_concerns_the_sender_fails_no_mail(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    shop.queued(services, &who, 3).await;
    let answers = [
        ("MAIL", "550 5.7.1 not your address"),
        ("MAIL", "451 4.7.1 slow down"),
        ("RCPT", "530 5.7.0 sign in first"),
        ("RCPT", "535 5.7.8 bad credentials"),
        ("DATA", "538 5.7.11 encryption needed"),
        ("RCPT", "421 4.3.2 closing"),
    ];
    for (verb, words) in answers {
        app.smtp.behave(Mode::Says(verb, words));
        app.run_jobs().await;
        let rows = mailing::rows(services).await;
        let untouched =
            |row: &services::entity::outreach::Model| (row.state, row.attempts, row.handed_over_at) == (OutreachState::Queued, 0, None);
        assert!(rows.iter().all(untouched), "{words}: {rows:?}");
        let reason = &words[10..];
        assert!(
            rows.iter().any(|row| row.error.as_deref().is_some_and(|why| why.contains(reason))),
            "{words}: {rows:?}"
        );
        services.clock().advance(TimeDelta::hours(2));
    }
    app.smtp.behave(Mode::Ok);
    app.run_jobs().await;
    assert_eq!(mailing::states(services).await, [OutreachState::Sent; 3]);
}

/// The business's own server: this one.
fn own(app: &TestApp, user: &str) -> SmtpForm {
    SmtpForm {
        host: "127.0.0.1".into(),
        port: app.smtp.port.to_string(),
        tls: "none".into(),
        user: user.into(),
        password: user.into(),
    }
}

async fn a_sender_rests_shorter_once_a_mail_was_taken_or_its_settings_were_saved(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let fail = async |times: usize| {
        app.smtp.behave(Mode::Down);
        for _ in 0..times {
            services
                .clock()
                .advance(mailing::rest(services, shop.sender).await.unwrap_or_default());
            app.run_jobs().await;
        }
        mailing::rest(services, shop.sender).await.expect("rests").num_seconds()
    };
    shop.queued(services, &who, 1).await;
    assert!(fail(6).await > 300);
    // A mail is taken.
    app.smtp.behave(Mode::Ok);
    services.clock().advance(TimeDelta::hours(1));
    app.run_jobs().await;
    assert_eq!(mailing::states(services).await, [OutreachState::Sent]);
    let customer = shop.customer(services, &who, "Next").await;
    let next = shop.send(services, &who, customer).await.expect("queues");
    assert!(fail(1).await < 20);
    assert!(fail(6).await > 300);
    // Somebody mends the settings: it goes at once.
    let grant = app.grant::<perm::ConfigureSender>(&owner).await;
    smtp::save(services, &grant, shop.business, &own(app, "")).await.expect("saves");
    assert_eq!(mailing::rest(services, shop.sender).await, None);
    assert!(fail(1).await < 20);
    smtp::remove(services, &grant, shop.business).await.expect("removes");
    app.smtp.behave(Mode::Ok);
    app.run_jobs().await;
    assert_eq!(mailing::row(services, next).await.state, OutreachState::Sent);
}

/// Takes every connection of a small pool.
async fn take_all(db: &Db) -> Vec<sea_orm::DatabaseTransaction> {
    let mut taken = Vec::new();
    while let Ok(transaction) = db.begin().await {
        taken.push(transaction);
    }
    taken
}

async fn a_busy_database_after_the_answer_is_asked_again(app: &TestApp) {
    let owner = app.owner().await;
    let who = app.place(&owner).await;
    let db = Db::connect(&app.database_url, 2, Duration::from_millis(200))
        .await
        .expect("connects");
    let services = Services::new(db.clone(), app.services.clock().clone(), app.services.settings().clone());
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    let id = shop.send(&app.services, &who, customer).await.expect("queues");
    let sign_up = async |name: &str| {
        let (address, origin) = (format!("{name}@example.com"), services::accounts::Origin::default());
        services::accounts::sign_up(&app.services, &origin, name, &address, crate::support::app::PASSWORD)
            .await
            .expect("signs up");
        address
    };
    let busy = async |delivering: tokio::task::JoinHandle<services::Result<usize>>, trap: &Trap| {
        trap.caught().await;
        let taken = take_all(&db).await;
        trap.release();
        // Each waits as long as the worker does, so by then it was refused.
        for _ in 0..5 {
            assert!(db.begin().await.is_err(), "the pool is used up");
        }
        drop(taken);
        assert_eq!(delivering.await.expect("no panic").expect("is noted after all"), 1);
    };
    let trap = Trap::new(Step::Text, 0);
    app.smtp.behave(Mode::Trap(trap.clone()));
    busy(worker(&services), &trap).await;
    let row = mailing::row(&services, id).await;
    assert_eq!((row.state, row.lease_token), (OutreachState::Sent, None));
    assert_eq!(app.audited("outreach.sent").await, 1);

    let address = sign_up("jane").await;
    let trap = Trap::new(Step::Text, 0);
    app.smtp.behave(Mode::Trap(trap.clone()));
    let other = services.clone();
    let delivering = tokio::spawn(async move { mail::deliver_due(&other, &CancellationToken::new()).await });
    busy(delivering, &trap).await;
    assert_eq!(app.mails(&address).await[0].state, "sent");
    crate::support::database::close(&db).await;
}

async fn one_senders_long_line_holds_up_nobody(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let long = Mailing::open(services, &who, "Music Store").await;
    let short = Mailing::open(services, &who, "Ticket Mailing").await;
    long.queued(services, &who, 6).await;
    let late = short.customer(services, &who, "Late").await;
    short.send(services, &who, late).await.expect("queues");
    let two = another_process(app, services.settings().sending).await;
    worker(&two).await.expect("no panic").expect("delivers");
    let order: Vec<_> = mailing::came(&app.smtp).into_iter().map(|mail| mail.to[0].clone()).collect();
    assert_eq!(order.len(), 7);
    assert_eq!(
        order.iter().position(|to| *to == mailing::address("Late")),
        Some(1),
        "it is the other's turn: {order:?}"
    );
}

async fn the_settings_are_tested_by_the_sign_in_that_sends(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let grant = app.grant::<perm::ConfigureSender>(&owner).await;
    let test = async |user: &str| {
        smtp::save(services, &grant, shop.business, &own(app, user)).await.expect("saves");
        smtp::test(services, &grant, shop.business)
            .await
            .map_err(|error| error.into_public("test"))
    };
    let before = app.smtp.received().len();
    assert_eq!(test("").await, Ok(()));
    // This server knows no sign-in.
    assert_eq!(test("jane").await, Err(Error::Conflict(Conflict::MailServer)));
    app.smtp.behave(Mode::Down);
    assert_eq!(test("").await, Err(Error::Conflict(Conflict::MailServer)));
    assert_eq!(app.smtp.received().len(), before, "a test sends nothing");
}

async fn a_mail_server_in_a_private_network_is_not_connected_to(app: &TestApp) {
    let owner = app.owner().await;
    let who = app.place(&owner).await;
    let strict = Sending {
        allow_private_hosts: false,
        ..app.services.settings().sending
    };
    let services = &another_process(app, strict).await;
    let shop = Mailing::open(services, &who, "Music Store").await;
    let trap = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    trap.set_nonblocking(true).expect("does not wait");
    let port = trap.local_addr().expect("an address").port();
    let grant = app.grant::<perm::ConfigureSender>(&owner).await;
    let private = Err(Error::Conflict(Conflict::MailServerPrivate));
    for host in ["localhost", "127.0.0.1", "::ffff:127.0.0.1", "2130706433", "0.0.0.0"] {
        let form = SmtpForm {
            host: host.into(),
            port: port.to_string(),
            tls: "tls".into(),
            ..own(app, "")
        };
        smtp::save(services, &grant, shop.business, &form).await.expect("saves");
        let told = smtp::test(services, &grant, shop.business).await;
        assert_eq!(told.map_err(|error| error.into_public("test")), private, "{host}");
    }
    shop.queued(services, &who, 1).await;
    worker(services).await.expect("no panic").expect("delivers");
    let row = mailing::rows(services).await.pop().expect("one");
    assert_eq!((row.state, row.attempts), (OutreachState::Queued, 0), "no mail's fault");
    assert!(row.error.expect("a reason").contains("sending.allow_private_hosts"));
    let customer = shop.customer(services, &who, "Frank").await;
    let drafts = app.grant::<perm::DraftEmails>(&owner).await;
    let test = outreach::send_test(services, &drafts, shop.business, customer, shop.sender).await;
    assert_eq!(test.map(|_| ()).map_err(|error| error.into_public("test")), private);
    assert!(trap.accept().is_err(), "nobody knocked");

    // The installation's own server is in the same network, and may be.
    smtp::remove(services, &grant, shop.business).await.expect("removes");
    worker(services).await.expect("no panic").expect("delivers");
    assert_eq!(mailing::came(&app.smtp).len(), 1);
}
