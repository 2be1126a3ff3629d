//! How the customers of one business spend: what one of them is compared with. Pure; `stats` reads it from the database.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Percentiles by nearest rank: the value at position ⌊p·n⌋ of the sorted values, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantiles {
    pub p10: i64,
    pub p25: i64,
    pub p50: i64,
    pub p75: i64,
    pub p90: i64,
    pub max: i64,
}

impl Quantiles {
    /// Of values in any order; `None` without values.
    #[must_use]
    pub fn of(mut values: Vec<i64>) -> Option<Self> {
        values.sort_unstable();
        let at = |percent: usize| values.get(values.len() * percent / 100).copied();
        Some(Self {
            p10: at(10)?,
            p25: at(25)?,
            p50: at(50)?,
            p75: at(75)?,
            p90: at(90)?,
            max: *values.last()?,
        })
    }
}

/// What a business's customers look like together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// Customers with figures.
    pub customers: u64,
    /// The newest payment of all: recency counts from here, so that old files are ranked as fairly as fresh ones.
    pub newest_payment: Option<NaiveDate>,
    /// Total spent in minor units, of the customers in one currency.
    pub spend: Option<Quantiles>,
    /// Days from a customer's last payment to the newest of all.
    pub silence_days: Option<Quantiles>,
    /// Payments per customer.
    pub payments: Option<Quantiles>,
}

impl Distribution {
    /// Days that a customer has been silent, seen from the business's newest payment.
    #[must_use]
    pub fn silence(&self, last_payment: Option<NaiveDate>) -> Option<i64> {
        Some((self.newest_payment? - last_payment?).num_days().max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occur() {
        let of = Quantiles::of((1..=100).rev().collect()).expect("values");
        assert_eq!((of.p10, of.p25, of.p50, of.p75, of.p90, of.max), (11, 26, 51, 76, 91, 100));
        assert_eq!(Quantiles::of(vec![7]).map(|q| (q.p10, q.max)), Some((7, 7)));
        assert_eq!(Quantiles::of(Vec::new()), None);
    }

    #[test]
    fn silence_counts_from_the_newest_payment_of_all() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let distribution = Distribution {
            newest_payment: day("2011-12-22"),
            ..Distribution::default()
        };
        assert_eq!(distribution.silence(day("2011-11-13")), Some(39));
        assert_eq!(
            distribution.silence(day("2012-01-01")),
            Some(0),
            "paid after the figures were taken"
        );
        assert_eq!(distribution.silence(None), None);
    }
}
