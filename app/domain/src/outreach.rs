//! An outreach: an e-mail to a customer on its way. Which states there are, who may move it between them, and what its pages show.

use crate::{
    ids::{BusinessId, CustomerId, OutreachId, SenderId},
    page::Total,
    persona::{Opportunity, Segment},
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
    /// States that keep a second outreach to the same customer out.
    pub const OPEN: [Self; 5] = [Self::Review, Self::Queued, Self::Sending, Self::Paused, Self::Unknown];

    /// What counts as a contact of the team with a person.
    pub const CONTACT: [Self; 4] = [Self::Queued, Self::Sending, Self::Sent, Self::Unknown];

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

    /// What the page lists it under.
    #[must_use]
    pub const fn group(self) -> OutreachGroup {
        match self {
            Self::Review => OutreachGroup::Review,
            Self::Queued | Self::Sending => OutreachGroup::Waiting,
            Self::Paused => OutreachGroup::Paused,
            Self::Unknown => OutreachGroup::Unknown,
            Self::Sent => OutreachGroup::Sent,
            Self::Failed => OutreachGroup::Failed,
            Self::Cancelled => OutreachGroup::Cancelled,
        }
    }
}

closed_enum! {
    /// Why an address must not be mailed.
    pub enum SuppressionReason {
        Unsubscribed = "unsubscribed",
        Bounced = "bounced",
        Complained = "complained",
        ByHand = "by_hand",
    }
}

impl SuppressionReason {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unsubscribed => "Unsubscribed",
            Self::Bounced => "Bounced",
            Self::Complained => "Complained",
            Self::ByHand => "By hand",
        }
    }
}

closed_enum! {
    /// How the page groups states.
    pub enum OutreachGroup {
        Review = "review",
        Waiting = "waiting",
        Paused = "paused",
        Unknown = "unknown",
        Sent = "sent",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

impl OutreachGroup {
    /// What has not ended yet, in the order of the page's first tab.
    pub const QUEUE: [Self; 4] = [Self::Review, Self::Waiting, Self::Paused, Self::Unknown];

    #[must_use]
    pub const fn states(self) -> &'static [OutreachState] {
        match self {
            Self::Review => &[OutreachState::Review],
            Self::Waiting => &[OutreachState::Queued, OutreachState::Sending],
            Self::Paused => &[OutreachState::Paused],
            Self::Unknown => &[OutreachState::Unknown],
            Self::Sent => &[OutreachState::Sent],
            Self::Failed => &[OutreachState::Failed],
            Self::Cancelled => &[OutreachState::Cancelled],
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Review => "To review",
            Self::Waiting => "Waiting",
            Self::Paused => "Paused",
            Self::Unknown => "Unknown",
            Self::Sent => "Sent",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// What waits stands in its line, everything else newest first.
    #[must_use]
    pub const fn is_a_line(self) -> bool {
        matches!(self, Self::Waiting)
    }
}

closed_enum! {
    /// What a person may do with an outreach.
    pub enum OutreachAction {
        /// From review into the queue.
        Approve = "approve",
        Pause = "pause",
        Resume = "resume",
        Cancel = "cancel",
        /// Somebody found out that the server had taken it.
        MarkSent = "mark_sent",
        /// Somebody found out that it never arrived.
        MarkFailed = "mark_failed",
        /// As a new outreach with the same text; the old one ends as failed.
        SendAgain = "send_again",
    }
}

impl OutreachAction {
    /// The states it starts from. What a worker holds (`sending`) nobody else touches.
    #[must_use]
    pub const fn starts_from(self) -> &'static [OutreachState] {
        use OutreachState as S;
        match self {
            Self::Approve => &[S::Review],
            // Not from review: resuming it would be a way around the approval.
            Self::Pause => &[S::Queued],
            Self::Resume => &[S::Paused],
            Self::Cancel => &[S::Review, S::Queued, S::Paused],
            Self::MarkSent | Self::MarkFailed => &[S::Unknown],
            Self::SendAgain => &[S::Unknown, S::Failed],
        }
    }

    /// The state it leads to.
    #[must_use]
    pub const fn leads_to(self) -> OutreachState {
        match self {
            Self::Approve | Self::Resume => OutreachState::Queued,
            Self::Pause => OutreachState::Paused,
            Self::Cancel => OutreachState::Cancelled,
            Self::MarkSent => OutreachState::Sent,
            Self::MarkFailed | Self::SendAgain => OutreachState::Failed,
        }
    }

    #[must_use]
    pub fn fits(self, state: OutreachState) -> bool {
        self.starts_from().contains(&state)
    }

    /// The words on its button.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Approve => "Approve and queue",
            Self::Pause => "Pause",
            Self::Resume => "Queue again",
            Self::Cancel => "Cancel this e-mail",
            Self::MarkSent => "It arrived: mark as sent",
            Self::MarkFailed => "It did not arrive: mark as failed",
            Self::SendAgain => "Send again",
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
        Server = "server",
        Sending = "sending",
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
            Self::Server => "The mail server can't be reached or refuses the sign-in",
            Self::Sending => "It is being handed to the mail server",
        }
    }
}

closed_enum! {
    /// What keeps a draft from being sent; each says what to do.
    pub enum SendBlocker {
        NoDraft = "no_draft",
        Incomplete = "incomplete",
        NoSender = "no_sender",
        NoPostalAddress = "no_postal_address",
        Suppressed = "suppressed",
        Open = "open",
        AlreadySent = "already_sent",
    }
}

