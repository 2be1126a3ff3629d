//! How a file of customers is read: columns, encodings, formats, and what a cell can do wrong.

use crate::error::{Error, FieldCode};
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
        InFuture = "in_future",
        TooManyDecimals = "too_many_decimals",
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
            Self::InFuture => "lies in the future",
            Self::TooManyDecimals => "more decimals than the currency has",
        }
    }
}
