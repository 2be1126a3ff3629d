//! Which incentive and which upsell suit: never an expired one, never one that is meant for somebody else.

use crate::analysis::writer::Subject;
use chrono::NaiveDate;
use domain::{business::Incentive, persona::Segment};

/// Longest text that goes into a letter.
const PHRASE_MAX: usize = 160;

/// What may be offered; empty where nothing suits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// "10% off the Annual Pass", without its full stop.
    pub text: String,
    pub code: String,
    pub until: Option<NaiveDate>,
    pub upsell: String,
}

/// Chooses for a segment. Whoever got money back or is unknown is asked, not offered anything.
#[must_use]
pub fn choose(subject: &Subject, segment: Segment) -> Offer {
    if matches!(segment, Segment::Refunds | Segment::NoFigures) {
        return Offer::default();
    }
    let mut offer = subject
        .business
        .incentives
        .iter()
        .filter(|incentive| is_valid(incentive, subject.today) && !phrase(&incentive.text).is_empty())
        .filter_map(|incentive| Some((fit(&incentive.audience, segment)?, incentive)))
        // The first of the best: `max_by_key` would take the last.
        .rev()
        .max_by_key(|(fit, _)| *fit)
        .map(|(_, incentive)| Offer {
            text: phrase(&incentive.text),
            code: incentive.code.trim().to_owned(),
            until: until(incentive),
            upsell: String::new(),
        })
        .unwrap_or_default();
    // Whoever has been away wants a reason to come back, not a second product.
    if !matches!(segment, Segment::AtRisk | Segment::Lapsed) {
        offer.upsell = phrase(&subject.business.upsell);
    }
    offer
}

fn until(incentive: &Incentive) -> Option<NaiveDate> {
    incentive.valid_until.as_deref()?.trim().parse().ok()
}

/// Valid on its last day too. A date that can't be read is not trusted.
fn is_valid(incentive: &Incentive, today: NaiveDate) -> bool {
    match incentive.valid_until.as_deref().map(str::trim) {
        None | Some("") => true,
        Some(_) => until(incentive).is_some_and(|last| last >= today),
    }
}

/// How well the words of an audience suit a segment; `None` where they name somebody else.
fn fit(audience: &str, segment: Segment) -> Option<u8> {
    const EVERYBODY: [&str; 9] = [
        "all",
        "everyone",
        "everybody",
        "anyone",
        "alle",
        "todos",
        "tous",
        "所有客户",
        "すべてのお客様",
    ];
    let audience = audience.trim().to_lowercase();
    let words: Vec<&str> = audience.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if segment_words(segment).iter().any(|word| words.contains(word)) {
        return Some(2);
    }
    (words.is_empty() || EVERYBODY.iter().any(|word| words.contains(word))).then_some(1)
}

const fn segment_words(segment: Segment) -> &'static [&'static str] {
    match segment {
        Segment::New => &[
            "new",
            "first",
            "neu",
            "neue",
            "neukunden",
            "nuevos",
            "nouveaux",
            "novos",
            "新客户",
            "新規",
        ],
        Segment::Promising => &["promising", "occasional", "second"],
        Segment::Loyal => &[
            "loyal",
            "regular",
            "regulars",
            "stamm",
            "stammkunden",
            "fieles",
            "fidèles",
            "fiéis",
            "老客户",
            "常連",
        ],
        Segment::Champion => &[
            "loyal",
            "regular",
            "regulars",
            "champion",
            "champions",
            "best",
            "top",
            "vip",
            "stammkunden",
        ],
        Segment::AtRisk => &["risk", "quiet", "silent", "inactive", "winback"],
        Segment::Lapsed => &[
            "lapsed",
            "inactive",
            "former",
            "returning",
            "lost",
            "winback",
            "ehemalige",
            "inaktive",
        ],
        Segment::Refunds | Segment::NoFigures => &[],
    }
}

/// A line that fits into a sentence: the first one, without its full stop. Empty where it is too long for that.
fn phrase(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let line = line.trim_end_matches(['.', '。', '!', '！', ';', ',']).trim_end();
    if line.chars().count() > PHRASE_MAX {
        String::new()
    } else {
        line.to_owned()
    }
}
