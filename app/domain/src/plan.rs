//! The Enterprise plan: one typed table of prices and limits.

use crate::{credit::Credits, money::Cents};

/// Prices in US cents, limits in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub name: &'static str,
    pub monthly: Cents,
    pub yearly: Cents,
    pub credits_per_month: Credits,
    pub members_included: u32,
    pub businesses_included: u32,
    pub extra_seat_monthly: Cents,
    pub extra_slot_monthly: Cents,
    pub credits_pack: Credits,
    pub credits_pack_price: Cents,
}

pub const ENTERPRISE: Plan = Plan {
    name: "Enterprise",
    monthly: Cents(9_900),
    yearly: Cents(99_000),
    credits_per_month: Credits(2_000),
    members_included: 5,
    businesses_included: 5,
    extra_seat_monthly: Cents(1_900),
    extra_slot_monthly: Cents(2_900),
    credits_pack: Credits(1_000),
    credits_pack_price: Cents(4_990),
};

closed_enum! {
    /// What is bounded.
    pub enum Limit {
        Members = "members",
        Businesses = "businesses",
        /// Of one person, whatever they pay.
        Teams = "teams",
    }
}

impl Limit {
    /// Why it was refused and what to do.
    #[must_use]
    pub fn reached(self, allowed: u32) -> String {
        match self {
            Self::Members => format!("all {allowed} member seats are taken: revoke an invitation, remove somebody or add a seat"),
            Self::Teams => {
                format!("you own {allowed} teams, as many as one person may: use one of them, or let a colleague create the next")
            }
            Self::Businesses => format!("all {allowed} business slots are taken: delete a business or add a slot"),
        }
    }
}
