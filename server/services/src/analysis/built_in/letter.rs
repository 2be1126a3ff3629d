//! Letters: greeting, what is known, why we write, an offer that suits, what we ask for, a close. The first one is about where the
//! customer stands; each further one takes another angle.

use super::{
    facts::Facts,
    offer::Offer,
    phrases::{self, Phrase, Values},
    words,
};
use crate::analysis::writer::{Letter, Subject, WriterError};
use chrono::{Datelike, NaiveDate};
use domain::{
    business::{BusinessSettings, CallToAction, Language},
    persona::Segment,
};

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Angle {
    /// Where the customer stands: the first letter.
    Segment,
    /// Asks one question and offers nothing.
    Question,
    /// The offer comes first; nothing is said of the past.
    Offer,
    /// Offers help.
    Help,
    /// A greeting in a line.
    Note,
}

impl Angle {
    pub const ALL: [Self; 5] = [Self::Segment, Self::Question, Self::Offer, Self::Help, Self::Note];

    /// As the phrases and the variants are called.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::Question => "question",
            Self::Offer => "offer",
            Self::Help => "help",
            Self::Note => "note",
        }
    }

    /// Whether the letter would say anything for this offer.
    #[must_use]
    pub fn suits(self, offer: &Offer) -> bool {
        match self {
            Self::Offer => !offer.text.is_empty() || !offer.upsell.is_empty(),
            Self::Segment | Self::Question | Self::Help | Self::Note => true,
        }
    }

    const fn tells_facts(self) -> bool {
        matches!(self, Self::Segment | Self::Question | Self::Help)
    }

    const fn offers(self) -> bool {
        matches!(self, Self::Segment | Self::Offer | Self::Help)
    }
}

/// Writes the letter.
///
/// # Errors
/// When a phrase can't be filled in.
pub fn write(subject: &Subject, facts: &Facts, segment: Segment, offer: &Offer, angle: Angle) -> Result<Letter, WriterError> {
    let business = &subject.business;
    let values = values(subject, facts, offer);
    let fill = |key: &str| phrases::fill(subject.language, business.tone, key, &values);
    let about = if angle == Angle::Segment {
        segment.as_str()
    } else {
        angle.as_str()
    };
    let mut paragraphs = vec![fill(&format!("greeting.{}", business.tone))?];

    let mut opening = Vec::new();
    if let Some(key) = fact_key(facts, segment).filter(|_| angle.tells_facts()) {
        opening.push(fill(key)?);
    }
    opening.push(fill(&format!("opening.{about}"))?);
    paragraphs.push(joined(subject.language, opening));

    if angle.offers() {
        paragraphs.extend(offered(subject.language, offer, &fill)?);
    }
    paragraphs.push(fill(&format!("cta.{}", call_to_action(business)))?);
    let signature = signature(business);
    if closes_itself(&signature) {
        paragraphs.push(plain(signature));
    } else {
        let close = fill(&format!("closing.{}", business.tone))?.text;
        paragraphs.push(plain(format!("{close}\n{signature}")));
    }

    let mut claims = Vec::new();
    let mut body = String::new();
    for paragraph in paragraphs {
        if !body.is_empty() {
            body.push_str("\n\n");
        }
        body.push_str(&paragraph.text);
        claims.extend(paragraph.claims);
    }
    Ok(Letter {
        subject: fill(&format!("subject.{about}"))?.text,
        body,
        claims,
    })
}

/// The paragraph on what suits; none where nothing does.
fn offered(language: Language, offer: &Offer, fill: &impl Fn(&str) -> Result<Phrase, WriterError>) -> Result<Option<Phrase>, WriterError> {
    let mut offered = Vec::new();
    if !offer.text.is_empty() {
        offered.push(fill("offer")?);
        match (offer.code.is_empty(), offer.until.is_some()) {
            (false, true) => offered.push(fill("code.both")?),
            (false, false) => offered.push(fill("code.only")?),
            (true, true) => offered.push(fill("code.until")?),
            (true, false) => {}
        }
    }
    if !offer.upsell.is_empty() {
        offered.push(fill("upsell")?);
    }
    Ok((!offered.is_empty()).then(|| joined(language, offered)))
}

fn plain(text: String) -> Phrase {
    Phrase { text, claims: Vec::new() }
}

fn joined(language: Language, sentences: Vec<Phrase>) -> Phrase {
    let space = match language {
        Language::Chinese | Language::Japanese => "",
        Language::English | Language::Spanish | Language::French | Language::German | Language::Portuguese => " ",
    };
    let mut out = Phrase::default();
    for sentence in sentences {
        if !out.text.is_empty() {
            out.text.push_str(space);
        }
        out.text.push_str(&sentence.text);
        out.claims.extend(sentence.claims);
    }
    out
}

