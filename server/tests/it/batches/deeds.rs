//! Batches that cost nothing: sending, deleting, restoring.

use super::{chosen, detail, events, letters, quote, run, start, started, try_start};
use crate::support::{
    TestApp, both_databases,
    mailing::{Mailing, address, rows, states},
    shop::Shop,
};
use domain::{
    Error,
    batch::{BatchKind, BatchState, SkipReason},
    credit::Credits,
    customer::CustomerQuery,
    error::{Conflict, FieldCode},
    ids::CustomerId,
    outreach::{OutreachState, SendBlocker},
};
use sea_orm::EntityTrait;
use services::entity::business;

both_databases! {
    drafts_are_chosen_for_review_or_queued
    what_keeps_a_draft_from_leaving_leaves_it_out
    many_are_deleted_and_restored
    nobody_sends_without_a_sender
}

async fn mailing(app: &TestApp) -> (Mailing, Shop, Vec<CustomerId>) {
    let owner = app.owner().await;
    let member = app.place(&owner).await;
    let mailing = Mailing::open(&app.services, &member, "Music Store").await;
    let mut ids = Vec::new();
    for name in ["Ann", "Ben", "Cid", "Dan", "Eve"] {
        ids.push(mailing.customer(&app.services, &member, name).await);
    }
    let shop = Shop {
        team: mailing.team,
        business: mailing.business,
    };
    (mailing, shop, ids)
}

async fn drafts_are_chosen_for_review_or_queued(app: &TestApp) {
    let owner = app.owner().await;
    let (mailing, shop, ids) = mailing(app).await;
    let sender = mailing.sender.to_string();
    let two = chosen(&ids[..2]);
    let quoted = quote(shop, &owner, BatchKind::Send, &two).await;
    assert_eq!((quoted.todo, quoted.each, quoted.senders.len()), (2, Credits(0), 1));
    let id = start(shop, &owner, BatchKind::Send, &two, &[("sender", &sender), ("review", "true")]).await;
    app.run_jobs().await;
    assert_eq!(detail(shop, &owner, id).await.done, 2);
    assert_eq!(states(&app.services).await, [OutreachState::Review; 2]);
    let three = chosen(&ids);
    let quoted = quote(shop, &owner, BatchKind::Send, &three).await;
    assert_eq!((quoted.todo, &quoted.skipped[..]), (3, &[(SkipReason::Open, 2)][..]));
    let id = start(shop, &owner, BatchKind::Send, &three, &[("sender", &sender), ("review", "false")]).await;
    app.run_jobs().await;
    assert_eq!(detail(shop, &owner, id).await.done, 3);
    let sent = rows(&app.services).await.into_iter().filter(|row| row.state == OutreachState::Sent);
    assert_eq!(sent.count(), 3);
    assert_eq!(events(app, "outreach.queued").await, 5);
    letters(app, "owner@example.com").await;
}

async fn what_keeps_a_draft_from_leaving_leaves_it_out(app: &TestApp) {
    let owner = app.owner().await;
    let (mailing, shop, ids) = mailing(app).await;
    let member = app.place(&owner).await;
    let without = mailing.stranger(&app.services, "Zed").await;
    mailing.rewrite(&app.services, ids[0], "Hello {{name}}", "A line.").await;
    run(
        app,
        "INSERT INTO suppression (team_id, id, email, reason, created_at) VALUES ($1, $2, $3, 'unsubscribed', $4)",
        vec![
            shop.team.0.into(),
            app.services.clock().new_id().into(),
            address("Ben").into(),
            app.services.clock().now().into(),
        ],
    )
    .await;
    mailing.send(&app.services, &member, ids[2]).await.expect("queues");
    app.run_jobs().await;
    let mut all = ids.clone();
    all.push(without);
    let all = chosen(&all);
    let quoted = quote(shop, &owner, BatchKind::Send, &all).await;
    assert_eq!(quoted.todo, 2);
    assert_eq!(
        quoted.skipped,
        [
            (SkipReason::NoDraft, 1),
            (SkipReason::Incomplete, 1),
            (SkipReason::Suppressed, 1),
            (SkipReason::AlreadySent, 1)
        ]
    );
    let sender = mailing.sender.to_string();
    let id = started(&try_start(shop, &owner, &quoted, 2, &all, &[("sender", &sender), ("review", "true")]).await);
    // Somebody writes another text, and mails one by hand, before their turn.
    run(app, "UPDATE draft SET version = 2 WHERE customer_id = $1", vec![ids[3].0.into()]).await;
    mailing.send(&app.services, &member, ids[4]).await.expect("queues");
    app.run_jobs().await;
    let ended = detail(shop, &owner, id).await;
    assert_eq!((ended.state, ended.done, ended.ended), (BatchState::Done, 0, 2));
    assert!(ended.skipped.contains(&(SkipReason::Changed, 1)), "{:?}", ended.skipped);
    // By then it is on its way or was sent.
    let other = ended.skipped.iter().filter(|(why, _)| matches!(why, SkipReason::Open | SkipReason::AlreadySent));
    assert_eq!(other.map(|(_, n)| n).sum::<u64>(), 2);
    letters(app, "owner@example.com").await;
}

