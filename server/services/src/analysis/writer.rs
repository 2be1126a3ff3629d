//! The port to whoever writes: what a writer is told and what it answers. A writer reaches no database and no clock.

use super::{built_in, distribution::Distribution};
use chrono::NaiveDate;
use domain::{
    business::{BusinessSettings, Language},
    money::{Cents, Currency},
    persona::{Claim, Opportunity, Segment},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Who writes.
#[derive(Clone, Debug, Default)]
pub enum Writer {
    /// Rules and templates: offline and deterministic.
    #[default]
    BuiltIn,
    /// Always fails, for tests of what must not be lost then.
    Failing,
    /// Writes like the first, once it is let, for tests of what happens meanwhile.
    Gated(Arc<Gate>),
}

/// Where a writer waits.
#[derive(Debug)]
pub struct Gate {
    begun: Semaphore,
    open: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            begun: Semaphore::new(0),
            open: Semaphore::new(0),
        }
    }
}

impl Gate {
    /// Until a writer waits here.
    pub async fn reached(&self) {
        if let Ok(permit) = self.begun.acquire().await {
            permit.forget();
        }
    }

    /// Lets one writer through.
    pub fn let_through(&self) {
        self.open.add_permits(1);
    }

    async fn pass(&self) {
        self.begun.add_permits(1);
        if let Ok(permit) = self.open.acquire().await {
            permit.forget();
        }
    }
}

impl Writer {
    /// Writes about one customer. Call it outside any transaction.
    ///
    /// # Errors
    /// When no complete answer came; nothing was spent then.
    pub async fn write(&self, subject: &Subject) -> Result<Analysis, WriterError> {
        match self {
            Self::BuiltIn => built_in::write(subject),
            Self::Failing => Err(failed().await),
            Self::Gated(gate) => {
                gate.pass().await;
                built_in::write(subject)
            }
        }
    }

    /// Writes another letter than those whose variants are named; `None` when there is no further one. Call it outside any transaction.
    ///
    /// # Errors
    /// As `write`.
    pub async fn rewrite(&self, subject: &Subject, written: &[String]) -> Result<Option<Rewritten>, WriterError> {
        match self {
            Self::BuiltIn => built_in::rewrite(subject, written),
            Self::Failing => Err(failed().await),
            Self::Gated(gate) => {
                gate.pass().await;
                built_in::rewrite(subject, written)
            }
        }
    }

    /// Writes the persona alone, in the subject's language. Call it outside any transaction.
    ///
    /// # Errors
    /// As `write`.
    pub async fn persona(&self, subject: &Subject) -> Result<PersonaText, WriterError> {
        match self {
            Self::BuiltIn => built_in::persona(subject),
            Self::Failing => Err(failed().await),
            Self::Gated(gate) => {
                gate.pass().await;
                built_in::persona(subject)
            }
        }
    }
}

async fn failed() -> WriterError {
    tokio::task::yield_now().await;
    WriterError("this writer always fails".into())
}

/// Why a writer did not finish; for the log, never for a page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WriterError(pub String);

/// Everything a writer may know.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    pub persona: PersonaText,
    pub letter: Letter,
    /// What the letter goes by, among those that this writer has for a customer.
    pub variant: String,
}

/// A persona in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonaText {
    pub summary: Vec<Claim>,
    pub signals: Vec<Claim>,
    pub suggested_offer: Option<Claim>,
}

/// Another letter, and what it goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    pub letter: Letter,
    pub variant: String,
}

/// The first draft, and the words of its text that rest on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub body: String,
    pub claims: Vec<Claim>,
}