/// The sentence on what is known; what follows it may lean on its last date.
fn fact_key(facts: &Facts, segment: Segment) -> Option<&'static str> {
    let several = facts.count.is_some_and(|count| count > 1);
    let one_month = facts.first.zip(facts.last).is_some_and(|(first, last)| same_month(first, last));
    match segment {
        Segment::Refunds | Segment::NoFigures => None,
        Segment::AtRisk | Segment::Lapsed if one_month || !several || facts.first.is_none() => facts.last.map(|_| "fact.last"),
        Segment::New if facts.count == Some(1) => facts.last.map(|_| "fact.once"),
        Segment::New => facts.last.map(|_| "fact.last"),
        _ => match (several, facts.first.is_some(), facts.last.is_some()) {
            (true, true, true) if !one_month => Some("fact.span"),
            (true, true, _) => Some("fact.times_since"),
            (true, false, _) => Some("fact.times"),
            (false, true, _) => Some("fact.since"),
            (false, false, true) => Some("fact.last"),
            (false, false, false) => None,
        },
    }
}

fn same_month(a: NaiveDate, b: NaiveDate) -> bool {
    (a.year(), a.month()) == (b.year(), b.month())
}

/// A link that is not set can't be clicked: then a reply is asked for.
fn call_to_action(business: &BusinessSettings) -> CallToAction {
    if business.call_link.trim().is_empty() {
        CallToAction::Reply
    } else {
        business.call_to_action
    }
}

/// The signature as it was typed, else the contact person and the business.
fn signature(business: &BusinessSettings) -> String {
    let typed: Vec<String> = business.signature.lines().map(phrases::clean).collect();
    let typed = typed.join("\n").trim().to_owned();
    if !typed.is_empty() {
        return typed;
    }
    let (contact, name) = (phrases::clean(&business.contact_name), phrases::clean(&business.name));
    if contact.is_empty() || contact == name {
        name
    } else {
        format!("{contact}\n{name}")
    }
}

/// "Kind regards,\nJane" brings its own close.
fn closes_itself(signature: &str) -> bool {
    let mut lines = signature.lines();
    let first = lines.next().unwrap_or_default();
    lines.next().is_some() && first.ends_with([',', '，', '、', '！', '!'])
}

fn values(subject: &Subject, facts: &Facts, offer: &Offer) -> Values {
    let (language, business) = (subject.language, &subject.business);
    let full = full_name(&subject.customer.name);
    let mut values = Values::default();
    values
        .set("first", first_name(language, &full))
        .set("full", &full)
        .set("business", &business.name)
        .set("offer", &offer.text)
        .set("code", &offer.code)
        .set("upsell", &offer.upsell)
        .set("link", &business.call_link)
        .flag("informal", phrases::is_informal(business.tone));
    if let Some(count) = facts.count.filter(|count| *count > 1) {
        values.set("times", words::times(language, count));
    }
    if let Some(first) = facts.first {
        values.set("since", words::month(language, first));
    }
    if let Some(last) = facts.last {
        values.set("last", words::recent_month(language, last, subject.today));
    }
    if let Some(until) = offer.until {
        values.set("until", words::day(language, until));
    }
    values
}

/// A name to greet with; none where the field holds an address or a number instead.
fn full_name(name: &str) -> String {
    let name = phrases::clean_value(name);
    let is_name = !name.contains(['@', '<', '>', '|', '/']) && name.chars().any(char::is_alphabetic) && name.chars().count() <= 80;
    if !is_name {
        return String::new();
    }
    // "Holý, Helena" is a list's order, not a greeting's.
    match name.split_once(',') {
        Some((last, first)) if !first.trim().is_empty() => format!("{} {}", first.trim(), last.trim()),
        _ => name.trim_end_matches(',').trim().to_owned(),
    }
}

fn first_name(language: Language, full: &str) -> &str {
    match language {
        // Nobody is called by a part of the name.
        Language::Chinese | Language::Japanese => full,
        _ => match full.split(' ').next() {
            // "J. Smith" has no first name to call.
            Some(first) if first.chars().filter(|c| c.is_alphabetic()).count() > 1 && !first.ends_with('.') => first,
            _ => full,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_greeted_as_people_would() {
        let first = |name: &str| first_name(Language::English, &full_name(name)).to_owned();
        assert_eq!(first("Helena Holý"), "Helena");
        assert_eq!(first("Holý, Helena"), "Helena");
        assert_eq!(first("J. Smith"), "J. Smith");
        assert_eq!(first("helena@example.com"), "");
        assert_eq!(first("12345"), "");
        assert_eq!(first_name(Language::Japanese, &full_name("山田 太郎")), "山田 太郎");
    }

    #[test]
    fn a_signature_may_bring_its_own_close() {
        assert!(closes_itself("Warm wishes,\nJane"));
        assert!(!closes_itself("Jane Peacock\nMusic Store"));
        assert!(!closes_itself("Jane,"));
    }
}
