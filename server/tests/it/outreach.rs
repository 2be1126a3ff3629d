//! The way into the queue, and what a person does with an outreach.

mod again;
mod who;

use crate::support::{
    TestApp,
    actor::{Actor, Answer},
    both_databases,
    mailing::{self, Mailing},
    smtp::Mode,
};
use chrono::TimeDelta;
use domain::{
    Error,
    error::Conflict,
    ids::{CustomerId, OutreachId},
    outreach::{OutreachGroup, OutreachPage, OutreachState, SendBlocker, SendOptions, WaitReason},
    permission::perm,
};
use futures::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use services::entity::{business, draft, outreach, sender};

both_databases! {
    what_stands_in_the_way_is_said_and_refused
    one_open_e_mail_per_customer_whoever_presses_first
    a_second_press_after_it_was_sent_sends_nothing
    review_pause_resume_and_cancel
    an_unknown_one_is_resolved_by_a_person
    the_whole_queue_pauses_and_goes_on
    a_test_goes_to_oneself_and_counts_nowhere
}

pub async fn send(app: &TestApp, actor: &Actor, shop: &Mailing, customer: CustomerId, version: &str) -> Answer {
    // Ids of one instant are in no order.
    app.services.clock().advance(TimeDelta::milliseconds(1));
    let (team, business) = (app.team().await.to_string(), shop.business.to_string());
    let (customer, sender) = (customer.to_string(), shop.sender.to_string());
    let fields = [
        ("team", team.as_str()),
        ("business", &business),
        ("customer", &customer),
        ("sender", &sender),
        ("version", version),
    ];
    actor.browser.form("outreach/send", &fields).await
}

pub async fn act(app: &TestApp, actor: &Actor, id: OutreachId, action: &str) -> Answer {
    let (team, id) = (app.team().await.to_string(), id.to_string());
    let fields = [("team", team.as_str()), ("outreach", &id), ("action", action)];
    actor.browser.form("outreach/act", &fields).await
}

pub async fn page(app: &TestApp, actor: &Actor, shop: &Mailing, group: Option<OutreachGroup>) -> OutreachPage {
    let answer = ask(
        app,
        actor,
        "outreach/page",
        json!({"business": shop.business, "query": query(group)}),
    )
    .await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no page: {}", answer.body))
}

fn query(group: Option<OutreachGroup>) -> Value {
    json!({"group": group, "open": null, "after": null, "before": null})
}

async fn ask(app: &TestApp, actor: &Actor, endpoint: &str, mut input: Value) -> Answer {
    input["team"] = json!(app.team().await);
    actor.browser.call(endpoint, &input).await
}

async fn options(app: &TestApp, actor: &Actor, shop: &Mailing, customer: CustomerId) -> SendOptions {
    let answer = ask(
        app,
        actor,
        "outreach/options",
        json!({"business": shop.business, "customer": customer}),
    )
    .await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no options: {}", answer.body))
}

fn conflict(conflict: Conflict) -> Error {
    Error::Conflict(conflict)
}

