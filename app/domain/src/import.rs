//! Importing customers: groups, progress, what pages show. How a file is read is in `file`.

mod file;

pub use file::{
    CellProblem, Column, ColumnTarget, DELIMITERS, DateOrder, Encoding, FileFormat, FormatForm, ImportField, delimiter_label,
    delimiter_name,
};

use crate::{ids::ImportId, time::Moment};
use serde::{Deserialize, Serialize};

closed_enum! {
    /// What happens with a figure of a customer who exists already.
    pub enum MergeMode {
        /// The file holds totals. A blank cell never erases.
        Replace = "replace",
        /// The file holds new payments only; amounts and counts are added.
        Add = "add",
    }
}

closed_enum! {
    /// Each row of a file is in exactly one group; the first that fits, in this order.
    pub enum ImportGroup {
        Invalid = "invalid",
        Erased = "erased",
        Duplicate = "duplicate",
        Suppressed = "suppressed",
        ContactedRecently = "contacted_recently",
        InOtherProducts = "in_other_products",
        Update = "update",
        New = "new",
    }
}

impl ImportState {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Uploaded => "Uploaded",
            Self::Reading => "Being read",
            Self::Previewed => "Waiting for your go",
            Self::Running => "Running",
            Self::Done => "Done",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
        }
    }

    /// Whether something is being done in the background.
    #[must_use]
    pub const fn is_busy(self) -> bool {
        match self {
            Self::Reading | Self::Running => true,
            Self::Uploaded | Self::Previewed | Self::Done | Self::Cancelled | Self::Failed => false,
        }
    }

    /// Whether nothing more will happen to it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Done | Self::Cancelled | Self::Failed => true,
            Self::Uploaded | Self::Reading | Self::Previewed | Self::Running => false,
        }
    }
}

impl ImportGroup {
    /// Whether rows of this group are written.
    #[must_use]
    pub const fn is_written(self) -> bool {
        match self {
            Self::Invalid | Self::Erased | Self::Duplicate => false,
            Self::Suppressed | Self::ContactedRecently | Self::InOtherProducts | Self::Update | Self::New => true,
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invalid => "Invalid",
            Self::Erased => "Erased",
            Self::Duplicate => "Duplicate in file",
            Self::Suppressed => "Suppressed",
            Self::ContactedRecently => "Contacted recently",
            Self::InOtherProducts => "In other products",
            Self::Update => "Update",
            Self::New => "New",
        }
    }
}

closed_enum! {
    pub enum ImportState {
        /// The file is here; columns can be corrected.
        Uploaded = "uploaded",
        /// Rows are being read into groups.
        Reading = "reading",
        /// The preview is ready, nothing is written.
        Previewed = "previewed",
        Running = "running",
        Done = "done",
        Cancelled = "cancelled",
        Failed = "failed",
    }
}

/// Counts by group; they add up to the rows of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    pub invalid: u64,
    pub erased: u64,
    pub duplicate: u64,
    pub suppressed: u64,
    pub contacted_recently: u64,
    pub in_other_products: u64,
    pub update: u64,
    pub new: u64,
}

impl ImportCounts {
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.invalid + self.erased + self.duplicate + self.written()
    }

    #[must_use]
    pub const fn written(&self) -> u64 {
        self.suppressed + self.contacted_recently + self.in_other_products + self.update + self.new
    }

    /// Invalid, erased, duplicate.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.invalid + self.erased + self.duplicate
    }

    /// Counts one row more.
    pub fn add(&mut self, group: ImportGroup) {
        *self.of_mut(group) += 1;
    }

    /// A row that turned out to be invalid after all.
    pub fn refuse(&mut self, group: ImportGroup) {
        let count = self.of_mut(group);
        *count = count.saturating_sub(1);
        self.invalid += 1;
    }

    fn of_mut(&mut self, group: ImportGroup) -> &mut u64 {
        match group {
            ImportGroup::Invalid => &mut self.invalid,
            ImportGroup::Erased => &mut self.erased,
            ImportGroup::Duplicate => &mut self.duplicate,
            ImportGroup::Suppressed => &mut self.suppressed,
            ImportGroup::ContactedRecently => &mut self.contacted_recently,
            ImportGroup::InOtherProducts => &mut self.in_other_products,
            ImportGroup::Update => &mut self.update,
            ImportGroup::New => &mut self.new,
        }
    }

    #[must_use]
    pub const fn of(&self, group: ImportGroup) -> u64 {
        match group {
            ImportGroup::Invalid => self.invalid,
            ImportGroup::Erased => self.erased,
            ImportGroup::Duplicate => self.duplicate,
            ImportGroup::Suppressed => self.suppressed,
            ImportGroup::ContactedRecently => self.contacted_recently,
            ImportGroup::InOtherProducts => self.in_other_products,
            ImportGroup::Update => self.update,
            ImportGroup::New => self.new,
        }
    }
}

/// A row of the preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    pub line: u64,
    pub email: String,
    pub name: String,
    pub spent: String,
    pub group: ImportGroup,
    /// What happens where figures are replaced: "total spent $115.20 → $130.86, payments 12 → 14", "E-mail, column 1: not an e-mail
    /// address".
    pub what: String,
    /// The same where figures are added.
    pub what_added: String,
}

/// An import at any of its steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportDetail {
    pub id: ImportId,
    pub state: ImportState,
    pub file_name: String,
    pub bytes: u64,
    pub format: FileFormat,
    pub columns: Vec<Column>,
    pub merge: MergeMode,
    pub counts: ImportCounts,
    pub preview: Vec<PreviewRow>,
    /// Rows handled so far of the running step.
    pub processed: u64,
    /// Rows of the running step: of the file while it is read (a guess at first), to be written while it is applied.
    pub rows: u64,
    pub new: u64,
    pub updated: u64,
    /// The same file was imported before, at that time.
    pub seen_before: Option<Moment>,
    pub by: String,
    pub at: Moment,
    /// Why it failed or stopped.
    pub reason: Option<String>,
    /// Whether the rows that were left out can still be downloaded.
    pub has_files: bool,
    /// Another text with each reading of the file, so that a page knows when to show it anew.
    pub version: String,
}

impl ImportDetail {
    #[must_use]
    pub fn report(&self) -> ImportReport {
        ImportReport::of(&self.counts, self.new, self.updated)
    }
}

/// A row of the list of earlier imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    pub id: ImportId,
    pub file_name: String,
    pub state: ImportState,
    pub by: String,
    pub at: Moment,
    pub rows: u64,
    pub new: u64,
    pub updated: u64,
    pub left_out: u64,
}

/// Earlier imports, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportList {
    pub rows: Vec<ImportRow>,
    /// Opaque cursor of the older ones.
    pub next: Option<String>,
}

/// What an import did: the last four add up to the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    pub rows: u64,
    pub new: u64,
    pub updated: u64,
    pub duplicates: u64,
    pub invalid: u64,
}

impl ImportReport {
    /// Who was erased counts as invalid.
    #[must_use]
    pub const fn of(counts: &ImportCounts, new: u64, updated: u64) -> Self {
        Self {
            rows: counts.rows(),
            new,
            updated,
            duplicates: counts.duplicate,
            invalid: counts.invalid + counts.erased,
        }
    }
}
