//! What the analysis says of a customer: segment, signals with the field each rests on, opportunity, persona.

use crate::{
    business::Language,
    credit::{Balance, Credits},
    ids::{BusinessId, PersonaId},
    time::Moment,
};
use serde::{Deserialize, Serialize};

closed_enum! {
    /// Where a customer stands, judged against the business's own distribution.
    pub enum Segment {
        New = "new",
        Promising = "promising",
        Loyal = "loyal",
        Champion = "champion",
        AtRisk = "at_risk",
        Lapsed = "lapsed",
        Refunds = "refunds",
        NoFigures = "no_figures",
    }
}

impl Segment {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Promising => "Promising",
            Self::Loyal => "Loyal",
            Self::Champion => "Champion",
            Self::AtRisk => "At risk",
            Self::Lapsed => "Lapsed",
            Self::Refunds => "Refunds",
            Self::NoFigures => "No figures",
        }
    }
}

closed_enum! {
    /// The field of a customer (or business) that a claim rests on.
    pub enum SourceField {
        Name = "name",
        Company = "company",
        Country = "country",
        TotalSpent = "total_spent",
        MonthlySpend = "monthly_spend",
        PaymentCount = "payment_count",
        FirstPayment = "first_payment",
        LastPayment = "last_payment",
        RefundVolume = "refund_volume",
        Currency = "currency",
        Attribute = "attribute",
        Incentive = "incentive",
        Upsell = "upsell",
    }
}

impl SourceField {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Company => "company",
            Self::Country => "country",
            Self::TotalSpent => "total spent",
            Self::MonthlySpend => "monthly spend",
            Self::PaymentCount => "payment count",
            Self::FirstPayment => "first payment",
            Self::LastPayment => "last payment",
            Self::RefundVolume => "refund volume",
            Self::Currency => "currency",
            Self::Attribute => "custom attribute",
            Self::Incentive => "incentive",
            Self::Upsell => "upsell product",
        }
    }

    /// Whether a viewer may not see what rests on it: money figures and whatever is derived from them,
    /// and free text of the team.
    #[must_use]
    pub const fn is_masked(self) -> bool {
        match self {
            Self::TotalSpent | Self::MonthlySpend | Self::PaymentCount | Self::RefundVolume | Self::Attribute => true,
            Self::Name
            | Self::Company
            | Self::Country
            | Self::FirstPayment
            | Self::LastPayment
            | Self::Currency
            | Self::Incentive
            | Self::Upsell => false,
        }
    }
}

/// A sentence and what it rests on. Viewers get only claims without a masked source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub text: String,
    pub sources: Vec<SourceField>,
}

impl Claim {
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.sources.iter().any(|s| s.is_masked())
    }
}

/// Claims in a row, as a text.
#[must_use]
pub fn in_words(claims: &[Claim]) -> String {
    claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// 1 (little to win) to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Opportunity(u8);

impl Opportunity {
    pub const LOWEST: Self = Self(1);

    #[must_use]
    pub const fn new(score: u8) -> Option<Self> {
        if score >= 1 && score <= 5 { Some(Self(score)) } else { None }
    }

    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// The result of an analysis in one language; `id` is the analysis, whichever language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    pub id: PersonaId,
    pub language: Language,
    /// Masked (`None`) for viewers when it rests on a masked field, like the score below.
    pub segment: Option<Segment>,
    pub opportunity: Option<Opportunity>,
    pub summary: Vec<Claim>,
    pub signals: Vec<Claim>,
    pub suggested_offer: Option<Claim>,
    pub made_at: Moment,
    pub made_by: String,
    /// What people made of it; the claims above stay as they were written.
    pub edited: Option<Edited>,
    /// How often it was edited, to be named with the next edit.
    pub edits: i32,
    /// Every language that it was made in, this one among them.
    pub made_in: Vec<Language>,
}

/// An analysis that was edited by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    pub by: String,
    pub at: Moment,
    /// In place of the claims; `None` where they were left, and for viewers.
    pub summary: Option<String>,
    /// What had been generated; `None` for viewers.
    pub generated: Option<(Segment, Opportunity)>,
}

/// What a persona in another language cost and what is left; nothing where it was there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translated {
    pub business: BusinessId,
    pub spent: Credits,
    pub balance: Balance,
}

/// What an analysis cost and what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysed {
    pub persona: PersonaId,
    pub spent: Credits,
    pub balance: Balance,
}
