//! What kind of CSV a file is: delimiter, heading, order of dates, decimal mark; all of it judged from samples, all
//! of it correctable by hand.

use super::{
    cells, columns,
    records::{Outcome, Quotes, Row, split},
    sniff::Sniffed,
};
use domain::{
    email,
    error::Conflict,
    import::{Column, ColumnTarget, DELIMITERS, DateOrder, Encoding, FileFormat, ImportField},
    money::Currency,
};

/// Rows that are looked at.
const ROWS: usize = 400;
/// More columns than any export has.
const COLUMNS_MAX: usize = 500;

/// The format of a file and its columns.
///
/// # Errors
/// `FileEmpty` for a file of nothing but its heading, `FileUnreadable` for one with absurdly many columns.
pub fn detect(sniffed: &Sniffed, currency: &Currency) -> Result<(FileFormat, Vec<Column>), Conflict> {
    let delimiter = delimiter(sniffed);
    let rows = rows(sniffed, delimiter);
    let format = FileFormat {
        encoding: sniffed.encoding,
        bom: sniffed.bom,
        delimiter,
        heading: rows.first().is_some_and(|first| is_heading(first, &rows[1..])),
        date_order: DateOrder::YearMonthDay,
        decimal_comma: false,
    };
    let format = judged(format, &rows, None);
    let columns = columns_of(&format, &rows, None, currency)?;
    // Dates and amounts once more, now that it is known which columns hold them.
    let targets: Vec<ColumnTarget> = columns.iter().map(|column| column.target.clone()).collect();
    let format = judged(format, &rows, Some(&targets));
    let columns = columns_of(&format, &rows, Some(targets), currency)?;
    Ok((format, columns))
}

/// The columns of a file whose format was corrected by hand, guessed anew.
///
/// # Errors
/// Like `detect`.
pub fn columns(sniffed: &Sniffed, format: &FileFormat, currency: &Currency) -> Result<Vec<Column>, Conflict> {
    columns_of(format, &rows(sniffed, format.delimiter), None, currency)
}

fn columns_of(format: &FileFormat, rows: &[Row], targets: Option<Vec<ColumnTarget>>, currency: &Currency) -> Result<Vec<Column>, Conflict> {
    let Some(first) = rows.first() else {
        return Err(Conflict::FileEmpty);
    };
    let samples = if format.heading { &rows[1..] } else { rows };
    if samples.is_empty() {
        return Err(Conflict::FileEmpty);
    }
    if first.len() > COLUMNS_MAX {
        return Err(Conflict::FileUnreadable);
    }
    let headings = headings(format, first);
    let targets = targets.unwrap_or_else(|| columns::guess(&headings, samples));
    Ok(columns::describe(&headings, targets, samples, format, currency))
}

/// Names of the columns, each once.
fn headings(format: &FileFormat, first: &Row) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(first.len());
    for (i, cell) in first.cells().enumerate() {
        let name = if format.heading {
            cell.split_whitespace().collect::<Vec<_>>().join(" ")
        } else {
            format!("Column {}", i + 1)
        };
        let taken = !name.is_empty() && names.contains(&name);
        names.push(if taken { format!("{name} ({})", i + 1) } else { name });
    }
    names
}

/// The first rows of the head, then those of the samples. Cut lines are left out.
fn rows(sniffed: &Sniffed, delimiter: char) -> Vec<Row> {
    let mut rows = records(&sniffed.head, delimiter, sniffed.whole, ROWS);
    if let Some(first) = rows.first()
        && is_hint(first)
    {
        rows.remove(0);
    }
    let width = rows.first().map_or(0, Row::len);
    for sample in &sniffed.samples {
        let whole_lines = sample.split_once('\n').map_or("", |(_, rest)| rest);
        rows.extend(
            records(whole_lines, delimiter, false, ROWS)
                .into_iter()
                .filter(|row| row.len() == width),
        );
    }
    rows
}

fn is_hint(row: &Row) -> bool {
    row.cell(0).starts_with("sep=") && row.len() <= 2
}

fn records(text: &str, delimiter: char, whole: bool, max: usize) -> Vec<Row> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let (mut rest, mut rows) = (text, Vec::new());
    while !rest.is_empty() && rows.len() < max {
        let mut row = Row::default();
        let outcome = match split(rest, delimiter, Quotes::AcrossLines, whole, &mut row) {
            Outcome::Unclosed => split(rest, delimiter, Quotes::Literal, whole, &mut row),
            outcome => outcome,
        };
        let Outcome::Complete { bytes, .. } = outcome else { break };
        rest = &rest[bytes..];
        if !row.is_blank() {
            rows.push(row);
        }
    }
    // A head that is one cut line is still better than nothing.
    if rows.is_empty() && !whole {
        return records(text, u8_char(delimiter), true, max);
    }
    rows
}

const fn u8_char(byte: u8) -> char {
    byte as char
}

/// The delimiter by which most rows have the same number of cells, the heading among them.
fn delimiter(sniffed: &Sniffed) -> char {
    if let Some(hint) = sniffed.head.strip_prefix("sep=").and_then(|rest| rest.chars().next())
        && DELIMITERS.contains(&hint)
    {
        return hint;
    }
    let score = |delimiter: char| -> u64 {
        let rows = records(&sniffed.head, delimiter, sniffed.whole, 60);
        let Some(width) = rows.first().map(Row::len).filter(|width| *width > 1) else {
            return 0;
        };
        let same = rows.iter().filter(|row| row.len() == width).count() as u64;
        // Agreement of the rows first; among equals the one that makes more columns.
        same * 10_000 / rows.len().max(1) as u64 * 100 + (width as u64).min(99)
    };
    // The comma stands first and wins a file of one column.
    DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|delimiter| score(*delimiter))
        .unwrap_or(',')
}

