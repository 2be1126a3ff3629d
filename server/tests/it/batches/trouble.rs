//! What can happen in the middle of a batch, at a moment that the test chooses: after the first of its steps.

use super::{balance, buy, chosen, detail, events, letters, personas, run, start};
use crate::support::{
    TestApp,
    actor::Actor,
    both_databases,
    shop::{Shop, post},
};
use chrono::TimeDelta;
use domain::{
    Error,
    batch::{BatchKind, BatchState, SkipReason},
    error::Conflict,
    ids::{BatchId, CustomerId},
    permission::Permission,
};
use services::{
    analysis::writer::Writer,
    batches::run::{Run, Step},
    jobs::{self, Job},
};

both_databases! {
    cancelling_gives_back_what_is_left
    a_lost_role_stops_it_and_gives_back
    a_business_that_was_handed_over_stops_it
    somebody_who_was_removed_stops_it
    a_business_that_was_deleted_stops_it
    a_worker_that_died_is_replaced_and_nothing_is_done_twice
    a_worker_that_lost_its_lease_writes_nothing_more
    whoever_is_gone_or_analysed_meanwhile_is_skipped_and_paid_back
    a_writer_that_fails_costs_nothing_and_stops_it_in_the_end
    a_batch_whose_workers_die_is_given_up
}

/// Twenty customers of that person's business wait.
async fn waiting(app: &TestApp, who: &Actor) -> (Shop, BatchId, Vec<CustomerId>) {
    let shop = Shop::open(app, who, "Music Store").await;
    let all = shop.music(app).await;
    buy(app, shop, 90).await;
    let ids = all[..20].to_vec();
    let id = start(shop, who, BatchKind::Analyse, &chosen(&ids), &[]).await;
    assert_eq!(balance(app, shop).await, (80, 20));
    (shop, id, ids)
}

/// Takes the job and does the first eight.
async fn first_step(app: &TestApp) -> (Job, Run) {
    let job = jobs::claim(&app.services).await.expect("asks").expect("a job");
    let mut run = Run::open(&app.services, &job).await.expect("opens").expect("it runs");
    assert_eq!(run.step().await.expect("works"), Step::More);
    (job, run)
}

async fn cancel(shop: Shop, who: &Actor, id: BatchId) -> crate::support::actor::Answer {
    let (team, business, id) = (shop.team.to_string(), shop.business.to_string(), id.to_string());
    post(who, "batches/cancel", &[("team", &team), ("business", &business), ("batch", &id)]).await
}

async fn cancelling_gives_back_what_is_left(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, id, _) = waiting(app, &owner).await;
    let (job, mut run) = first_step(app).await;
    assert_eq!(balance(app, shop).await, (80, 12));
    let admin = app.admin().await;
    assert_eq!(cancel(shop, &admin, id).await.status, 200);
    assert_eq!(balance(app, shop).await, (92, 0));
    assert_eq!(run.step().await.expect("stops"), Step::Stopped);
    jobs::finish(&app.services, &job, Ok(())).await.expect("ends");
    app.run_jobs().await;
    let ended = detail(shop, &owner, id).await;
    assert_eq!(
        (ended.state, ended.reason.as_deref(), ended.done, ended.ended),
        (BatchState::Cancelled, Some("Cancelled by Admin."), 8, 8)
    );
    assert_eq!((personas(app).await, balance(app, shop).await), (8, (92, 0)));
    let again = cancel(shop, &admin, id).await;
    assert_eq!(again.error(), Error::Conflict(Conflict::BatchState));
    assert_eq!(cancel(shop, &app.viewer().await, id).await.status, 403);
    let page = owner.browser.get(&app::paths::batch(shop.team, shop.business, id)).await.body;
    assert!(page.contains("12 were left as they are."), "{page}");
}

/// The next step is refused; the batch has stopped with that reason and everything that was left is back.
async fn stops(app: &TestApp, shop: Shop, id: BatchId, watcher: &Actor, (job, mut run): (Job, Run), reason: &str) {
    let error = run.step().await.expect_err("refused");
    drop(run);
    jobs::finish(&app.services, &job, Err(error)).await.expect("ends the try");
    // `finish` ends the job only; a worker settles the batch with it.
    run_again(app, &job).await;
    let ended = detail(shop, watcher, id).await;
    assert_eq!((ended.state, ended.reason.as_deref(), ended.done), (BatchState::Stopped, Some(reason), 8));
    assert_eq!((balance(app, shop).await, personas(app).await), ((92, 0), 8));
    assert_eq!(events(app, "batch.ended").await, 1);
}

