//! Which handler does which kind of job.

use super::{Job, JobKind};
use crate::{Services, customers::import, error::Result};

/// Does the job. Transient errors are tried again; one that the caller could act on ends it.
pub(super) async fn handle(services: &Services, job: &Job) -> Result<()> {
    match job.kind {
        JobKind::ImportRead => import::read_job(services, job).await,
        JobKind::ImportApply => import::apply_job(services, job).await,
    }
}
