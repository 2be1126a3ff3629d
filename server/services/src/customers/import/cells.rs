//! What a cell says: amounts, counts, dates and texts in the usual notations. Pure; no floats; never panics.

use chrono::NaiveDate;
use domain::{
    import::{CellProblem, DateOrder},
    money::Currency,
};

/// A text may be so long, in characters.
pub const TEXT_MAX: usize = 2_000;
/// Amounts stop well below what an integer holds, so that sums of them fit.
const AMOUNT_MAX: i128 = 1_000_000_000_000_000;

/// Takes off what our own export puts before a text that a spreadsheet would run as a formula.
#[must_use]
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

/// A cell for a file that a spreadsheet opens: what it would run as a formula gets an apostrophe in front. Numbers stay as they are.
#[must_use]
pub fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_plain_number(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A sign, digits, at most one decimal mark.
fn is_plain_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let marks = digits.matches(['.', ',']).count();
    marks <= 1 && digits.len() > marks && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
}

/// A text on one line, without spaces around it; `None` for a blank cell.
///
/// # Errors
/// `TooLong`.
pub fn line(cell: &str) -> Result<Option<String>, CellProblem> {
    let words: Vec<&str> = unguarded(cell)
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    bounded(words.join(" "))
}

/// A text that may have several lines.
///
/// # Errors
/// `TooLong`.
pub fn text(cell: &str) -> Result<Option<String>, CellProblem> {
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    bounded(unguarded(cell).replace("\r\n", "\n").trim().chars().filter(kept).collect())
}

