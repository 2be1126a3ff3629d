//! Credits: what costs how many, and the words of the ledger.

use crate::{
    ids::{BusinessId, CustomerId, PersonId, TransferId},
    page::Page,
    role::Role,
    time::Moment,
};
use serde::{Deserialize, Serialize};

/// A number of credits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "db", derive(sea_orm::DeriveValueType))]
#[serde(transparent)]
pub struct Credits(pub i64);

/// Below this share of the monthly credits the pool counts as low, in percent.
const LOW_PERCENT: i64 = 10;

impl Credits {
    /// Where the pool begins to be low, of so many credits a month: owner and admins see a warning below it.
    #[must_use]
    pub const fn low_below(self) -> Self {
        Self(self.0.saturating_mul(LOW_PERCENT) / 100)
    }
}

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

/// What the history is asked for; every part of it lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditsQuery {
    pub person: Option<PersonId>,
    pub business: Option<BusinessId>,
    pub action: Option<CreditAction>,
    /// The part after this cursor (older), or before it (newer). `after` wins.
    pub after: Option<String>,
    pub before: Option<String>,
}

/// One line of the history. A hold is one line: reserved while the work runs, then spent or given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferRow {
    pub id: TransferId,
    pub at: Moment,
    pub action: CreditAction,
    pub kind: CreditKind,
    pub phase: TransferPhase,
    /// Positive: into the pool. Negative: out of it. Zero: given back.
    pub amount: Credits,
    pub person: Option<String>,
    /// Name and mark.
    pub business: Option<(String, u8)>,
    /// Name, and where the customer's page is.
    pub customer: Option<(String, BusinessId, CustomerId)>,
    /// What was left afterwards; only where every line is shown.
    pub left: Option<Credits>,
}

impl TransferRow {
    /// What it was, and how it ended.
    #[must_use]
    pub fn label(&self) -> String {
        match self.phase {
            TransferPhase::Posted | TransferPhase::Post => self.action.label().to_owned(),
            TransferPhase::Pending => format!("{}, reserved", self.action.label()),
            TransferPhase::Void => format!("{} failed, not charged", self.action.label()),
        }
    }
}

/// Credits used in one business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessUse {
    pub name: String,
    pub mark: u8,
    pub used: Credits,
}

/// Credits used by one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonUse {
    /// `None`: the system.
    pub person: Option<PersonId>,
    pub name: String,
    /// `None`: not in the team any more.
    pub role: Option<Role>,
    pub used: Credits,
    pub by_business: Vec<BusinessUse>,
}

/// Credits used on one day of the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayUse {
    /// "4 Jan".
    pub day: String,
    pub used: Credits,
}

/// Settings → Team → Credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditsPage {
    pub balance: Balance,
    /// What a month brings.
    pub monthly: Credits,
    /// Below this, owner and admins see a warning.
    pub low_below: Credits,
    /// When this month's credits came, as a day.
    pub since: Moment,
    /// When the next ones come and what is left of these expires.
    pub next_grant: Option<Moment>,
    pub used: Credits,
    pub by_person: Vec<PersonUse>,
    pub by_business: Vec<BusinessUse>,
    pub by_day: Vec<DayUse>,
    pub history: Page<TransferRow>,
}
