//! Correcting, starting and cancelling an import. Each is one transaction that first changes the row of the import, so that they come one
//! after the other.

use super::{columns, format, queue, sniff::Sniffer, stage};
use crate::{
    Services,
    audit::{self, Event},
    entity::{business, import},
    error::{Error, Result},
    grant::Grant,
    jobs::{self, Job, JobKind},
};
use domain::{
    Error as Public,
    audit::AuditKind,
    error::{Conflict, FieldCode, FieldErrors},
    ids::{BusinessId, ImportId},
    import::{Column, ColumnTarget, FileFormat, ImportCounts, ImportField, ImportState, MergeMode},
    money::Currency,
    permission::perm,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, UpdateMany, sea_query::Expr};
use serde_json::json;
use std::{fs::File, io::Read};

type MayImport = Grant<perm::ImportCsv>;

/// What was detected wrongly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// How the file is read; its columns are guessed anew.
    Format(FileFormat),
    /// What the columns are, in their order.
    Columns(Vec<ColumnTarget>),
}

/// An import of a business that the grant reaches.
pub(super) async fn find(
    services: &Services,
    grant: &MayImport,
    business: BusinessId,
    id: ImportId,
) -> Result<(import::Model, business::Model)> {
    let business = grant.business(services, business).await?;
    let row = import::Entity::find()
        .filter(import::Column::TeamId.eq(grant.team()))
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::BusinessId.eq(business.id))
        .one(services.db().read())
        .await?
        .ok_or(Public::NotFound)?;
    Ok((row, business))
}

/// Reads the file again with what was corrected. Nothing must have been written yet.
///
/// # Errors
/// `ImportState` when it runs or is over, `NoEmailColumn`, `Invalid` for a field that two columns ask for.
pub async fn correct(services: &Services, grant: &MayImport, business: BusinessId, id: ImportId, correction: Correction) -> Result<()> {
    let (row, business) = find(services, grant, business, id).await?;
    let currency = Currency::parse(&business.currency).ok_or(Public::Malformed)?;
    let before: FileFormat = serde_json::from_value(row.format.clone()).map_err(|_| Public::Malformed)?;
    let (format, columns) = match correction {
        Correction::Columns(targets) => {
            let old: Vec<Column> = serde_json::from_value(row.columns.clone()).map_err(|_| Public::Malformed)?;
            let columns = mapped(old, targets, &before, &currency)?;
            (before, columns)
        }
        Correction::Format(format) => {
            if !format::is_sound(&format) {
                return Err(Public::Malformed.into());
            }
            let columns = guessed(services, &row, format.clone(), currency).await?;
            (format, columns)
        }
    };
    let readable = columns
        .iter()
        .any(|column| column.target == ColumnTarget::Field(ImportField::Email));
    let state = if readable { ImportState::Reading } else { ImportState::Uploaded };
    let txn = services.db().begin().await?;
    let changed = change(grant, id, &[ImportState::Uploaded, ImportState::Reading, ImportState::Previewed])
        .col_expr(import::Column::State, Expr::value(state.as_str()))
        .col_expr(import::Column::Format, Expr::value(json!(format)))
        .col_expr(import::Column::Columns, Expr::value(json!(columns)))
        .col_expr(import::Column::Counts, Expr::value(json!(ImportCounts::default())))
        .col_expr(import::Column::Stage, Expr::value(Option::<String>::None))
        .col_expr(import::Column::Processed, Expr::value(0_i64))
        .col_expr(import::Column::RowCount, Expr::value(0_i64));
    once(&txn, changed).await?;
    grant.still_holds(&txn, Some(business.id)).await?;
    jobs::cancel(&txn, services.clock(), id.0).await?;
    if readable {
        queue(&txn, services, grant, id, JobKind::ImportRead, false).await?;
    }
    txn.commit().await?;
    services.wake();
    Ok(())
}

fn mapped(old: Vec<Column>, targets: Vec<ColumnTarget>, format: &FileFormat, currency: &Currency) -> Result<Vec<Column>> {
    if targets.len() != old.len() {
        return Err(Public::Malformed.into());
    }
    let mut errors = FieldErrors::default();
    for (i, target) in targets.iter().enumerate() {
        if matches!(target, ColumnTarget::Field(_)) && targets[..i].contains(target) {
            errors.push(&format!("targets[{i}]"), FieldCode::Taken);
        }
    }
    errors.finish()?;
    if !targets.contains(&ColumnTarget::Field(ImportField::Email)) {
        return Err(Public::Conflict(Conflict::NoEmailColumn).into());
    }
    let column = |(column, target): (Column, ColumnTarget)| Column {
        read_as: columns::read_as(&target, &column.example, format, currency),
        target,
        ..column
    };
    Ok(old.into_iter().zip(targets).map(column).collect())
}

/// The columns of the file, read in another format.
async fn guessed(services: &Services, row: &import::Model, format: FileFormat, currency: Currency) -> Result<Vec<Column>> {
    let path = stage::upload(services, row.id);
    let sniffing = move || -> Result<Vec<Column>> {
        let mut sniffer = Sniffer::default();
        let (mut file, mut buffer) = (File::open(path)?, vec![0; 256 * 1024]);
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            sniffer.feed(&buffer[..read]);
        }
        let sniffed = sniffer.finish_as(format.encoding).map_err(Public::Conflict)?;
        Ok(format::columns(&sniffed, &format, &currency).map_err(Public::Conflict)?)
    };
    tokio::task::spawn_blocking(sniffing)
        .await
        .map_err(|error| Error::Bug(format!("looking at a file: {error}")))?
}

