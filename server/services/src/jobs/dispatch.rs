//! Which handler does which kind of job.

use super::{Job, JobKind};
use crate::{
    Services,
    error::{Error, Result},
};

/// Does the job. Transient errors are tried again; one that the caller could act on ends it.
pub(super) async fn handle(_services: &Services, job: &Job) -> Result<()> {
    match job.kind {
        JobKind::ImportRead | JobKind::ImportApply => Err(Error::Bug(format!("no handler for {}", job.kind.as_str()))),
    }
}