fn is_heading(first: &Row, rest: &[Row]) -> bool {
    if first.cells().any(|cell| email::normalise(cell).is_some()) {
        return false;
    }
    if columns::has_known_heading(first) {
        return true;
    }
    let figures = |row: &Row| row.cells().filter(|cell| matches!(cells::amount(cell, false), Ok(Some(_)))).count();
    figures(first) == 0 || rest.first().is_some_and(|second| figures(second) > figures(first))
}

/// The order of dates and the decimal mark: from the cells of the columns that hold them, or where those say nothing
/// (or are not known), from all cells.
fn judged(mut format: FileFormat, rows: &[Row], targets: Option<&[ColumnTarget]>) -> FileFormat {
    let samples = if format.heading { rows.get(1..).unwrap_or_default() } else { rows };
    let holds = |column: usize, wanted: &[ImportField]| match targets.and_then(|targets| targets.get(column)) {
        Some(ColumnTarget::Field(field)) => wanted.contains(field),
        Some(ColumnTarget::Attribute | ColumnTarget::Skip) | None => false,
    };
    let all = || samples.iter().flat_map(|row| row.cells().map(str::trim));
    let cells_of = |wanted: &'static [ImportField]| {
        samples.iter().flat_map(move |row| {
            row.cells()
                .enumerate()
                .filter(move |(i, _)| holds(*i, wanted))
                .map(|(_, cell)| cell.trim())
        })
    };
    let amounts = cells_of(&[ImportField::TotalSpent, ImportField::MonthlySpend, ImportField::RefundVolume]);
    format.decimal_comma = decimal_comma(amounts).or_else(|| decimal_comma(all())).unwrap_or(false);
    let european = format.decimal_comma || format.delimiter == ';';
    let dates = cells_of(&[ImportField::FirstPayment, ImportField::LastPayment]);
    let order = date_order(dates, european).or_else(|| date_order(all(), european));
    format.date_order = order.unwrap_or(DateOrder::YearMonthDay);
    format
}

/// `None` where no amount has a mark that decides.
fn decimal_comma<'a>(amounts: impl Iterator<Item = &'a str>) -> Option<bool> {
    let (mut commas, mut points) = (0u32, 0u32);
    for cell in amounts {
        let number = cell.trim_matches(|c: char| !c.is_ascii_digit());
        let plain = number
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}'));
        let Some(at) = number
            .rfind(['.', ','])
            .filter(|_| plain && !matches!(cells::amount(cell, false), Err(_) | Ok(None)))
        else {
            continue;
        };
        let (mark, fraction) = (number.as_bytes()[at], number.len() - at - 1);
        let both = number.contains('.') && number.contains(',');
        let groups = number.matches(char::from(mark)).count() > 1;
        match (mark, both, groups, fraction) {
            // `1.234.567` and `1,234,567` have thousands behind the mark.
            (b'.', _, true, _) => commas += 1,
            (b',', _, true, _) => points += 1,
            // `1.234` alone says nothing.
            (_, false, false, 3) => {}
            (b',', ..) => commas += 1,
            _ => points += 1,
        }
    }
    (commas + points > 0).then_some(commas > points)
}

/// Which number is the day: one above 12 tells. `european`: what to assume where none does. `None` without a date.
fn date_order<'a>(dates: impl Iterator<Item = &'a str>, european: bool) -> Option<DateOrder> {
    let (mut year_first, mut day_first, mut month_first, mut open, mut slashes) = (0u32, 0u32, 0u32, 0u32, 0u32);
    for cell in dates {
        let day_part = cell.split([' ', 'T']).next().unwrap_or_default();
        let parts: Vec<&str> = day_part.split(['/', '.', '-']).collect();
        let [one, two, three] = parts[..] else { continue };
        let (Ok(first), Ok(second), Ok(_)) = (one.parse::<u32>(), two.parse::<u32>(), three.parse::<u32>()) else {
            continue;
        };
        slashes += u32::from(day_part.contains('/'));
        match (first, second) {
            _ if one.len() == 4 || first > 31 => year_first += 1,
            (13.., ..=12) => day_first += 1,
            (..=12, 13..=31) => month_first += 1,
            (..=12, ..=12) => open += 1,
            _ => {}
        }
    }
    if day_first + month_first + open + year_first == 0 {
        return None;
    }
    Some(if day_first + month_first > 0 {
        if day_first >= month_first {
            DateOrder::DayMonthYear
        } else {
            DateOrder::MonthDayYear
        }
    } else if open == 0 || year_first > open {
        DateOrder::YearMonthDay
    } else if slashes * 2 > open && !european {
        DateOrder::MonthDayYear
    } else {
        DateOrder::DayMonthYear
    })
}

/// Whether a format given by hand is one that can be read.
#[must_use]
pub fn is_sound(format: &FileFormat) -> bool {
    DELIMITERS.contains(&format.delimiter) && Encoding::ALL.contains(&format.encoding)
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