async fn what_stands_in_the_way_is_said_and_refused(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let bare = shop.stranger(services, "Nobody").await;
    assert_eq!(options(app, &owner, &shop, bare).await.blockers, [SendBlocker::NoDraft]);
    assert_eq!(send(app, &owner, &shop, bare, "1").await.error(), conflict(Conflict::NoDraft));

    let customer = shop.customer(services, &who, "Helena").await;
    let fine = options(app, &owner, &shop, customer).await;
    assert_eq!(
        (fine.blockers.as_slice(), fine.version, fine.open.is_none()),
        ([].as_slice(), 1, true)
    );
    assert_eq!(fine.senders[0].label, "Jane Peacock <jane@music.example>");
    assert_eq!(send(app, &owner, &shop, customer, "2").await.error(), conflict(Conflict::Stale));

    shop.rewrite(services, customer, "For {{name}}", "Hi").await;
    assert_eq!(options(app, &owner, &shop, customer).await.blockers, [SendBlocker::Incomplete]);
    let refused = send(app, &owner, &shop, customer, "1").await;
    assert_eq!(
        (refused.status.as_u16(), refused.error().field_message("subject").is_some()),
        (422, true)
    );
    shop.rewrite(services, customer, "For Helena", "You bought ten records").await;
    let claims = json!([{"text": "ten records", "sources": []}]);
    draft::Entity::update_many()
        .col_expr(draft::Column::Claims, Expr::value(claims))
        .filter(draft::Column::CustomerId.eq(customer))
        .exec(services.db().write())
        .await
        .expect("claims something");
    assert_eq!(
        options(app, &owner, &shop, customer).await.blockers,
        [SendBlocker::Incomplete],
        "a claim without a source"
    );
    shop.rewrite(services, customer, "For Helena", "You are welcome").await;

    set_postal_address(app, &shop, "").await;
    assert_eq!(options(app, &owner, &shop, customer).await.blockers, [SendBlocker::NoPostalAddress]);
    assert!(
        send(app, &owner, &shop, customer, "1")
            .await
            .error()
            .field_message("postal_address")
            .is_some()
    );
    set_postal_address(app, &shop, "1 Main Street").await;

    unverify(app, &shop).await;
    assert_eq!(options(app, &owner, &shop, customer).await.blockers, [SendBlocker::NoSender]);
    assert_eq!(
        send(app, &owner, &shop, customer, "1").await.error(),
        conflict(Conflict::SenderUnverified)
    );
    assert!(mailing::rows(services).await.is_empty() && app.audited("outreach.queued").await == 0);
}

async fn set_postal_address(app: &TestApp, shop: &Mailing, text: &str) {
    business::Entity::update_many()
        .col_expr(business::Column::PostalAddress, Expr::value(text))
        .filter(business::Column::Id.eq(shop.business))
        .exec(app.services.db().write())
        .await
        .expect("moves");
}

async fn unverify(app: &TestApp, shop: &Mailing) {
    sender::Entity::update_many()
        .col_expr(sender::Column::State, Expr::value("pending"))
        .filter(sender::Column::Id.eq(shop.sender))
        .exec(app.services.db().write())
        .await
        .expect("waits for its link");
}

async fn one_open_e_mail_per_customer_whoever_presses_first(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let who = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    let presses = (0..8).map(|n| send(app, if n % 2 == 0 { &owner } else { &admin }, &shop, customer, "1"));
    let answers = join_all(presses).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((taken.len(), refused.len()), (1, 7));
    assert!(refused.iter().all(|answer| answer.error() == conflict(Conflict::OpenOutreach)));
    assert_eq!(app.audited("outreach.queued").await, 1);
    let open = options(app, &owner, &shop, customer).await;
    assert_eq!(open.blockers, [SendBlocker::Open]);
    assert_eq!(open.open.expect("is shown").state, OutreachState::Queued);
    app.run_jobs().await;
    assert_eq!(mailing::came(&app.smtp).len(), 1);
}

async fn a_second_press_after_it_was_sent_sends_nothing(app: &TestApp) {
    let owner = app.owner().await;
    let who = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    assert_eq!(send(app, &owner, &shop, customer, "1").await.status, 200);
    app.run_jobs().await;
    assert_eq!(
        send(app, &owner, &shop, customer, "1").await.error(),
        conflict(Conflict::AlreadySent)
    );
    shop.rewrite(&app.services, customer, "Something new", "Hello again").await;
    assert_eq!(send(app, &owner, &shop, customer, "1").await.status, 200);
    app.run_jobs().await;
    assert_eq!(mailing::came(&app.smtp).len(), 2);
}

