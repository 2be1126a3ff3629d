//! An outreach: an e-mail to a customer on its way.

use crate::{
    ids::{BusinessId, CustomerId, OutreachId},
    time::Moment,
};
use serde::{Deserialize, Serialize};

closed_enum! {
    /// review → queued → sending → sent | failed | unknown | paused | cancelled.
    pub enum OutreachState {
        Review = "review",
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Failed = "failed",
        /// Handed over, no answer: never sent again by the machine.
        Unknown = "unknown",
        Paused = "paused",
        Cancelled = "cancelled",
    }
}

impl OutreachState {
    /// At most one open outreach per customer and business.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Review | Self::Queued | Self::Sending | Self::Paused | Self::Unknown => true,
            Self::Sent | Self::Failed | Self::Cancelled => false,
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Review => "In review",
            Self::Queued => "Queued",
            Self::Sending => "Sending",
            Self::Sent => "Sent",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
            Self::Paused => "Paused",
            Self::Cancelled => "Cancelled",
        }
    }
}

closed_enum! {
    /// Why a mail is still waiting.
    pub enum WaitReason {
        Next = "next",
        SenderHour = "sender_hour",
        SenderDay = "sender_day",
        Gap = "gap",
        Retry = "retry",
        NotBefore = "not_before",
        NoWorker = "no_worker",
    }
}

impl WaitReason {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Next => "It is next",
            Self::SenderHour => "The sender's mails of this hour are used up",
            Self::SenderDay => "The sender's mails of today are used up",
            Self::Gap => "A pause between two mails of one sender",
            Self::Retry => "The mail server asked to try later",
            Self::NotBefore => "It was queued for later",
            Self::NoWorker => "No worker has run for a minute",
        }
    }
}

/// A row of the outreach page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachRow {
    pub id: OutreachId,
    pub customer: CustomerId,
    pub business: BusinessId,
    pub name: String,
    /// Masked for viewers.
    pub email: String,
    /// `None` for viewers.
    pub subject: Option<String>,
    pub state: OutreachState,
    pub queued_by: String,
    pub queued_at: Moment,
    pub sent_at: Option<Moment>,
    pub wait: Option<WaitReason>,
    /// When it is tried next.
    pub due: Option<Moment>,
    /// Why it failed, in the mail server's words; withheld from viewers.
    pub error: Option<String>,
    pub attempts: i32,
}

/// Counts by state for the page's tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachCounts {
    pub review: u64,
    pub queued: u64,
    pub sent: u64,
    pub failed: u64,
    pub unknown: u64,
    pub paused: u64,
    pub cancelled: u64,
}