/// Another text with each reading of the file: what a page shows and `start` names.
pub(super) fn version(row: &import::Model) -> String {
    format!("{} {}", row.id, row.stage.clone().unwrap_or_else(|| row.format.to_string()))
}

/// How an import is written.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The version of the preview that the person has seen.
    pub seen: &'a str,
    pub merge: MergeMode,
    /// Also a file that was imported before.
    pub again: bool,
}

/// Begins to write.
///
/// # Errors
/// `Stale` when the file was read again since the preview that was seen, `SameFile`, `ImportRunning` while another one writes to the business, `ImportState` without a preview.
pub async fn start(services: &Services, grant: &MayImport, business: BusinessId, id: ImportId, start: Start<'_>) -> Result<()> {
    begin(services, grant, business, id, start, false).await?;
    services.wake();
    Ok(())
}

/// `take`: the job is the caller's at once.
pub(super) async fn begin(
    services: &Services,
    grant: &MayImport,
    business: BusinessId,
    id: ImportId,
    Start { seen, merge, again }: Start<'_>,
    take: bool,
) -> Result<Option<Job>> {
    let (row, business) = find(services, grant, business, id).await?;
    if row.state == ImportState::Previewed && version(&row) != seen {
        return Err(Public::Conflict(Conflict::Stale).into());
    }
    let counts: ImportCounts = serde_json::from_value(row.counts.clone()).unwrap_or_default();
    let txn = services.db().begin().await?;
    let changed = change(grant, id, &[ImportState::Previewed])
        .filter(import::Column::Stage.eq(row.stage.as_deref()))
        .col_expr(import::Column::State, Expr::value(ImportState::Running.as_str()))
        .col_expr(import::Column::Merge, Expr::value(merge.as_str()))
        .col_expr(import::Column::Processed, Expr::value(0_i64))
        .col_expr(
            import::Column::RowCount,
            Expr::value(i64::try_from(counts.written()).unwrap_or(i64::MAX)),
        );
    once(&txn, changed).await?;
    grant.still_holds(&txn, Some(business.id)).await?;
    if !again && seen_before(&txn, &row).await?.is_some() {
        return Err(Public::Conflict(Conflict::SameFile).into());
    }
    let job = queue(&txn, services, grant, id, JobKind::ImportApply, take).await?;
    let event = Event::new(AuditKind::ImportStarted)
        .business(business.id)
        .subject(id.0)
        .detail("rows", counts.rows())
        .detail("merge", merge.as_str());
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(job)
}

/// The newest import of the same file into the same business that wrote something.
pub(super) async fn seen_before(db: &impl ConnectionTrait, row: &import::Model) -> Result<Option<import::Model>> {
    use sea_orm::{ExprTrait, QueryOrder};
    Ok(import::Entity::find()
        .filter(import::Column::TeamId.eq(row.team_id))
        .filter(import::Column::BusinessId.eq(row.business_id))
        .filter(import::Column::FileHash.eq(row.file_hash.as_str()))
        // One that was stopped or failed in the middle has written, too.
        .filter(
            import::Column::State
                .is_in([ImportState::Running, ImportState::Done])
                .or(import::Column::NewCount.gt(0))
                .or(import::Column::UpdatedCount.gt(0)),
        )
        .filter(import::Column::Id.ne(row.id))
        .order_by_desc(import::Column::CreatedAt)
        .limit(1)
        .one(db)
        .await?)
}

/// Stops an import at any moment. What was written stays.
///
/// # Errors
/// `ImportState` when it is over.
pub async fn cancel(services: &Services, grant: &MayImport, business: BusinessId, id: ImportId) -> Result<()> {
    let (row, business) = find(services, grant, business, id).await?;
    let txn = services.db().begin().await?;
    let changed = change(
        grant,
        id,
        &[
            ImportState::Uploaded,
            ImportState::Reading,
            ImportState::Previewed,
            ImportState::Running,
        ],
    )
    .col_expr(import::Column::State, Expr::value(ImportState::Cancelled.as_str()))
    .col_expr(import::Column::Reason, Expr::value(format!("Cancelled by {}.", grant.actor().name)))
    .col_expr(import::Column::FinishedAt, Expr::value(services.clock().now()));
    once(&txn, changed).await?;
    grant.still_holds(&txn, Some(business.id)).await?;
    jobs::cancel(&txn, services.clock(), id.0).await?;
    let event = Event::new(AuditKind::ImportCancelled)
        .business(business.id)
        .subject(id.0)
        .detail("state", row.state.as_str());
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(())
}

/// A change of an import that is in one of these states.
fn change(grant: &MayImport, id: ImportId, states: &[ImportState]) -> UpdateMany<import::Entity> {
    import::Entity::update_many()
        .filter(import::Column::TeamId.eq(grant.team()))
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::State.is_in(states.iter().copied()))
}

async fn once(db: &impl ConnectionTrait, change: UpdateMany<import::Entity>) -> Result<()> {
    let done = change.exec(db).await?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(Public::Conflict(Conflict::ImportState).into())
    }
}
