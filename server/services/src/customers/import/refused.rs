//! The rows that were left out, as a CSV file with the reason, made from the upload while it is read. Constant memory. The file can be
//! corrected and imported: cells that a spreadsheet would run are guarded as our export guards them.

use super::{
    cells, manage,
    preview::reason,
    reader::Reader,
    records::Row,
    rows::Problem,
    stage::{self, Refused, Stage},
};
use crate::{
    Services,
    audit::{self, Event},
    entity::import_refusal,
    error::{Error, Result},
    grant::Grant,
};
use domain::{
    Error as Public,
    audit::AuditKind,
    ids::{BusinessId, ImportId},
    import::{Column, FileFormat, ImportCounts, ImportGroup},
    permission::perm,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{fs::File, io, iter::Peekable, path::PathBuf, time::Duration};
use tokio::{
    runtime::Handle,
    sync::mpsc::{self, error::SendTimeoutError},
};

/// Headings of the two columns that are added; an import leaves them out.
pub const LINE_HEADING: &str = "Line in file";
pub const REASON_HEADING: &str = "Left out because";
/// So much is sent at once.
const CHUNK: usize = 64 * 1024;
/// Rows refused late are few; no more of them are told.
const LATE_MAX: u64 = 100_000;

/// Whoever takes nothing for so long is given up: a thread and open files wait for them.
const PATIENCE: Duration = Duration::from_secs(60);

/// A part of the file; `None` is its end, so that a file that broke off is none.
type Part = io::Result<Option<Vec<u8>>>;

/// A file that is being written.
#[derive(Debug)]
pub struct Download {
    pub file_name: String,
    parts: mpsc::Receiver<Part>,
}

impl Download {
    /// The next bytes; `None` after the last ones. Nothing may be asked for after an error.
    pub async fn next(&mut self) -> Option<io::Result<Vec<u8>>> {
        let broken = || Err(io::ErrorKind::BrokenPipe.into());
        self.parts.recv().await.unwrap_or_else(broken).transpose()
    }
}

/// The rows that were left out. Who takes them stands in the audit log.
///
/// # Errors
/// `NotFound` also where the file was not read yet or is gone.
pub async fn download(services: &Services, grant: &Grant<perm::ImportCsv>, business: BusinessId, id: ImportId) -> Result<Download> {
    let (row, _) = manage::find(services, grant, business, id).await?;
    let stage = Stage::named(services, row.id, row.stage.as_deref().ok_or(Public::NotFound)?);
    let late = import_refusal::Entity::find()
        .filter(import_refusal::Column::TeamId.eq(row.team_id))
        .filter(import_refusal::Column::ImportId.eq(row.id))
        .order_by_asc(import_refusal::Column::Line)
        .limit(LATE_MAX)
        .all(services.db().read())
        .await?;
    let late = late.into_iter().map(|row| Refused {
        line: row.line.unsigned_abs(),
        group: ImportGroup::Invalid,
        column: usize::try_from(row.column_number).unwrap_or_default(),
        problem: Some(row.problem),
        superseded_by: None,
    });
    let writing = Writing {
        upload: stage::upload(services, row.id),
        stage,
        columns: serde_json::from_value(row.columns).map_err(|_| Public::Malformed)?,
        format: serde_json::from_value(row.format).map_err(|_| Public::Malformed)?,
        late: late.collect(),
    };
    if !writing.upload.exists() {
        return Err(Public::NotFound.into());
    }
    let counts: ImportCounts = serde_json::from_value(row.counts).unwrap_or_default();
    let event = Event::new(AuditKind::Exported)
        .business(row.business_id)
        .subject(row.id.0)
        .detail("what", "left out")
        .detail("rows", counts.left_out());
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(row.business_id)).await?;
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    let (sender, parts) = mpsc::channel(4);
    let handle = Handle::current();
    tokio::task::spawn_blocking(move || {
        let given = |part: Part| give(&handle, &sender, part, PATIENCE);
        let written = writing.run(&mut |chunk| given(Ok(Some(chunk))));
        // Whoever downloads sees a broken file instead of a short one; somebody who left sees nothing.
        let _ = given(written.map(|()| None).map_err(|error| io::Error::other(error.to_string())));
    });
    let name = row.file_name.strip_suffix(".csv").unwrap_or(&row.file_name);
    Ok(Download {
        file_name: format!("{name} left out.csv"),
        parts,
    })
}

/// Hands a part to whoever downloads, from a thread that may block.
fn give(handle: &Handle, to: &mpsc::Sender<Part>, part: Part, patience: Duration) -> io::Result<()> {
    handle.block_on(to.send_timeout(part, patience)).map_err(|error| match error {
        SendTimeoutError::Timeout(_) => io::ErrorKind::TimedOut.into(),
        SendTimeoutError::Closed(_) => io::ErrorKind::BrokenPipe.into(),
    })
}

