//! A row of a file as a customer's fields, or the one reason why it is refused. Pure.

use super::{
    cells::{self, Amount, Named},
    records::Row,
};
use chrono::NaiveDate;
use domain::{
    email,
    import::{CellProblem, ColumnTarget, FileFormat, ImportField},
    money::Currency,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a row says of a customer; blank cells say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Set whenever an amount is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_spent: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_spend: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_count: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_payment: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_payment: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_volume: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

/// Why a row is refused, and the column that says so (from 1; 0 for the row as a whole).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    pub column: usize,
    pub problem: CellProblem,
}

/// How rows of one file are read.
#[derive(Debug)]
pub struct Plan {
    columns: Vec<(usize, Target)>,
    width: usize,
    email: usize,
    format: FileFormat,
    /// What amounts are in that name no currency.
    currency: Currency,
    /// No payment is later.
    latest: NaiveDate,
}

#[derive(Debug)]
enum Target {
    Field(ImportField),
    Attribute(String),
}

impl Plan {
    /// `None` without a column of addresses. Payments are of `today` at the latest, or of tomorrow: somewhere that has begun.
    #[must_use]
    pub fn new(columns: &[domain::import::Column], format: &FileFormat, currency: Currency, today: NaiveDate) -> Option<Self> {
        let email = columns
            .iter()
            .position(|column| column.target == ColumnTarget::Field(ImportField::Email))?;
        let target = |(i, column): (usize, &domain::import::Column)| match &column.target {
            ColumnTarget::Field(ImportField::Email) | ColumnTarget::Skip => None,
            ColumnTarget::Field(field) => Some((i, Target::Field(*field))),
            ColumnTarget::Attribute => Some((i, Target::Attribute(column.heading.clone()))),
        };
        Some(Self {
            columns: columns.iter().enumerate().filter_map(target).collect(),
            width: columns.len(),
            email,
            format: format.clone(),
            currency,
            latest: today.succ_opt().unwrap_or(today),
        })
    }

    /// The column of a field, from 0.
    #[must_use]
    pub fn column(&self, wanted: ImportField) -> Option<usize> {
        if wanted == ImportField::Email {
            return Some(self.email);
        }
        self.columns
            .iter()
            .find(|(_, target)| matches!(target, Target::Field(field) if *field == wanted))
            .map(|(i, _)| *i)
    }

    /// The address key and the fields of a row.
    ///
    /// # Errors
    /// The first thing that keeps the row from being written.
    pub fn read(&self, row: &Row) -> Result<(String, Fields), Problem> {
        let whole = |problem| Problem { column: 0, problem };
        if let Some(problem) = row.problem {
            return Err(whole(problem));
        }
        if row.len() < self.width {
            return Err(whole(CellProblem::TooFewColumns));
        }
        if (self.width..row.len()).any(|i| !row.cell(i).trim().is_empty()) {
            return Err(whole(CellProblem::TooManyColumns));
        }
        let address = cells::unguarded(row.cell(self.email)).trim();
        let at_email = |problem| Problem {
            column: self.email + 1,
            problem,
        };
        if address.is_empty() {
            return Err(at_email(CellProblem::NoEmail));
        }
        let key = email::normalise(address).ok_or_else(|| at_email(CellProblem::NotAnEmail))?;
        let mut draft = Draft::default();
        for (column, target) in &self.columns {
            self.cell(&mut draft, *column, target, row.cell(*column))
                .map_err(|problem| Problem {
                    column: column + 1,
                    problem,
                })?;
        }
        Ok((key, draft.finish(&self.currency)?))
    }