/// As if its worker had not ended it.
async fn run_again(app: &TestApp, job: &Job) {
    run(
        app,
        "UPDATE job SET state = 'queued', attempts = 0, finished_at = NULL WHERE id = $1",
        vec![job.id.0.into()],
    )
    .await;
    app.run_jobs().await;
}

async fn a_lost_role_stops_it_and_gives_back(app: &TestApp) {
    let owner = app.owner().await;
    let member = app.member().await;
    let (shop, id, _) = waiting(app, &member).await;
    let begun = first_step(app).await;
    run(
        app,
        "UPDATE member SET role = 'viewer' WHERE person_id = $1",
        vec![member.session.person.0.into()],
    )
    .await;
    let reason = "Whoever started it has lost the right to act on many customers at once.";
    stops(app, shop, id, &owner, begun, reason).await;
    assert_eq!(letters(app, "member@example.com").await, ["A batch of Music Store was stopped"]);
}

async fn a_business_that_was_handed_over_stops_it(app: &TestApp) {
    let owner = app.owner().await;
    let member = app.member().await;
    let (shop, id, _) = waiting(app, &member).await;
    let begun = first_step(app).await;
    run(
        app,
        "UPDATE business SET owner_id = $1 WHERE id = $2",
        vec![owner.session.person.0.into(), shop.business.0.into()],
    )
    .await;
    let reason = "Whoever started it has lost the right to act on many customers at once.";
    stops(app, shop, id, &owner, begun, reason).await;
    letters(app, "member@example.com").await;
}

async fn somebody_who_was_removed_stops_it(app: &TestApp) {
    let owner = app.owner().await;
    let admin = app.admin().await;
    let (shop, id, _) = waiting(app, &admin).await;
    let begun = first_step(app).await;
    run(app, "DELETE FROM member WHERE person_id = $1", vec![admin.session.person.0.into()]).await;
    let (job, mut stepping) = begun;
    let error = stepping.step().await.expect_err("refused");
    assert!(
        matches!(&error, services::Error::Public(Error::Forbidden { permission }) if *permission == Permission::UseBatch),
        "{error}"
    );
    jobs::finish(&app.services, &job, Err(error)).await.expect("ends the try");
    run_again(app, &job).await;
    let ended = detail(shop, &owner, id).await;
    assert_eq!((ended.state, ended.done), (BatchState::Stopped, 8));
    assert_eq!(balance(app, shop).await, (92, 0));
    letters(app, "admin@example.com").await;
}

async fn a_business_that_was_deleted_stops_it(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, _, _) = waiting(app, &owner).await;
    let (job, mut stepping) = first_step(app).await;
    run(
        app,
        "UPDATE business SET deleted_at = created_at WHERE id = $1",
        vec![shop.business.0.into()],
    )
    .await;
    let error = stepping.step().await.expect_err("refused");
    jobs::finish(&app.services, &job, Err(error)).await.expect("ends the try");
    run_again(app, &job).await;
    assert_eq!((balance(app, shop).await, personas(app).await), ((92, 0), 8));
    letters(app, "owner@example.com").await;
}

async fn a_worker_that_died_is_replaced_and_nothing_is_done_twice(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, id, _) = waiting(app, &owner).await;
    drop(first_step(app).await);
    app.run_jobs().await;
    let held = detail(shop, &owner, id).await;
    assert_eq!((held.state, held.done), (BatchState::Running, 8), "its lease holds");
    app.services.clock().advance(TimeDelta::minutes(20));
    app.run_jobs().await;
    let ended = detail(shop, &owner, id).await;
    assert_eq!((ended.state, ended.done, ended.ended), (BatchState::Done, 20, 20));
    assert_eq!((personas(app).await, balance(app, shop).await), (20, (80, 0)));
    assert_eq!(events(app, "customer.analysed").await, 20);
    letters(app, "owner@example.com").await;
}

