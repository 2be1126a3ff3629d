//! What the audit log records. Events hold ids and field names of customers, never their values.

use crate::{
    ids::{AuditEventId, BusinessId, CustomerId, PersonId},
    time::Moment,
};
use serde::{Deserialize, Serialize};

closed_enum! {
    /// Kinds of events. New kinds are added at the end; stored ones are never renamed.
    pub enum AuditKind {
        TeamCreated = "team.created",
        TeamChanged = "team.changed",
        PersonJoined = "person.joined",
        PersonRemoved = "person.removed",
        RoleChanged = "role.changed",
        InvitationSent = "invitation.sent",
        InvitationResent = "invitation.resent",
        InvitationRevoked = "invitation.revoked",
        BusinessCreated = "business.created",
        BusinessChanged = "business.changed",
        SmtpChanged = "smtp.changed",
        SenderAdded = "sender.added",
        SenderVerified = "sender.verified",
        SenderRemoved = "sender.removed",
        ImportStarted = "import.started",
        ImportFinished = "import.finished",
        ImportCancelled = "import.cancelled",
        CustomerChanged = "customer.changed",
        CustomerAnalysed = "customer.analysed",
        DraftChanged = "draft.changed",
        OutreachQueued = "outreach.queued",
        OutreachSent = "outreach.sent",
        OutreachFailed = "outreach.failed",
        OutreachUnknown = "outreach.unknown",
        OutreachCancelled = "outreach.cancelled",
        OutreachPaused = "outreach.paused",
        OutreachResolved = "outreach.resolved",
        TestMailSent = "test_mail.sent",
        ReplyLogged = "reply.logged",
        Suppressed = "suppression.added",
        CreditsGranted = "credits.granted",
        CreditsSpent = "credits.spent",
        Exported = "exported",
        Denied = "denied",
        OutreachResumed = "outreach.resumed",
        PersonLeft = "person.left",
        OwnershipTransferred = "team.transferred",
        TeamDeleted = "team.deleted",
        TeamRestored = "team.restored",
        BusinessHandedOver = "business.handed_over",
        BusinessDeleted = "business.deleted",
        BusinessRestored = "business.restored",
        StripeConnected = "stripe.connected",
        StripeDisconnected = "stripe.disconnected",
        DraftRegenerated = "draft.regenerated",
        PersonaTranslated = "persona.translated",
        PersonaEdited = "persona.edited",
    }
}

impl AuditKind {
    /// What happened, after "Jane Peacock".
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::TeamCreated => "created the team",
            Self::TeamChanged => "changed the team's settings",
            Self::PersonJoined => "joined the team",
            Self::PersonRemoved => "removed a person",
            Self::RoleChanged => "changed a role",
            Self::InvitationSent => "sent an invitation",
            Self::InvitationResent => "sent an invitation again",
            Self::InvitationRevoked => "revoked an invitation",
            Self::BusinessCreated => "created a business",
            Self::BusinessChanged => "changed a business's settings",
            Self::SmtpChanged => "changed a mail server",
            Self::SenderAdded => "added a sender",
            Self::SenderVerified => "confirmed a sender",
            Self::SenderRemoved => "removed a sender",
            Self::ImportStarted => "started an import",
            Self::ImportFinished => "finished an import",
            Self::ImportCancelled => "cancelled an import",
            Self::CustomerChanged => "changed a customer",
            Self::CustomerAnalysed => "analysed a customer",
            Self::DraftChanged => "changed a draft",
            Self::OutreachQueued => "queued an e-mail",
            Self::OutreachSent => "sent an e-mail",
            Self::OutreachFailed => "could not send an e-mail",
            Self::OutreachUnknown => "got no answer for an e-mail",
            Self::OutreachCancelled => "cancelled an e-mail",
            Self::OutreachPaused => "paused an e-mail",
            Self::OutreachResolved => "resolved an e-mail without an answer",
            Self::TestMailSent => "sent a test mail",
            Self::ReplyLogged => "logged a reply",
            Self::Suppressed => "suppressed an address",
            Self::CreditsGranted => "granted credits",
            Self::CreditsSpent => "spent credits",
            Self::Exported => "exported data",
            Self::Denied => "was refused",
            Self::DraftRegenerated => "regenerated an e-mail",
            Self::PersonaTranslated => "had a persona written in another language",
            Self::PersonaEdited => "edited an analysis",
            Self::OutreachResumed => "put a paused e-mail back into the queue",
            Self::PersonLeft => "left the team",
            Self::OwnershipTransferred => "transferred the team's ownership",
            Self::TeamDeleted => "deleted the team",
            Self::TeamRestored => "restored the team",
            Self::BusinessHandedOver => "handed a business over",
            Self::BusinessDeleted => "deleted a business",
            Self::BusinessRestored => "restored a business",
            Self::StripeConnected => "connected Stripe",
            Self::StripeDisconnected => "disconnected Stripe",
        }
    }
}

/// What the audit log is asked for; every part of it lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    pub kind: Option<AuditKind>,
    pub person: Option<PersonId>,
    /// The part after this cursor (older), or before it (newer). `after` wins.
    pub after: Option<String>,
    pub before: Option<String>,
}

/// A row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    pub id: AuditEventId,
    pub at: Moment,
    pub kind: AuditKind,
    /// `None`: the system, or the holder of a mailed link.
    pub person: Option<PersonId>,
    pub person_name: String,
    pub business: Option<BusinessId>,
    pub business_name: Option<String>,
    pub customer: Option<CustomerId>,
    /// Details in words: `fields: name, currency`.
    pub detail: String,
}
