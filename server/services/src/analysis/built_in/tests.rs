use super::*;
use crate::analysis::{
    distribution::{Distribution, Quantiles},
    writer::Customer,
};
use chrono::NaiveDate;
use domain::{
    business::{BusinessSettings, CallToAction, Incentive, Language, Tone},
    draft,
    money::{Cents, Currency},
    persona::{Claim, Segment, SourceField},
};
use std::collections::BTreeMap;

const MUSIC: &str = include_str!("../../../samples/music-store-customers.csv");
const TICKETS: &str = include_str!("../../../samples/ticket-shop-customers.csv");

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Columns in the order: name, spent, count, first, last.
fn customers(file: &str, columns: [usize; 5]) -> Vec<Customer> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let cents = |text: &str| text.replace(['$', '.'], "").parse().expect("an amount");
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| Customer {
        name: row[columns[0]].to_owned(),
        total_spent: Some(Cents(cents(&row[columns[1]]))),
        payment_count: row[columns[2]].parse().ok(),
        first_payment: Some(date(&row[columns[3]])),
        last_payment: Some(date(&row[columns[4]])),
        currency: Currency::parse("USD"),
        ..Customer::default()
    })
    .collect()
}

fn music() -> Vec<Customer> {
    customers(MUSIC, [1, 6, 7, 8, 9])
}

fn distribution(customers: &[Customer]) -> Distribution {
    let newest = customers.iter().filter_map(|c| c.last_payment).max();
    let silence = |c: &Customer| Some((newest? - c.last_payment?).num_days());
    Distribution {
        customers: customers.len() as u64,
        newest_payment: newest,
        spend: Quantiles::of(customers.iter().filter_map(|c| c.total_spent.map(|s| s.0)).collect()),
        silence_days: Quantiles::of(customers.iter().filter_map(silence).collect()),
        payments: Quantiles::of(customers.iter().filter_map(|c| c.payment_count).collect()),
    }
}

fn business() -> BusinessSettings {
    BusinessSettings {
        name: "Music Store".into(),
        website: "https://musicstore.example".into(),
        contact_name: "Jane Peacock".into(),
        contact_role: "Customer care".into(),
        currency: "USD".into(),
        time_zone: "America/Edmonton".into(),
        description: "Music, lossless.".into(),
        upsell: "the Annual Pass: the whole catalogue at one price.".into(),
        incentives: vec![
            incentive("OLD", "50% off everything", "", Some("2010-12-31")),
            incentive("REGULAR10", "10% off the Annual Pass.", "regular customers", Some("2012-01-31")),
            incentive("BACK5", "$5 off your next album", "", None),
        ],
        language: Language::English,
        tone: Tone::Friendly,
        call_to_action: CallToAction::Reply,
        call_link: "https://musicstore.example/talk".into(),
        signature: String::new(),
        postal_address: "12 Harbour Road".into(),
        reply_to: String::new(),
    }
}

fn incentive(code: &str, text: &str, audience: &str, until: Option<&str>) -> Incentive {
    Incentive {
        code: code.into(),
        text: text.into(),
        audience: audience.into(),
        valid_until: until.map(str::to_owned),
    }
}

fn subject(customer: Customer, distribution: Distribution) -> Subject {
    Subject {
        customer,
        business: business(),
        distribution,
        language: Language::English,
        today: date("2012-01-12"),
    }
}

fn of(name: &str) -> Subject {
    let all = music();
    let distribution = distribution(&all);
    let one = all.into_iter().find(|c| c.name == name).expect("a customer of the sample");
    subject(one, distribution)
}

/// One customer of every segment.
fn gallery() -> Vec<(Segment, Subject)> {
    let helena = of("Helena Holý");
    let changed = |change: &dyn Fn(&mut Customer)| {
        let mut subject = helena.clone();
        change(&mut subject.customer);
        subject
    };
    vec![
        (Segment::Champion, helena.clone()),
        (Segment::Loyal, of("Daan Peeters")),
        (Segment::AtRisk, of("Kara Nielsen")),
        (Segment::Lapsed, of("Leonie Köhler")),
        (
            Segment::New,
            changed(&|c| {
                c.payment_count = Some(1);
                c.first_payment = c.last_payment;
                c.total_spent = Some(Cents(199));
            }),
        ),
        (
            Segment::Promising,
            changed(&|c| {
                c.payment_count = Some(2);
                c.total_spent = Some(Cents(3_762));
            }),
        ),
        (Segment::Refunds, changed(&|c| c.refund_volume = Some(Cents(2_000)))),
        (
            Segment::NoFigures,
            changed(&|c| {
                *c = Customer {
                    name: c.name.clone(),
                    ..Customer::default()
                };
            }),
        ),
    ]
}

fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    keys.fold(BTreeMap::new(), |mut counts, key| {
        *counts.entry(key).or_default() += 1;
        counts
    })
}

#[test]
fn both_samples_show_four_segments_and_all_scores() {
    for all in [music(), customers(TICKETS, [1, 2, 3, 4, 5])] {
        let distribution = distribution(&all);
        let written: Vec<_> = all
            .iter()
            .map(|one| write(&subject(one.clone(), distribution.clone())).expect("an analysis"))
            .collect();
        let segments = counted(written.iter().map(|a| a.segment));
        let scores = counted(written.iter().map(|a| a.opportunity));
        assert!(segments.len() >= 4, "{segments:?}");
        assert_eq!(scores.len(), 5, "{scores:?}");
        assert_eq!(segments.values().sum::<usize>(), all.len());
    }
}

#[test]
fn old_dates_are_ranked_within_the_business() {
    let helena = write(&of("Helena Holý")).expect("an analysis");
    assert_eq!((helena.segment, helena.opportunity.get()), (Segment::Champion, 5));
    let mut later = of("Helena Holý");
    later.today = date("2027-01-12");
    let later = write(&later).expect("an analysis");
    assert_eq!((later.segment, later.opportunity.get()), (Segment::Champion, 5));
}

#[test]
fn each_segment_has_its_rule() {
    for (segment, subject) in gallery() {
        assert_eq!(write(&subject).expect("an analysis").segment, segment);
    }
}

#[test]
fn nobody_is_at_risk_where_all_paid_within_a_month() {
    let mut all = music();
    for (i, one) in all.iter_mut().enumerate() {
        one.last_payment = date("2011-12-22").checked_sub_days(chrono::Days::new(i as u64 % 28));
    }
    let distribution = distribution(&all);
    for one in all {
        let segment = write(&subject(one, distribution.clone())).expect("an analysis").segment;
        assert!(matches!(segment, Segment::Loyal | Segment::Champion), "{segment}");
    }
}

#[test]
fn a_single_customer_is_no_reason_to_fail() {
    for one in [music().remove(5), Customer::default()] {
        let distribution = distribution(std::slice::from_ref(&one));
        write(&subject(one, distribution)).expect("an analysis");
    }
}