    fn cell(&self, draft: &mut Draft, column: usize, target: &Target, cell: &str) -> Result<(), CellProblem> {
        let fields = &mut draft.fields;
        let comma = self.format.decimal_comma;
        let field = match target {
            Target::Attribute(name) => {
                if let Some(text) = cells::text(cell)? {
                    fields.attributes.insert(name.clone(), text);
                }
                return Ok(());
            }
            Target::Field(field) => *field,
        };
        match field {
            ImportField::Email => {}
            ImportField::Name => fields.name = cells::line(cell)?,
            ImportField::FirstName => draft.first_name = cells::line(cell)?,
            ImportField::LastName => draft.last_name = cells::line(cell)?,
            ImportField::TotalSpent | ImportField::MonthlySpend | ImportField::RefundVolume => {
                if let Some(amount) = cells::amount(cell, comma)? {
                    draft.amounts.push((column, field, amount));
                }
            }
            ImportField::PaymentCount => fields.payment_count = cells::count(cell, comma)?,
            ImportField::FirstPayment => fields.first_payment = self.day(cell)?,
            ImportField::LastPayment => fields.last_payment = self.day(cell)?,
            ImportField::Currency => draft.named = cells::currency(cell)?,
            ImportField::Company => fields.company = cells::line(cell)?,
            ImportField::Country => fields.country = cells::line(cell)?,
            ImportField::Notes => fields.notes = cells::text(cell)?,
            ImportField::Tags => fields.tags = cells::tags(cell)?,
        }
        if let (Some(first), Some(last)) = (fields.first_payment, fields.last_payment)
            && first > last
        {
            return Err(CellProblem::FirstAfterLast);
        }
        Ok(())
    }

    /// The day of a payment.
    fn day(&self, cell: &str) -> Result<Option<NaiveDate>, CellProblem> {
        let day = cells::date(cell, self.format.date_order)?;
        if day.is_some_and(|day| day > self.latest) {
            return Err(CellProblem::InFuture);
        }
        Ok(day)
    }
}

/// What of a row waits for its currency.
#[derive(Default)]
struct Draft {
    fields: Fields,
    first_name: Option<String>,
    last_name: Option<String>,
    named: Option<Named>,
    amounts: Vec<(usize, ImportField, Amount)>,
}

impl Draft {
    fn finish(self, usual: &Currency) -> Result<Fields, Problem> {
        let Self {
            mut fields,
            first_name,
            last_name,
            named,
            amounts,
        } = self;
        if fields.name.is_none() {
            let parts: Vec<String> = [first_name, last_name].into_iter().flatten().collect();
            fields.name = (!parts.is_empty()).then(|| parts.join(" "));
        }
        let mut currency = named.map(|named| named.resolve(usual));
        for (column, field, amount) in amounts {
            let problem = |problem| Problem {
                column: column + 1,
                problem,
            };
            if let Some(named) = &amount.named {
                // A column that says CAD makes every `$` a Canadian one.
                let said = named.resolve(currency.as_ref().unwrap_or(usual));
                if currency.get_or_insert_with(|| said.clone()) != &said {
                    return Err(problem(CellProblem::OtherCurrency));
                }
            }
            let digits = currency.get_or_insert_with(|| usual.clone()).digits();
            let minor = amount.minor(digits).map_err(problem)?;
            match field {
                ImportField::MonthlySpend => fields.monthly_spend = Some(minor),
                ImportField::RefundVolume => fields.refund_volume = Some(minor.abs()),
                _ => fields.total_spent = Some(minor),
            }
        }
        fields.currency = currency.map(|currency| currency.as_str().to_owned());
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{reader::Reader, sniff::Sniffer},
        *,
    };
    use proptest::prelude::*;

    fn usd() -> Currency {
        Currency::parse("USD").expect("a code")
    }

    fn read(text: &str) -> Vec<Result<(String, Fields), Problem>> {
        let mut sniffer = Sniffer::default();
        sniffer.feed(text.as_bytes());
        let (format, columns) = super::super::format::detect(&sniffer.finish().expect("text"), &usd()).expect("a file");
        let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day");
        let plan = Plan::new(&columns, &format, usd(), today).expect("a column of addresses");
        let (mut reader, mut row, mut out) = (Reader::new(text.as_bytes(), &format), Row::default(), Vec::new());
        while reader.read(&mut row).expect("memory") {
            if !(format.heading && out.is_empty() && row.line == 1) {
                out.push(plan.read(&row));
            }
        }
        out
    }

