//! Credits: what costs how many, and the words of the ledger.

use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// A number of credits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "db", derive(sea_orm::DeriveValueType))]
#[serde(transparent)]
pub struct Credits(pub i64);

closed_enum! {
    /// Why credits moved. The first four are what a person can spend on.
    pub enum CreditAction {
        Analysis = "analysis",
        RegenerateEmail = "regenerate_email",
        PersonaLanguage = "persona_language",
        ReplyAnalysis = "reply_analysis",
        MonthlyGrant = "monthly_grant",
        MonthlyExpiry = "monthly_expiry",
        Purchase = "purchase",
        Correction = "correction",
    }
}

impl CreditAction {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Analysis => "Analysis",
            Self::RegenerateEmail => "Regenerated e-mail",
            Self::PersonaLanguage => "Persona in another language",
            Self::ReplyAnalysis => "Reply analysis",
            Self::MonthlyGrant => "Monthly credits",
            Self::MonthlyExpiry => "Monthly credits expired",
            Self::Purchase => "Credits pack",
            Self::Correction => "Correction",
        }
    }

    /// What one use costs, unless the configuration says otherwise. Everything not named here is free.
    #[must_use]
    pub const fn default_cost(self) -> Credits {
        match self {
            Self::Analysis | Self::RegenerateEmail | Self::PersonaLanguage | Self::ReplyAnalysis => Credits(1),
            Self::MonthlyGrant | Self::MonthlyExpiry | Self::Purchase | Self::Correction => Credits(0),
        }
    }
}

closed_enum! {
    /// The two kinds of credits in the pool; monthly ones are spent first and expire.
    pub enum CreditKind {
        Monthly = "monthly",
        Bought = "bought",
    }
}

closed_enum! {
    /// The phase of a transfer: moved at once, set aside, or a hold's end.
    pub enum TransferPhase {
        Posted = "posted",
        Pending = "pending",
        Post = "post",
        Void = "void",
    }
}

/// What is left in the pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Monthly credits that can be spent (holds are already taken off).
    pub monthly: Credits,
    /// Bought credits that can be spent.
    pub bought: Credits,
    /// Set aside for work that runs.
    pub held: Credits,
}

impl Balance {
    #[must_use]
    pub const fn available(self) -> Credits {
        Credits(self.monthly.0 + self.bought.0)
    }
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferRow {
    pub id: crate::ids::TransferId,
    pub at: Moment,
    pub action: CreditAction,
    pub kind: CreditKind,
    pub phase: TransferPhase,
    /// Positive: into the pool. Negative: out of it.
    pub amount: Credits,
    pub person: Option<String>,
    pub business: Option<String>,
    pub customer: Option<String>,
}

/// Settings → Team → Credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditsPage {
    pub balance: Balance,
    pub monthly_allowance: u32,
    pub next_grant: Option<Moment>,
    pub by_person: Vec<(String, Credits)>,
    pub by_business: Vec<(String, Credits)>,
    pub history: Vec<TransferRow>,
    pub next: Option<String>,
}
