//! The sample files, with their dates moved so that the newest payment was yesterday.

use crate::error::{Error, Result};
use chrono::{Days, NaiveDate};

/// A file of customers.
#[derive(Clone, Debug)]
pub struct Sample {
    pub name: &'static str,
    pub text: String,
}

/// Name and contents.
pub type Original = (&'static str, &'static str);

pub const MUSIC_STORE: Original = (
    "music-store-customers.csv",
    include_str!("../../../samples/music-store-customers.csv"),
);
pub const TICKET_SHOP: Original = (
    "ticket-shop-customers.csv",
    include_str!("../../../samples/ticket-shop-customers.csv"),
);

/// The file with each of its dates moved by the same number of days.
pub fn shifted((name, text): Original, today: NaiveDate) -> Result<Sample> {
    let wrong = |cause: &dyn std::fmt::Display| Error::Bug(format!("the sample {name}: {cause}"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().map_err(|e| wrong(&e))?;
    let newest = records.iter().flatten().filter_map(date).max().ok_or_else(|| wrong(&"no dates"))?;
    let days = Days::new(u64::try_from((today - newest).num_days() - 1).map_err(|e| wrong(&e))?);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in &records {
        let moved = record
            .iter()
            .map(|cell| date(cell).map_or_else(|| cell.to_owned(), |day| (day + days).to_string()));
        writer.write_record(moved).map_err(|e| wrong(&e))?;
    }
    let text = String::from_utf8(writer.into_inner().map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))?;
    Ok(Sample { name, text })
}

fn date(cell: &str) -> Option<NaiveDate> {
    (cell.len() == 10).then(|| cell.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_date_is_yesterday_and_nothing_else_changes() {
        let today: NaiveDate = "2027-01-12".parse().expect("a date");
        for original in [MUSIC_STORE, TICKET_SHOP] {
            let moved = shifted(original, today).expect("moves");
            assert_eq!(moved.text.lines().count(), original.1.lines().count());
            let newest = moved.text.split([',', '\n']).filter_map(date).max();
            assert_eq!(newest, today.pred_opt());
            assert_eq!(moved.text.lines().next(), original.1.lines().next().map(str::trim_end));
        }
    }
}
