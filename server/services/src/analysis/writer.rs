//! The port to whoever writes: what a writer is told and what it answers. A writer reaches no database and no clock.

use super::{built_in, distribution::Distribution};
use chrono::NaiveDate;
use domain::{
    business::{BusinessSettings, Language},
    money::{Cents, Currency},
    persona::{Claim, Opportunity, Segment},
};

/// Who writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writer {
    /// Rules and templates: offline and deterministic.
    #[default]
    BuiltIn,
    /// Always fails, for tests of what must not be lost then.
    Failing,
}

impl Writer {
    /// Writes about one customer. Call it outside any transaction.
    ///
    /// # Errors
    /// When no complete answer came; nothing was spent then.
    pub async fn write(&self, subject: &Subject) -> Result<Analysis, WriterError> {
        match self {
            Self::BuiltIn => built_in::write(subject),
            Self::Failing => {
                tokio::task::yield_now().await;
                Err(WriterError("this writer always fails".into()))
            }
        }
    }
}

/// Why a writer did not finish; for the log, never for a page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WriterError(pub String);

/// Everything a writer may know.
#[derive(Clone, Debug)]
pub struct Subject {
    pub customer: Customer,
    pub business: BusinessSettings,
    /// How the business's customers spend; amounts in this customer's currency.
    pub distribution: Distribution,
    pub language: Language,
    /// Today, where the business is.
    pub today: NaiveDate,
}

/// A customer's fields; `None` and empty text mean "not known".
#[derive(Clone, Debug, Default)]
pub struct Customer {
    pub name: String,
    pub company: String,
    pub country: String,
    pub currency: Option<Currency>,
    pub total_spent: Option<Cents>,
    pub monthly_spend: Option<Cents>,
    pub payment_count: Option<i64>,
    pub first_payment: Option<NaiveDate>,
    pub last_payment: Option<NaiveDate>,
    pub refund_volume: Option<Cents>,
    pub attributes: Vec<(String, String)>,
}

/// What a writer answers: complete, or it is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    pub segment: Segment,
    pub opportunity: Opportunity,
    pub summary: Vec<Claim>,
    pub signals: Vec<Claim>,
    pub suggested_offer: Option<Claim>,
    pub letter: Letter,
}

/// The first draft, and the words of its text that rest on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
    pub claims: Vec<Claim>,
}
