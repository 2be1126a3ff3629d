//! Splits text into records and cells: RFC 4180 with what real exports do to it. Owns quoting and line ends; knows
//! nothing of encodings and columns. Bounded: a quotation mark that nobody closes never swallows the rest of a file.

use domain::import::CellProblem;

/// A record may be so long, in bytes of UTF-8.
pub const RECORD_MAX: usize = 256 * 1024;

/// One record; reused from row to row.
#[derive(Debug, Default)]
pub struct Row {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// What is wrong with the record as a whole.
    pub problem: Option<CellProblem>,
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// How many cells there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell as it stands in the file; empty where the row is too short.
    #[must_use]
    pub fn cell(&self, index: usize) -> &str {
        let start = if index == 0 {
            0
        } else {
            self.ends.get(index - 1).copied().unwrap_or(0)
        };
        self.ends.get(index).map_or("", |end| &self.text[start..*end])
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// A line without anything on it is no row.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.problem.is_none() && self.len() <= 1 && self.text.trim().is_empty()
    }

    fn clear(&mut self) {
        self.problem = None;
        self.text.clear();
        self.ends.clear();
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }
}

/// How quotation marks count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// A quoted cell may hold line ends.
    AcrossLines,
    /// A quoted cell ends on its line.
    OnOneLine,
    /// They are characters like any other.
    Literal,
}

/// What became of the text so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The record is complete: it took so many bytes and line ends.
    Complete { bytes: usize, lines: u64 },
    /// More text is needed to know.
    NeedMore,
    /// A quotation mark was opened and not closed, as far as can be told.
    Unclosed,
}

/// Reads the first record of `text` into `row`. `ended`: nothing follows `text`.
pub fn split(text: &str, delimiter: u8, quotes: Quotes, ended: bool, row: &mut Row) -> Outcome {
    row.clear();
    let bytes = text.as_bytes();
    let (mut at, mut lines) = (0, 0);
    loop {
        if quotes != Quotes::Literal && bytes.get(at) == Some(&b'"') {
            match quoted(text, at + 1, delimiter, quotes, ended, row) {
                Quoted::Until(end, inside) => (at, lines) = (end, lines + inside),
                Quoted::NeedMore => return Outcome::NeedMore,
                Quoted::Unclosed => return Outcome::Unclosed,
            }
        }
        let stop = |byte: &u8| *byte == delimiter || *byte == b'\n' || *byte == b'\r';
        let Some(length) = bytes[at..].iter().position(stop) else {
            if !ended {
                return Outcome::NeedMore;
            }
            row.text.push_str(&text[at..]);
            row.end_cell();
            return Outcome::Complete { bytes: bytes.len(), lines };
        };
        row.text.push_str(&text[at..at + length]);
        row.end_cell();
        at += length;
        if bytes[at] == delimiter {
            at += 1;
            continue;
        }
        return match line_end(bytes, at, ended) {
            Some(end) => Outcome::Complete {
                bytes: end,
                lines: lines + 1,
            },
            None => Outcome::NeedMore,
        };
    }
}

/// The place after the line end at `at`; `None` where a line feed may still follow.
fn line_end(bytes: &[u8], at: usize, ended: bool) -> Option<usize> {
    match (bytes[at], bytes.get(at + 1)) {
        (b'\r', Some(b'\n')) => Some(at + 2),
        (b'\r', None) if !ended => None,
        _ => Some(at + 1),
    }
}

enum Quoted {
    /// Ends before this place; so many line ends were inside.
    Until(usize, u64),
    NeedMore,
    Unclosed,
}

