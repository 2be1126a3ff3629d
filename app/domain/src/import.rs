//! Importing customers: fields, groups, progress.

use crate::{
    error::{Error, FieldCode},
    ids::ImportId,
    time::Moment,
};
use serde::{Deserialize, Serialize};

closed_enum! {
    /// What a column of the file becomes.
    pub enum ImportField {
        Email = "email",
        Name = "name",
        /// Becomes the name together with the last name, where no column holds the whole of it.
        FirstName = "first_name",
        LastName = "last_name",
        TotalSpent = "total_spent",
        MonthlySpend = "monthly_spend",
        PaymentCount = "payment_count",
        FirstPayment = "first_payment",
        LastPayment = "last_payment",
        RefundVolume = "refund_volume",
        Currency = "currency",
        Company = "company",
        Country = "country",
        Notes = "notes",
        Tags = "tags",
    }
}

impl ImportField {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "E-mail",
            Self::Name => "Name",
            Self::FirstName => "First name",
            Self::LastName => "Last name",
            Self::TotalSpent => "Total spent",
            Self::MonthlySpend => "Monthly spend",
            Self::PaymentCount => "Payment count",
            Self::FirstPayment => "First payment",
            Self::LastPayment => "Last payment",
            Self::RefundVolume => "Refund volume",
            Self::Currency => "Currency",
            Self::Company => "Company",
            Self::Country => "Country",
            Self::Notes => "Notes",
            Self::Tags => "Tags",
        }
    }
}

/// Where a column goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnTarget {
    Field(ImportField),
    /// Kept under the heading as a custom attribute.
    Attribute,
    Skip,
}

impl ColumnTarget {
    /// As a form sends it: a field's stored name, `attribute` or `skip`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Field(field) => field.as_str(),
            Self::Attribute => "attribute",
            Self::Skip => "skip",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "attribute" => Some(Self::Attribute),
            "skip" => Some(Self::Skip),
            field => ImportField::parse(field).map(Self::Field),
        }
    }
}

/// A column of the file with an example and its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub heading: String,
    pub example: String,
    pub target: ColumnTarget,
    /// "USD, point as decimal", "year-month-day"; empty where there is nothing to say.
    pub read_as: String,
}

closed_enum! {
    /// In which order a date names year, month and day, where it leaves that open.
    pub enum DateOrder {
        YearMonthDay = "ymd",
        DayMonthYear = "dmy",
        MonthDayYear = "mdy",
    }
}

impl DateOrder {
    /// How a date is read, for the page that maps the columns.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::YearMonthDay => "year-month-day",
            Self::DayMonthYear => "day/month/year",
            Self::MonthDayYear => "month/day/year",
        }
    }
}

closed_enum! {
    /// How the bytes of a file become text.
    pub enum Encoding {
        Utf8 = "utf-8",
        Utf16Le = "utf-16le",
        Utf16Be = "utf-16be",
        Windows1252 = "windows-1252",
        Windows1250 = "windows-1250",
        Windows1251 = "windows-1251",
        ShiftJis = "shift_jis",
        Gb18030 = "gb18030",
    }
}

impl Encoding {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16",
            Self::Utf16Be => "UTF-16, big-endian",
            Self::Windows1252 => "Windows-1252, Western Europe",
            Self::Windows1250 => "Windows-1250, Central Europe",
            Self::Windows1251 => "Windows-1251, Cyrillic",
            Self::ShiftJis => "Shift JIS, Japanese",
            Self::Gb18030 => "GB 18030, Chinese",
        }
    }
}

/// What may stand between two cells.
pub const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// As a form sends it.
#[must_use]
pub const fn delimiter_name(delimiter: char) -> &'static str {
    match delimiter {
        ',' => "comma",
        ';' => "semicolon",
        '\t' => "tab",
        _ => "bar",
    }
}

/// The name of a delimiter, for a choice.
#[must_use]
pub const fn delimiter_label(delimiter: char) -> &'static str {
    match delimiter {
        ',' => "Comma",
        ';' => "Semicolon",
        '\t' => "Tab",
        _ => "Vertical bar",
    }
}

/// What was detected of the file, correctable by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFormat {
    pub encoding: Encoding,
    /// Whether a byte order mark was found.
    pub bom: bool,
    /// `,` `;` tab or `|`.
    pub delimiter: char,
    /// Whether the first row is the heading.
    pub heading: bool,
    pub date_order: DateOrder,
    /// Whether the comma is the decimal mark.
    pub decimal_comma: bool,
}

/// A format as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormatForm {
    pub encoding: String,
    /// `comma`, `semicolon`, `tab`, `bar`.
    pub delimiter: String,
    /// `true` when the first row is the heading.
    pub heading: String,
    pub date_order: String,
    /// `point` or `comma`.
    pub decimal: String,
}

impl FormatForm {
    /// The format, with choices parsed.
    ///
    /// # Errors
    /// `Invalid` where a choice is none of the offered ones.
    pub fn format(&self) -> Result<FileFormat, Error> {
        let choice = |field: &str| Error::field(field, FieldCode::NotAChoice);
        let delimiter = DELIMITERS
            .into_iter()
            .find(|delimiter| delimiter_name(*delimiter) == self.delimiter);
        Ok(FileFormat {
            encoding: Encoding::parse(&self.encoding).ok_or_else(|| choice("encoding"))?,
            bom: false,
            delimiter: delimiter.ok_or_else(|| choice("delimiter"))?,
            heading: self.heading == "true",
            date_order: DateOrder::parse(&self.date_order).ok_or_else(|| choice("date_order"))?,
            decimal_comma: self.decimal == "comma",
        })
    }
}

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
    /// A cell that could not be read, and why.
    pub enum CellProblem {
        NoEmail = "no_email",
        NotAnEmail = "not_an_email",
        NotAnAmount = "not_an_amount",
        NotACount = "not_a_count",
        NotADate = "not_a_date",
        NotACurrency = "not_a_currency",
        OtherCurrency = "other_currency",
        TooLong = "too_long",
        TooFewColumns = "too_few_columns",
        TooManyColumns = "too_many_columns",
        UnclosedQuote = "unclosed_quote",
        FirstAfterLast = "first_after_last",
    }
}

impl CellProblem {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoEmail => "no e-mail address",
            Self::NotAnEmail => "not an e-mail address",
            Self::NotAnAmount => "not an amount",
            Self::NotACount => "not a whole number",
            Self::NotADate => "not a date",
            Self::NotACurrency => "not a currency code",
            Self::OtherCurrency => "another currency than the customer's",
            Self::TooLong => "longer than 2,000 characters",
            Self::TooFewColumns => "fewer columns than the heading",
            Self::TooManyColumns => "more columns than the heading",
            Self::UnclosedQuote => "a quotation mark is opened and not closed",
            Self::FirstAfterLast => "first payment is after the last one",
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
    /// Another text with each reading of the file, so that a page knows when to show it anew.
    pub version: String,
}

impl ImportDetail {
    #[must_use]
    pub fn report(&self) -> ImportReport {
        ImportReport {
            rows: self.counts.rows(),
            new: self.new,
            updated: self.updated,
            duplicates: self.counts.duplicate,
            invalid: self.counts.invalid + self.counts.erased,
        }
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
