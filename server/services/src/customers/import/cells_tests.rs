//! Tests of reading cells.

use super::*;
use proptest::prelude::*;

fn minor(cell: &str, decimal_comma: bool) -> Option<i64> {
    amount(cell, decimal_comma).ok().flatten().and_then(|amount| amount.minor(2).ok())
}

#[test]
fn amounts_in_the_usual_notations() {
    for (cell, cents) in [
        ("39.62", 3962),
        ("$118.86", 11_886),
        ("$1,234.50", 123_450),
        ("1.234,50 €", 123_450),
        ("1 234,50 €", 123_450),
        ("1\u{202f}234,50", 123_450),
        ("1'234.50", 123_450),
        ("CHF 1’234.50", 123_450),
        ("(5.00)", -500),
        ("($5.00)", -500),
        ("-5", -500),
        ("−5.00", -500),
        ("5.00-", -500),
        ("-$5.00", -500),
        ("$-5.00", -500),
        ("+5", 500),
        ("1,234,567.89", 123_456_789),
        ("1.234.567", 123_456_700),
        ("12,34,567.00", 123_456_700),
        ("USD 12.5", 1250),
        ("12.50 usd", 1250),
        (".5", 50),
        ("0", 0),
        ("0.500", 50),
        ("12,5", 1250),
        ("R$ 1.234,50", 123_450),
    ] {
        assert_eq!(minor(cell, false), Some(cents), "{cell}");
    }
    assert_eq!(minor("1,234", false), Some(123_400));
    assert_eq!(minor("1,230", true), Some(123));
    assert_eq!(minor("1.234", true), Some(123_400));
    assert_eq!(minor("1.230", false), Some(123));
    assert_eq!(minor("1234,5", true), Some(123_450));
}

#[test]
fn what_is_no_amount_says_so() {
    for cell in [
        "12,50,00",
        "1,23.45.6",
        "abc",
        "12abc",
        "1.2.3",
        "$",
        "--5",
        "(-5)",
        "1e5",
        "1,2345.0",
        "99999999999999999999",
        "12 34",
        "5 5 €",
    ] {
        let read = amount(cell, false).map(|amount| amount.and_then(|amount| amount.minor(2).ok()));
        assert!(matches!(read, Err(CellProblem::NotAnAmount) | Ok(None)), "{cell}: {read:?}");
        assert!(minor(cell, true).is_none(), "{cell}");
    }
    for blank in ["", "  ", "-", "—", "N/A", "NULL"] {
        assert_eq!(amount(blank, false), Ok(None), "{blank}");
    }
}

#[test]
fn currencies_are_named_by_code_or_symbol() {
    let code = |text: &str| Currency::parse(text).expect("a code");
    let named = |cell: &str| amount(cell, false).expect("an amount").and_then(|amount| amount.named);
    assert_eq!(named("€5"), Some(Named::Code(code("EUR"))));
    assert_eq!(named("5 pln"), Some(Named::Code(code("PLN"))));
    assert_eq!(named("$5"), Some(Named::Dollar));
    assert_eq!(named("$5 CAD"), Some(Named::Code(code("CAD"))));
    assert_eq!(Named::Dollar.resolve(&code("AUD")), code("AUD"));
    assert_eq!(Named::Dollar.resolve(&code("EUR")), code("USD"));
    assert_eq!(currency(" eur "), Ok(Some(Named::Code(code("EUR")))));
    assert_eq!(currency("dollars"), Err(CellProblem::NotACurrency));
}

#[test]
fn what_the_currency_can_not_say_is_no_amount() {
    let in_units = |cell: &str, digits| amount(cell, false).expect("an amount").expect("not blank").minor(digits);
    assert_eq!(in_units("1234", 0), Ok(1234));
    assert_eq!(in_units("500.00", 0), Ok(500));
    assert_eq!(in_units("1.235", 3), Ok(1235));
    for (cell, digits) in [("500.5", 0), ("0.005", 2), ("-0.001", 2), ("1.2345", 3)] {
        assert_eq!(in_units(cell, digits), Err(CellProblem::TooManyDecimals), "{cell}");
    }
    assert_eq!(in_units("99999999999999999999", 2), Err(CellProblem::NotAnAmount));
}

#[test]
fn counts_are_whole() {
    for (cell, number) in [("6", 6), ("1,234", 1234), ("6.0", 6), ("0", 0), ("1 234", 1234)] {
        assert_eq!(count(cell, false), Ok(Some(number)), "{cell}");
    }
    for cell in ["6.5", "-1", "six", "$6", "1e3"] {
        assert_eq!(count(cell, false), Err(CellProblem::NotACount), "{cell}");
    }
    assert_eq!(count("", false), Ok(None));
}