impl SendBlocker {
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoDraft => "There is no draft yet. Analyse the customer first.",
            Self::Incomplete => "The draft is not ready. Mend what its editor marks.",
            Self::NoSender => "No sender is verified. Add one in the business's settings and open the link mailed to it.",
            Self::NoPostalAddress => {
                "The business has no postal address, which every e-mail must carry. Add it in the business's settings."
            }
            Self::Suppressed => "This address must not be mailed.",
            Self::Open => "An e-mail to this customer is on its way already.",
            Self::AlreadySent => "This very text was sent already. Change it to write again.",
        }
    }

    /// Whether the business's settings are the place to mend it.
    #[must_use]
    pub const fn is_a_setting(self) -> bool {
        matches!(self, Self::NoSender | Self::NoPostalAddress)
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
    /// `None` for viewers and where there was no analysis.
    pub opportunity: Option<Opportunity>,
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

/// How many there are by group, counted no further than pages say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachCounts {
    pub review: Total,
    pub waiting: Total,
    pub paused: Total,
    pub unknown: Total,
    pub sent: Total,
    pub failed: Total,
    pub cancelled: Total,
}

impl OutreachCounts {
    #[must_use]
    pub const fn of(&self, group: OutreachGroup) -> Total {
        match group {
            OutreachGroup::Review => self.review,
            OutreachGroup::Waiting => self.waiting,
            OutreachGroup::Paused => self.paused,
            OutreachGroup::Unknown => self.unknown,
            OutreachGroup::Sent => self.sent,
            OutreachGroup::Failed => self.failed,
            OutreachGroup::Cancelled => self.cancelled,
        }
    }

    /// Everything that has not ended.
    #[must_use]
    pub fn queue(&self) -> Total {
        OutreachGroup::QUEUE
            .iter()
            .fold(Total::Exactly(0), |sum, group| sum.plus(self.of(*group)))
    }
}

/// What the page is asked for; every part of it lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachQuery {
    /// `None`: the beginning of each group that has not ended.
    pub group: Option<OutreachGroup>,
    /// The one that is open beside the list.
    pub open: Option<OutreachId>,
    /// The part after this cursor, or before it. `after` wins.
    pub after: Option<String>,
    pub before: Option<String>,
}

/// The outreach page of a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachPage {
    pub counts: OutreachCounts,
    pub sections: Vec<OutreachSection>,
    pub senders: Vec<SenderUse>,
    /// The one that is open: the one that was asked for, else the first.
    pub open: Option<OutreachDetail>,
}

/// A part of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachSection {
    pub group: OutreachGroup,
    pub rows: Vec<OutreachRow>,
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// How much of its limits a sender has used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderUse {
    pub email: String,
    pub hour: u32,
    pub per_hour: u32,
    pub day: u32,
    pub per_day: u32,
    /// Nothing leaves from it before.
    pub rests: Option<(Moment, WaitReason)>,
}

/// One outreach with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutreachDetail {
    pub row: OutreachRow,
    /// `Jane Peacock <jane@music.example>`.
    pub from: String,
    /// Withheld from viewers.
    pub body: Option<String>,
    pub footer: String,
    /// What is known of the customer now; withheld from viewers.
    pub segment: Option<Segment>,
    /// "$41.62 in 7 payments".
    pub figures: Option<String>,
}

/// A sender to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderChoice {
    pub id: SenderId,
    /// `Jane Peacock <jane@music.example>`.
    pub label: String,
}

/// Everything around the button "Send e-mail" on a customer's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOptions {
    /// The version of the draft that would leave.
    pub version: i32,
    pub senders: Vec<SenderChoice>,
    /// What keeps it from leaving, the first thing to do first.
    pub blockers: Vec<SendBlocker>,
    /// The open outreach.
    pub open: Option<OutreachRow>,
    /// It holds another text than the draft: what was changed since is not in it.
    pub open_differs: bool,
    /// How many mails wait in the line of this business.
    pub waiting: Total,
}

/// What the holder of an unsubscribe link sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsubscribeOffer {
    pub business: String,
    /// Masked: mails are forwarded.
    pub email: String,
    /// It was done before.
    pub done: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_worker_holds_or_what_was_sent_nobody_moves() {
        for action in OutreachAction::ALL {
            assert!(!action.fits(OutreachState::Sending), "{action}");
            assert!(!action.fits(OutreachState::Sent), "{action}");
            assert!(!action.fits(OutreachState::Cancelled), "{action}");
        }
    }

    #[test]
    fn nothing_leads_from_unknown_into_the_queue() {
        for action in OutreachAction::ALL {
            if action.fits(OutreachState::Unknown) {
                assert!(!action.leads_to().is_open(), "{action}");
            }
        }
    }

    #[test]
    fn nothing_but_an_approval_leads_out_of_review_towards_the_customer() {
        let fit = OutreachAction::ALL.iter().filter(|action| action.fits(OutreachState::Review));
        let open: Vec<_> = fit.filter(|action| action.leads_to().is_open()).collect();
        assert_eq!(open, [&OutreachAction::Approve]);
    }

    #[test]
    fn groups_and_states_agree_and_the_queue_is_what_is_open() {
        for state in OutreachState::ALL {
            assert!(state.group().states().contains(state), "{state}");
            assert_eq!(OutreachState::OPEN.contains(state), state.is_open(), "{state}");
            assert_eq!(OutreachGroup::QUEUE.contains(&state.group()), state.is_open(), "{state}");
        }
    }
}
