//! What must not happen twice, and what must not get lost with the page that asked for it.

use super::{act, conflict, options, send};
use crate::support::{
    TestApp, both_databases,
    mailing::{self, Mailing},
    smtp::{Mode, Step, Trap},
};
use domain::{error::Conflict, outreach::OutreachState, page::Total, permission::perm};
use futures::future::join_all;
use services::outreach::deliver_due;
use tokio_util::sync::CancellationToken;

both_databases! {
    send_again_pressed_by_two_sends_once
    send_again_beside_a_worker_sends_once
    a_test_goes_on_when_its_page_is_closed
    only_what_waits_is_counted_as_waiting
    a_changed_text_takes_the_place_of_the_one_in_review
}

async fn a_changed_text_takes_the_place_of_the_one_in_review(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let grant = app.grant::<perm::SendEmails>(&owner).await;
    let review = services::outreach::Order {
        review: true,
        ..shop.order()
    };
    let put_up = async || services::outreach::queue(services, &grant, shop.business, customer, review).await;
    let waiting = async || {
        let frame = services::teams::frame(services, &who).await.expect("there");
        frame.businesses.iter().find(|b| b.id == shop.business).map(|b| b.to_review)
    };
    assert_eq!(waiting().await, Some(0));
    let old = put_up().await.expect("waits");
    assert_eq!(waiting().await, Some(1));
    let same = put_up().await.expect_err("the same words").into_public("");
    assert_eq!(same, conflict(Conflict::OpenOutreach));

    shop.rewrite(services, customer, "Another subject", "Another text.").await;
    let new = put_up().await.expect("takes its place");
    let state = async |id| mailing::row(services, id).await.state;
    assert_eq!(
        (state(old).await, state(new).await),
        (OutreachState::Cancelled, OutreachState::Review)
    );
    assert_eq!(waiting().await, Some(1));
    // Whoever still sees the old words approves nothing.
    assert_eq!(act(app, &admin, old, "approve").await.error(), conflict(Conflict::OutreachState));

    // What nobody has to review any more is not replaced, and two at once put up one.
    assert_eq!(act(app, &admin, new, "approve").await.status, 200);
    shop.rewrite(services, customer, "A third", "A third text.").await;
    let late = put_up().await.expect_err("is queued").into_public("");
    assert_eq!(late, conflict(Conflict::OpenOutreach));
    assert_eq!(act(app, &admin, new, "cancel").await.status, 200);
    put_up().await.expect("waits");
    shop.rewrite(services, customer, "A fourth", "A fourth text.").await;
    let both = join_all([put_up(), put_up()]).await;
    assert_eq!(both.iter().filter(|put| put.is_ok()).count(), 1, "{both:?}");
    assert_eq!(waiting().await, Some(1));
}

async fn send_again_pressed_by_two_sends_once(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let cases = [
        ("Lost", Mode::DropAfterData, OutreachState::Unknown, 2),
        ("Gone", Mode::Refuse(mailing::address("Gone")), OutreachState::Failed, 1),
    ];
    for (name, mode, state, times) in cases {
        let customer = shop.customer(services, &who, name).await;
        app.smtp.behave(mode);
        let id = shop.send(services, &who, customer).await.expect("queues");
        app.run_jobs().await;
        assert_eq!(mailing::row(services, id).await.state, state);
        app.smtp.behave(Mode::Ok);
        let twice = async || join_all([&owner, &admin].map(|actor| act(app, actor, id, "send_again"))).await;
        let came = || {
            let all = mailing::came(&app.smtp);
            all.iter().filter(|mail| mail.to[0] == mailing::address(name)).count()
        };
        let (taken, refused): (Vec<_>, Vec<_>) = twice().await.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((taken.len(), refused.len()), (1, 1), "{name}");
        assert_eq!(refused[0].error(), conflict(Conflict::OpenOutreach), "{name}");
        app.run_jobs().await;
        assert_eq!(came(), times, "{name}");
        for answer in twice().await {
            assert_eq!(answer.error(), conflict(Conflict::AlreadySent), "{name}");
        }
        app.run_jobs().await;
        assert_eq!(came(), times, "{name}");
        // Nor does the draft with the same words leave by the other way.
        assert_eq!(
            send(app, &owner, &shop, customer, "1").await.error(),
            conflict(Conflict::AlreadySent)
        );
    }
    assert_eq!(app.audited("outreach.resolved").await, 2);
}

async fn send_again_beside_a_worker_sends_once(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    for n in 0..5 {
        let name = format!("Customer{n}");
        let customer = shop.customer(services, &who, &name).await;
        app.smtp.behave(Mode::Refuse(mailing::address(&name)));
        let id = shop.send(services, &who, customer).await.expect("queues");
        app.run_jobs().await;
        app.smtp.behave(Mode::Ok);
        let press = async |actor| {
            let answer = act(app, actor, id, "send_again").await;
            deliver_due(services, &CancellationToken::new()).await.expect("delivers");
            answer.status == 200
        };
        let taken = join_all([&owner, &admin, &owner, &admin].map(press)).await;
        assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 1, "{name}");
        app.run_jobs().await;
        assert_eq!(mailing::came(&app.smtp).len(), n + 1, "{name}");
    }
}

async fn a_test_goes_on_when_its_page_is_closed(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let fields = [
        ("team", app.team().await.to_string()),
        ("business", shop.business.to_string()),
        ("customer", customer.to_string()),
        ("sender", shop.sender.to_string()),
    ];
    let trap = Trap::new(Step::Recipient, 0);
    app.smtp.behave(Mode::Trap(trap.clone()));
    let press = tokio::spawn(async move {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        owner.browser.form("outreach/test", &fields).await
    });
    trap.caught().await;
    press.abort();
    assert!(press.await.expect_err("the browser is gone").is_cancelled());
    trap.release();
    let heard = async {
        app.smtp.wait_for(mailing::came(&app.smtp).len() + 1).await;
        while app.audited("test_mail.sent").await == 0 {
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(10);
    tokio::time::timeout(patience, heard)
        .await
        .expect("it is sent and recorded all the same");
}

async fn only_what_waits_is_counted_as_waiting(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let sent = shop.customer(services, &who, "Sent").await;
    shop.send(services, &who, sent).await.expect("queues");
    app.run_jobs().await;
    let ids = shop.queued(services, &who, 3).await;
    assert_eq!(act(app, &owner, ids[0], "pause").await.status, 200);
    assert_eq!(options(app, &owner, &shop, sent).await.waiting, Total::Exactly(2));
    app.run_jobs().await;
    assert_eq!(options(app, &owner, &shop, sent).await.waiting, Total::Exactly(0));
}
