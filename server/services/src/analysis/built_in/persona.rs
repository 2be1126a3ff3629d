//! The persona: a summary and signals, each a claim with the fields it rests on.

use super::{
    facts::{Facts, SpendRank},
    offer::Offer,
    phrases::{self, Values},
    words,
};
use crate::analysis::writer::{PersonaText, Subject, WriterError};
use domain::{
    business::Tone,
    money::{self, Cents, Currency},
    persona::{Claim, Segment, SourceField as F},
};

/// Custom attributes that become signals.
const ATTRIBUTES_MAX: usize = 2;

/// All of it.
///
/// # Errors
/// When a phrase can't be filled in.
pub fn write(subject: &Subject, facts: &Facts, segment: Segment, offer: &Offer) -> Result<PersonaText, WriterError> {
    Ok(PersonaText {
        summary: summary(subject, facts, segment)?,
        signals: signals(subject, facts)?,
        suggested_offer: suggested(subject, offer)?,
    })
}

/// One sentence on the segment, one on what is known of the past.
fn summary(subject: &Subject, facts: &Facts, segment: Segment) -> Result<Vec<Claim>, WriterError> {
    let values = values(subject, facts);
    let mut claims = vec![claim(
        subject,
        &values,
        &format!("summary.{segment}"),
        summary_sources(facts, segment),
    )?];
    let known = match (facts.first, facts.last) {
        (Some(_), Some(_)) => Some(("known.both", vec![F::FirstPayment, F::LastPayment])),
        (Some(_), None) => Some(("known.since", vec![F::FirstPayment])),
        (None, Some(_)) => Some(("known.last", vec![F::LastPayment])),
        (None, None) => None,
    };
    if let Some((key, sources)) = known {
        claims.push(claim(subject, &values, key, sources)?);
    }
    Ok(claims)
}

fn summary_sources(facts: &Facts, segment: Segment) -> Vec<F> {
    match segment {
        Segment::New | Segment::Promising => vec![F::PaymentCount],
        Segment::Loyal => vec![F::PaymentCount, F::LastPayment],
        Segment::Champion => vec![F::TotalSpent, F::LastPayment],
        Segment::AtRisk => vec![F::PaymentCount, F::FirstPayment, F::LastPayment],
        Segment::Lapsed => vec![F::LastPayment],
        Segment::Refunds if facts.spent.is_some() => vec![F::RefundVolume, F::TotalSpent],
        Segment::Refunds => vec![F::RefundVolume],
        Segment::NoFigures => vec![F::TotalSpent, F::PaymentCount, F::LastPayment],
    }
}

/// What the figures say, most telling first.
fn signals(subject: &Subject, facts: &Facts) -> Result<Vec<Claim>, WriterError> {
    let values = values(subject, facts);
    let mut keys: Vec<(&str, Vec<F>)> = Vec::new();
    if !facts.has_paid() {
        keys.push(("signal.nothing", vec![F::TotalSpent, F::PaymentCount, F::LastPayment]));
    }
    if let Some(rank) = facts.rank {
        keys.push((spend_key(rank), vec![F::TotalSpent]));
    }
    let spans = facts.rhythm.is_some();
    match facts.count {
        Some(1) => keys.push(("signal.payments_one", vec![F::PaymentCount])),
        Some(_) if spans => keys.push(("signal.payments_span", vec![F::PaymentCount, F::FirstPayment, F::LastPayment])),
        Some(_) => keys.push(("signal.payments_many", vec![F::PaymentCount])),
        None => {}
    }
    match facts.silence {
        Some(0) => keys.push(("signal.newest", vec![F::LastPayment])),
        Some(_) => keys.push(("signal.last_paid", vec![F::LastPayment])),
        None => {}
    }
    if facts.rhythm.is_some_and(|days| days > 1) {
        keys.push(("signal.rhythm", vec![F::PaymentCount, F::FirstPayment, F::LastPayment]));
    }
    if facts.first.is_some() {
        keys.push(("signal.since", vec![F::FirstPayment]));
    }
    if subject.customer.refund_volume.is_some() {
        keys.push(match (facts.refund, facts.refund_percent) {
            (0, _) => ("signal.refunds_none", vec![F::RefundVolume]),
            (_, Some(_)) => ("signal.refunds_share", vec![F::RefundVolume, F::TotalSpent]),
            (_, None) => ("signal.refunds_some", vec![F::RefundVolume]),
        });
    }
    if facts.monthly > 0 {
        keys.push(("signal.monthly", vec![F::MonthlySpend]));
    }
    if !phrases::clean_value(&subject.customer.company).is_empty() {
        keys.push(("signal.company", vec![F::Company]));
    }
    let mut claims = Vec::new();
    for (key, sources) in keys {
        claims.push(claim(subject, &values, key, sources)?);
    }
    for (key, value) in telling(subject).take(ATTRIBUTES_MAX) {
        let mut values = values.clone();
        values.set("key", key).set("value", value);
        claims.push(claim(subject, &values, "signal.attribute", vec![F::Attribute])?);
    }
    Ok(claims)
}

