//! Which encoding a file is in, judged from its bytes as they go by once. Keeps the head of the file and a few samples
//! from further on; never the file.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use domain::{error::Conflict, import::Encoding};

/// So much of the beginning is looked at closely.
const HEAD: usize = 64 * 1024;
/// Samples from further on: dates of a sorted file may say only there which number is the day.
const SAMPLE: usize = 16 * 1024;
const SAMPLE_OFFSETS: [u64; 5] = [1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28];
/// The detector looks at each byte 27 times; after so many beyond the first umlaut it knows.
const DETECT: usize = 256 * 1024;

/// Watches the bytes of a file.
pub struct Sniffer {
    head: Vec<u8>,
    samples: Vec<Vec<u8>>,
    seen: u64,
    utf8: Utf8,
    detector: EncodingDetector,
    detected: usize,
    nuls: u64,
}

/// What the bytes said.
#[derive(Debug)]
pub struct Sniffed {
    pub encoding: Encoding,
    pub bom: bool,
    /// The beginning, decoded; its last line may be cut.
    pub head: String,
    /// Parts from further on, decoded; first and last line may be cut.
    pub samples: Vec<String>,
    /// Whether `head` is all there is.
    pub whole: bool,
}

impl Default for Sniffer {
    fn default() -> Self {
        Self {
            head: Vec::with_capacity(HEAD),
            samples: Vec::new(),
            seen: 0,
            utf8: Utf8::default(),
            detector: EncodingDetector::new(Iso2022JpDetection::Deny),
            detected: 0,
            nuls: 0,
        }
    }
}

impl Sniffer {
    /// The next bytes of the file.
    pub fn feed(&mut self, bytes: &[u8]) {
        let room = (HEAD - self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..room]);
        self.keep_samples(bytes);
        self.utf8.feed(bytes);
        self.nuls += bytes.iter().filter(|byte| **byte == 0).count() as u64;
        let part = &bytes[..bytes.len().min(DETECT - self.detected)];
        if !part.is_empty() && self.detector.feed(part, false) {
            self.detected += part.len();
        }
        self.seen += bytes.len() as u64;
    }

    fn keep_samples(&mut self, bytes: &[u8]) {
        let end = self.seen + bytes.len() as u64;
        for (i, offset) in SAMPLE_OFFSETS.iter().enumerate() {
            let (from, to) = (self.seen.max(*offset), end.min(offset + SAMPLE as u64));
            if from < to {
                let at = |position: u64| usize::try_from(position - self.seen).unwrap_or(bytes.len());
                if self.samples.len() <= i {
                    self.samples.push(Vec::new());
                }
                self.samples[i].extend_from_slice(&bytes[at(from)..at(to)]);
            }
        }
    }

    /// The verdict.
    ///
    /// # Errors
    /// `FileEmpty` without a byte of text, `FileUnreadable` for what is no text (a spreadsheet, an image, an archive).
    pub fn finish(self) -> Result<Sniffed, Conflict> {
        let (encoding, bom) = self.encoding()?;
        self.decoded(encoding, bom)
    }

    /// What the bytes say in an encoding that somebody chose.
    ///
    /// # Errors
    /// `FileEmpty` without a byte of text.
    pub fn finish_as(self, encoding: Encoding) -> Result<Sniffed, Conflict> {
        self.decoded(encoding, false)
    }

    fn decoded(self, encoding: Encoding, bom: bool) -> Result<Sniffed, Conflict> {
        let decode = |bytes: &[u8]| -> String {
            let mut text = charset(encoding).decode_with_bom_removal(bytes).0.into_owned();
            text.retain(|c| c != '\0');
            text
        };
        let head = decode(&self.head);
        if head.trim().is_empty() {
            return Err(Conflict::FileEmpty);
        }
        Ok(Sniffed {
            encoding,
            bom,
            head,
            samples: self.samples.iter().map(|bytes| decode(bytes)).collect(),
            whole: self.seen == self.head.len() as u64,
        })
    }

    fn encoding(&self) -> Result<(Encoding, bool), Conflict> {
        match self.head.as_slice() {
            [] => return Err(Conflict::FileEmpty),
            // UTF-32 begins like UTF-16; nobody exports it.
            [0xff, 0xfe, 0, 0, ..] => return Err(Conflict::FileUnreadable),
            [0xef, 0xbb, 0xbf, ..] => return Ok((Encoding::Utf8, true)),
            [0xff, 0xfe, ..] => return Ok((Encoding::Utf16Le, true)),
            [0xfe, 0xff, ..] => return Ok((Encoding::Utf16Be, true)),
            _ => {}
        }
        if self.nuls > 0 {
            return utf16_without_bom(&self.head).map(|encoding| (encoding, false));
        }
        if is_binary(&self.head) {
            return Err(Conflict::FileUnreadable);
        }
        // A few broken bytes in much good UTF-8 are a cut file, not another encoding.
        if self.utf8.broken * 20 <= self.utf8.sequences {
            return Ok((Encoding::Utf8, false));
        }
        // A few umlauts say too little: they are Western ones.
        let hint: Option<&[u8]> = if self.utf8.broken < 4 { Some(b"de") } else { None };
        let guess = self.detector.guess(hint, Utf8Detection::Deny);
        let encoding = [Encoding::Windows1250, Encoding::Windows1251, Encoding::ShiftJis, Encoding::Gb18030]
            .into_iter()
            .find(|encoding| charset(*encoding) == guess || (*encoding == Encoding::Gb18030 && guess == encoding_rs::GBK));
        Ok((encoding.unwrap_or(Encoding::Windows1252), false))
    }
}

