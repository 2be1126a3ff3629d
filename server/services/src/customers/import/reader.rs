//! A file as decoded rows with line numbers, in constant memory. Blocking: run it where blocking is allowed.

use super::{
    records::{Outcome, Quotes, RECORD_MAX, Row, split},
    sniff::charset,
};
use domain::import::{CellProblem, FileFormat};
use std::io::{self, Read};

const CHUNK: usize = 64 * 1024;
/// After so many open quotation marks they count only within a line: looking far ahead for each would take forever.
const UNCLOSED_MAX: u32 = 100;

/// Rows of a file.
pub struct Reader<R> {
    source: R,
    decoder: encoding_rs::Decoder,
    chunk: Vec<u8>,
    text: String,
    start: usize,
    ended: bool,
    delimiter: u8,
    line: u64,
    unclosed: u32,
}

impl<R: Read> Reader<R> {
    pub fn new(source: R, format: &FileFormat) -> Self {
        Self {
            source,
            decoder: charset(format.encoding).new_decoder_with_bom_removal(),
            chunk: vec![0; CHUNK],
            text: String::with_capacity(CHUNK * 2),
            start: 0,
            ended: false,
            delimiter: u8::try_from(format.delimiter).unwrap_or(b','),
            line: 1,
            unclosed: 0,
        }
    }

    /// Reads the next row into `row`; `false` at the end. Lines without anything on them are passed over.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        loop {
            if self.start == self.text.len() && !self.fill()? {
                return Ok(false);
            }
            self.record(row)?;
            // Excel's hint of the delimiter is no row either.
            let hint = row.line == 1 && is_hint(row);
            if !row.is_blank() && !hint {
                return Ok(true);
            }
        }
    }

    fn record(&mut self, row: &mut Row) -> io::Result<()> {
        loop {
            let quotes = if self.unclosed < UNCLOSED_MAX {
                Quotes::AcrossLines
            } else {
                Quotes::OnOneLine
            };
            let outcome = split(&self.text[self.start..], self.delimiter, quotes, self.ended, row);
            row.line = self.line;
            match outcome {
                Outcome::Complete { bytes, lines } => {
                    self.start += bytes;
                    self.line += lines;
                    return Ok(());
                }
                Outcome::NeedMore if self.text.len() - self.start < RECORD_MAX => {
                    // At the end of the file the same text is looked at once more, as the last of it.
                    self.fill()?;
                }
                Outcome::NeedMore | Outcome::Unclosed => return self.broken(row),
            }
        }
    }

    /// A record that does not end where it should: its first line is the row, with the reason.
    fn broken(&mut self, row: &mut Row) -> io::Result<()> {
        loop {
            match split(&self.text[self.start..], self.delimiter, Quotes::Literal, self.ended, row) {
                Outcome::Complete { bytes, lines } => {
                    row.line = self.line;
                    row.problem = Some(CellProblem::UnclosedQuote);
                    self.unclosed += 1;
                    self.start += bytes;
                    self.line += lines;
                    return Ok(());
                }
                Outcome::NeedMore | Outcome::Unclosed if self.text.len() - self.start < RECORD_MAX => {
                    self.fill()?;
                }
                Outcome::NeedMore | Outcome::Unclosed => {
                    row.line = self.line;
                    row.problem = Some(CellProblem::TooLong);
                    return self.pass_over_line();
                }
            }
        }
    }

    fn pass_over_line(&mut self) -> io::Result<()> {
        loop {
            let rest = &self.text.as_bytes()[self.start..];
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            self.start += end.unwrap_or(rest.len());
            if end.is_some() || !self.fill()? {
                // The line end itself is left: the next row finds a blank line there.
                return Ok(());
            }
        }
    }

    /// Decodes more text; `false` when there is none.
    fn fill(&mut self) -> io::Result<bool> {
        self.text.drain(..self.start);
        self.start = 0;
        let before = self.text.len();
        while !self.ended && self.text.len() == before {
            let read = self.source.read(&mut self.chunk)?;
            self.ended = read == 0;
            let (mut from, last) = (0, self.ended);
            loop {
                let room = self.decoder.max_utf8_buffer_length(read - from).unwrap_or(CHUNK * 4);
                self.text.reserve(room);
                let (result, taken, _) = self.decoder.decode_to_string(&self.chunk[from..read], &mut self.text, last);
                from += taken;
                if result == encoding_rs::CoderResult::InputEmpty {
                    break;
                }
            }
        }
        // Databases can't store the character zero; no name has it.
        if self.text.as_bytes()[before..].contains(&0) {
            self.text.retain(|c| c != '\0');
        }
        Ok(self.text.len() > before)
    }
}