async fn review_pause_resume_and_cancel(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let grant = app.grant::<perm::SendEmails>(&owner).await;
    let review = services::outreach::Order {
        review: true,
        ..shop.order()
    };
    let id = services::outreach::queue(services, &grant, shop.business, customer, review)
        .await
        .expect("waits");
    app.run_jobs().await;
    assert_eq!(
        mailing::row(services, id).await.state,
        OutreachState::Review,
        "nothing leaves unseen"
    );
    assert!(!options(app, &owner, &shop, customer).await.open_differs);
    shop.rewrite(services, customer, "Another subject", "Another text.").await;
    assert!(
        options(app, &owner, &shop, customer).await.open_differs,
        "the page can say that the correction is not in it"
    );
    let steps = [
        ("resume", None),
        ("pause", None),
        ("approve", Some(OutreachState::Queued)),
        ("approve", None),
        ("pause", Some(OutreachState::Paused)),
        ("pause", None),
        ("resume", Some(OutreachState::Queued)),
        ("mark_sent", None),
        ("cancel", Some(OutreachState::Cancelled)),
        ("resume", None),
    ];
    for (action, leads_to) in steps {
        let answer = act(app, &owner, id, action).await;
        match leads_to {
            Some(state) => assert_eq!(
                (answer.status.as_u16(), mailing::row(services, id).await.state),
                (200, state),
                "{action}"
            ),
            None => assert_eq!(answer.error(), conflict(Conflict::OutreachState), "{action}"),
        }
    }
    assert_eq!(act(app, &owner, id, "explode").await.error(), Error::Malformed);
    app.run_jobs().await;
    assert!(mailing::came(&app.smtp).is_empty());
    assert_eq!(
        send(app, &owner, &shop, customer, "1").await.status,
        200,
        "a cancelled one is not open"
    );
    for (kind, count) in [
        ("outreach.queued", 3),
        ("outreach.paused", 1),
        ("outreach.resumed", 1),
        ("outreach.cancelled", 1),
    ] {
        assert_eq!(app.audited(kind).await, count, "{kind}");
    }
    app.run_jobs().await;
}

async fn an_unknown_one_is_resolved_by_a_person(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    app.smtp.behave(Mode::DropAfterData);
    let ids = shop.queued(services, &who, 3).await;
    app.run_jobs().await;
    app.smtp.behave(Mode::Ok);
    assert_eq!(mailing::states(services).await, [OutreachState::Unknown; 3]);
    app.services.clock().advance(TimeDelta::days(3));
    app.run_jobs().await;
    assert_eq!(mailing::came(&app.smtp).len(), 3, "no machine sends it again");
    assert_eq!(act(app, &owner, ids[0], "mark_sent").await.status, 200);
    assert_eq!(act(app, &owner, ids[1], "mark_failed").await.status, 200);
    assert_eq!(act(app, &owner, ids[2], "send_again").await.status, 200);
    assert_eq!(
        act(app, &owner, ids[2], "mark_sent").await.error(),
        conflict(Conflict::OutreachState)
    );
    app.run_jobs().await;
    let rows = mailing::rows(services).await;
    let states: Vec<_> = rows.iter().map(|row| row.state).collect();
    use OutreachState::{Failed, Sent};
    assert_eq!(states, [Sent, Failed, Failed, Sent]);
    assert_eq!(rows[0].sent_at, rows[0].handed_over_at, "it was sent when it was handed over");
    let ids = mailing::came_ids(&app.smtp);
    assert_eq!((ids.len(), ids[3].as_str()), (4, rows[3].message_id.as_str()));
    assert_ne!(rows[2].message_id, rows[3].message_id);
    assert_eq!(app.audited("outreach.resolved").await, 3);
}