async fn a_worker_that_lost_its_lease_writes_nothing_more(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, id, _) = waiting(app, &owner).await;
    let (old_job, mut old) = first_step(app).await;
    app.services.clock().advance(TimeDelta::minutes(20));
    let (_, mut new) = first_step(app).await;
    assert_eq!((personas(app).await, balance(app, shop).await), (16, (80, 4)));
    assert_eq!(old.step().await.expect("stops"), Step::Stopped);
    assert_eq!((personas(app).await, balance(app, shop).await), (16, (80, 4)));
    jobs::finish(&app.services, &old_job, Ok(())).await.expect("changes nothing");
    while new.step().await.expect("works") == Step::More {}
    assert_eq!(old.step().await.expect("stops"), Step::Stopped);
    assert_eq!(detail(shop, &owner, id).await.done, 20);
    assert_eq!((personas(app).await, balance(app, shop).await), (20, (80, 0)));
    assert_eq!((events(app, "customer.analysed").await, events(app, "batch.ended").await), (20, 1));
    // The job of the new one is still its own.
    app.services.clock().advance(TimeDelta::minutes(20));
    app.run_jobs().await;
    letters(app, "owner@example.com").await;
}

async fn whoever_is_gone_or_analysed_meanwhile_is_skipped_and_paid_back(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, id, ids) = waiting(app, &owner).await;
    // Whoever deletes does not wait for the batch.
    let (team, business, gone) = (shop.team.to_string(), shop.business.to_string(), ids[4].to_string());
    let deleted = post(
        &owner,
        "customers/delete",
        &[("team", &team), ("business", &business), ("customer", &gone)],
    )
    .await;
    assert!(deleted.status.as_u16() < 400, "{}", deleted.body);
    run(
        app,
        "INSERT INTO persona (team_id, id, customer_id, language, segment, opportunity, summary, signals, made_by, made_at)
         SELECT team_id, $1, id, 'en', 'loyal', 3, '[]', '[]', $2, created_at FROM customer WHERE id = $3",
        vec![
            app.services.clock().new_id().into(),
            owner.session.person.0.into(),
            ids[7].0.into(),
        ],
    )
    .await;
    app.run_jobs().await;
    let ended = detail(shop, &owner, id).await;
    assert_eq!((ended.state, ended.done, ended.ended, ended.failed), (BatchState::Done, 18, 20, 0));
    assert_eq!(ended.skipped, [(SkipReason::Analysed, 1), (SkipReason::Gone, 1)]);
    assert_eq!((balance(app, shop).await, personas(app).await), ((82, 0), 19));
    let named: Vec<(&str, SkipReason)> = ended.troubles.iter().map(|one| (one.name.as_str(), one.why)).collect();
    assert_eq!(named.len(), 2);
    assert!(named.contains(&("A deleted customer", SkipReason::Gone)), "{named:?}");
    letters(app, "owner@example.com").await;
}

async fn a_writer_that_fails_costs_nothing_and_stops_it_in_the_end(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let all = shop.music(app).await;
    buy(app, shop, 90).await;
    let id = start(shop, &owner, BatchKind::Analyse, &chosen(&all), &[]).await;
    assert_eq!(balance(app, shop).await, (41, 59));
    let failing = app.services.with_writer(Writer::Failing);
    jobs::run_due_once(&failing).await.expect("works");
    let ended = detail(shop, &owner, id).await;
    assert_eq!((ended.state, ended.done, ended.failed), (BatchState::Stopped, 0, 25));
    let reason = ended.reason.expect("a reason");
    assert!(reason.starts_with("The writer could not finish 25 customers"), "{reason}");
    assert_eq!((balance(app, shop).await, personas(app).await), ((100, 0), 0));
    letters(app, "owner@example.com").await;
}

async fn a_batch_whose_workers_die_is_given_up(app: &TestApp) {
    let owner = app.owner().await;
    let (shop, id, _) = waiting(app, &owner).await;
    for _ in 0..jobs::MAX_ATTEMPTS {
        jobs::claim(&app.services).await.expect("asks").expect("the job");
        app.services.clock().advance(TimeDelta::minutes(2));
    }
    app.run_jobs().await;
    let ended = detail(shop, &owner, id).await;
    assert_eq!((ended.state, ended.done), (BatchState::Stopped, 0));
    assert_eq!(balance(app, shop).await, (100, 0));
    letters(app, "owner@example.com").await;
}
