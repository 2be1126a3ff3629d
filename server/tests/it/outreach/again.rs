//! What must not happen twice, and what must not get lost with the page that asked for it.

use super::{act, conflict, options, send};
use crate::support::{
    TestApp, both_databases,
    mailing::{self, Mailing},
    smtp::{Mode, Step, Trap},
};
use domain::{error::Conflict, outreach::OutreachState, page::Total};
use futures::future::join_all;
use services::outreach::deliver_due;
use tokio_util::sync::CancellationToken;

both_databases! {
    send_again_pressed_by_two_sends_once
    send_again_beside_a_worker_sends_once
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