async fn the_whole_queue_pauses_and_goes_on(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let other = Mailing::open(services, &who, "Ticket Mailing").await;
    let ids = shop.queued(services, &who, 3).await;
    other.queued(services, &who, 1).await;
    let (team, business) = (app.team().await.to_string(), shop.business.to_string());
    let fields = [("team", team.as_str()), ("business", &business)];
    let paused = owner.browser.form("outreach/pause_all", &fields).await;
    assert_eq!((paused.status.as_u16(), paused.body.as_str()), (200, "3"));
    app.run_jobs().await;
    assert_eq!(mailing::came(&app.smtp).len(), 1, "the other product goes on");
    let shown = page(app, &owner, &shop, None).await;
    assert_eq!(
        shown.sections.iter().map(|s| (s.group, s.rows.len())).collect::<Vec<_>>(),
        [(OutreachGroup::Paused, 3)]
    );
    // Tries begin anew, and what was queued for later keeps its time.
    let later = app.services.clock().now() + TimeDelta::minutes(1);
    outreach::Entity::update_many()
        .col_expr(outreach::Column::Attempts, Expr::value(9))
        .filter(outreach::Column::State.eq(OutreachState::Paused))
        .exec(services.db().write())
        .await
        .expect("tries");
    outreach::Entity::update_many()
        .col_expr(outreach::Column::NotBefore, Expr::value(later))
        .filter(outreach::Column::Id.eq(ids[1]))
        .exec(services.db().write())
        .await
        .expect("waits");
    assert_eq!(owner.browser.form("outreach/resume_all", &fields).await.body, "3");
    let shown = page(app, &owner, &shop, Some(OutreachGroup::Waiting)).await;
    let waits: Vec<_> = shown.sections[0].rows.iter().map(|row| (row.wait, row.attempts)).collect();
    assert_eq!(
        waits,
        [WaitReason::Next, WaitReason::NotBefore, WaitReason::Next].map(|wait| (Some(wait), 0))
    );
    assert_eq!(mailing::row(services, ids[1]).await.due_at, later);
    app.services.clock().advance(TimeDelta::minutes(2));
    let shown = page(app, &owner, &shop, Some(OutreachGroup::Waiting)).await;
    assert!(shown.sections[0].rows.iter().all(|row| row.wait == Some(WaitReason::NoWorker)));
    app.run_jobs().await;
    let shown = page(app, &owner, &shop, Some(OutreachGroup::Sent)).await;
    assert_eq!(
        (shown.counts.sent.to_string().as_str(), shown.counts.queue().is_none()),
        ("3", true)
    );
    assert_eq!((shown.senders[0].hour, shown.senders[0].day, shown.senders[0].per_hour), (3, 3, 60));
    assert!(shown.open.expect("the first").body.is_some());
}

async fn a_test_goes_to_oneself_and_counts_nowhere(app: &TestApp) {
    let (owner, viewer) = (app.owner().await, app.viewer().await);
    let who = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    let (team, business) = (app.team().await.to_string(), shop.business.to_string());
    let (id, sender) = (customer.to_string(), shop.sender.to_string());
    let fields = [
        ("team", team.as_str()),
        ("business", &business),
        ("customer", &id),
        ("sender", &sender),
    ];
    let sent = owner.browser.form("outreach/test", &fields).await;
    assert_eq!((sent.status.as_u16(), sent.body.as_str()), (200, "\"owner@example.com\""));
    let received = mailing::came(&app.smtp);
    assert_eq!((received.len(), &received[0].to), (1, &vec!["owner@example.com".to_owned()]));
    assert_eq!(received[0].header("Subject").as_deref(), Some("[Test] For Helena"));
    assert!(received[0].header("List-Unsubscribe").is_none() && received[0].raw.contains("/unsubscribe/test"));
    assert_eq!(viewer.browser.form("outreach/test", &fields).await.status, 403);
    app.smtp.behave(Mode::Down);
    let refused = owner.browser.form("outreach/test", &fields).await;
    assert_eq!(refused.error(), conflict(Conflict::MailServer));
    let after = options(app, &owner, &shop, customer).await;
    assert!(after.open.is_none() && after.blockers.is_empty());
    assert!(page(app, &owner, &shop, None).await.senders[0].day == 0);
    assert_eq!(app.audited("test_mail.sent").await, 1);
}
