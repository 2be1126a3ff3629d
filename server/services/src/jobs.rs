//! Background work: a queue in the database, because enqueueing must share the transaction of its cause.
//!
//! Owns the table `job`, the worker loop and what it looks after (jobs, outgoing mail, stale holds). A job is claimed with a
//! lease by one statement and finished only by whoever holds the lease: a worker that died is replaced, one that comes back late
//! changes nothing. Handlers are idempotent; must not hold a transaction while working.

mod dispatch;
mod worker;

pub(crate) use worker::HOLD_LIFE;
pub use worker::{finish, run, run_due_once};

use crate::{
    Clock, Services,
    entity::job,
    error::{Error, Result},
};
use chrono::TimeDelta;
use domain::ids::{JobId, PersonId, TeamId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value, sea_query::Expr};
use std::time::Duration;
use uuid::Uuid;

/// A job is given up after so many tries; it stays visible as `failed`.
pub const MAX_ATTEMPTS: i32 = 8;
/// How long a job of a kind that this worker does not know is left to others.
const UNKNOWN_WAITS: TimeDelta = TimeDelta::minutes(10);

/// What a job does. Stored names are never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Reads an uploaded file into the stage and its groups.
    ImportRead,
    /// Writes a previewed import to the customers.
    ImportApply,
}

impl JobKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ImportRead => "import_read",
            Self::ImportApply => "import_apply",
        }
    }

    /// What it does, for whoever waits for it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ImportRead => "Reading a file of customers",
            Self::ImportApply => "Importing customers",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ImportRead, Self::ImportApply].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A job before it has an id.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub kind: JobKind,
    pub team: Option<TeamId>,
    /// The id of what it works on.
    pub subject: Option<Uuid>,
    /// Whoever started it: their right is required again when it runs. `None` is the system.
    pub actor: Option<PersonId>,
    pub payload: serde_json::Value,
}

/// A job in the hands of this worker, until its lease ends.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: JobId,
    pub kind: JobKind,
    pub team: Option<TeamId>,
    pub subject: Option<Uuid>,
    pub actor: Option<PersonId>,
    pub payload: serde_json::Value,
    /// 1 at the first try.
    pub attempts: i32,
    lease: Uuid,
}

impl Job {
    /// Prolongs the lease. `false`: it was lost or the job was cancelled; stop without writing anything more.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn heartbeat(&self, services: &Services) -> Result<bool> {
        let until = services.clock().now() + lease_time(services.settings().sending.lease);
        let done = job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::value(until))
            .filter(job::Column::Id.eq(self.id))
            .filter(job::Column::State.eq("running"))
            .filter(job::Column::LeaseToken.eq(self.lease))
            .exec(services.db().write())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Whether an error ends it for good.
    #[must_use]
    pub const fn is_last_try(&self) -> bool {
        self.attempts >= MAX_ATTEMPTS
    }

    /// Prolongs the lease inside a transaction that writes results: they are lost with the lease. Work that gets on is no failed
    /// try, so tries are counted anew. `false`: the lease was lost or the job was cancelled; roll back.
    ///
    /// # Errors
    /// When the database can't be written.
    pub async fn keep(&self, services: &Services, db: &impl ConnectionTrait) -> Result<bool> {
        let until = services.clock().now() + lease_time(services.settings().sending.lease);
        let done = job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::value(until))
            .col_expr(job::Column::Attempts, Expr::value(1))
            .filter(job::Column::Id.eq(self.id))
            .filter(job::Column::State.eq("running"))
            .filter(job::Column::LeaseToken.eq(self.lease))
            .exec(db)
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Whether this worker still holds the job, seen from inside a transaction that writes its results.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn holds(&self, db: &impl ConnectionTrait) -> Result<bool> {
        let held = job::Entity::find_by_id(self.id)
            .filter(job::Column::State.eq("running"))
            .filter(job::Column::LeaseToken.eq(self.lease))
            .one(db)
            .await?;
        Ok(held.is_some())
    }
}

