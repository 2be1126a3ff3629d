//! Customers of a business.

use crate::{
    credit::Credits,
    ids::{BusinessId, CustomerId, DraftId},
    outreach::OutreachState,
    permission::Sight,
    persona::{Opportunity, Persona, Segment},
    time::Moment,
};
use serde::{Deserialize, Serialize};

closed_enum! {
    /// Columns that the list can be sorted by. Viewers may not sort by a masked one.
    pub enum CustomerSort {
        Spent = "spent",
        LastPayment = "last_payment",
        Name = "name",
        Email = "email",
        Opportunity = "opportunity",
        Added = "added",
    }
}

impl CustomerSort {
    #[must_use]
    pub const fn is_masked(self) -> bool {
        match self {
            Self::Spent | Self::Email | Self::Opportunity => true,
            Self::LastPayment | Self::Name | Self::Added => false,
        }
    }

    /// The usual direction: money, scores and dates highest first, text A to Z.
    #[must_use]
    pub const fn starts_descending(self) -> bool {
        match self {
            Self::Spent | Self::LastPayment | Self::Opportunity | Self::Added => true,
            Self::Name | Self::Email => false,
        }
    }
}

/// What the list is asked for; every part of it lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerQuery {
    pub search: String,
    pub segment: Option<Segment>,
    /// At least this score.
    pub opportunity: Option<u8>,
    /// "ready" (a draft waits: its words were not sent yet), "none" (there is no draft).
    pub draft: Option<String>,
    pub tag: Option<String>,
    pub also_elsewhere: bool,
    pub sort: Option<CustomerSort>,
    /// `None`: the column's usual direction (money and dates highest first, text A to Z).
    pub descending: Option<bool>,
    pub cursor: Option<String>,
    pub limit: Option<u32>,
}

/// A row of the list, already masked for whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub name: String,
    pub email: String,
    pub segment: Option<Segment>,
    pub opportunity: Option<Opportunity>,
    /// "$49.62"; `None` when hidden or unknown.
    pub spent: Option<String>,
    pub payments: Option<i64>,
    pub last_payment: Option<Moment>,
    pub last_contact: Option<LastContact>,
    /// Names of the team's other businesses that have this person too.
    pub also_in: Vec<String>,
    /// A draft waits: its words were not sent yet.
    pub has_draft: bool,
    pub open_outreach: Option<OutreachState>,
}

/// The newest e-mail to this person, for whichever product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastContact {
    pub business: String,
    pub mark: u8,
    pub person: String,
    pub at: Moment,
    /// Inside the team's window of another business's contact.
    pub warn: bool,
}

/// Figures of a customer, absent for viewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub total_spent: Option<String>,
    pub monthly_spend: Option<String>,
    pub payment_count: Option<i64>,
    pub refund_volume: Option<String>,
}

/// A customer's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDetail {
    pub id: CustomerId,
    pub business: BusinessId,
    pub sight: Sight,
    pub name: String,
    pub email: String,
    pub company: String,
    pub country: String,
    pub currency: String,
    pub tags: Vec<String>,
    pub figures: Option<Figures>,
    pub first_payment: Option<Moment>,
    pub last_payment: Option<Moment>,
    /// `None` for viewers.
    pub notes: Option<String>,
    /// `None` for viewers.
    pub attributes: Option<Vec<(String, String)>>,
    /// Names the fields that people edit as they are now; an edit says which it saw.
    pub fields_seen: String,
    pub persona: Option<Persona>,
    pub draft: Option<Draft>,
    pub also_in: Vec<AlsoIn>,
    pub last_contact: Option<LastContact>,
    pub suppressed: Option<String>,
    pub open_outreach: Option<OutreachState>,
    pub envelope: Envelope,
    /// What an analysis costs here, shown before it is spent.
    pub analysis_cost: Credits,
    /// What another e-mail costs.
    pub regenerate_cost: Credits,
    /// What the persona in a language costs that it was not made in.
    pub language_cost: Credits,
}

/// What stands around a text when it is mailed. Addresses in it are the business's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// "Jane Peacock <jane@musicstore.example>"; the business's name alone while no sender is confirmed.
    pub from: String,
    pub sender_verified: bool,
    /// Name and postal address of the business.
    pub footer: String,
}

/// The same person in another product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlsoIn {
    pub business: BusinessId,
    pub customer: CustomerId,
    pub name: String,
    pub mark: u8,
    pub since: Moment,
    /// Hidden for viewers.
    pub spent: Option<String>,
}

/// A draft belongs to a customer and is no outreach yet. Its words are withheld from viewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub id: DraftId,
    pub version: i32,
    pub edited_by: String,
    pub edited_at: Moment,
    /// `None` for viewers.
    pub content: Option<DraftContent>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftContent {
    pub subject: String,
    pub body: String,
    /// Words of the body that rest on a field, for the preview's tint.
    pub claims: Vec<crate::persona::Claim>,
    /// What keeps it from leaving (an empty variable, no text), as sentences; empty when it may leave.
    pub problems: Vec<String>,
}

closed_enum! {
    /// Kinds of events on a customer's timeline.
    pub enum TimelineKind {
        Imported = "imported",
        Updated = "updated",
        Analysed = "analysed",
        Edited = "edited",
        DraftEdited = "draft_edited",
        Regenerated = "regenerated",
        /// The analysis, by hand.
        PersonaEdited = "persona_edited",
        /// The persona in another language.
        Translated = "translated",
        Queued = "queued",
        Sent = "sent",
        Failed = "failed",
        Unknown = "unknown",
        Cancelled = "cancelled",
        Paused = "paused",
        /// Somebody said what became of a mail without an answer.
        Resolved = "resolved",
        Replied = "replied",
        Suppressed = "suppressed",
    }
}

/// One event. `detail` carries words or figures and is withheld from viewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEvent {
    pub kind: TimelineKind,
    pub at: Moment,
    pub person: Option<String>,
    pub business: String,
    pub mark: u8,
    pub detail: Option<String>,
    pub badges: Vec<String>,
}
