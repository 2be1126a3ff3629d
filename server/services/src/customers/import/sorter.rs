//! Sorts records that may not fit into memory: sorted runs on disk, merged. Stable. Blocking.
//!
//! Keys hold no tab and no line end, texts no line end.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

/// What a record costs in memory beside its letters.
const OVERHEAD: usize = 64;
const BUFFER: usize = 128 * 1024;

/// One thing to sort.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub key: String,
    pub text: String,
}

/// Takes records in any order.
#[derive(Debug)]
pub struct Sorter {
    folder: PathBuf,
    name: &'static str,
    budget: usize,
    used: usize,
    records: Vec<Record>,
    runs: Vec<PathBuf>,
}

impl Sorter {
    /// `budget`: so many bytes are held in memory; the rest lies in `folder`, in files that begin with `name`.
    pub fn new(folder: &Path, name: &'static str, budget: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            name,
            budget,
            used: 0,
            records: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// # Errors
    /// When the disk is full.
    pub fn push(&mut self, key: String, text: String) -> io::Result<()> {
        debug_assert!(!key.contains(['\t', '\n']) && !text.contains('\n'), "a record is one line");
        self.used += key.len() + text.len() + OVERHEAD;
        self.records.push(Record { key, text });
        if self.used > self.budget {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        self.records.sort_by(|a, b| a.key.cmp(&b.key));
        let path = self.folder.join(format!("{}-{}.run", self.name, self.runs.len()));
        let mut out = BufWriter::with_capacity(BUFFER, File::create(&path)?);
        for record in self.records.drain(..) {
            out.write_all(record.key.as_bytes())?;
            out.write_all(b"\t")?;
            out.write_all(record.text.as_bytes())?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        self.runs.push(path);
        self.used = 0;
        Ok(())
    }

    /// Everything, sorted by key; records of one key in the order they came.
    ///
    /// # Errors
    /// When the runs can't be written or read.
    pub fn finish(mut self) -> io::Result<Sorted> {
        if self.runs.is_empty() {
            self.records.sort_by(|a, b| a.key.cmp(&b.key));
            return Ok(Sorted::Memory(self.records.into_iter()));
        }
        self.spill()?;
        let mut merge = Merge {
            sources: Vec::with_capacity(self.runs.len()),
            heads: BinaryHeap::with_capacity(self.runs.len()),
            paths: self.runs,
        };
        for path in &merge.paths {
            merge.sources.push(BufReader::with_capacity(BUFFER, File::open(path)?));
        }
        for run in 0..merge.sources.len() {
            merge.advance(run)?;
        }
        Ok(Sorted::Runs(merge))
    }
}

/// Records in order.
#[derive(Debug)]
pub enum Sorted {
    Memory(std::vec::IntoIter<Record>),
    Runs(Merge),
}

impl Iterator for Sorted {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Memory(records) => records.next().map(Ok),
            Self::Runs(merge) => merge.next(),
        }
    }
}

/// Sorted runs being merged. Their files go with it.
#[derive(Debug)]
pub struct Merge {
    paths: Vec<PathBuf>,
    sources: Vec<BufReader<File>>,
    heads: BinaryHeap<Reverse<Head>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Head {
    record: Record,
    run: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        // Earlier runs hold what came earlier.
        self.record.key.cmp(&other.record.key).then(self.run.cmp(&other.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Merge {
    fn advance(&mut self, run: usize) -> io::Result<()> {
        let mut line = String::new();
        if self.sources[run].read_line(&mut line)? == 0 {
            return Ok(());
        }
        line.truncate(line.trim_end_matches('\n').len());
        let (key, text) = line.split_once('\t').ok_or_else(|| io::Error::other("a sorted run is broken"))?;
        let record = Record {
            key: key.to_owned(),
            text: text.to_owned(),
        };
        self.heads.push(Reverse(Head { record, run }));
        Ok(())
    }

    fn next(&mut self) -> Option<io::Result<Record>> {
        let Reverse(head) = self.heads.pop()?;
        Some(self.advance(head.run).map(|()| head.record))
    }
}

impl Drop for Merge {
    fn drop(&mut self) {
        for path in &self.paths {
            // The folder of the reading goes as a whole anyway.
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(records: &[(String, String)], budget: usize) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut sorter = Sorter::new(folder.path(), "t", budget);
        for (key, text) in records {
            sorter.push(key.clone(), text.clone()).expect("room");
        }
        let records = sorter.finish().expect("runs").map(|record| record.expect("a record"));
        records.map(|record| (record.key, record.text)).collect()
    }

    proptest! {
        /// However little memory there is, the order is that of a stable sort.
        #[test]
        fn runs_merge_to_a_stable_sort(keys in proptest::collection::vec("[abé]{0,2}", 0..60), budget in 0usize..2_000) {
            let records: Vec<(String, String)> = keys.into_iter().enumerate().map(|(i, key)| (key, i.to_string())).collect();
            let mut expected = records.clone();
            expected.sort_by(|a, b| a.0.cmp(&b.0));
            prop_assert_eq!(sorted(&records, budget), expected);
        }
    }
}
