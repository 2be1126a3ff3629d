//! Where a customer stands, and how much there is to win.

use super::facts::{Facts, SpendRank};
use domain::persona::{Opportunity, Segment};

/// Payments that make a habit.
const HABIT: i64 = 3;

/// The segment; the first rule that fits.
#[must_use]
pub fn of(facts: &Facts) -> Segment {
    let share = facts.refund_percent.unwrap_or(100);
    if facts.refund > 0 && share >= 25 {
        return Segment::Refunds;
    }
    if !facts.has_paid() {
        return Segment::NoFigures;
    }
    let beyond_rhythm = |tenths: i64| match (facts.silence, facts.rhythm) {
        (Some(silence), Some(rhythm)) => silence * 10 > rhythm * tenths,
        _ => false,
    };
    if facts.silent && (facts.rhythm.is_none() || beyond_rhythm(15)) {
        return Segment::Lapsed;
    }
    if facts.quiet && beyond_rhythm(10) {
        return Segment::AtRisk;
    }
    if facts.spends_high() && facts.silence.is_some() && !facts.quiet {
        return Segment::Champion;
    }
    let once = facts.count == Some(1) || (facts.count.is_none() && facts.first.is_some() && facts.first == facts.last);
    if once && !facts.quiet {
        return Segment::New;
    }
    if facts.count.is_some_and(|count| count >= HABIT) || facts.monthly > 0 {
        return Segment::Loyal;
    }
    Segment::Promising
}

/// What there is to win, from 1 to 5: the segment's usual, one more for the highest spend, one less for the lowest
/// where somebody would have to be won back.
#[must_use]
pub fn opportunity(facts: &Facts, segment: Segment) -> Opportunity {
    let usual = match segment {
        Segment::Champion => 4,
        Segment::Loyal | Segment::Promising | Segment::New | Segment::AtRisk => 3,
        Segment::Lapsed | Segment::NoFigures => 2,
        Segment::Refunds => 1,
    };
    let won_back = matches!(segment, Segment::AtRisk | Segment::Lapsed);
    let score = match facts.rank {
        Some(SpendRank::Top10 | SpendRank::Highest) => usual + 1,
        Some(SpendRank::Below | SpendRank::Usual) if won_back => usual - 1,
        _ => usual,
    };
    Opportunity::new(score).unwrap_or(Opportunity::LOWEST)
}
