//! One deed for many customers at once: quoted, set aside as a whole, done in the background.

use crate::{
    credit::Credits,
    ids::{BatchId, CustomerId},
    outreach::{SendBlocker, SenderChoice},
    page::Total,
    permission::Permission,
    time::Moment,
};
use serde::{Deserialize, Serialize};

closed_enum! {
    /// What is done. Stored names are never renamed.
    pub enum BatchKind {
        Analyse = "analyse",
        Send = "send",
        Delete = "delete",
        /// Brings deleted ones back.
        Restore = "restore",
    }
}

impl BatchKind {
    /// The right for one of them, beside `UseBatch`.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Analyse => Permission::DraftEmails,
            Self::Send => Permission::SendEmails,
            Self::Delete | Self::Restore => Permission::DeleteCustomers,
        }
    }

    /// "Analyse".
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Analyse => "Analyse",
            Self::Send => "Send",
            Self::Delete => "Delete",
            Self::Restore => "Restore",
        }
    }

    /// "analysed", after a number.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Analyse => "analysed",
            Self::Send => "handed to outreach",
            Self::Delete => "deleted",
            Self::Restore => "restored",
        }
    }
}

closed_enum! {
    pub enum BatchState {
        Running = "running",
        Done = "done",
        /// By a person.
        Cancelled = "cancelled",
        /// By a lost right or by trouble; the reason stands beside it.
        Stopped = "stopped",
    }
}

closed_enum! {
    /// Why a customer is left out, or could not be done.
    pub enum SkipReason {
        Analysed = "analysed",
        Analysing = "analysing",
        NoFigures = "no_figures",
        NoDraft = "no_draft",
        Incomplete = "incomplete",
        Suppressed = "suppressed",
        Open = "open",
        AlreadySent = "already_sent",
        /// Deleted meanwhile, or restored.
        Gone = "gone",
        /// Another draft than the one that was quoted.
        Changed = "changed",
        Writer = "writer",
        Other = "other",
    }
}

impl SkipReason {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Analysed => "analysed already",
            Self::Analysing => "being analysed right now",
            Self::NoFigures => "without any figures",
            Self::NoDraft => "without a draft",
            Self::Incomplete => "with a draft that is not ready",
            Self::Suppressed => "whose address must not be mailed",
            Self::Open => "with an e-mail on its way",
            Self::AlreadySent => "who got this very text already",
            Self::Gone => "not there any more",
            Self::Changed => "whose draft was changed meanwhile",
            Self::Writer => "that the writer could not finish",
            Self::Other => "that something else stood in the way of",
        }
    }
}

/// A batch takes no more customers.
pub const BATCH_MAX: u64 = 10_000;

/// What a batch would do and cost, before anything is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchQuote {
    pub kind: BatchKind,
    /// How many were chosen; beyond `BATCH_MAX` only so many are looked at.
    pub chosen: Total,
    pub todo: u64,
    pub skipped: Vec<(SkipReason, u64)>,
    /// What one of them costs.
    pub each: Credits,
    pub available: Credits,
    /// E-mails that wait and would be cancelled.
    pub cancels: u64,
    pub senders: Vec<SenderChoice>,
    /// What keeps every e-mail from leaving.
    pub blockers: Vec<SendBlocker>,
}

impl BatchQuote {
    #[must_use]
    pub const fn cost(&self, count: u64) -> Credits {
        Credits(self.each.0.saturating_mul(count.cast_signed()))
    }

    /// How many of them the pool pays for: all, or the first so many.
    #[must_use]
    pub const fn fits(&self) -> u64 {
        if self.each.0 <= 0 {
            return self.todo;
        }
        let paid = (self.available.0 / self.each.0).unsigned_abs();
        if paid < self.todo { paid } else { self.todo }
    }
}

/// A customer that was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchTrouble {
    pub customer: CustomerId,
    pub name: String,
    pub why: SkipReason,
}

/// A batch at any moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchDetail {
    pub id: BatchId,
    pub kind: BatchKind,
    pub state: BatchState,
    pub items: u64,
    pub done: u64,
    /// Left out at the start and on the way, together.
    pub skipped: Vec<(SkipReason, u64)>,
    pub failed: u64,
    /// Items that came to an end, one way or the other.
    pub ended: u64,
    pub spent: Credits,
    pub reason: Option<String>,
    pub by: String,
    pub at: Moment,
    /// The first of those that failed or were skipped on the way.
    pub troubles: Vec<BatchTrouble>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_fit_as_the_pool_pays_for() {
        let quote = |each, available| BatchQuote {
            kind: BatchKind::Analyse,
            chosen: Total::Exactly(70),
            todo: 64,
            skipped: Vec::new(),
            each: Credits(each),
            available: Credits(available),
            cancels: 0,
            senders: Vec::new(),
            blockers: Vec::new(),
        };
        assert_eq!(quote(1, 41).fits(), 41);
        assert_eq!(quote(2, 41).fits(), 20);
        assert_eq!(quote(1, 100).fits(), 64);
        assert_eq!(quote(0, 0).fits(), 64);
        assert_eq!(quote(3, 0).cost(64), Credits(192));
    }
}