/// Puts a job into the queue, in the transaction of its cause. Call `Services::wake` after the commit.
///
/// # Errors
/// When the database refuses it.
pub async fn enqueue(db: &impl ConnectionTrait, clock: &Clock, new: NewJob) -> Result<JobId> {
    let row = row(clock, &new);
    let id = *row.id.as_ref();
    job::Entity::insert(row).exec_without_returning(db).await?;
    Ok(id)
}

/// A new row that waits for a worker.
fn row(clock: &Clock, new: &NewJob) -> job::ActiveModel {
    job::ActiveModel {
        id: Set(JobId(clock.new_id())),
        team_id: Set(new.team),
        kind: Set(new.kind.as_str().to_owned()),
        subject_id: Set(new.subject),
        payload: Set(new.payload.clone()),
        state: Set("queued".to_owned()),
        actor_id: Set(new.actor),
        due_at: Set(clock.now()),
        attempts: Set(0),
        created_at: Set(clock.now()),
        ..Default::default()
    }
}

/// Puts a job into the queue and takes it at once, for a caller who waits for its end (`run_taken`). If they die, a worker goes on when
/// the lease has ended.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn enqueue_taken(db: &impl ConnectionTrait, services: &Services, new: NewJob) -> Result<Job> {
    let clock = services.clock();
    let lease = clock.new_id();
    let row = job::ActiveModel {
        state: Set("running".to_owned()),
        attempts: Set(1),
        lease_token: Set(Some(lease)),
        lease_until: Set(Some(clock.now() + lease_time(services.settings().sending.lease))),
        ..row(clock, &new)
    };
    let id = *row.id.as_ref();
    job::Entity::insert(row).exec_without_returning(db).await?;
    Ok(Job {
        id,
        kind: new.kind,
        team: new.team,
        subject: new.subject,
        actor: new.actor,
        payload: new.payload,
        attempts: 1,
        lease,
    })
}

/// Does a job that `enqueue_taken` gave, and says what came of it. One that may work later is left to the workers.
///
/// # Errors
/// Why it was not done.
pub(crate) async fn run_taken(services: &Services, job: Job) -> Result<()> {
    let outcome = dispatch::handle(services, &job).await;
    let told = match &outcome {
        Ok(()) => Ok(()),
        Err(Error::Public(error)) => Err(Error::Public(error.clone())),
        Err(error) => Err(Error::Bug(format!("a worker tries it again: {error}"))),
    };
    worker::finish(services, &job, outcome).await?;
    told
}

/// Cancels what waits or runs for a subject; a running handler learns it from its next heartbeat.
///
/// # Errors
/// When the database refuses it.
pub async fn cancel(db: &impl ConnectionTrait, clock: &Clock, subject: Uuid) -> Result<u64> {
    let done = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value("cancelled"))
        .col_expr(job::Column::LeaseToken, Expr::value(Option::<Uuid>::None))
        .col_expr(job::Column::FinishedAt, Expr::value(clock.now()))
        .filter(job::Column::SubjectId.eq(subject))
        .filter(job::Column::State.is_in(["queued", "running"]))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Takes the next due job, also one whose worker died. One statement, so two workers never get the same. `finish` ends it.
///
/// # Errors
/// When the database can't be used.
pub async fn claim(services: &Services) -> Result<Option<Job>> {
    loop {
        let lease = services.clock().new_id();
        let Some(row) = claim_row(services, lease).await? else {
            return Ok(None);
        };
        if let Some(kind) = JobKind::parse(&row.kind) {
            return Ok(Some(Job {
                id: row.id,
                kind,
                team: row.team_id,
                subject: row.subject_id,
                actor: row.actor_id,
                payload: row.payload,
                attempts: row.attempts,
                lease,
            }));
        }
        // A newer version's job: leave it to a worker that knows it.
        tracing::warn!(kind = row.kind, "a job of unknown kind waits for a newer worker");
        end(services, row.id, lease, End::NotOurs).await?;
    }
}