async fn nobody_sends_without_a_sender(app: &TestApp) {
    let owner = app.owner().await;
    let (mailing, shop, ids) = mailing(app).await;
    let chosen = chosen(&ids);
    let quoted = quote(shop, &owner, BatchKind::Send, &chosen).await;
    let none = try_start(shop, &owner, &quoted, 5, &chosen, &[]).await;
    assert_eq!(none.error(), Error::field("sender", FieldCode::Required));
    run(app, "UPDATE sender SET state = 'unverified' WHERE id = $1", vec![mailing.sender.0.into()]).await;
    let quoted = quote(shop, &owner, BatchKind::Send, &chosen).await;
    assert_eq!(quoted.blockers, [SendBlocker::NoSender]);
    let sender = mailing.sender.to_string();
    let refused = try_start(shop, &owner, &quoted, 5, &chosen, &[("sender", &sender)]).await;
    assert_eq!(refused.error(), Error::Conflict(Conflict::SenderUnverified));
}

async fn many_are_deleted_and_restored(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let mut ids = Vec::new();
    for n in 0..1_203 {
        ids.push(shop.customer(app, &format!("u{n:05}@example.com"), |row| row.total_spent = Some(n)).await);
    }
    let count = async || {
        let found = business::Entity::find_by_id(shop.business).one(app.services.db().read()).await;
        found.expect("reads").expect("a business").customer_count
    };
    run(
        app,
        "UPDATE business SET customer_count = 1203 WHERE id = $1",
        vec![shop.business.0.into()],
    )
    .await;
    let everybody = chosen(&[]);
    let id = start(shop, &owner, BatchKind::Delete, &everybody, &[]).await;
    // Two are gone already when it comes to them.
    run(
        app,
        "UPDATE customer SET deleted_at = created_at WHERE email IN ('u00000@example.com', 'u01202@example.com')",
        Vec::new(),
    )
    .await;
    run(
        app,
        "UPDATE business SET customer_count = 1201 WHERE id = $1",
        vec![shop.business.0.into()],
    )
    .await;
    app.run_jobs().await;
    let ended = detail(shop, &owner, id).await;
    assert_eq!((ended.state, ended.done, &ended.skipped[..]), (BatchState::Done, 1_201, &[(SkipReason::Gone, 2)][..]));
    assert_eq!((count().await, events(app, "customer.deleted").await), (0, 1_201));
    let query = CustomerQuery {
        search: String::new(),
        deleted: true,
        ..CustomerQuery::default()
    };
    let back = (String::new(), query);
    let quoted = quote(shop, &owner, BatchKind::Restore, &back).await;
    assert_eq!(quoted.todo, 1_203);
    let id = start(shop, &owner, BatchKind::Restore, &back, &[]).await;
    app.run_jobs().await;
    assert_eq!(detail(shop, &owner, id).await.done, 1_203);
    assert_eq!((count().await, events(app, "customer.restored").await), (1_203, 1_203));
    letters(app, "owner@example.com").await;
}
