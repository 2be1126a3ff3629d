//! Which handler does which kind of job.

use super::{Job, JobKind, MAX_ATTEMPTS};
use crate::{
    Services, batches,
    customers::import,
    error::{Error, Result},
};

/// Does the job. Transient errors are tried again; one that the caller could act on ends it.
pub(super) async fn handle(services: &Services, job: &Job) -> Result<()> {
    match job.kind {
        JobKind::ImportRead => import::read_job(services, job).await,
        JobKind::ImportApply => import::apply_job(services, job).await,
        JobKind::BatchRun => batches::run_job(services, job).await,
    }
}

/// Ends what a job works on when its worker died at each try, so that whoever waits for it is told.
pub(super) async fn give_up(services: &Services, job: &Job) -> Result<()> {
    let why = Err(Error::Bug(format!("its worker stopped at each of {MAX_ATTEMPTS} tries")));
    match job.kind {
        JobKind::ImportRead | JobKind::ImportApply => import::settle(services, job, why).await,
        JobKind::BatchRun => batches::settle(services, job, why).await,
    }
}