/// Text of Latin letters in UTF-16 has a zero at every other byte.
fn utf16_without_bom(head: &[u8]) -> Result<Encoding, Conflict> {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if odd * 10 >= half * 7 && even * 20 <= half {
        Ok(Encoding::Utf16Le)
    } else if even * 10 >= half * 7 && odd * 20 <= half {
        Ok(Encoding::Utf16Be)
    } else {
        Err(Conflict::FileUnreadable)
    }
}

/// Control characters that no text has.
fn is_binary(head: &[u8]) -> bool {
    let controls = head.iter().filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31)).count();
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"%PDF-") || controls * 50 > head.len()
}

/// The decoder's name of an encoding.
pub const fn charset(encoding: Encoding) -> &'static encoding_rs::Encoding {
    match encoding {
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
        Encoding::Windows1250 => encoding_rs::WINDOWS_1250,
        Encoding::Windows1251 => encoding_rs::WINDOWS_1251,
        Encoding::ShiftJis => encoding_rs::SHIFT_JIS,
        Encoding::Gb18030 => encoding_rs::GB18030,
    }
}

/// Counts good and broken multi-byte sequences of UTF-8 across chunks.
#[derive(Default)]
struct Utf8 {
    /// The beginning of a sequence that the next chunk ends.
    carry: Vec<u8>,
    sequences: u64,
    broken: u64,
}

impl Utf8 {
    fn feed(&mut self, bytes: &[u8]) {
        if self.carry.is_empty() {
            self.scan(bytes);
        } else {
            let mut joined = std::mem::take(&mut self.carry);
            joined.extend_from_slice(bytes);
            self.scan(&joined);
        }
    }

