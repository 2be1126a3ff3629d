//! The same import without a browser: a file of this machine, read and written at once. If the process dies, a worker goes on.

use super::{
    manage::{self, Start},
    show,
    upload::Upload,
};
use crate::{
    Services,
    entity::business,
    error::Result,
    grant::Grant,
    jobs::{self, Job},
};
use domain::{
    Error as Public,
    error::Conflict,
    ids::{BusinessId, ImportId},
    import::{ImportReport, ImportState, MergeMode},
    permission::perm,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::path::Path;
use tokio::{fs::File, io::AsyncReadExt};

/// What is to be imported, and how.
#[derive(Clone, Copy, Debug)]
pub struct FileImport<'a> {
    pub path: &'a Path,
    pub merge: MergeMode,
    /// Also a file that was imported before.
    pub again: bool,
}

/// Imports a file with a person's right.
///
/// # Errors
/// Whatever keeps the file from being imported; then nothing waits to be started.
pub async fn run_file(
    services: &Services,
    grant: &Grant<perm::ImportCsv>,
    business: BusinessId,
    file: FileImport<'_>,
) -> Result<ImportReport> {
    let name = file.path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut upload = Upload::begin(services, grant, business, name.as_deref().unwrap_or_default()).await?;
    let mut source = File::open(file.path).await?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = source.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        upload.write(&buffer[..read]).await?;
    }
    let (id, job) = upload.store(true).await?;
    let done = finish(services, grant, business, id, job, file).await;
    if done.is_err() {
        // Over already, or left to a worker: then it stays as it is.
        let state = show::detail(services, grant, business, id).await?.state;
        if matches!(state, ImportState::Uploaded | ImportState::Previewed) {
            manage::cancel(services, grant, business, id).await?;
        }
    }
    done
}

async fn finish(
    services: &Services,
    grant: &Grant<perm::ImportCsv>,
    business: BusinessId,
    id: ImportId,
    job: Option<Job>,
    file: FileImport<'_>,
) -> Result<ImportReport> {
    let job = job.ok_or(Public::Conflict(Conflict::NoEmailColumn))?;
    jobs::run_taken(services, job).await?;
    let read = show::detail(services, grant, business, id).await?;
    let start = Start {
        seen: &read.version,
        merge: file.merge,
        again: file.again,
    };
    if let Some(job) = manage::begin(services, grant, business, id, start, true).await? {
        jobs::run_taken(services, job).await?;
    }
    let detail = show::detail(services, grant, business, id).await?;
    if detail.state == ImportState::Done {
        Ok(detail.report())
    } else {
        // Somebody cancelled it meanwhile.
        Err(Public::Conflict(Conflict::ImportState).into())
    }
}

/// Imports a file as the system: for the command line without a person.
///
/// # Errors
/// `NotFound` for no business of any team; whatever keeps the file from being imported.
pub async fn run_file_as_system(services: &Services, business: BusinessId, file: FileImport<'_>) -> Result<ImportReport> {
    let row = business::Entity::find()
        .filter(business::Column::Id.eq(business))
        .filter(business::Column::DeletedAt.is_null())
        .one(services.db().read())
        .await?
        .ok_or(Public::NotFound)?;
    run_file(services, &Grant::system(row.team_id), business, file).await
}
