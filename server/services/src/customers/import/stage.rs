//! The files of an import: the upload, and what a reading made of it (rows to write in e-mail order, refused lines in the order of
//! the file, rows for the preview). Everything lies below the data folder, one folder per import. Knows nothing of the database.

use super::rows::Fields;
use crate::{
    Services,
    error::{Error, Result},
};
use domain::{
    ids::ImportId,
    import::{CellProblem, ImportGroup, PreviewRow},
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

const BUFFER: usize = 256 * 1024;

/// The folder of an import.
#[must_use]
pub fn folder(services: &Services, import: ImportId) -> PathBuf {
    services.settings().data_dir.join("imports").join(import.to_string())
}

/// The file as it was uploaded.
#[must_use]
pub fn upload(services: &Services, import: ImportId) -> PathBuf {
    folder(services, import).join("upload")
}

/// A row to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    #[serde(rename = "e")]
    pub email: String,
    #[serde(rename = "l")]
    pub line: u64,
    #[serde(rename = "g")]
    pub group: ImportGroup,
    /// What the last row of the address says.
    #[serde(rename = "f")]
    pub fields: Fields,
    /// All rows of the address added up, where there are several.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub summed: Option<Fields>,
}

/// Why a row is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    #[serde(rename = "l")]
    pub line: u64,
    #[serde(rename = "g")]
    pub group: ImportGroup,
    /// From 1; 0 is the row as a whole.
    #[serde(rename = "c", default)]
    pub column: usize,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<CellProblem>,
    /// The later row of the same address.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<u64>,
}

/// Where one reading keeps what it found.
#[derive(Clone, Debug)]
pub struct Stage(PathBuf);

impl Stage {
    /// The stage of that name.
    #[must_use]
    pub fn named(services: &Services, import: ImportId, name: &str) -> Self {
        Self(folder(services, import).join(name))
    }

    /// An empty one; what a reading of the same name left is thrown away.
    ///
    /// # Errors
    /// When the disk refuses it.
    pub fn create(&self) -> io::Result<()> {
        if self.0.exists() {
            fs::remove_dir_all(&self.0)?;
        }
        fs::create_dir_all(&self.0)
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn rows(&self) -> PathBuf {
        self.0.join("rows.jsonl")
    }

    fn refused(&self) -> PathBuf {
        self.0.join("refused.jsonl")
    }

    fn preview(&self) -> PathBuf {
        self.0.join("preview.json")
    }

    /// # Errors
    /// When the disk refuses it.
    pub fn write_rows(&self) -> io::Result<Lines> {
        Lines::create(&self.rows())
    }

    /// # Errors
    /// When the disk refuses it.
    pub fn write_refused(&self) -> io::Result<Lines> {
        Lines::create(&self.refused())
    }

    /// # Errors
    /// When the disk refuses it.
    pub fn write_preview(&self, rows: &[PreviewRow]) -> io::Result<()> {
        fs::write(self.preview(), serde_json::to_vec(rows)?)
    }

    /// The first rows and some of each group; none where the reading is gone.
    #[must_use]
    pub fn read_preview(&self) -> Vec<PreviewRow> {
        let bytes = fs::read(self.preview()).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// The refused lines, in the order of the file.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn read_refused(&self) -> io::Result<impl Iterator<Item = io::Result<Refused>> + use<>> {
        let lines = BufReader::with_capacity(BUFFER, File::open(self.refused())?).lines();
        Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
    }

    /// The rows to write, from a position that `Rows::position` gave.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn read_rows(&self, from: u64) -> io::Result<Rows> {
        let mut source = BufReader::with_capacity(BUFFER, File::open(self.rows())?);
        source.seek(SeekFrom::Start(from))?;
        Ok(Rows {
            source,
            position: from,
            line: String::new(),
        })
    }

    /// Takes away what is needed no more once everything is written.
    ///
    /// # Errors
    /// When the disk refuses it.
    pub fn drop_rows(&self) -> io::Result<()> {
        fs::remove_file(self.rows())
    }
}

/// A file of one JSON value a line.
#[derive(Debug)]
pub struct Lines(BufWriter<File>);

impl Lines {
    fn create(path: &Path) -> io::Result<Self> {
        Ok(Self(BufWriter::with_capacity(BUFFER, File::create(path)?)))
    }

    /// # Errors
    /// When the disk is full.
    pub fn push(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, value)?;
        self.0.write_all(b"\n")
    }

    /// # Errors
    /// When the disk is full.
    pub fn push_text(&mut self, json: &str) -> io::Result<()> {
        self.0.write_all(json.as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// On the disk for good: a row of the database is going to point here.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn finish(self) -> io::Result<()> {
        self.0.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

/// Rows to write, one after the other.
#[derive(Debug)]
pub struct Rows {
    source: BufReader<File>,
    position: u64,
    line: String,
}

impl Rows {
    /// Where the next row begins.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Whether nothing follows.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.source.fill_buf()?.is_empty())
    }

    /// At most `max` rows; fewer only at the end.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn take(&mut self, max: usize) -> Result<Vec<Staged>> {
        let mut rows = Vec::with_capacity(max);
        while rows.len() < max {
            self.line.clear();
            let length = self.source.read_line(&mut self.line)?;
            if length == 0 {
                break;
            }
            rows.push(serde_json::from_str(&self.line).map_err(|_| Error::Bug("the stage of an import is broken".into()))?);
            self.position += length as u64;
        }
        Ok(rows)
    }
}
