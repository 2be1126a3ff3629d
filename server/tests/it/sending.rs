//! Delivery: answers of the mail server, workers that die, several workers, rates.

mod trouble;

use crate::outreach::page;
use crate::support::{
    TestApp, both_databases,
    mailing::{self, Mailing},
    smtp::{Mode, Step, Trap},
};
use chrono::TimeDelta;
use domain::{
    ids::OutreachId,
    outreach::{OutreachGroup, OutreachState, WaitReason},
};
use services::{Services, Settings, outreach, settings::Sending};
use std::{collections::HashSet, time::Duration};
use tokio_util::sync::CancellationToken;

both_databases! {
    a_draft_is_sent_with_all_its_headers
    a_refusal_fails_and_a_delay_waits
    a_server_that_is_down_keeps_the_sender_waiting
    only_an_answer_decides_after_the_hand_over
    a_worker_that_dies_loses_nothing_and_doubles_nothing
    two_workers_send_each_once
    the_hour_and_the_day_hold_with_two_workers
    a_gap_lies_between_two_mails
    what_was_suppressed_just_before_does_not_leave
}

async fn a_draft_is_sent_with_all_its_headers(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let id = shop.send(services, &who, customer).await.expect("queues");
    assert!(app.run_jobs().await > 0);
    app.run_jobs().await;
    let row = mailing::row(services, id).await;
    assert_eq!((row.state, row.attempts, row.lease_token), (OutreachState::Sent, 1, None));
    assert_eq!(row.sent_at, Some(services.clock().now()));
    let received = mailing::came(&app.smtp);
    assert_eq!(received.len(), 1);
    let mail = &received[0];
    assert_eq!(
        (mail.from.as_str(), &mail.to),
        ("jane@music.example", &vec![mailing::address("Helena")])
    );
    let header = |name: &str| mail.header(name).unwrap_or_default();
    assert_eq!(header("From"), "\"Jane Peacock\" <jane@music.example>");
    assert_eq!(header("To"), "Helena <helena@customer.example>");
    assert_eq!(header("Reply-To"), "jane@music.example");
    assert_eq!(header("Message-ID"), format!("<{id}@music.example>"));
    let link = format!(
        "{}/unsubscribe/{}",
        app.base_url,
        outreach::unsubscribe::token(services, shop.team, id)
    );
    assert_eq!(header("List-Unsubscribe"), format!("<{link}>"));
    assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert!(header("Content-Type").starts_with("text/plain"), "{}", header("Content-Type"));
    let plain = mail.raw.replace("=\r\n", "");
    assert!(
        plain.contains("ten records for you.") && plain.contains("Music Store, 1 Main Street"),
        "{plain}"
    );
    assert!(!plain.contains("<img"), "nothing tells whether it was opened");
    assert_eq!((app.audited("outreach.queued").await, app.audited("outreach.sent").await), (1, 1));
}

async fn a_refusal_fails_and_a_delay_waits(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let gone = shop.customer(services, &who, "Gone").await;
    let gone = shop.send(services, &who, gone).await.expect("queues");
    app.smtp.behave(Mode::Refuse(mailing::address("Gone")));
    app.run_jobs().await;
    let row = mailing::row(services, gone).await;
    assert_eq!((row.state, row.handed_over_at, row.sent_at), (OutreachState::Failed, None, None));
    assert!(row.error.expect("a reason").contains("no such mailbox"));
    assert_eq!(app.audited("outreach.failed").await, 1);

    let grey = shop.customer(services, &who, "Grey").await;
    let grey = shop.send(services, &who, grey).await.expect("queues");
    app.smtp.behave(Mode::Later(mailing::address("Grey")));
    app.run_jobs().await;
    let row = mailing::row(services, grey).await;
    assert_eq!((row.state, row.attempts, row.lease_token), (OutreachState::Queued, 1, None));
    let wait = (row.due_at - services.clock().now()).num_seconds();
    assert!((11..=19).contains(&wait), "{wait}");
    let shown = page(app, &owner, &shop, Some(OutreachGroup::Waiting)).await;
    assert_eq!(shown.sections[0].rows[0].wait, Some(WaitReason::Retry));
    // One greylisted recipient holds up nobody else.
    let other = shop.customer(services, &who, "Other").await;
    let other = shop.send(services, &who, other).await.expect("queues");
    app.run_jobs().await;
    assert_eq!(mailing::row(services, other).await.state, OutreachState::Sent);
    for tries in 2..=10 {
        services.clock().advance(TimeDelta::hours(2));
        app.run_jobs().await;
        assert_eq!(mailing::row(services, grey).await.attempts, tries);
    }
    assert_eq!(
        mailing::row(services, grey).await.state,
        OutreachState::Failed,
        "ten tries are enough"
    );
}

