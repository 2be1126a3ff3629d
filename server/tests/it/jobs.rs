//! The queue's promises: each job once, a dead worker is replaced, a late one changes nothing, what failed stays visible.

use crate::{
    imports::shop::Shop,
    support::{TestApp, both_databases},
};
use chrono::TimeDelta;
use domain::{Error as Public, import::ImportState};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use services::{
    Error,
    entity::job,
    jobs::{self, Job, JobKind, MAX_ATTEMPTS, NewJob},
};
use std::collections::HashSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

both_databases! {
    many_workers_get_each_job_once
    a_dead_workers_job_goes_to_another_and_the_late_one_changes_nothing
    a_job_that_every_worker_dies_of_is_given_up
    a_heartbeat_keeps_a_job
    what_fails_waits_longer_and_is_given_up_in_sight
    an_error_that_only_a_person_can_mend_is_not_tried_again
    a_cancelled_job_is_lost_to_its_worker
    a_job_of_unknown_kind_waits_and_holds_up_nobody
    a_stopped_worker_takes_nothing
}

async fn enqueue(app: &TestApp, subject: Option<Uuid>) -> Uuid {
    let new = NewJob {
        kind: JobKind::ImportRead,
        team: None,
        subject,
        actor: None,
        payload: serde_json::json!({}),
    };
    let id = jobs::enqueue(app.services.db().write(), app.services.clock(), new).await;
    id.expect("takes the job").0
}

async fn claim(app: &TestApp) -> Option<Job> {
    jobs::claim(&app.services).await.expect("asks the queue")
}

async fn finish(app: &TestApp, job: &Job, outcome: Result<(), Error>) {
    jobs::finish(&app.services, job, outcome).await.expect("writes the end");
}

async fn row(app: &TestApp, id: Uuid) -> job::Model {
    let found = job::Entity::find_by_id(domain::ids::JobId(id)).one(app.services.db().read()).await;
    found.expect("reads").expect("is kept")
}

/// A little more than a lease.
fn a_lease(app: &TestApp) -> TimeDelta {
    TimeDelta::from_std(app.services.settings().sending.lease).expect("a length") + TimeDelta::seconds(1)
}

async fn many_workers_get_each_job_once(app: &TestApp) {
    const JOBS: usize = 120;
    for _ in 0..JOBS {
        enqueue(app, None).await;
    }
    let workers = (0..16).map(|_| {
        let services = app.services.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            while let Some(job) = jobs::claim(&services).await.expect("asks the queue") {
                jobs::finish(&services, &job, Ok(())).await.expect("writes the end");
                mine.push(job.id);
            }
            mine
        })
    });
    let mut all = Vec::new();
    for mine in futures::future::join_all(workers).await {
        all.extend(mine.expect("no panic"));
    }
    assert_eq!(all.len(), JOBS, "none is given twice");
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), JOBS, "none is left out");
}

async fn a_dead_workers_job_goes_to_another_and_the_late_one_changes_nothing(app: &TestApp) {
    let id = enqueue(app, None).await;
    let late = claim(app).await.expect("a job");
    assert!(claim(app).await.is_none(), "it is in somebody's hands");
    app.services.clock().advance(a_lease(app));
    let second = claim(app).await.expect("the same job");
    assert_eq!((second.id, late.attempts, second.attempts), (late.id, 1, 2));

    assert!(!late.heartbeat(&app.services).await.expect("asks"), "the lease is another's");
    assert!(!late.holds(app.services.db().read()).await.expect("asks"));
    assert!(second.holds(app.services.db().read()).await.expect("asks"));
    let before = row(app, id).await;
    finish(app, &late, Ok(())).await;
    finish(app, &late, Err(Error::Bug("too late".into()))).await;
    assert_eq!(row(app, id).await, before, "neither success nor failure of the late one counts");
    finish(app, &second, Ok(())).await;
    assert_eq!(row(app, id).await.state, "done");
}

async fn a_job_that_every_worker_dies_of_is_given_up(app: &TestApp) {
    let id = enqueue(app, None).await;
    let last = die(app).await;
    assert_eq!(last.attempts, MAX_ATTEMPTS);
    app.run_jobs().await;
    let given_up = row(app, id).await;
    assert_eq!((given_up.state.as_str(), given_up.lease_token), ("failed", None));
    assert_eq!(given_up.error.as_deref(), Some("its worker stopped at each of 8 tries"));
    assert!(!last.holds(app.services.db().read()).await.expect("asks"));
    assert!(claim(app).await.is_none());

    // Whoever waits for an import sees that it ended.
    let shop = Shop::open(app, "Music Store").await;
    let import = shop.upload("file.csv", "email,total spent\njane@example.org,1.00\n").await;
    assert_eq!(shop.detail(import).await.state, ImportState::Reading);
    die(app).await;
    app.run_jobs().await;
    let seen = shop.detail(import).await;
    assert_eq!(seen.state, ImportState::Failed);
    assert!(seen.reason.is_some_and(|reason| reason.contains("several times")));
    assert_eq!(app.audited("import.finished").await, 1);
}