async fn claim_row(services: &Services, lease: Uuid) -> Result<Option<job::Model>> {
    let now = services.clock().now();
    let until = now + lease_time(services.settings().sending.lease);
    let sql = format!(
        "UPDATE job SET state = 'running', lease_token = $1, lease_until = $2, attempts = attempts + 1 WHERE id = (
           SELECT id FROM job WHERE (state = 'queued' AND due_at <= $3) OR (state = 'running' AND lease_until < $3)
           ORDER BY due_at, id LIMIT 1 {}) RETURNING *",
        skip_locked(services)
    );
    let values: [Value; 3] = [lease.into(), until.into(), now.into()];
    let db = services.db().write();
    Ok(job::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .one(db)
        .await?)
}

/// How a try ended.
enum End {
    Done,
    Failed(String),
    /// Once more after a while, and why.
    Later(TimeDelta, String),
    /// This process is asked to stop: another one may go on at once, and the try does not count.
    Stopped,
    /// This worker does not know the kind: the try does not count.
    NotOurs,
}

/// Ends a try; nothing happens when the lease was lost meanwhile.
async fn end(services: &Services, id: JobId, lease: Uuid, end: End) -> Result<()> {
    use sea_orm::ExprTrait;
    let now = services.clock().now();
    let (state, error, due, finished, uncounted) = match end {
        End::Done => ("done", None, now, Some(now), 0),
        End::Failed(why) => ("failed", Some(why), now, Some(now), 0),
        End::Later(wait, why) => ("queued", Some(why), now + wait, None, 0),
        End::Stopped => ("queued", None, now, None, 1),
        End::NotOurs => ("queued", Some("unknown kind".to_owned()), now + UNKNOWN_WAITS, None, 1),
    };
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(state))
        .col_expr(job::Column::Error, Expr::value(error))
        .col_expr(job::Column::DueAt, Expr::value(due))
        .col_expr(job::Column::FinishedAt, Expr::value(finished))
        .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).sub(uncounted))
        .col_expr(job::Column::LeaseToken, Expr::value(Option::<Uuid>::None))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::State.eq("running"))
        .filter(job::Column::LeaseToken.eq(lease))
        .exec(services.db().write())
        .await?;
    Ok(())
}

/// Waiting time before try number `attempts + 1`: doubles from 15 seconds to an hour, give or take a quarter, so that what
/// failed together does not come back together.
pub(crate) fn backoff(attempts: i32) -> TimeDelta {
    let doublings = attempts.clamp(1, 9) - 1;
    let seconds = (15_i64 << doublings).min(3_600);
    let spread = rand::random_range(-0.25..=0.25);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "milliseconds of at most an hour"
    )]
    let millis = (seconds as f64 * 1_000.0 * (1.0 + spread)) as i64;
    TimeDelta::milliseconds(millis)
}

/// PostgreSQL's workers pass by each other's rows; SQLite has one writer and no such words.
pub(crate) fn skip_locked(services: &Services) -> &'static str {
    if services.db().is_sqlite() { "" } else { "FOR UPDATE SKIP LOCKED" }
}

pub(crate) fn lease_time(lease: Duration) -> TimeDelta {
    TimeDelta::from_std(lease).unwrap_or(TimeDelta::minutes(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_to_an_hour_and_never_collapses() {
        for attempts in 1..40 {
            let wait = backoff(attempts).num_seconds();
            assert!((11..=4_500).contains(&wait), "{attempts}: {wait}");
        }
        assert!(backoff(1) < TimeDelta::seconds(20));
        assert!(backoff(20) >= TimeDelta::minutes(45));
    }

    #[test]
    fn a_kind_is_known_by_its_stored_name() {
        assert_eq!(JobKind::parse("import_apply"), Some(JobKind::ImportApply));
        assert_eq!(JobKind::parse("import_everything"), None);
    }
}
