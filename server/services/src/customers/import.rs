//! Importing customers from a file: taking it in, recognising it, reading its rows into groups, and, when somebody started it, writing
//! them.
//!
//! Owns the tables `import` and `import_refusal` and the files below `imports/` of the data folder. Must not write a customer before
//! somebody started the import.

pub mod apply;
pub mod cells;
pub mod columns;
pub mod format;
mod known;
mod manage;
pub mod merge;
mod preview;
mod read;
pub mod reader;
pub mod records;
mod refused;
pub mod rows;
mod run_file;
mod show;
pub mod sniff;
mod sorter;
mod stage;
mod task;
mod tidy;
mod upload;
mod write;

pub use manage::{Correction, Start, cancel, correct, start};
pub use refused::{Download, download as download_refused};
pub use run_file::{FileImport, run_file, run_file_as_system};
pub use show::{detail, list};
pub(crate) use task::settle;
pub use tidy::sweep;
pub use upload::Upload;

use crate::{
    Services,
    error::Result,
    grant::Grant,
    jobs::{self, Job, JobKind, NewJob},
};
use domain::{ids::ImportId, permission::perm};
use sea_orm::ConnectionTrait;
use serde_json::json;

/// The job that reads a file.
pub(crate) async fn read_job(services: &Services, job: &Job) -> Result<()> {
    let outcome = read::run(services, job).await;
    task::settle(services, job, outcome).await
}

/// The job that writes the rows.
pub(crate) async fn apply_job(services: &Services, job: &Job) -> Result<()> {
    let outcome = apply::run(services, job).await;
    task::settle(services, job, outcome).await
}

/// Puts a job about an import into the queue. `take`: it is the caller's at once and given back here.
async fn queue(
    db: &impl ConnectionTrait,
    services: &Services,
    grant: &Grant<perm::ImportCsv>,
    id: ImportId,
    kind: JobKind,
    take: bool,
) -> Result<Option<Job>> {
    let new = NewJob {
        kind,
        team: Some(grant.team()),
        subject: Some(id.0),
        actor: grant.person(),
        payload: json!({}),
    };
    if take {
        return jobs::enqueue_taken(db, services, new).await.map(Some);
    }
    jobs::enqueue(db, services.clock(), new).await?;
    Ok(None)
}
