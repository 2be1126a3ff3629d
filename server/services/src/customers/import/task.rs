//! What reading and applying share: which import a job is about, whether its actor may still import, signs of life, and how an import
//! fails.

use crate::{
    Services,
    audit::{self, Event},
    entity::{business, import},
    error::{Error, Result},
    grant::{Actor, Grant, Member},
    jobs::{self, Job},
};
use domain::{
    Error as Public,
    audit::AuditKind,
    ids::{ImportId, TeamId},
    import::ImportState,
    permission::{Permission, perm},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::time::{Duration, Instant};

/// Signs of life and progress at most so often.
const BEAT: Duration = Duration::from_millis(400);

/// The import of a job, if it is still in that state.
pub(super) async fn subject(services: &Services, job: &Job, state: ImportState) -> Result<Option<import::Model>> {
    let (Some(team), Some(id)) = (job.team, job.subject) else {
        return Err(Error::Bug("an import job without an import".into()));
    };
    Ok(import::Entity::find()
        .filter(import::Column::TeamId.eq(team))
        .filter(import::Column::Id.eq(ImportId(id)))
        .filter(import::Column::State.eq(state))
        .one(services.db().write())
        .await?)
}

/// The right of whoever started the job, asked for again.
///
/// # Errors
/// `Forbidden` when it was lost.
pub(super) async fn right(services: &Services, job: &Job, row: &import::Model) -> Result<(Grant<perm::ImportCsv>, business::Model)> {
    let lost = |error| match error {
        Error::Public(Public::NotFound) => Public::Forbidden {
            permission: Permission::ImportCsv,
        }
        .into(),
        other => other,
    };
    let grant = match job.actor {
        Some(person) => {
            let member = Member::find(services.db().read(), row.team_id, person, None).await.map_err(lost)?;
            member.require::<perm::ImportCsv>(services).await?
        }
        None => Grant::system(row.team_id),
    };
    let business = grant.business(services, row.business_id).await?;
    Ok((grant, business))
}

/// Tells how far a reading is, and that it lives.
pub(super) struct Beat {
    services: Services,
    job: Job,
    team: TeamId,
    import: ImportId,
    last: Instant,
}

impl Beat {
    pub fn new(services: &Services, job: &Job, row: &import::Model) -> Self {
        Self {
            services: services.clone(),
            job: job.clone(),
            team: row.team_id,
            import: row.id,
            last: Instant::now(),
        }
    }

    /// `false`: it was cancelled, corrected or taken over; stop.
    pub async fn beat(&mut self, processed: u64, rows: u64) -> Result<bool> {
        if self.last.elapsed() < BEAT {
            return Ok(true);
        }
        self.last = Instant::now();
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let told = import::Entity::update_many()
            .col_expr(import::Column::Processed, Expr::value(number(processed)))
            .col_expr(import::Column::RowCount, Expr::value(number(rows)))
            .filter(import::Column::TeamId.eq(self.team))
            .filter(import::Column::Id.eq(self.import))
            .filter(import::Column::State.eq(ImportState::Reading))
            .exec(self.services.db().write())
            .await?;
        Ok(told.rows_affected == 1 && self.job.heartbeat(&self.services).await?)
    }
}

/// Marks an import as failed where its job is not going to be tried again. What was written stays.
pub(crate) async fn settle(services: &Services, job: &Job, outcome: Result<()>) -> Result<()> {
    let reason = match &outcome {
        Ok(()) => return Ok(()),
        Err(Error::Public(error)) => jobs::sentence(error),
        Err(_) if job.is_last_try() => "It was tried several times and did not work. Tell support.".to_owned(),
        Err(_) => return outcome,
    };
    let (Some(team), Some(id)) = (job.team, job.subject) else {
        return outcome;
    };
    let txn = services.db().begin().await?;
    let done = import::Entity::update_many()
        .col_expr(import::Column::State, Expr::value(ImportState::Failed.as_str()))
        .col_expr(import::Column::Reason, Expr::value(reason))
        .col_expr(import::Column::FinishedAt, Expr::value(services.clock().now()))
        .filter(import::Column::TeamId.eq(team))
        .filter(import::Column::Id.eq(ImportId(id)))
        .filter(import::Column::State.is_in([ImportState::Reading, ImportState::Running]))
        .exec(&txn)
        .await?;
    if done.rows_affected == 1 && job.keep(services, &txn).await? {
        let event = Event::new(AuditKind::ImportFinished).subject(id).detail("failed", true);
        audit::record(&txn, services.clock(), team, &Actor::system(), event).await?;
        txn.commit().await?;
    } else {
        txn.rollback().await?;
    }
    outcome
}