async fn a_server_that_is_down_keeps_the_sender_waiting(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let ids = shop.queued(services, &who, 5).await;
    app.smtp.behave(Mode::Down);
    app.run_jobs().await;
    let mut rests = vec![mailing::rest(services, shop.sender).await.expect("rests")];
    let shown = page(app, &owner, &shop, Some(OutreachGroup::Waiting)).await;
    assert!(
        shown.sections[0].rows.iter().all(|row| row.wait == Some(WaitReason::Server)),
        "{shown:?}"
    );
    for _ in 0..30 {
        services.clock().advance(*rests.last().expect("at least one"));
        app.run_jobs().await;
        rests.push(mailing::rest(services, shop.sender).await.expect("rests"));
    }
    let seconds: Vec<_> = rests.iter().map(TimeDelta::num_seconds).collect();
    assert!((11..=19).contains(&seconds[0]), "one try tells for all of the sender: {seconds:?}");
    assert!(
        seconds[..8].is_sorted() && seconds[30] >= 2_700,
        "it rests longer each time: {seconds:?}"
    );
    let rows = mailing::rows(services).await;
    assert!(
        rows.iter().all(|row| (row.state, row.attempts) == (OutreachState::Queued, 0)),
        "that is no mail's fault: {rows:?}"
    );
    app.smtp.behave(Mode::Ok);
    services.clock().advance(TimeDelta::hours(2));
    app.run_jobs().await;
    services.clock().advance(TimeDelta::hours(2));
    app.run_jobs().await;
    assert_eq!(mailing::states(services).await, [OutreachState::Sent; 5]);
    let unique: HashSet<_> = mailing::came_ids(&app.smtp).into_iter().collect();
    assert_eq!((unique.len(), mailing::came(&app.smtp).len()), (ids.len(), ids.len()));
}

async fn only_an_answer_decides_after_the_hand_over(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let cases = [
        ("Before", Mode::HangBeforeData, OutreachState::Queued),
        ("Hung", Mode::HangAfterData, OutreachState::Unknown),
        ("Dropped", Mode::DropAfterData, OutreachState::Unknown),
        ("No", Mode::LaterAfterData, OutreachState::Queued),
    ];
    let mut ids = Vec::new();
    for (name, mode, state) in cases {
        let customer = shop.customer(services, &who, name).await;
        let id = shop.send(services, &who, customer).await.expect("queues");
        app.smtp.behave(mode);
        app.run_jobs().await;
        let row = mailing::row(services, id).await;
        assert_eq!(row.state, state, "{name}: {:?}", row.error);
        assert_eq!(row.handed_over_at.is_some(), state == OutreachState::Unknown, "{name}");
        ids.push(id);
    }
    app.smtp.behave(Mode::Ok);
    services.clock().advance(TimeDelta::days(2));
    app.run_jobs().await;
    use OutreachState::{Sent, Unknown};
    assert_eq!(mailing::states(services).await, [Sent, Unknown, Unknown, Sent]);
    let received = mailing::came_ids(&app.smtp);
    let unique: HashSet<_> = received.iter().collect();
    assert_eq!((received.len(), unique.len()), (4, 4), "each came once, also the unanswered ones");
    assert_eq!(app.audited("outreach.unknown").await, 2);
}

/// A worker of its own; killing the task is the death of the worker.
fn worker(services: &Services) -> tokio::task::JoinHandle<services::Result<usize>> {
    let services = services.clone();
    tokio::spawn(async move { outreach::deliver_due(&services, &CancellationToken::new()).await })
}

async fn a_worker_that_dies_loses_nothing_and_doubles_nothing(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let steps = [
        (Step::Greeting, OutreachState::Queued),
        (Step::Recipient, OutreachState::Queued),
        (Step::Data, OutreachState::Unknown),
        (Step::Text, OutreachState::Unknown),
    ];
    for (n, (step, then)) in steps.into_iter().enumerate() {
        let customer = shop.customer(services, &who, &format!("Customer{n}")).await;
        let id = shop.send(services, &who, customer).await.expect("queues");
        let trap = Trap::new(step, 0);
        app.smtp.behave(Mode::Trap(trap.clone()));
        let dying = worker(services);
        trap.caught().await;
        dying.abort();
        assert!(dying.await.expect_err("died").is_cancelled());
        app.smtp.behave(Mode::Ok);
        outreach::tidy(services, &CancellationToken::new()).await.expect("looks");
        assert_eq!(
            mailing::row(services, id).await.state,
            OutreachState::Sending,
            "{step:?}: its lease has not ended"
        );
        services.clock().advance(TimeDelta::minutes(2));
        outreach::tidy(services, &CancellationToken::new()).await.expect("looks");
        assert_eq!(mailing::row(services, id).await.state, then, "{step:?}");
        app.run_jobs().await;
        let ends = if then == OutreachState::Queued { OutreachState::Sent } else { then };
        assert_eq!(mailing::row(services, id).await.state, ends, "{step:?}");
    }
    // Two waited again and were sent; of the other two, one had reached the server.
    let received = mailing::came_ids(&app.smtp);
    assert_eq!(received.iter().collect::<HashSet<_>>().len(), received.len());
    assert_eq!(received.len(), 3);
}