/// As many workers as may try take the next job and die. Returns what the last one held.
async fn die(app: &TestApp) -> Job {
    let mut last = None;
    for _ in 0..MAX_ATTEMPTS {
        last = Some(claim(app).await.expect("a job"));
        app.services.clock().advance(a_lease(app));
    }
    last.expect("at least one")
}

async fn a_heartbeat_keeps_a_job(app: &TestApp) {
    let id = enqueue(app, None).await;
    let job = claim(app).await.expect("a job");
    for _ in 0..3 {
        app.services.clock().advance(a_lease(app) - TimeDelta::seconds(5));
        assert!(job.heartbeat(&app.services).await.expect("asks"));
    }
    assert!(claim(app).await.is_none(), "it is still being worked on");
    finish(app, &job, Ok(())).await;
    let row = row(app, id).await;
    assert_eq!((row.state.as_str(), row.attempts, row.lease_token), ("done", 1, None));
}

async fn what_fails_waits_longer_and_is_given_up_in_sight(app: &TestApp) {
    let id = enqueue(app, None).await;
    let mut waited = Vec::new();
    for attempt in 1..=MAX_ATTEMPTS {
        let job = claim(app).await.expect("a job");
        assert_eq!(job.attempts, attempt);
        finish(app, &job, Err(Error::Bug(format!("broken {attempt}")))).await;
        let row = row(app, id).await;
        assert_eq!(
            row.error.as_deref(),
            Some(format!("broken {attempt}").as_str()),
            "the reason is in sight"
        );
        if attempt < MAX_ATTEMPTS {
            assert_eq!((row.state.as_str(), row.finished_at), ("queued", None));
            assert!(claim(app).await.is_none(), "not before its time");
            let wait = row.due_at - app.services.clock().now();
            waited.push(wait);
            app.services.clock().advance(wait);
        } else {
            assert_eq!((row.state.as_str(), row.finished_at), ("failed", Some(app.services.clock().now())));
        }
    }
    assert!(waited.first() < waited.last(), "{waited:?}");
    app.services.clock().advance(TimeDelta::days(1));
    assert!(claim(app).await.is_none(), "what was given up stays so");
}

async fn an_error_that_only_a_person_can_mend_is_not_tried_again(app: &TestApp) {
    let id = enqueue(app, None).await;
    let job = claim(app).await.expect("a job");
    finish(app, &job, Err(Error::Public(Public::NotFound))).await;
    let row = row(app, id).await;
    assert_eq!((row.state.as_str(), row.error), ("failed", Some(Public::NotFound.to_string())));
}

async fn a_cancelled_job_is_lost_to_its_worker(app: &TestApp) {
    let subject = app.services.clock().new_id();
    let running = enqueue(app, Some(subject)).await;
    let job = claim(app).await.expect("a job");
    let waiting = enqueue(app, Some(subject)).await;
    let other = enqueue(app, Some(app.services.clock().new_id())).await;
    let db = app.services.db().write();
    let cancelled = jobs::cancel(db, app.services.clock(), subject).await.expect("cancels");
    assert_eq!(cancelled, 2);
    assert!(!job.heartbeat(&app.services).await.expect("asks"));
    finish(app, &job, Ok(())).await;
    for id in [running, waiting] {
        assert_eq!(row(app, id).await.state, "cancelled");
    }
    let next = claim(app).await.expect("the other subject's job");
    assert_eq!(next.id.0, other);
    finish(app, &next, Ok(())).await;
    assert_eq!(jobs::cancel(db, app.services.clock(), subject).await.expect("cancels"), 0);
}

async fn a_job_of_unknown_kind_waits_and_holds_up_nobody(app: &TestApp) {
    let subject = app.services.clock().new_id();
    let unknown = enqueue(app, Some(subject)).await;
    let db = app.services.db().write();
    let sql = "UPDATE job SET kind = 'of_the_next_version' WHERE id = $1";
    let rename = Statement::from_sql_and_values(db.get_database_backend(), sql, [unknown.into()]);
    db.execute_raw(rename).await.expect("renames");
    app.services.clock().advance(TimeDelta::seconds(1));
    let known = enqueue(app, None).await;
    let job = claim(app).await.expect("the job behind it");
    assert_eq!(job.id.0, known);
    finish(app, &job, Ok(())).await;
    for _ in 0..MAX_ATTEMPTS {
        let row = row(app, unknown).await;
        assert_eq!((row.state.as_str(), row.attempts), ("queued", 0), "looking at it is no try");
        assert!(row.due_at > app.services.clock().now());
        app.services.clock().advance(TimeDelta::minutes(11));
        assert!(claim(app).await.is_none());
    }
    jobs::cancel(db, app.services.clock(), subject).await.expect("cancels");
}

async fn a_stopped_worker_takes_nothing(app: &TestApp) {
    let subject = app.services.clock().new_id();
    let id = enqueue(app, Some(subject)).await;
    let stop = CancellationToken::new();
    stop.cancel();
    jobs::run(app.services.clone(), stop).await;
    assert_eq!(row(app, id).await.state, "queued");
    let db = app.services.db().write();
    jobs::cancel(db, app.services.clock(), subject).await.expect("cancels");
}