/// `sep=;`, on a line of its own.
fn is_hint(row: &Row) -> bool {
    let first = row.cell(0);
    (row.len() == 1 && first.len() == 5 && first.starts_with("sep=")) || (row.len() == 2 && first == "sep=" && row.cell(1).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::import::{DateOrder, Encoding};
    use proptest::prelude::*;

    fn format(encoding: Encoding, delimiter: char) -> FileFormat {
        FileFormat {
            encoding,
            bom: false,
            delimiter,
            heading: true,
            date_order: DateOrder::YearMonthDay,
            decimal_comma: false,
        }
    }

    type Read = (u64, Vec<String>, Option<CellProblem>);

    fn rows(bytes: &[u8], encoding: Encoding, delimiter: char) -> Vec<Read> {
        let mut reader = Reader::new(bytes, &format(encoding, delimiter));
        let (mut row, mut out) = (Row::default(), Vec::new());
        while reader.read(&mut row).expect("memory") {
            out.push((row.line, row.cells().map(str::to_owned).collect(), row.problem));
        }
        out
    }

    fn plain(rows: &[Read]) -> Vec<(u64, String)> {
        rows.iter()
            .map(|(line, cells, problem)| {
                (
                    *line,
                    format!("{}{}", cells.join("|"), problem.map_or(String::new(), |p| format!(" !{p}"))),
                )
            })
            .collect()
    }

    #[test]
    fn rows_carry_the_line_they_begin_on() {
        let text = "sep=;\r\nemail;name\r\n\r\na@b.de;\"two\r\nlines\"\r\n  \nb@b.de;\n";
        let read = rows(text.as_bytes(), Encoding::Utf8, ';');
        assert_eq!(
            plain(&read),
            [(2, "email|name".into()), (4, "a@b.de|two\r\nlines".into()), (7, "b@b.de|".into())]
        );
    }

    #[test]
    fn encodings_are_decoded_and_marks_removed() {
        let text = "email;name\nk@b.de;Köhler\n";
        let expected = [(1, "email|name".to_owned()), (2, "k@b.de|Köhler".to_owned())];
        let (western, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(plain(&rows(&western, Encoding::Windows1252, ';')), expected);
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(plain(&rows(&wide, Encoding::Utf16Le, ';')), expected);
        assert_eq!(plain(&rows(format!("\u{feff}{text}").as_bytes(), Encoding::Utf8, ';')), expected);
    }

    #[test]
    fn an_open_quote_costs_its_line_only() {
        let text = format!("email,name\na@b.de,\"open\n{}", "b@b.de,x\n".repeat(50_000));
        let read = rows(text.as_bytes(), Encoding::Utf8, ',');
        assert_eq!(read.len(), 50_002);
        assert_eq!((read[1].0, read[1].2), (2, Some(CellProblem::UnclosedQuote)));
        assert!(read[2..].iter().all(|row| row.2.is_none()));
        let many = format!("email,name\n{}", "b@b.de,\"x\nc@b.de,y z\n".repeat(2_000));
        let read = rows(many.as_bytes(), Encoding::Utf8, ',');
        assert_eq!(read.len(), 4_001);
    }

    #[test]
    fn an_endless_line_is_one_row() {
        let text = format!("email,name\n{}\nb@b.de,x\n", "y".repeat(3_000_000));
        let read = rows(text.as_bytes(), Encoding::Utf8, ',');
        assert_eq!(read.len(), 3);
        assert_eq!((read[1].0, read[1].2), (2, Some(CellProblem::TooLong)));
        assert_eq!(read[2].0, 3);
    }

    proptest! {
        #[test]
        fn any_bytes_become_rows(bytes in proptest::collection::vec(any::<u8>(), 0..3000), pick in 0usize..8) {
            let encoding = Encoding::ALL[pick % Encoding::ALL.len()];
            let read = rows(&bytes, encoding, ';');
            prop_assert!(read.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}