#[test]
fn every_letter_reads_without_a_gap() {
    for (segment, base) in gallery() {
        for language in Language::ALL {
            for tone in Tone::ALL {
                for call in CallToAction::ALL {
                    for name in ["Helena Holý", "", "x@example.com"] {
                        let mut subject = base.clone();
                        subject.language = *language;
                        subject.business.tone = *tone;
                        subject.business.call_to_action = *call;
                        name.clone_into(&mut subject.customer.name);
                        let letter = write(&subject).expect("an analysis").letter;
                        let what = format!("{segment} {language} {tone} {call} {name}\n{}\n\n{}", letter.subject, letter.body);
                        assert_eq!(draft::problems(&letter.subject, &letter.body), [], "{what}");
                        for text in [&letter.subject, &letter.body] {
                            for gap in [
                                "  ",
                                "{",
                                "}",
                                " ,",
                                " .",
                                ",,",
                                "..",
                                ": .",
                                "\u{E000}",
                                "None",
                                "undefined",
                                "\n\n\n",
                            ] {
                                assert!(!text.contains(gap), "{gap:?} in {what}");
                            }
                        }
                        assert!(letter.body.ends_with("Music Store"), "{what}");
                        assert_eq!(letter.body.contains("https://"), *call != CallToAction::Reply, "{what}");
                        for claim in &letter.claims {
                            assert!(letter.body.contains(&claim.text), "{:?} in {what}", claim.text);
                            assert!(!claim.sources.is_empty() && !claim.text.is_empty());
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_persona_is_complete_in_every_language() {
    for (segment, base) in gallery() {
        for language in Language::ALL {
            let mut subject = base.clone();
            subject.language = *language;
            subject.customer.company = "Telus".into();
            subject.customer.monthly_spend = Some(Cents(420));
            let analysis = persona(&subject).expect("a persona");
            assert!(!analysis.summary.is_empty() && !analysis.signals.is_empty());
            for claim in analysis.summary.iter().chain(&analysis.signals).chain(&analysis.suggested_offer) {
                assert!(!claim.sources.is_empty(), "{segment} {language}: {}", claim.text);
                assert!(
                    !claim.text.contains(['{', '}']) && !claim.text.contains("  "),
                    "{segment} {language}: {}",
                    claim.text
                );
            }
        }
    }
}

#[test]
fn figures_rest_on_masked_fields() {
    let analysis = persona(&of("Helena Holý")).expect("a persona");
    for claim in analysis
        .signals
        .iter()
        .filter(|claim| claim.text.contains('$') || claim.text.contains("payments"))
    {
        assert!(claim.is_masked(), "{}", claim.text);
    }
    let open: Vec<&str> = visible(&analysis.signals);
    assert_eq!(
        open,
        [
            "Last paid on 13 November 2011, 39 days behind the newest payment",
            "Customer since July 2007"
        ]
    );
}

fn visible(claims: &[Claim]) -> Vec<&str> {
    claims.iter().filter(|c| !c.is_masked()).map(|c| c.text.as_str()).collect()
}

#[test]
fn a_letter_to_a_champion() {
    let letter = write(&of("Helena Holý")).expect("an analysis").letter;
    assert_eq!(letter.subject, "Thank you, Helena");
    assert_eq!(
        letter.body,
        "Hi Helena,\n\n\
         You have bought from us seven times since July 2007, most recently in November. \
         You are one of our best customers, and we wanted to say thank you for that.\n\n\
         We have something for you: 10% off the Annual Pass. Your code is REGULAR10, valid until 31 January 2012. \
         You may also like the Annual Pass: the whole catalogue at one price.\n\n\
         Just reply to this e-mail, we look forward to hearing from you.\n\n\
         Best,\nJane Peacock\nMusic Store"
    );
    let traced: Vec<(&str, SourceField)> = letter.claims.iter().map(|c| (c.text.as_str(), c.sources[0])).collect();
    assert_eq!(
        traced,
        [
            ("seven times", SourceField::PaymentCount),
            ("July 2007", SourceField::FirstPayment),
            ("November", SourceField::LastPayment),
            ("best customers", SourceField::TotalSpent),
            ("10% off the Annual Pass", SourceField::Incentive),
            ("REGULAR10", SourceField::Incentive),
            ("31 January 2012", SourceField::Incentive),
            ("the Annual Pass: the whole catalogue at one price", SourceField::Upsell),
        ]
    );
}

#[test]
fn a_formal_letter_in_german_to_somebody_lapsed() {
    let mut subject = of("Leonie Köhler");
    subject.language = Language::German;
    subject.business.tone = Tone::Formal;
    subject.business.signature = "Jane Peacock\nKundenbetreuung".into();
    let letter = write(&subject).expect("an analysis").letter;
    assert_eq!(letter.subject, "Es ist lange her, Leonie");
    assert_eq!(
        letter.body,
        "Guten Tag Leonie Köhler,\n\n\
         Sie haben seit Januar 2007 siebenmal bei uns gekauft, zuletzt im Juli 2010. \
         Das ist einige Zeit her. Dürfen wir fragen, ob etwas nicht gepasst hat oder ob einfach kein Bedarf bestand?\n\n\
         Wir möchten Ihnen ein Angebot machen: $5 off your next album. Der Code lautet BACK5.\n\n\
         Wir freuen uns, von Ihnen zu hören; eine Antwort auf diese E-Mail genügt.\n\n\
         Mit freundlichen Grüßen\nJane Peacock\nKundenbetreuung"
    );
}

#[test]
fn an_incentive_is_offered_until_its_last_day_and_only_to_whom_it_is_for() {
    let offered = |today: &str, name: &str| {
        let mut subject = of(name);
        subject.today = date(today);
        persona(&subject).expect("a persona").suggested_offer.map(|claim| claim.text)
    };
    let regular = Some("10% off the Annual Pass (code REGULAR10)".to_owned());
    let anybody = Some("$5 off your next album (code BACK5)".to_owned());
    assert_eq!(offered("2012-01-31", "Helena Holý"), regular);
    assert_eq!(offered("2012-02-01", "Helena Holý"), anybody);
    assert_eq!(offered("2012-01-31", "Leonie Köhler"), anybody, "not a regular customer");

    let mut subject = of("Helena Holý");
    subject.business.incentives = vec![
        incentive("S", "half price", "students", None),
        incentive("X", "free", "", Some("soon")),
    ];
    let offer = persona(&subject).expect("a persona").suggested_offer.expect("the upsell");
    assert_eq!(offer.sources, [SourceField::Upsell]);
    subject.business.upsell = String::new();
    assert_eq!(persona(&subject).expect("a persona").suggested_offer, None);
}

#[test]
fn whoever_got_money_back_is_asked_and_offered_nothing() {
    let (_, subject) = gallery().swap_remove(6);
    let analysis = write(&subject).expect("an analysis");
    assert_eq!(analysis.persona.suggested_offer, None);
    assert!(!analysis.letter.body.contains("Annual Pass"));
    assert_eq!(
        analysis.persona.summary[0].text,
        "$20.00 of $49.62 went back, 40%. Ask what was wrong before offering anything."
    );
}

#[test]
fn a_name_that_looks_like_a_variable_is_taken_apart() {
    let mut subject = of("Helena Holý");
    subject.customer.name = "{{ name }} {% x %}\r\nBcc: a".into();
    let letter = write(&subject).expect("an analysis").letter;
    assert_eq!(draft::problems(&letter.subject, &letter.body), []);
    assert!(!letter.subject.contains('\n'));
}

#[test]
fn a_variable_in_the_settings_is_kept_so_that_the_editor_names_it() {
    let mut subject = of("Helena Holý");
    subject.business.signature = "{{ sender }}".into();
    let letter = write(&subject).expect("an analysis").letter;
    assert_eq!(draft::problems(&letter.subject, &letter.body), [draft::DraftProblem::BodyVariable]);
}

#[test]
fn the_same_subject_gives_the_same_answer() {
    let subject = of("Helena Holý");
    assert_eq!(write(&subject), write(&subject));
}

#[test]
fn another_letter_is_another_one_until_there_is_none() {
    for (segment, base) in gallery() {
        for language in Language::ALL {
            for tone in Tone::ALL {
                let mut subject = base.clone();
                subject.language = *language;
                subject.business.tone = *tone;
                let first = write(&subject).expect("an analysis");
                let mut written = vec![first.variant];
                let mut letters = vec![first.letter];
                while let Some(next) = rewrite(&subject, &written).expect("a letter") {
                    let what = format!(
                        "{segment} {language} {}\n{}\n\n{}",
                        next.variant, next.letter.subject, next.letter.body
                    );
                    assert_eq!(draft::problems(&next.letter.subject, &next.letter.body), [], "{what}");
                    for gap in ["  ", "{", " ,", " .", ",,", "..", "\n\n\n"] {
                        assert!(!next.letter.body.contains(gap) && !next.letter.subject.contains(gap), "{what}");
                    }
                    assert!(next.letter.body.ends_with("Music Store"), "{what}");
                    for other in &letters {
                        assert_ne!(other.body, next.letter.body, "{what}");
                        assert_ne!(other.subject, next.letter.subject, "{what}");
                    }
                    for claim in &next.letter.claims {
                        assert!(next.letter.body.contains(&claim.text), "{what}");
                    }
                    written.push(next.variant);
                    letters.push(next.letter);
                }
                let offers = !matches!(segment, Segment::Refunds | Segment::NoFigures);
                assert_eq!(letters.len(), if offers { 5 } else { 4 }, "{segment} {language} {tone}");
            }
        }
    }
}

#[test]
fn another_tone_takes_another_angle_while_there_is_one() {
    let mut subject = of("Helena Holý");
    let mut written = vec!["friendly.segment".to_owned(), "friendly.question".to_owned()];
    subject.business.tone = Tone::Formal;
    let mut next = || {
        let next = rewrite(&subject, &written).expect("a letter").expect("one more");
        written.push(next.variant.clone());
        next.variant
    };
    let all: Vec<String> = std::iter::repeat_with(&mut next).take(5).collect();
    assert_eq!(
        all,
        ["formal.offer", "formal.help", "formal.note", "formal.segment", "formal.question"]
    );
}