/// A cell whose opening mark stands just before `at`.
fn quoted(text: &str, mut at: usize, delimiter: u8, quotes: Quotes, ended: bool, row: &mut Row) -> Quoted {
    let bytes = text.as_bytes();
    let mut lines = 0;
    loop {
        let rest = &bytes[at..];
        let Some(length) = rest.iter().position(|byte| *byte == b'"') else {
            if quotes == Quotes::OnOneLine && rest.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
                return Quoted::Unclosed;
            }
            return if ended { Quoted::Unclosed } else { Quoted::NeedMore };
        };
        let part = &text[at..at + length];
        lines += line_ends(part);
        if quotes == Quotes::OnOneLine && lines > 0 {
            return Quoted::Unclosed;
        }
        row.text.push_str(part);
        at += length + 1;
        match bytes.get(at) {
            Some(b'"') => {
                row.text.push('"');
                at += 1;
            }
            None if !ended => return Quoted::NeedMore,
            None | Some(b'\n' | b'\r') => return Quoted::Until(at, lines),
            Some(byte) if *byte == delimiter => return Quoted::Until(at, lines),
            // `"Bob "the man" X"`: marks that nobody doubled belong to the text. Over a line end it is rather the
            // opening mark of a cell further down, and the one before it was never closed.
            Some(_) if lines > 0 => return Quoted::Unclosed,
            Some(_) => row.text.push('"'),
        }
    }
}

fn line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
    let returns = bytes
        .iter()
        .enumerate()
        .filter(|(i, byte)| **byte == b'\r' && bytes.get(i + 1) != Some(&b'\n'))
        .count();
    (feeds + returns) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let (mut rest, mut row, mut rows) = (text, Row::default(), Vec::new());
        while !rest.is_empty() {
            let Outcome::Complete { bytes, .. } = split(rest, delimiter, Quotes::AcrossLines, true, &mut row) else {
                break;
            };
            rows.push(row.cells().map(str::to_owned).collect());
            rest = &rest[bytes..];
        }
        rows
    }

    #[test]
    fn quotes_hold_delimiters_line_ends_and_doubled_quotes() {
        let text = "a,\"b, \"\"c\"\"\r\nd\",e\r\nf,,\n\"\",x";
        assert_eq!(all(text, b','), [vec!["a", "b, \"c\"\r\nd", "e"], vec!["f", "", ""], vec!["", "x"]]);
        assert_eq!(all("a;b\rc;d\r", b';'), [["a", "b"], ["c", "d"]]);
        assert_eq!(all("\"Bob \"the man\" X\",5\n", b','), [["Bob \"the man\" X", "5"]]);
        assert_eq!(all("6\" pipe,5\n", b','), [["6\" pipe", "5"]]);
    }

    #[test]
    fn an_open_quote_is_noticed() {
        let mut row = Row::default();
        let across = |text: &str, ended: bool, row: &mut Row| split(text, b',', Quotes::AcrossLines, ended, row);
        assert_eq!(across("\"a,b\nc,d\n", false, &mut row), Outcome::NeedMore);
        assert_eq!(across("\"a,b\nc,d\n", true, &mut row), Outcome::Unclosed);
        assert_eq!(across("\"a,b\n\"c\",d\n", true, &mut row), Outcome::Unclosed);
        assert_eq!(split("\"a\nb\",c\n", b',', Quotes::OnOneLine, true, &mut row), Outcome::Unclosed);
        assert_eq!(
            split("\"a\nb", b',', Quotes::Literal, true, &mut row),
            Outcome::Complete { bytes: 3, lines: 1 }
        );
        assert_eq!(row.cell(0), "\"a");
    }

    proptest! {
        /// What the usual library writes is read back.
        #[test]
        fn written_records_are_read_back(rows in proptest::collection::vec(proptest::collection::vec("[a\",;\n\r ü]{0,6}", 2..5), 1..6)) {
            let width = rows[0].len();
            let rows: Vec<Vec<String>> = rows.into_iter().map(|mut row| { row.resize(width, String::from("x")); row }).collect();
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("writes to memory");
            }
            let text = String::from_utf8(writer.into_inner().expect("flushes")).expect("UTF-8");
            prop_assert_eq!(all(&text, b','), rows);
        }

        /// A record is the same however much text is there already, and no text makes it panic.
        #[test]
        fn more_text_does_not_change_a_record(text in "[a\",\n\r]{0,40}", cut in 0usize..40) {
            let (mut early, mut late) = (Row::default(), Row::default());
            let cut = cut.min(text.len());
            let first = split(&text[..cut], b',', Quotes::AcrossLines, false, &mut early);
            let second = split(&text, b',', Quotes::AcrossLines, true, &mut late);
            if first != Outcome::NeedMore {
                prop_assert_eq!(first, second);
                if first != Outcome::Unclosed {
                    prop_assert!(early.cells().eq(late.cells()));
                }
            }
        }
    }
}