#[test]
fn dates_in_the_usual_notations() {
    let day = |cell: &str, order| date(cell, order).ok().flatten().map(|date| date.to_string());
    let (ymd, dmy, mdy) = (DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear);
    for cell in [
        "2026-07-31",
        "2026/7/31",
        "2026.07.31",
        "20260731",
        "2026-07-31T23:59:59Z",
        "2026-07-31T00:00:00.000+02:00",
        "2026-07-31 10:24",
        "2026-07-31 10:24:05 UTC",
        "31 Jul 2026",
        "31. Juli 2026",
        "July 31, 2026",
        "31-Jul-26",
        "2026年7月31日",
        "Jul 31, 2026, 10:24 AM",
    ] {
        assert_eq!(day(cell, mdy).as_deref(), Some("2026-07-31"), "{cell}");
    }
    for cell in ["31/07/2026", "31.7.2026", "31-07-26", "31.07.2026 10:24"] {
        assert_eq!(day(cell, dmy).as_deref(), Some("2026-07-31"), "{cell}");
    }
    assert_eq!(day("7/31/2026 1:05 pm", mdy).as_deref(), Some("2026-07-31"));
    assert_eq!(day("3/4/2026", mdy).as_deref(), Some("2026-03-04"));
    assert_eq!(day("3/4/2026", dmy).as_deref(), Some("2026-04-03"));
    assert_eq!(day("14 juin 2026", dmy).as_deref(), Some("2026-06-14"));
    assert_eq!(day("14 juillet 2026", dmy).as_deref(), Some("2026-07-14"));
    assert_eq!(day("99-12-31", ymd).as_deref(), Some("1999-12-31"));
    for cell in [
        "31/07/2026x",
        "2026-13-01",
        "2026-02-30",
        "yesterday",
        "2026",
        "7/2026",
        "1/2/3/4",
        "0000-01-01",
        "2026-07-31 late",
    ] {
        assert_eq!(date(cell, dmy), Err(CellProblem::NotADate), "{cell}");
    }
    assert_eq!(date("31/07/2026", mdy), Err(CellProblem::NotADate));
    assert_eq!(date(" ", dmy), Ok(None));
}

#[test]
fn texts_are_cleaned_and_bounded() {
    assert_eq!(line("  Jane \r\n Doe\t"), Ok(Some("Jane Doe".into())));
    assert_eq!(line("'=HYPERLINK(1)"), Ok(Some("=HYPERLINK(1)".into())));
    assert_eq!(line("'+49 711"), Ok(Some("+49 711".into())));
    assert_eq!(line("'tis"), Ok(Some("'tis".into())));
    assert_eq!(text("a\r\nb\u{7}"), Ok(Some("a\nb".into())));
    assert_eq!(
        line(&"ü".repeat(2_000)).map(|text| text.map(|text| text.chars().count())),
        Ok(Some(2_000))
    );
    assert_eq!(line(&"ü".repeat(2_001)), Err(CellProblem::TooLong));
    assert_eq!(tags("vip, early bird;vip|  "), Ok(vec!["vip".into(), "early bird".into()]));
}

proptest! {
    #[test]
    fn no_cell_makes_a_reader_panic(cell in "\\PC{0,40}", comma in any::<bool>()) {
        let _ = (amount(&cell, comma), count(&cell, comma), line(&cell), text(&cell), tags(&cell), currency(&cell));
        for order in DateOrder::ALL {
            let _ = date(&cell, *order);
        }
    }

    #[test]
    fn likely_cells_do_not_either(cell in "[-0-9.,'() €$TJulZ:/年月]{0,24}", comma in any::<bool>()) {
        let _ = amount(&cell, comma).map(|amount| amount.map(|amount| amount.minor(2)));
        for order in DateOrder::ALL {
            let _ = date(&cell, *order);
        }
    }

    #[test]
    fn amounts_as_we_write_them_are_read_back(cents in -1_000_000_000_000i64..1_000_000_000_000) {
        for code in ["USD", "EUR", "CHF", "JPY", "KWD"] {
            let currency = Currency::parse(code).expect("a code");
            for written in [currency.format(domain::money::Cents(cents)), currency.plain(domain::money::Cents(cents))] {
                let read = amount(&written, false).ok().flatten().and_then(|amount| amount.minor(currency.digits()).ok());
                // `1.234 KWD` has its thousands behind the point.
                prop_assert_eq!(read, Some(cents), "{}", written);
            }
        }
    }

    #[test]
    fn dates_as_we_write_them_are_read_back(days in 0i32..100_000) {
        let day = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day") + chrono::TimeDelta::days(i64::from(days));
        for (order, written) in [
            (DateOrder::YearMonthDay, day.format("%Y-%m-%d").to_string()),
            (DateOrder::DayMonthYear, day.format("%-d.%-m.%Y").to_string()),
            (DateOrder::MonthDayYear, day.format("%m/%d/%Y 10:24").to_string()),
            (DateOrder::MonthDayYear, day.format("%d %B %Y").to_string()),
        ] {
            prop_assert_eq!(date(&written, order), Ok(Some(day)), "{}", written);
        }
    }
}

#[test]
fn what_a_spreadsheet_would_run_is_guarded_and_comes_back() {
    for cell in ["=1+1", "+49 711 284", "-cmd", "@SUM(A1)", "\tx", "-", "-1.2.3"] {
        let safe = guarded(cell);
        assert_eq!(safe, format!("'{cell}"));
        assert_eq!(unguarded(&safe), cell);
    }
    for cell in ["-12.50", "+7", "-1,5", "plain", "", "'quoted"] {
        assert_eq!(guarded(cell), cell);
    }
}
