//! Takes away the files of imports that are over. They hold people's data: they go by the clock, not when somebody thinks of it.
//!
//! Whatever lies in the folder decides what is looked at, so that uploads whose process died go too. A sweep is bounded; what it leaves
//! comes with the next one. Several processes may sweep at once.

use super::stage;
use crate::{
    Services,
    audit::{self, Event},
    entity::import,
    error::{Error, Result},
    grant::Actor,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    audit::AuditKind,
    ids::{ImportId, TeamId},
    import::ImportState,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use std::{collections::HashMap, fs, io, path::PathBuf};

/// Rows that were left out can be downloaded so long after the end.
const KEPT: TimeDelta = TimeDelta::days(30);
/// The same where it did not come to its end.
const KEPT_OF_BROKEN: TimeDelta = TimeDelta::days(7);
/// An import that nobody starts for so long is cancelled.
const WAITS: TimeDelta = TimeDelta::days(30);
/// A folder without an import: longer than any upload may take.
const UPLOADING: TimeDelta = TimeDelta::days(1);

/// Imports that one sweep cancels.
const CANCELLED_MAX: u64 = 500;
/// Folders that one sweep looks at, and by one query.
const FOLDERS_MAX: usize = 100_000;
const TOGETHER: usize = 500;

/// Cancels what nobody started and removes the files of what is over. Returns how many folders went.
///
/// # Errors
/// When the database or the folder can't be used.
pub async fn sweep(services: &Services) -> Result<usize> {
    cancel_abandoned(services).await?;
    let root = services.settings().data_dir.join("imports");
    let ids = blocking(move || list(&root)).await?;
    let mut removed = 0;
    for ids in ids.chunks(TOGETHER) {
        let over = over(services, ids).await?;
        let folders: Vec<PathBuf> = over.into_iter().map(|id| stage::folder(services, id)).collect();
        removed += blocking(move || Ok(folders.iter().filter(|folder| remove(folder)).count())).await?;
    }
    Ok(removed)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| Error::Bug(format!("tidying files of imports: {error}")))??)
}

/// The imports that have a folder.
fn list(root: &PathBuf) -> io::Result<Vec<ImportId>> {
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let named = |entry: io::Result<fs::DirEntry>| entry.ok()?.file_name().to_str()?.parse().ok();
    Ok(entries.filter_map(named).take(FOLDERS_MAX).collect())
}

fn remove(folder: &PathBuf) -> bool {
    match fs::remove_dir_all(folder) {
        Ok(()) => true,
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "the files of an import could not be removed");
            false
        }
    }
}

/// Those of these imports whose files nobody needs any more.
async fn over(services: &Services, ids: &[ImportId]) -> Result<Vec<ImportId>> {
    let now = services.clock().now();
    let rows: Vec<(ImportId, ImportState, Option<DateTime<Utc>>)> = import::Entity::find()
        .select_only()
        .columns([import::Column::Id, import::Column::State, import::Column::FinishedAt])
        .filter(import::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(services.db().read())
        .await?;
    let known: HashMap<ImportId, (ImportState, Option<DateTime<Utc>>)> =
        rows.into_iter().map(|(id, state, finished)| (id, (state, finished))).collect();
    let is_over = |id: &ImportId| match known.get(id) {
        Some((state, Some(finished))) => keeps(*state).is_some_and(|long| now - *finished > long),
        Some((_, None)) => false,
        None => begun(*id).is_some_and(|at| now - at > UPLOADING),
    };
    Ok(ids.iter().copied().filter(is_over).collect())
}

/// How long files are kept after the end; `None` while there is none.
const fn keeps(state: ImportState) -> Option<TimeDelta> {
    match state {
        ImportState::Done => Some(KEPT),
        ImportState::Cancelled | ImportState::Failed => Some(KEPT_OF_BROKEN),
        ImportState::Uploaded | ImportState::Reading | ImportState::Previewed | ImportState::Running => None,
    }
}

/// When an id was made: it says so itself.
fn begun(id: ImportId) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.0.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

/// Imports that wait for a person who does not come.
async fn cancel_abandoned(services: &Services) -> Result<()> {
    let now = services.clock().now();
    let waiting = [ImportState::Uploaded, ImportState::Previewed];
    let rows: Vec<(TeamId, ImportId)> = import::Entity::find()
        .select_only()
        .columns([import::Column::TeamId, import::Column::Id])
        .filter(import::Column::State.is_in(waiting))
        .filter(import::Column::CreatedAt.lt(now - WAITS))
        .order_by_asc(import::Column::CreatedAt)
        .limit(CANCELLED_MAX)
        .into_tuple()
        .all(services.db().read())
        .await?;
    for (team, id) in rows {
        let txn = services.db().begin().await?;
        let reason = format!("Nobody started it within {} days.", WAITS.num_days());
        let done = import::Entity::update_many()
            .col_expr(import::Column::State, Expr::value(ImportState::Cancelled.as_str()))
            .col_expr(import::Column::Reason, Expr::value(reason))
            .col_expr(import::Column::FinishedAt, Expr::value(now))
            .filter(import::Column::TeamId.eq(team))
            .filter(import::Column::Id.eq(id))
            .filter(import::Column::State.is_in(waiting))
            .exec(&txn)
            .await?;
        if done.rows_affected == 0 {
            // Somebody came in this very moment.
            txn.rollback().await?;
            continue;
        }
        let event = Event::new(AuditKind::ImportCancelled).subject(id.0).detail("abandoned", true);
        audit::record(&txn, services.clock(), team, &Actor::system(), event).await?;
        txn.commit().await?;
    }
    Ok(())
}
