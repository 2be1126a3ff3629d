//! Dates, durations and small numbers in the languages that letters are written in.

use chrono::{Datelike, NaiveDate};
use domain::business::Language;

type Months = [&'static str; 12];

const ENGLISH: Months = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: Months = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const SPANISH: Months = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const FRENCH: Months = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const PORTUGUESE: Months = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

fn name(language: Language, date: NaiveDate) -> String {
    let names = match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::Spanish => &SPANISH,
        Language::French => &FRENCH,
        Language::Portuguese => &PORTUGUESE,
        Language::Chinese | Language::Japanese => return format!("{}月", date.month()),
    };
    names[date.month0() as usize].to_owned()
}

/// "July 2007".
#[must_use]
pub fn month(language: Language, date: NaiveDate) -> String {
    let (name, year) = (name(language, date), date.year());
    match language {
        Language::English | Language::German | Language::French => format!("{name} {year}"),
        Language::Spanish | Language::Portuguese => format!("{name} de {year}"),
        Language::Chinese | Language::Japanese => format!("{year}年{name}"),
    }
}

/// "November" while nobody can take it for another year's, else with the year.
#[must_use]
pub fn recent_month(language: Language, date: NaiveDate, today: NaiveDate) -> String {
    let months = (today.year() - date.year()) * 12 + today.month0().cast_signed() - date.month0().cast_signed();
    if (0..11).contains(&months) {
        name(language, date)
    } else {
        month(language, date)
    }
}

/// "13 November 2011".
#[must_use]
pub fn day(language: Language, date: NaiveDate) -> String {
    let (month, day) = (month(language, date), date.day());
    match language {
        Language::English => format!("{day} {month}"),
        Language::German => format!("{day}. {month}"),
        Language::French if day == 1 => format!("1er {month}"),
        Language::French => format!("{day} {month}"),
        Language::Spanish | Language::Portuguese => format!("{day} de {month}"),
        Language::Chinese | Language::Japanese => format!("{month}{day}日"),
    }
}

/// "39 days", "8 months", "4 years 4 months".
#[must_use]
pub fn duration(language: Language, days: i64) -> String {
    if days < 60 {
        return unit(language, days, Unit::Day);
    }
    // A month has 30.44 days; two years and more are counted in years as well.
    let months = (days * 100 + 1_522) / 3_044;
    if months < 24 {
        return unit(language, months, Unit::Month);
    }
    let (years, rest) = (unit(language, months / 12, Unit::Year), months % 12);
    if rest == 0 {
        return years;
    }
    let joint = match language {
        Language::Spanish => " y ",
        Language::Portuguese => " e ",
        Language::English | Language::German | Language::French => " ",
        Language::Chinese | Language::Japanese => "",
    };
    format!("{years}{joint}{}", unit(language, rest, Unit::Month))
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Month,
    Year,
}

fn unit(language: Language, count: i64, unit: Unit) -> String {
    let (one, many) = match (language, unit) {
        (Language::English, Unit::Day) => ("day", "days"),
        (Language::English, Unit::Month) => ("month", "months"),
        (Language::English, Unit::Year) => ("year", "years"),
        (Language::German, Unit::Day) => ("Tag", "Tage"),
        (Language::German, Unit::Month) => ("Monat", "Monate"),
        (Language::German, Unit::Year) => ("Jahr", "Jahre"),
        (Language::Spanish, Unit::Day) => ("día", "días"),
        (Language::Spanish, Unit::Month) => ("mes", "meses"),
        (Language::Spanish, Unit::Year) => ("año", "años"),
        (Language::French, Unit::Day) => ("jour", "jours"),
        (Language::French, Unit::Month) => ("mois", "mois"),
        (Language::French, Unit::Year) => ("an", "ans"),
        (Language::Portuguese, Unit::Day) => ("dia", "dias"),
        (Language::Portuguese, Unit::Month) => ("mês", "meses"),
        (Language::Portuguese, Unit::Year) => ("ano", "anos"),
        (Language::Chinese, Unit::Day) => return format!("{count}天"),
        (Language::Chinese, Unit::Month) => return format!("{count}个月"),
        (Language::Chinese | Language::Japanese, Unit::Year) => return format!("{count}年"),
        (Language::Japanese, Unit::Day) => return format!("{count}日"),
        (Language::Japanese, Unit::Month) => return format!("{count}か月"),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

/// "twice", "seven times", "14 times": for counts from 2.
#[must_use]
pub fn times(language: Language, count: i64) -> String {
    const WORDS: [[&str; 9]; 5] = [
        ["twice", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        ["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"],
        ["dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"],
        ["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"],
        ["duas", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"],
    ];
    let word = |row: usize| {
        let index = usize::try_from(count - 2).ok();
        index
            .and_then(|i| WORDS[row].get(i))
            .map_or_else(|| count.to_string(), |word| (*word).to_owned())
    };
    match language {
        Language::English if count == 2 => word(0),
        Language::English => format!("{} times", word(0)),
        Language::German if count <= 10 => format!("{}mal", word(1)),
        Language::German => format!("{count}-mal"),
        Language::Spanish => format!("{} veces", word(2)),
        Language::French => format!("{} fois", word(3)),
        Language::Portuguese => format!("{} vezes", word(4)),
        Language::Chinese => format!("{count}次"),
        Language::Japanese => format!("{count}回"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let at = date("2026-11-01");
        let read = |language| {
            (
                recent_month(language, at, date("2027-01-12")),
                month(language, at),
                day(language, at),
            )
        };
        let of = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(read(Language::English), of("November", "November 2026", "1 November 2026"));
        assert_eq!(read(Language::German), of("November", "November 2026", "1. November 2026"));
        assert_eq!(read(Language::French), of("novembre", "novembre 2026", "1er novembre 2026"));
        assert_eq!(
            read(Language::Spanish),
            of("noviembre", "noviembre de 2026", "1 de noviembre de 2026")
        );
        assert_eq!(read(Language::Japanese), of("11月", "2026年11月", "2026年11月1日"));
        assert_eq!(recent_month(Language::English, at, date("2027-10-30")), "November 2026");
        assert_eq!(recent_month(Language::English, at, date("2026-10-30")), "November 2026");
    }

    #[test]
    fn durations_and_counts() {
        assert_eq!(duration(Language::English, 1), "1 day");
        assert_eq!(duration(Language::German, 243), "8 Monate");
        assert_eq!(duration(Language::English, 1586), "4 years 4 months");
        assert_eq!(duration(Language::Portuguese, 1586), "4 anos e 4 meses");
        assert_eq!(duration(Language::Chinese, 731), "2年");
        assert_eq!(times(Language::English, 2), "twice");
        assert_eq!(times(Language::English, 7), "seven times");
        assert_eq!(times(Language::German, 14), "14-mal");
        assert_eq!(times(Language::French, 3), "trois fois");
    }
}