struct Writing {
    upload: PathBuf,
    stage: Stage,
    columns: Vec<Column>,
    format: FileFormat,
    late: Vec<Refused>,
}

impl Writing {
    fn run(self, send: &mut dyn FnMut(Vec<u8>) -> io::Result<()>) -> Result<()> {
        let mut early = self.stage.read_refused()?.peekable();
        let mut late = self.late.iter().copied().peekable();
        let mut reader = Reader::new(File::open(&self.upload)?, &self.format);
        let mut row = Row::default();
        if self.format.heading {
            reader.read(&mut row)?;
        }
        // Spreadsheets know UTF-8 by its mark.
        let mut out = writer(b"\xef\xbb\xbf".to_vec());
        let headings = self.columns.iter().map(|column| cells::guarded(&column.heading));
        write(&mut out, headings.chain([LINE_HEADING.into(), REASON_HEADING.into()]))?;
        let mut next = following(&mut early, &mut late)?;
        while let Some(refused) = next {
            if !reader.read(&mut row)? {
                break;
            }
            if row.line < refused.line {
                continue;
            }
            self.record(&mut out, &row, &refused)?;
            if out.get_ref().len() > CHUNK {
                out = flushed(out, send)?;
            }
            next = following(&mut early, &mut late)?;
        }
        flushed(out, send)?;
        Ok(())
    }

    fn record(&self, out: &mut csv::Writer<Vec<u8>>, row: &Row, refused: &Refused) -> Result<()> {
        // Of somebody who was erased nothing is given out.
        let hidden = refused.group == ImportGroup::Erased;
        let width = self.columns.len().max(row.len());
        let cells = (0..width).map(|i| if hidden { String::new() } else { cells::guarded(row.cell(i)) });
        let why = match (refused.problem, refused.superseded_by) {
            (Some(problem), _) => reason(
                Problem {
                    column: refused.column,
                    problem,
                },
                &self.columns,
            ),
            (None, Some(line)) => format!("same address as line {line}, which counts"),
            (None, None) => "this person was erased and is not imported again".to_owned(),
        };
        write(out, cells.chain([refused.line.to_string(), why]))
    }
}

fn write(out: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = String>) -> Result<()> {
    for cell in cells {
        out.write_field(cell).map_err(io::Error::from)?;
    }
    // With nothing left to write it only ends the line.
    out.write_record(None::<&[u8]>).map_err(io::Error::from)?;
    Ok(())
}

/// Sends what is written and goes on with an empty buffer.
fn flushed(out: csv::Writer<Vec<u8>>, send: &mut dyn FnMut(Vec<u8>) -> io::Result<()>) -> Result<csv::Writer<Vec<u8>>> {
    let bytes = out.into_inner().map_err(|error| Error::Bug(error.to_string()))?;
    send(bytes)?;
    Ok(writer(Vec::with_capacity(CHUNK * 2)))
}

/// Ragged rows stay ragged.
fn writer(buffer: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().flexible(true).from_writer(buffer)
}

/// The next of two lists in the order of lines.
fn following<E, L>(early: &mut Peekable<E>, late: &mut Peekable<L>) -> Result<Option<Refused>>
where
    E: Iterator<Item = io::Result<Refused>>,
    L: Iterator<Item = Refused>,
{
    let late_first = match (early.peek(), late.peek()) {
        (Some(Ok(early)), Some(late)) => late.line < early.line,
        (None, Some(_)) => true,
        _ => false,
    };
    if late_first {
        return Ok(late.next());
    }
    Ok(early.next().transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_takes_nothing_is_given_up_and_gets_no_whole_file() {
        let (sender, parts) = mpsc::channel(1);
        let handle = Handle::current();
        let giving = tokio::task::spawn_blocking(move || {
            let patience = Duration::from_millis(5);
            give(&handle, &sender, Ok(Some(vec![1])), patience)?;
            give(&handle, &sender, Ok(Some(vec![2])), patience)
        });
        let given = giving.await.expect("ends");
        assert_eq!(given.expect_err("nobody took the first").kind(), io::ErrorKind::TimedOut);
        let mut download = Download {
            file_name: String::new(),
            parts,
        };
        assert_eq!(download.next().await.expect("was there").expect("bytes"), [1]);
        assert!(download.next().await.expect("no end").is_err());
    }

    #[tokio::test]
    async fn a_whole_file_has_an_end() {
        let (sender, parts) = mpsc::channel(2);
        for part in [Some(vec![1]), None] {
            sender.send(Ok(part)).await.expect("has room");
        }
        let mut download = Download {
            file_name: String::new(),
            parts,
        };
        assert_eq!(download.next().await.expect("was there").expect("bytes"), [1]);
        assert!(download.next().await.is_none());
    }
}