    fn scan(&mut self, mut bytes: &[u8]) {
        loop {
            let (good, rest) = match std::str::from_utf8(bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let (good, rest) = bytes.split_at(error.valid_up_to());
                    let good = std::str::from_utf8(good).unwrap_or_default();
                    (good, Some((rest, error.error_len())))
                }
            };
            // Bytes that begin a character of more than one byte.
            self.sequences += good.bytes().filter(|byte| *byte >= 0xc0).count() as u64;
            match rest {
                None => return,
                Some((rest, None)) => {
                    self.carry = rest.to_vec();
                    return;
                }
                Some((rest, Some(length))) => {
                    self.broken += 1;
                    bytes = &rest[length..];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sniff(bytes: &[u8]) -> Result<Sniffed, Conflict> {
        let mut sniffer = Sniffer::default();
        // Odd chunks, so that sequences are cut.
        for chunk in bytes.chunks(7) {
            sniffer.feed(chunk);
        }
        sniffer.finish()
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    const TEXT: &str = "email;name\nluisg@embraer.com.br;Luís Gonçalves\nbjorn@yahoo.no;Bjørn Hansen\nk@surfeu.de;Leonie Köhler\n";

    #[test]
    fn encodings_are_recognised() {
        let check = |bytes: &[u8], encoding: Encoding, bom: bool| {
            let found = sniff(bytes).expect("text");
            assert_eq!((found.encoding, found.bom), (encoding, bom));
            assert!(found.head.starts_with("email;name"), "{:?}", found.head);
            assert!(found.whole);
        };
        check(TEXT.as_bytes(), Encoding::Utf8, false);
        check(&[b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), Encoding::Utf8, true);
        check(&utf16(&format!("\u{feff}{TEXT}"), u16::to_le_bytes), Encoding::Utf16Le, true);
        check(&utf16(&format!("\u{feff}{TEXT}"), u16::to_be_bytes), Encoding::Utf16Be, true);
        check(&utf16(TEXT, u16::to_le_bytes), Encoding::Utf16Le, false);
        check(&utf16(TEXT, u16::to_be_bytes), Encoding::Utf16Be, false);
        check(&encoding_rs::WINDOWS_1252.encode(TEXT).0, Encoding::Windows1252, false);
        check(b"email;name\n", Encoding::Utf8, false);
    }

    #[test]
    fn neighbours_of_western_europe_are_told_apart() {
        let polish = "email;name\nw@wp.pl;Stanisław Wójcik\nz@wp.pl;Zażółć Gęślą Jaźń\nf@seznam.cz;František Wichterlová\n";
        assert_eq!(
            sniff(&encoding_rs::WINDOWS_1250.encode(polish).0).expect("text").encoding,
            Encoding::Windows1250
        );
        let russian = "email;имя\nivan@yandex.ru;Иван Сергеевич Тургенев\nlev@yandex.ru;Лев Николаевич Толстой\n";
        assert_eq!(
            sniff(&encoding_rs::WINDOWS_1251.encode(russian).0).expect("text").encoding,
            Encoding::Windows1251
        );
        let japanese = "email,名前\na@example.jp,山田太郎さん\nb@example.jp,ひらがなのなまえ\n";
        assert_eq!(
            sniff(&encoding_rs::SHIFT_JIS.encode(japanese).0).expect("text").encoding,
            Encoding::ShiftJis
        );
    }

    #[test]
    fn one_broken_byte_is_no_other_encoding() {
        let mut bytes = TEXT.repeat(10).into_bytes();
        bytes.push(0xff);
        assert_eq!(sniff(&bytes).expect("text").encoding, Encoding::Utf8);
        let far = format!("{}\nk@surfeu.de;K\u{f6}hler\n", "a@example.com;plain\n".repeat(10_000));
        assert_eq!(
            sniff(&encoding_rs::WINDOWS_1252.encode(&far).0).expect("text").encoding,
            Encoding::Windows1252
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(sniff(b"").err(), Some(Conflict::FileEmpty));
        assert_eq!(sniff(b" \r\n\n").err(), Some(Conflict::FileEmpty));
        assert_eq!(sniff(b"PK\x03\x04rest of a spreadsheet").err(), Some(Conflict::FileUnreadable));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").err(), Some(Conflict::FileUnreadable));
    }

    proptest! {
        #[test]
        fn any_bytes_get_a_verdict(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let _ = sniff(&bytes);
        }
    }
}