const fn spend_key(rank: SpendRank) -> &'static str {
    match rank {
        SpendRank::Highest => "signal.spend_highest",
        SpendRank::Top10 => "signal.spend_top10",
        SpendRank::Top25 => "signal.spend_top25",
        SpendRank::Above => "signal.spend_above",
        SpendRank::Usual => "signal.spend_usual",
        SpendRank::Below => "signal.spend_below",
    }
}

/// Attributes that say something in words: no telephone numbers, addresses or long texts.
fn telling(subject: &Subject) -> impl Iterator<Item = (String, String)> {
    let attributes = subject.customer.attributes.iter();
    let cleaned = attributes.map(|(key, value)| (phrases::clean_value(key), phrases::clean_value(value)));
    cleaned.filter(|(key, value)| {
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        !key.is_empty() && letters * 2 > value.chars().count() && !value.contains(['@', '/']) && value.chars().count() <= 80
    })
}

/// What to offer, in a line.
fn suggested(subject: &Subject, offer: &Offer) -> Result<Option<Claim>, WriterError> {
    let mut values = Values::default();
    values
        .set("offer", &offer.text)
        .set("code", &offer.code)
        .set("upsell", &offer.upsell);
    if !offer.text.is_empty() {
        return claim(subject, &values, "suggested.incentive", vec![F::Incentive]).map(Some);
    }
    if !offer.upsell.is_empty() {
        return claim(subject, &values, "suggested.upsell", vec![F::Upsell]).map(Some);
    }
    Ok(None)
}

fn claim(subject: &Subject, values: &Values, key: &str, sources: Vec<F>) -> Result<Claim, WriterError> {
    // A persona is read by the team: it has no tone.
    let phrase = phrases::fill(subject.language, Tone::Plain, key, values)?;
    Ok(Claim {
        text: phrase.text,
        sources,
    })
}

fn values(subject: &Subject, facts: &Facts) -> Values {
    let language = subject.language;
    let mut values = Values::default();
    let amount = |cents: i64| money::format(subject.customer.currency.as_ref().map(Currency::as_str), Cents(cents));
    let mut set = |name, text: Option<String>| {
        if let Some(text) = text {
            values.set(name, text);
        }
    };
    set("spent", facts.spent.map(amount));
    set("count", facts.count.map(|count| count.to_string()));
    set("customers", Some(grouped(subject.distribution.customers)));
    set("silence", facts.silence.map(|days| words::duration(language, days)));
    set("rhythm", facts.rhythm.map(|days| words::duration(language, days)));
    set("since", facts.first.map(|date| words::month(language, date)));
    set("month", facts.last.map(|date| words::month(language, date)));
    set("day", facts.last.map(|date| words::day(language, date)));
    let span = facts.first.zip(facts.last).map(|(first, last)| (last - first).num_days());
    set("span", span.map(|days| words::duration(language, days.max(1))));
    set("refund", Some(amount(facts.refund)));
    // Empty rather than missing: the phrase asks for it.
    set(
        "percent",
        Some(facts.refund_percent.map_or_else(String::new, |percent| percent.to_string())),
    );
    set("monthly", Some(amount(facts.monthly)));
    set("company", Some(phrases::clean_value(&subject.customer.company)));
    values
}

fn grouped(number: u64) -> String {
    domain::money::group_thousands(number)
}