fn bounded(text: String) -> Result<Option<String>, CellProblem> {
    if text.len() > TEXT_MAX && text.chars().count() > TEXT_MAX {
        return Err(CellProblem::TooLong);
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Words between commas, semicolons or bars, each once.
///
/// # Errors
/// `TooLong`.
pub fn tags(cell: &str) -> Result<Vec<String>, CellProblem> {
    let mut tags: Vec<String> = Vec::new();
    for part in line(cell)?.unwrap_or_default().split([',', ';', '|']) {
        let tag = part.trim().to_owned();
        if tag.chars().count() > 60 || tags.len() >= 50 {
            return Err(CellProblem::TooLong);
        }
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// What exports write where there is nothing to say.
fn is_blank(cell: &str) -> bool {
    matches!(cell, "" | "-" | "–" | "—") || ["n/a", "null", "none"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// The currency that a cell names beside an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    Code(Currency),
    /// Some kind of dollar: the business says which.
    Dollar,
    /// Yen or yuan: the business says which.
    Yen,
}

impl Named {
    /// The currency meant, by the one that the business uses.
    #[must_use]
    pub fn resolve(&self, usual: &Currency) -> Currency {
        let one_of = |codes: &[&str], otherwise: &str| {
            if codes.contains(&usual.as_str()) {
                usual.clone()
            } else {
                Currency::parse(otherwise).unwrap_or_else(|| usual.clone())
            }
        };
        match self {
            Self::Code(code) => code.clone(),
            Self::Dollar => one_of(
                &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"],
                "USD",
            ),
            Self::Yen => one_of(&["JPY", "CNY"], "JPY"),
        }
    }
}

/// An amount as written: the digits, how many of them are behind the mark, and the currency if the cell names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    digits: i128,
    scale: u32,
    pub named: Option<Named>,
}

impl Amount {
    /// In minor units of a currency with so many digits.
    ///
    /// # Errors
    /// `TooManyDecimals` for what the currency can't say; nothing is rounded. `NotAnAmount` when far too large.
    pub fn minor(&self, currency_digits: u32) -> Result<i64, CellProblem> {
        let units = if self.scale <= currency_digits {
            let factor = 10i128.checked_pow(currency_digits - self.scale);
            factor.and_then(|factor| self.digits.checked_mul(factor))
        } else {
            let divisor = 10i128.checked_pow(self.scale - currency_digits);
            if divisor.is_some_and(|divisor| self.digits % divisor != 0) {
                return Err(CellProblem::TooManyDecimals);
            }
            divisor.map(|divisor| self.digits / divisor)
        };
        let fits = |units: &i128| units.abs() <= AMOUNT_MAX;
        units
            .filter(fits)
            .and_then(|units| i64::try_from(units).ok())
            .ok_or(CellProblem::NotAnAmount)
    }
}

const SYMBOLS: &[(&str, Option<&str>)] = &[
    ("US$", Some("USD")),
    ("R$", Some("BRL")),
    ("C$", Some("CAD")),
    ("CA$", Some("CAD")),
    ("A$", Some("AUD")),
    ("AU$", Some("AUD")),
    ("€", Some("EUR")),
    ("£", Some("GBP")),
    ("₹", Some("INR")),
    ("₩", Some("KRW")),
    ("₽", Some("RUB")),
    ("₺", Some("TRY")),
    ("zł", Some("PLN")),
    ("Kč", Some("CZK")),
    ("Fr.", Some("CHF")),
    ("$", None),
    ("¥", None),
    ("￥", None),
];

/// `EUR`, `€`, `$`.
///
/// # Errors
/// `NotACurrency`.
pub fn currency(cell: &str) -> Result<Option<Named>, CellProblem> {
    let cell = unguarded(cell).trim();
    if is_blank(cell) {
        return Ok(None);
    }
    named(cell).map(Some).ok_or(CellProblem::NotACurrency)
}

fn named(word: &str) -> Option<Named> {
    let symbol = SYMBOLS.iter().find(|(symbol, _)| *symbol == word);
    match symbol {
        Some((_, Some(code))) => Currency::parse(code).map(Named::Code),
        Some(("$", None)) => Some(Named::Dollar),
        Some((_, None)) => Some(Named::Yen),
        None => Currency::parse(word).filter(Currency::is_listed).map(Named::Code),
    }
}

/// `1234.5`, `$1,234.50`, `1.234,50 €`, `(5.00)`, `1'234.50`, `−5`, `EUR 12`. `decimal_comma` decides where a cell leaves it open.
///
/// # Errors
/// `NotAnAmount`, also for `12,50,00`.
pub fn amount(cell: &str, decimal_comma: bool) -> Result<Option<Amount>, CellProblem> {
    let cell = unguarded(cell).trim();
    if is_blank(cell) {
        return Ok(None);
    }
    amount_of(cell, decimal_comma).map(Some).ok_or(CellProblem::NotAnAmount)
}

fn amount_of(cell: &str, decimal_comma: bool) -> Option<Amount> {
    let (mut negative, mut rest) = (false, cell);
    if let Some(inside) = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (negative, rest) = (true, inside.trim());
    }
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let (first, last) = (rest.find(is_digit)?, rest.rfind(is_digit)?);
    let (before, number, after) = (&rest[..first], &rest[first..=last], &rest[last + 1..]);
    let mut words = Vec::new();
    for word in [before, after] {
        let word = word.trim();
        let bare = word.trim_matches(['-', '−', '+']).trim();
        match word.matches(['-', '−']).count() {
            0 => {}
            1 if !negative => negative = true,
            _ => return None,
        }
        if !bare.is_empty() {
            words.push(bare);
        }
    }
    let named = match words.as_slice() {
        [] => None,
        [word] => Some(named(word)?),
        // `US$ 12.50 USD`: said twice, and the code says more.
        [one, two] => Some(named(two).filter(|n| matches!(n, Named::Code(_))).or_else(|| named(one))?),
        _ => return None,
    };
    let (digits, scale) = number_of(number, decimal_comma)?;
    Some(Amount {
        digits: if negative { -digits } else { digits },
        scale,
        named,
    })
}

/// The digits and how many are behind the decimal mark.
fn number_of(number: &str, decimal_comma: bool) -> Option<(i128, u32)> {
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    if number
        .chars()
        .any(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',') && !is_space(c))
    {
        return None;
    }
    let (points, commas) = (number.matches('.').count(), number.matches(',').count());
    let mark = match (points, commas) {
        (0, 0) => None,
        // The later one is the decimal mark.
        (1.., 1..) => Some(if number.rfind('.') > number.rfind(',') { '.' } else { ',' }),
        (1, 0) | (0, 1) => {
            let mark = if points == 1 { '.' } else { ',' };
            let usual = (mark == ',') == decimal_comma;
            (usual
                || !number
                    .split_once(mark)
                    .is_some_and(|(whole, rest)| is_group(rest) && whole.len() <= 3 && !whole.is_empty() && !whole.starts_with('0')))
            .then_some(mark)
        }
        _ => None,
    };
    let (whole, fraction) = match mark {
        Some(mark) => number.rsplit_once(mark)?,
        None => (number, ""),
    };
    if mark.is_some_and(|mark| whole.contains(mark)) || !fraction.chars().all(|c| c.is_ascii_digit()) || fraction.len() > 12 {
        return None;
    }
    let separators = |c: char| matches!(c, '.' | ',') || is_space(c);
    let groups: Vec<&str> = whole.split(separators).collect();
    let one_kind = whole
        .chars()
        .filter(|c| separators(*c))
        .collect::<Vec<_>>()
        .windows(2)
        .all(|pair| pair[0] == pair[1]);
    if !one_kind || !are_groups(&groups) {
        return None;
    }
    let digits: String = groups.concat() + fraction;
    if digits.is_empty() || digits.len() > 30 {
        return None;
    }
    Some((digits.parse().ok()?, u32::try_from(fraction.len()).ok()?))
}

fn is_group(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit())
}

/// `1|234|567`, and as in India `12|34|567`: the last of three digits, the others of two or three.
fn are_groups(groups: &[&str]) -> bool {
    match groups {
        [_] => true,
        [first, middle @ .., last] => {
            let width = middle.first().map_or(3, |group| group.len());
            (1..=3).contains(&first.len()) && is_group(last) && (2..=3).contains(&width) && middle.iter().all(|group| group.len() == width)
        }
        [] => false,
    }
}

/// A whole number that is not negative: `6`, `1,234`, `6.0`.
///
/// # Errors
/// `NotACount`.
pub fn count(cell: &str, decimal_comma: bool) -> Result<Option<i64>, CellProblem> {
    let Some(amount) = amount(cell, decimal_comma).map_err(|_| CellProblem::NotACount)? else {
        return Ok(None);
    };
    let unit = 10i128.pow(amount.scale);
    let whole = amount.digits % unit == 0 && amount.digits >= 0 && amount.named.is_none();
    let count = i64::try_from(amount.digits / unit)
        .ok()
        .filter(|count| whole && *count <= 1_000_000_000);
    count.map(Some).ok_or(CellProblem::NotACount)
}

/// `2026-07-31`, `31.7.2026`, `7/31/2026`, `31 Jul 2026`, `20260731`, each with or without a time of day, which is not kept.
///
/// # Errors
/// `NotADate`.
pub fn date(cell: &str, order: DateOrder) -> Result<Option<NaiveDate>, CellProblem> {
    let cell = unguarded(cell).trim();
    if is_blank(cell) {
        return Ok(None);
    }
    date_of(cell, order).map(Some).ok_or(CellProblem::NotADate)
}

fn date_of(cell: &str, order: DateOrder) -> Option<NaiveDate> {
    let parts = date_parts(cell)?;
    let month_by_name = parts.iter().take(2).position(|part| month(part).is_some());
    let [one, two, three] = parts;
    let (year, month, day) = match month_by_name {
        Some(0) => (three, month(one)?, two),
        Some(_) if one.len() == 4 => (one, month(two)?, three),
        Some(_) => (three, month(two)?, one),
        None if one.len() == 4 => (one, two.parse().ok()?, three),
        None => match order {
            DateOrder::YearMonthDay => (one, two.parse().ok()?, three),
            DateOrder::DayMonthYear => (three, two.parse().ok()?, one),
            DateOrder::MonthDayYear => (three, one.parse().ok()?, two),
        },
    };
    if day.len() > 2 || !matches!(year.len(), 2 | 4) {
        return None;
    }
    let mut full: i32 = year.parse().ok()?;
    if year.len() == 2 {
        full += if full < 70 { 2000 } else { 1900 };
    }
    NaiveDate::from_ymd_opt(full, month, day.parse().ok()?).filter(|_| (1900..=2200).contains(&full))
}

/// The three parts of a date, without the time of day behind it.
fn date_parts(cell: &str) -> Option<[&str; 3]> {
    let eight = cell.len() >= 8 && cell.is_char_boundary(8) && cell[..8].bytes().all(|b| b.is_ascii_digit());
    if eight && (cell.len() == 8 || is_time(&cell[8..])) {
        return Some([&cell[..4], &cell[4..6], &cell[6..8]]);
    }
    let separator = |c: char| matches!(c, '-' | '/' | '.' | ',' | ' ' | '年' | '月' | '日');
    let (mut parts, mut from) = ([""; 3], 0);
    for part in &mut parts {
        let rest = &cell[from..];
        let skipped = rest.len() - rest.trim_start_matches(separator).len();
        from += skipped;
        let rest = &cell[from..];
        let length = rest
            .find(|c: char| separator(c) || (c == 'T' && rest.starts_with(|c: char| c.is_ascii_digit())))
            .unwrap_or(rest.len());
        *part = &rest[..length];
        from += length;
    }
    let rest = cell[from..].trim_start_matches([',', '.', '日']);
    let word = |part: &&str| !part.is_empty() && (part.bytes().all(|b| b.is_ascii_digit()) || month(part).is_some());
    (parts.iter().all(word) && (rest.is_empty() || is_time(rest))).then_some(parts)
}

/// `T12:30:00Z`, ` 12:30`, ` 1:05 pm`, ` 00:00:00.000 +02:00`, ` 12:30:00 UTC`.
fn is_time(rest: &str) -> bool {
    let Some(time) = rest.strip_prefix(['T', ' ']) else { return false };
    let time = time.trim();
    time.is_empty()
        || (time.starts_with(|c: char| c.is_ascii_digit())
            && time.contains(':')
            && time
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '+' | '-' | ' ')))
}

/// The month of an English, German, French, Spanish or Portuguese name, from its first three letters.
fn month(name: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "jan ene",
        "feb fév fev",
        "mar mär mrz",
        "apr avr abr",
        "may mai",
        "jun juin",
        "jul juil",
        "aug aoû ago",
        "sep set",
        "oct okt out",
        "nov",
        "dec dez déc dic",
    ];
    let name = name.to_lowercase();
    if name.chars().count() < 3 || name.chars().any(|c| !c.is_alphabetic()) {
        return None;
    }
    let starts = |known: &&str| known.split(' ').any(|known| name.starts_with(known));
    let index = NAMES.iter().position(starts)?;
    u32::try_from(index + 1).ok()
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
