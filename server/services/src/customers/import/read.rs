//! Reading an uploaded file: every row gets its group, and what is to be written is staged in e-mail order. Writes no customer.
//!
//! The file is gone through once, in constant memory; rows are sorted by address (`sorter`), and addresses are looked up many at a
//! time. A reading that died begins again from the start, in a stage of its own.

use super::{
    known::{Known, Lookup},
    merge,
    preview::{self, Preview},
    reader::Reader,
    records::Row,
    rows::{Fields, Plan, Problem},
    sorter::{Record, Sorter},
    stage::{self, Lines, Refused, Stage, Staged},
    task::{self, Beat},
};
use crate::{
    Services,
    entity::import,
    error::{Error, Result},
    jobs::Job,
};
use domain::{
    Error as Public,
    error::Conflict,
    import::{CellProblem, Column, FileFormat, ImportCounts, ImportField, ImportGroup, ImportState},
    money::Currency,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::{
    cell::Cell,
    collections::HashMap,
    fs::File,
    io::{self, Read},
    path::PathBuf,
    rc::Rc,
};
use tokio::runtime::Handle;

/// Memory of sorting rows, and of sorting what is said about refused ones.
const ROWS_BUDGET: usize = 16 * 1024 * 1024;
const REFUSED_BUDGET: usize = 6 * 1024 * 1024;
/// Rows that are looked up together.
const TOGETHER: usize = 500;
/// Rows between two looks at the watch.
const BEAT_ROWS: u64 = 256;

/// Does the job. Nothing happens when the import was cancelled or corrected meanwhile.
pub(super) async fn run(services: &Services, job: &Job) -> Result<()> {
    let Some(row) = task::subject(services, job, ImportState::Reading).await? else {
        return Ok(());
    };
    let (_, business) = task::right(services, job, &row).await?;
    let currency = Currency::parse(&business.currency).ok_or_else(|| Error::Bug("a business without a currency".into()))?;
    let columns: Vec<Column> = serde_json::from_value(row.columns.clone()).map_err(unreadable)?;
    let format: FileFormat = serde_json::from_value(row.format.clone()).map_err(unreadable)?;
    let plan =
        Plan::new(&columns, &format, currency, services.clock().now().date_naive()).ok_or(Public::Conflict(Conflict::NoEmailColumn))?;
    let name = format!("stage-{}-{}", job.id, job.attempts);
    let stage = Stage::named(services, row.id, &name);
    let reading = Reading {
        plan,
        columns,
        format,
        upload: stage::upload(services, row.id),
        bytes: u64::try_from(row.bytes).unwrap_or_default(),
        lookup: Lookup::load(services, row.team_id, row.business_id).await?,
        beat: Beat::new(services, job, &row),
        handle: Handle::current(),
        stage,
        counts: ImportCounts::default(),
        preview: Preview::default(),
    };
    // A panic in there is a bug of ours: the job is tried again and gives up at last.
    let counts = tokio::task::spawn_blocking(move || reading.run())
        .await
        .map_err(|error| Error::Bug(format!("reading a file: {error}")))??;
    match counts {
        Some(counts) if counts.rows() == 0 => Err(Public::Conflict(Conflict::FileEmpty).into()),
        Some(counts) => finish(services, job, &row, &name, counts).await,
        None => Ok(()),
    }
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Bug(format!("an import's columns: {error}"))
}

async fn finish(services: &Services, job: &Job, row: &import::Model, name: &str, counts: ImportCounts) -> Result<()> {
    let total = i64::try_from(counts.rows()).unwrap_or(i64::MAX);
    let txn = services.db().begin().await?;
    let done = import::Entity::update_many()
        .col_expr(import::Column::State, Expr::value(ImportState::Previewed.as_str()))
        .col_expr(import::Column::Stage, Expr::value(name))
        .col_expr(import::Column::Counts, Expr::value(serde_json::json!(counts)))
        .col_expr(import::Column::Processed, Expr::value(total))
        .col_expr(import::Column::RowCount, Expr::value(total))
        .filter(import::Column::TeamId.eq(row.team_id))
        .filter(import::Column::Id.eq(row.id))
        .filter(import::Column::State.eq(ImportState::Reading))
        .exec(&txn)
        .await?;
    if done.rows_affected == 1 && job.keep(services, &txn).await? {
        txn.commit().await?;
        remove_other_stages(services, row, name);
    } else {
        txn.rollback().await?;
    }
    Ok(())
}

/// What readings before this one left.
fn remove_other_stages(services: &Services, row: &import::Model, name: &str) {
    let Ok(entries) = std::fs::read_dir(stage::folder(services, row.id)) else {
        return;
    };
    for entry in entries.flatten() {
        let other = entry.file_name();
        let other = other.to_string_lossy();
        if other.starts_with("stage-") && other != name {
            // Only space is lost when it stays.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// One reading, on a thread that may block.
struct Reading {
    plan: Plan,
    columns: Vec<Column>,
    format: FileFormat,
    upload: PathBuf,
    bytes: u64,
    lookup: Lookup,
    beat: Beat,
    handle: Handle,
    stage: Stage,
    counts: ImportCounts,
    preview: Preview,
}

/// The rows of one address, folded as they come.
struct Fold {
    email: String,
    known: Known,
    /// The customer's, as soon as a row names one.
    currency: Option<String>,
    last: Option<(u64, Fields)>,
    summed: Option<Fields>,
}

impl Reading {
    /// The counts; `None` when it was stopped.
    fn run(mut self) -> Result<Option<ImportCounts>> {
        self.stage.create()?;
        let mut rows = Sorter::new(self.stage.path(), "rows", ROWS_BUDGET);
        let mut refused = Sorter::new(self.stage.path(), "refused", REFUSED_BUDGET);
        let Some(total) = self.read(&mut rows, &mut refused)? else {
            return Ok(None);
        };
        if !self.group(rows, &mut refused, total)? {
            return Ok(None);
        }
        let mut lines = self.stage.write_refused()?;
        for record in refused.finish()? {
            lines.push_text(&record?.text)?;
        }
        lines.finish()?;
        self.stage.write_preview(&self.preview.finish())?;
        Ok(Some(self.counts))
    }

    /// Goes through the file; the number of its rows.
    fn read(&mut self, rows: &mut Sorter, refused: &mut Sorter) -> Result<Option<u64>> {
        let taken = Rc::new(Cell::new(0));
        let source = Counted {
            file: File::open(&self.upload)?,
            taken: Rc::clone(&taken),
        };
        let mut reader = Reader::new(source, &self.format);
        let mut row = Row::default();
        if self.format.heading {
            reader.read(&mut row)?;
        }
        let mut count = 0_u64;
        while reader.read(&mut row)? {
            count += 1;
            match self.plan.read(&row) {
                Ok((email, fields)) => {
                    let fields = serde_json::to_string(&fields).map_err(io::Error::from)?;
                    rows.push(email, format!("{} {fields}", row.line))?;
                }
                Err(problem) => self.broken(&row, problem, refused)?,
            }
            if count.is_multiple_of(BEAT_ROWS) {
                // Half of the work is reading, the other half finding groups.
                let guess = count.saturating_mul(self.bytes) / taken.get().max(1);
                if !self.handle.block_on(self.beat.beat(count / 2, guess.max(count)))? {
                    return Ok(None);
                }
            }
        }
        Ok(Some(count))
    }

    fn broken(&mut self, row: &Row, problem: Problem, refused: &mut Sorter) -> Result<()> {
        if self.preview.wants(row.line, ImportGroup::Invalid) {
            self.preview.keep(preview::broken(row, &self.plan, problem, &self.columns));
        }
        self.refuse(refused, invalid(row.line, problem))
    }

    fn refuse(&mut self, refused: &mut Sorter, what: Refused) -> Result<()> {
        self.counts.add(what.group);
        let text = serde_json::to_string(&what).map_err(io::Error::from)?;
        // Zeros in front, so that texts sort as numbers do.
        refused.push(format!("{:020}", what.line), text)?;
        Ok(())
    }

    /// Goes through the addresses in order; `false` when it was stopped.
    fn group(&mut self, rows: Sorter, refused: &mut Sorter, total: u64) -> Result<bool> {
        let mut out = self.stage.write_rows()?;
        let mut sorted = rows.finish()?;
        let mut fold: Option<Fold> = None;
        let mut done = 0_u64;
        loop {
            let batch = sorted
                .by_ref()
                .take(TOGETHER)
                .map(|record| parsed(record?))
                .collect::<Result<Vec<_>>>()?;
            if batch.is_empty() {
                break;
            }
            done += batch.len() as u64;
            let mut addresses: Vec<String> = batch.iter().map(|(email, ..)| email.clone()).collect();
            addresses.dedup();
            let mut known: HashMap<String, Known> = self.handle.block_on(self.lookup.find(&addresses))?;
            for (email, line, fields) in batch {
                if fold.as_ref().is_none_or(|fold| fold.email != email) {
                    self.close(fold.take(), &mut out)?;
                }
                let current = fold.get_or_insert_with(|| Fold {
                    known: known.remove(&email).unwrap_or_default(),
                    email,
                    currency: None,
                    last: None,
                    summed: None,
                });
                self.take(current, line, fields, refused)?;
            }
            if !self.handle.block_on(self.beat.beat(total / 2 + done / 2, total))? {
                return Ok(false);
            }
        }
        self.close(fold, &mut out)?;
        out.finish()?;
        Ok(true)
    }

    /// One more row of an address.
    fn take(&mut self, fold: &mut Fold, line: u64, fields: Fields, refused: &mut Sorter) -> Result<()> {
        if fold.known.erased {
            let what = Refused {
                line,
                group: ImportGroup::Erased,
                column: 0,
                problem: None,
                superseded_by: None,
            };
            return self.refuse(refused, what);
        }
        let currency = fold.currency.clone().or_else(|| fold.known.currency(&fields));
        if let (Some(theirs), Some(said)) = (&currency, &fields.currency)
            && theirs != said
        {
            let problem = Problem {
                column: self.currency_column(),
                problem: CellProblem::OtherCurrency,
            };
            if self.preview.wants(line, ImportGroup::Invalid) {
                let what = Some(preview::reason(problem, &self.columns));
                let row = preview::good(line, &fold.email, &fields, &fold.known, ImportGroup::Invalid, what);
                self.preview.keep(row);
            }
            return self.refuse(refused, invalid(line, problem));
        }
        fold.currency = currency;
        if let Some((earlier, said)) = fold.last.take() {
            let group = ImportGroup::Duplicate;
            if self.preview.wants(earlier, group) {
                let what = Some(format!("Same address as line {line}"));
                self.preview
                    .keep(preview::good(earlier, &fold.email, &said, &fold.known, group, what));
            }
            let what = Refused {
                line: earlier,
                group,
                column: 0,
                problem: None,
                superseded_by: Some(line),
            };
            self.refuse(refused, what)?;
            let sum = fold.summed.take().unwrap_or(said);
            fold.summed = Some(merge::summed(&sum, &fields));
        }
        fold.last = Some((line, fields));
        Ok(())
    }

    /// The column that says which currency a row is in.
    fn currency_column(&self) -> usize {
        [
            ImportField::Currency,
            ImportField::TotalSpent,
            ImportField::MonthlySpend,
            ImportField::RefundVolume,
        ]
        .into_iter()
        .find_map(|field| self.plan.column(field))
        .map_or(0, |column| column + 1)
    }

    /// The address is complete: its last row is the one to write.
    fn close(&mut self, fold: Option<Fold>, out: &mut Lines) -> Result<()> {
        let Some(Fold {
            email,
            known,
            last: Some((line, fields)),
            summed,
            ..
        }) = fold
        else {
            return Ok(());
        };
        let group = known.group();
        self.counts.add(group);
        if self.preview.wants(line, group) {
            self.preview.keep(preview::good(line, &email, &fields, &known, group, None));
        }
        out.push(&Staged {
            email,
            line,
            group,
            fields,
            summed,
        })?;
        Ok(())
    }
}

const fn invalid(line: u64, problem: Problem) -> Refused {
    Refused {
        line,
        group: ImportGroup::Invalid,
        column: problem.column,
        problem: Some(problem.problem),
        superseded_by: None,
    }
}

fn parsed(record: Record) -> Result<(String, u64, Fields)> {
    let broken = || Error::Bug("a sorted row is broken".into());
    let (line, fields) = record.text.split_once(' ').ok_or_else(broken)?;
    let line = line.parse().map_err(|_| broken())?;
    Ok((record.key, line, serde_json::from_str(fields).map_err(|_| broken())?))
}

/// A file that tells how far it was read.
struct Counted {
    file: File,
    taken: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}