    #[test]
    fn a_row_becomes_fields() {
        let rows = read(
            "customer_email,First name,Last name,amount paid,orders,created at,last order,seat_pref\n\
             LUISG@EMBRAER.COM.BR,Luís,Gonçalves,$118.86,14,2008-03-10,2011-08-07,Balcony\n",
        );
        let (key, fields) = rows[0].as_ref().expect("a good row");
        assert_eq!(key, "luisg@embraer.com.br");
        assert_eq!(fields.name.as_deref(), Some("Luís Gonçalves"));
        assert_eq!(
            (fields.total_spent, fields.currency.as_deref(), fields.payment_count),
            (Some(11_886), Some("USD"), Some(14))
        );
        assert_eq!(fields.first_payment.map(|day| day.to_string()).as_deref(), Some("2008-03-10"));
        assert_eq!(fields.attributes.get("seat_pref").map(String::as_str), Some("Balcony"));
    }

    #[test]
    fn each_refusal_names_its_column() {
        let rows = read(
            "email,total spent,orders,first payment,last payment,currency\n\
             a@b.de,12.50,1,2026-01-01,2026-01-02,USD\n\
             ,1,1,,,\n\
             phil.hughes@gmail,1,1,,,\n\
             a@b.de,\"12,50,00\",1,,,\n\
             a@b.de,1,six,,,\n\
             a@b.de,1,1,2026-02-30,,\n\
             a@b.de,1,1,2026-01-03,2026-01-02,\n\
             a@b.de,€1,1,,,USD\n\
             a@b.de,1,1,,,dollars\n\
             a@b.de,1\n\
             a@b.de,1,1,,,USD,more\n\
             a@b.de,1,1,,,USD,\n\
             a@b.de,1,1,2026-07-02,,\n\
             a@b.de,1,1,,2036-06-30,\n\
             a@b.de,500.5,1,,,JPY\n\
             a@b.de,1,1,2026-06-30,2026-07-01,\n",
        );
        let problems: Vec<_> = [&rows[1..11], &rows[12..15]]
            .concat()
            .iter()
            .map(|row| row.as_ref().map_err(|p| (p.column, p.problem)).expect_err("refused"))
            .collect();
        assert_eq!(
            problems,
            [
                (1, CellProblem::NoEmail),
                (1, CellProblem::NotAnEmail),
                (2, CellProblem::NotAnAmount),
                (3, CellProblem::NotACount),
                (4, CellProblem::NotADate),
                (5, CellProblem::FirstAfterLast),
                (2, CellProblem::OtherCurrency),
                (6, CellProblem::NotACurrency),
                (0, CellProblem::TooFewColumns),
                (0, CellProblem::TooManyColumns),
                (4, CellProblem::InFuture),
                (5, CellProblem::InFuture),
                (2, CellProblem::TooManyDecimals),
            ]
        );
        assert!(
            rows[0].is_ok() && rows[11].is_ok() && rows[15].is_ok(),
            "tomorrow has begun somewhere"
        );
    }

    #[test]
    fn the_currency_is_the_rows_own() {
        let rows = read("email,total spent,currency\na@b.de,1200,JPY\nb@b.de,$5,CAD\nc@b.de,,EUR\nd@b.de,5,\ne@b.de,,\n");
        let of = |i: usize| {
            rows[i]
                .as_ref()
                .map(|(_, fields)| (fields.total_spent, fields.currency.clone()))
                .expect("a good row")
        };
        assert_eq!(of(0), (Some(1200), Some("JPY".into())));
        assert_eq!(of(1), (Some(500), Some("CAD".into())));
        assert_eq!(of(2), (None, Some("EUR".into())));
        assert_eq!(of(3), (Some(500), Some("USD".into())));
        assert_eq!(of(4), (None, None));
    }

    proptest! {
        #[test]
        fn fields_survive_the_stage(cells in proptest::collection::vec("[a-z0-9@.;é\"\n $-]{0,12}", 5)) {
            let text = format!("email,name,total spent,notes,extra\na@b.de,{}\n", cells[1..].iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(","));
            for row in read(&text).into_iter().flatten() {
                let json = serde_json::to_string(&row.1).expect("JSON");
                prop_assert_eq!(serde_json::from_str::<Fields>(&json).expect("JSON"), row.1);
            }
        }
    }
}
