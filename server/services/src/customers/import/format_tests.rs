//! Tests of recognising formats.

use super::{super::sniff::Sniffer, *};
use proptest::prelude::*;

fn usd() -> Currency {
    Currency::parse("USD").expect("a code")
}

fn detected(text: &str) -> Result<(FileFormat, Vec<Column>), Conflict> {
    let mut sniffer = Sniffer::default();
    sniffer.feed(text.as_bytes());
    detect(&sniffer.finish()?, &usd())
}

fn format_of(text: &str) -> FileFormat {
    detected(text).expect("a file").0
}

fn fields_of(text: &str) -> Vec<ColumnTarget> {
    detected(text).expect("a file").1.into_iter().map(|column| column.target).collect()
}

#[test]
fn the_samples_of_a_music_store_and_a_ticket_shop() {
    let music = "Email,Name,City,Total Spent,Payment Count,First Payment Date,Currency\n\
                 luisg@embraer.com.br,Luís Gonçalves,São José dos Campos,39.62,7,2008-03-10,USD\n\
                 leonekohler@surfeu.de,Leonie Köhler,Stuttgart,37.62,7,2007-01-01,USD\n";
    let (format, columns) = detected(music).expect("a file");
    assert_eq!(
        (format.delimiter, format.heading, format.decimal_comma, format.date_order),
        (',', true, false, DateOrder::YearMonthDay)
    );
    assert_eq!(columns[3].read_as, "USD, point as decimal");
    assert_eq!(columns[5].read_as, "year-month-day");
    assert_eq!(
        (columns[2].target.clone(), columns[2].example.as_str()),
        (ColumnTarget::Attribute, "São José dos Campos")
    );
    let tickets = "customer_email,full name,amount paid\nLUISG@EMBRAER.COM.BR,Luís Gonçalves,$118.86\n";
    assert_eq!(fields_of(tickets)[2], ColumnTarget::Field(ImportField::TotalSpent));
}

#[test]
fn delimiters_are_recognised() {
    let rows = ["email;umsatz;seit", "a@b.de;1.234,50;31.12.2025", "c@d.de;12,00;01.02.2026"];
    for delimiter in DELIMITERS {
        let text = rows
            .join("\n")
            .replace(',', if delimiter == ',' { "." } else { "," })
            .replace(';', &delimiter.to_string());
        assert_eq!(format_of(&text).delimiter, delimiter, "{text}");
    }
    let german = format_of(&rows.join("\r\n"));
    assert!(german.decimal_comma);
    assert_eq!(german.date_order, DateOrder::DayMonthYear);
    assert_eq!(format_of("sep=;\nemail,x;name\na@b.de;c\n").delimiter, ';');
    assert_eq!(format_of("email\na@b.de\nc@d.de\n").delimiter, ',');
}

#[test]
fn a_file_without_heading_is_read_from_its_first_row() {
    let (format, columns) = detected("a@b.de,Jane Doe,12.50\nc@d.de,John Doe,13.50\n").expect("a file");
    assert!(!format.heading);
    assert_eq!(columns[0].heading, "Column 1");
    assert_eq!(columns[0].target, ColumnTarget::Field(ImportField::Email));
    assert_eq!(columns[1].target, ColumnTarget::Attribute);
}

#[test]
fn the_address_is_found_by_its_cells() {
    assert_eq!(
        fields_of("id,wer,ort\n1,a@b.de,Ulm\n2,c@d.de,Köln\n")[1],
        ColumnTarget::Field(ImportField::Email)
    );
    let none = fields_of("id,name\n1,Jane\n2,John\n");
    assert!(!none.contains(&ColumnTarget::Field(ImportField::Email)));
}

#[test]
fn dates_and_amounts_decide_by_what_is_unmistakable() {
    let dates = |list: &[&str], european| date_order(list.iter().copied(), european).expect("dates");
    assert_eq!(dates(&["01/02/2026", "03/25/2026"], true), DateOrder::MonthDayYear);
    assert_eq!(dates(&["01/02/2026", "25/03/2026"], false), DateOrder::DayMonthYear);
    assert_eq!(dates(&["01/02/2026"], false), DateOrder::MonthDayYear);
    assert_eq!(dates(&["01/02/2026"], true), DateOrder::DayMonthYear);
    assert_eq!(dates(&["01.02.2026"], false), DateOrder::DayMonthYear);
    assert_eq!(dates(&["2026-01-02 10:00"], false), DateOrder::YearMonthDay);
    let comma = |list: &[&str]| decimal_comma(list.iter().copied());
    assert_eq!(comma(&["1.234,50 €", "12"]), Some(true));
    assert_eq!(comma(&["$1,234.50", "1,234"]), Some(false));
    assert_eq!(comma(&["1.234.567"]), Some(true));
    assert_eq!(comma(&["1,234", "12"]), None);
    assert_eq!(comma(&["12,5"]), Some(true));
}

#[test]
fn a_file_of_nothing_but_a_heading_is_empty() {
    assert_eq!(detected("email,name\n").err(), Some(Conflict::FileEmpty));
    assert_eq!(detected("\n\n").err(), Some(Conflict::FileEmpty));
}

#[test]
fn headings_are_told_apart() {
    let columns = detected("email,note,note\na@b.de,x,y\n").expect("a file").1;
    assert_eq!(columns[2].heading, "note (3)");
}

proptest! {
    #[test]
    fn any_text_gets_a_verdict(text in "[a@.,;|\t\"\n\r0-9 ü]{0,200}") {
        if let Ok((format, columns)) = detected(&text) {
            prop_assert!(is_sound(&format));
            prop_assert!(!columns.is_empty());
        }
    }
}
