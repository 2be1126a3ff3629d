//! What the figures of a customer say when they are laid beside the business's own distribution.

use crate::analysis::{distribution::Quantiles, writer::Subject};
use chrono::NaiveDate;

/// Silence shorter than this worries nobody, however quick the others pay.
const QUIET_DAYS: i64 = 30;

/// Comparisons, each `None` or false where a field is missing.
#[derive(Clone, Debug)]
pub struct Facts {
    pub spent: Option<i64>,
    pub rank: Option<SpendRank>,
    pub count: Option<i64>,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// Days from the last payment to the newest of the business.
    pub silence: Option<i64>,
    /// Days between two payments, on average.
    pub rhythm: Option<i64>,
    /// Silent for longer than half of the customers.
    pub quiet: bool,
    /// Silent for longer than three quarters of them.
    pub silent: bool,
    pub refund: i64,
    /// Refunds in hundredths of the spend.
    pub refund_percent: Option<i64>,
    pub monthly: i64,
}

/// Where the spend stands among the customers of the same currency. Ties with the middle are usual, never more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpendRank {
    Below,
    Usual,
    Above,
    Top25,
    Top10,
    Highest,
}

impl Facts {
    #[must_use]
    pub fn of(subject: &Subject) -> Self {
        let (customer, distribution) = (&subject.customer, &subject.distribution);
        let spent = customer.total_spent.map(|cents| cents.0).filter(|cents| *cents > 0);
        let count = customer.payment_count.filter(|count| *count > 0);
        let silence = distribution.silence(customer.last_payment);
        let beyond = |bound: fn(&Quantiles) -> i64| match (silence, &distribution.silence_days) {
            (Some(days), Some(all)) => days > bound(all).max(QUIET_DAYS),
            _ => false,
        };
        let refund = customer.refund_volume.map_or(0, |cents| cents.0.max(0));
        Self {
            spent,
            rank: spent.zip(distribution.spend).map(|(spent, all)| rank(spent, &all)),
            count,
            first: customer.first_payment.or(customer.last_payment.filter(|_| count == Some(1))),
            last: customer.last_payment,
            silence,
            rhythm: rhythm(count, customer.first_payment, customer.last_payment),
            quiet: beyond(|all| all.p50),
            silent: beyond(|all| all.p75),
            refund,
            refund_percent: spent.map(|spent| (refund.saturating_mul(100) / spent).clamp(0, 100)),
            monthly: customer.monthly_spend.map_or(0, |cents| cents.0.max(0)),
        }
    }

    /// Whether anything was ever paid, as far as is known.
    #[must_use]
    pub fn has_paid(&self) -> bool {
        self.spent.is_some() || self.count.is_some() || self.last.is_some() || self.monthly > 0
    }

    /// Whether the spend is among the upper quarter.
    #[must_use]
    pub fn spends_high(&self) -> bool {
        self.rank >= Some(SpendRank::Top25)
    }
}

fn rank(spent: i64, all: &Quantiles) -> SpendRank {
    if spent <= all.p50 {
        if spent < all.p25 { SpendRank::Below } else { SpendRank::Usual }
    } else if spent >= all.max {
        SpendRank::Highest
    } else if spent >= all.p90 {
        SpendRank::Top10
    } else if spent >= all.p75 {
        SpendRank::Top25
    } else {
        SpendRank::Above
    }
}

fn rhythm(count: Option<i64>, first: Option<NaiveDate>, last: Option<NaiveDate>) -> Option<i64> {
    let gaps = count? - 1;
    let days = (last? - first?).num_days();
    (gaps > 0 && days > 0).then(|| (days / gaps).max(1))
}