/// The same application under other sending settings: a second process on the same database.
async fn another_process(app: &TestApp, sending: Sending) -> Services {
    let settings = Settings {
        sending,
        ..app.services.settings().clone()
    };
    Services::new(app.services.db().clone(), app.services.clock().clone(), settings)
}

async fn both(one: &Services, two: &Services) {
    let never = CancellationToken::new();
    outreach::tidy(one, &never).await.expect("looks");
    let (a, b) = tokio::join!(worker(one), worker(two));
    a.expect("no panic").expect("delivers");
    b.expect("no panic").expect("delivers");
}

async fn two_workers_send_each_once(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    shop.queued(services, &who, 30).await;
    let other = another_process(app, services.settings().sending).await;
    both(services, &other).await;
    assert_eq!(mailing::states(services).await, [OutreachState::Sent; 30]);
    let received = mailing::came_ids(&app.smtp);
    assert_eq!((received.len(), received.iter().collect::<HashSet<_>>().len()), (30, 30));
    assert!(mailing::rows(services).await.iter().all(|row| row.attempts == 1));
}

async fn the_hour_and_the_day_hold_with_two_workers(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    shop.queued(services, &who, 8).await;
    let limits = Sending {
        per_hour: 3,
        per_day: 5,
        ..services.settings().sending
    };
    let (one, two) = (another_process(app, limits).await, another_process(app, limits).await);
    let shown = async |sent: usize, why: Option<WaitReason>| {
        both(&one, &two).await;
        assert_eq!(mailing::came(&app.smtp).len(), sent);
        let page = page(app, &owner, &shop, Some(OutreachGroup::Waiting)).await;
        let reasons: HashSet<_> = page.sections[0].rows.iter().map(|row| row.wait).collect();
        assert_eq!(reasons, why.map(Some).into_iter().collect(), "after {sent}");
        page.sections[0]
            .rows
            .first()
            .and_then(|row| row.due.clone())
            .map(|due| due.relative)
    };
    let due = shown(3, Some(WaitReason::SenderHour)).await;
    assert_eq!(due.as_deref(), Some("in 1 hour"));
    services.clock().advance(TimeDelta::minutes(59));
    shown(3, Some(WaitReason::SenderHour)).await;
    services.clock().advance(TimeDelta::minutes(1));
    let due = shown(5, Some(WaitReason::SenderDay)).await;
    assert_eq!(due.as_deref(), Some("in 23 hours"));
    services.clock().advance(TimeDelta::hours(22));
    shown(5, Some(WaitReason::SenderDay)).await;
    services.clock().advance(TimeDelta::hours(1));
    assert_eq!(shown(8, None).await, None);
    assert!(
        mailing::rows(services).await.iter().all(|row| row.attempts == 1),
        "waiting is no try"
    );
}

async fn a_gap_lies_between_two_mails(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    shop.queued(services, &who, 3).await;
    let limits = Sending {
        min_gap: Duration::from_secs(10),
        ..services.settings().sending
    };
    let (one, two) = (another_process(app, limits).await, another_process(app, limits).await);
    for sent in 1..=3 {
        both(&one, &two).await;
        assert_eq!(mailing::came(&app.smtp).len(), sent);
        services.clock().advance(TimeDelta::seconds(9));
        both(&one, &two).await;
        assert_eq!(mailing::came(&app.smtp).len(), sent, "nine seconds are no gap");
        services.clock().advance(TimeDelta::seconds(1));
    }
}

async fn what_was_suppressed_just_before_does_not_leave(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let ids = shop.queued(services, &who, 2).await;
    let unsubscribe = async |id: OutreachId| {
        let token = outreach::unsubscribe::token(services, shop.team, id);
        outreach::unsubscribe::confirm(services, &token).await.expect("suppresses");
    };
    // While it waits.
    unsubscribe(ids[0]).await;
    // While the mail server is being talked to.
    let trap = Trap::new(Step::Recipient, 0);
    app.smtp.behave(Mode::Trap(trap.clone()));
    let delivering = worker(services);
    trap.caught().await;
    unsubscribe(ids[1]).await;
    trap.release();
    delivering.await.expect("no panic").expect("delivers");
    assert_eq!(mailing::states(services).await, [OutreachState::Cancelled; 2]);
    assert!(mailing::came(&app.smtp).is_empty());
    let reasons: Vec<_> = mailing::rows(services).await.into_iter().filter_map(|row| row.error).collect();
    assert_eq!(reasons.len(), 2);
    assert_eq!(
        (app.audited("suppression.added").await, app.audited("outreach.cancelled").await),
        (2, 2)
    );
}
