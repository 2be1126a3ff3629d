//! The one error type that crosses the wire. Each variant is something the page does something different about;
//! none carries a text from a lower layer. Field errors are codes: a form's error travels in the URL, and a crafted
//! link must not show its own words.

use crate::{permission::Permission, plan::Limit};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    #[error("sign in first")]
    Unauthenticated,
    #[error("verify your e-mail address first")]
    Unverified,
    #[error("you need the right to {}: ask {}", .permission.sentence(), .permission.granted_by())]
    Forbidden { permission: Permission },
    #[error("not found")]
    NotFound,
    #[error("the request could not be read")]
    Malformed,
    #[error("this is too much for one request: send less at once")]
    TooLarge,
    /// What another site's page sends, or something in between takes for that.
    #[error("the request seems to come from another site and was refused: reload the page and try again")]
    OtherSite,
    #[error("{}", .0.summary())]
    Invalid(FieldErrors),
    #[error("{}", .0.message())]
    Conflict(Conflict),
    #[error("{}", .limit.reached(*allowed))]
    LimitReached { limit: Limit, allowed: u32 },
    #[error("this needs {needed} {}, {available} left", if *.needed == 1 { "credit" } else { "credits" })]
    NotEnoughCredits { needed: i64, available: i64 },
    #[error("too many attempts: try again in {retry_after_s} seconds")]
    RateLimited { retry_after_s: u32 },
    #[error("not available right now: reload in a minute and see whether it was done before you try again")]
    Unavailable,
    #[error("an unexpected error, nothing was changed: tell support the reference {reference}")]
    Internal { reference: String },
}

impl Error {
    /// The HTTP status. Exhaustive on purpose.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Unverified | Self::Forbidden { .. } | Self::OtherSite => 403,
            Self::NotFound => 404,
            Self::Malformed => 400,
            Self::TooLarge => 413,
            Self::Invalid(_) => 422,
            Self::Conflict(_) | Self::LimitReached { .. } => 409,
            Self::NotEnoughCredits { .. } => 402,
            Self::RateLimited { .. } => 429,
            Self::Unavailable => 503,
            Self::Internal { .. } => 500,
        }
    }

    /// The error that an answer's body was read as. A body that is none of ours is from something in between, a proxy for instance:
    /// then only the status tells.
    #[must_use]
    pub fn answered_with(self, status: u16) -> Self {
        match (self, status) {
            (Self::Malformed, 401) => Self::Unauthenticated,
            (Self::Malformed, 403) => Self::OtherSite,
            (Self::Malformed, 404) => Self::NotFound,
            (Self::Malformed, 413) => Self::TooLarge,
            (Self::Malformed, 429) => Self::RateLimited { retry_after_s: 60 },
            (Self::Malformed, 502..=504) => Self::Unavailable,
            (error, _) => error,
        }
    }

    /// An error of one field.
    #[must_use]
    pub fn field(field: &str, code: FieldCode) -> Self {
        Self::Invalid(FieldErrors(vec![FieldError {
            field: field.to_owned(),
            code,
        }]))
    }

    /// What a form shows below the field of that name.
    #[must_use]
    pub fn field_message(&self, field: &str) -> Option<String> {
        match self {
            Self::Invalid(errors) => errors.0.iter().find(|e| e.field == field).map(|e| e.code.message()),
            _ => None,
        }
    }
}

#[cfg(feature = "web")]
impl server_fn::error::FromServerFnError for Error {
    type Encoder = server_fn::codec::JsonEncoding;

    fn from_server_fn_error(value: server_fn::error::ServerFnErrorErr) -> Self {
        use server_fn::error::ServerFnErrorErr as E;
        match value {
            E::Args(_) | E::MissingArg(_) | E::Deserialization(_) => Self::Malformed,
            E::Request(_) | E::Response(_) | E::MiddlewareError(_) => Self::Unavailable,
            E::Registration(_) | E::UnsupportedRequestMethod(_) | E::ServerError(_) | E::Serialization(_) => Self::Internal {
                reference: String::from("transport"),
            },
        }
    }
}

/// Errors by field, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub code: FieldCode,
}

impl FieldErrors {
    pub fn push(&mut self, field: &str, code: FieldCode) {
        self.0.push(FieldError {
            field: field.to_owned(),
            code,
        });
    }

    /// `Ok` while nothing was pushed.
    ///
    /// # Errors
    /// `Error::Invalid` with everything that was pushed.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }

    fn summary(&self) -> String {
        self.0
            .iter()
            .map(|e| format!("{}: {}", e.field, e.code.message()))
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// Why a field was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldCode {
    Required,
    TooShort {
        min: u32,
    },
    TooLong {
        max: u32,
    },
    OutOfRange {
        min: i64,
        max: i64,
    },
    NotAnEmail,
    NotAUrl,
    NotADate,
    NotAnAmount,
    NotACurrency,
    NotATimeZone,
    NotAChoice,
    Taken,
    Wrong,
    /// Address and password of a sign-in: which of them is wrong is not said.
    WrongPair,
    Common,
    DoesNotMatch,
    NotARestrictedKey,
    UnknownVariable,
    Placeholder,
    NeedsPostalAddress,
    NeedsVerifiedSender,
    InFuture,
    /// A reply's day, before the e-mail that it answers.
    BeforeTheEmail,
}

impl FieldCode {
    /// What to do about it, as a sentence for the form.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Required => "Fill this in".into(),
            Self::TooShort { min } => format!("Use at least {min} characters"),
            Self::TooLong { max } => format!("Use at most {max} characters"),
            Self::OutOfRange { min, max } => format!("Use a number from {min} to {max}"),
            Self::NotAnEmail => "Write an e-mail address such as jane@example.com".into(),
            Self::NotAUrl => "Write a web address that begins with https:// or http://".into(),
            Self::NotADate => "Write a date such as 2026-07-31".into(),
            Self::NotAnAmount => "Write an amount such as 49.90".into(),
            Self::NotACurrency => "Use a three-letter currency code such as USD".into(),
            Self::NotATimeZone => "Choose a time zone from the list".into(),
            Self::NotAChoice => "Choose one of the options".into(),
            Self::Taken => "This is in use already, choose another".into(),
            Self::Wrong => "This is not right, check it and try again".into(),
            Self::WrongPair => "Address and password don’t match. Try again, or reset the password".into(),
            Self::Common => "This password is easy to guess, choose another".into(),
            Self::NotARestrictedKey => {
                "Use a restricted key, it begins with rk_live_ or rk_test_. A secret key could do anything with your account".into()
            }
            Self::DoesNotMatch => "This does not match, type it exactly".into(),
            Self::UnknownVariable => "Replace the {{…}} variable by text, it would arrive empty".into(),
            Self::Placeholder => "Replace the […] by what it stands for".into(),
            Self::NeedsPostalAddress => "Add the business's postal address in its settings before the first send".into(),
            Self::InFuture => "Choose a day up to today".into(),
            Self::BeforeTheEmail => "Choose a day on which the e-mail had left".into(),
            Self::NeedsVerifiedSender => "Verify a sender in the business's settings before the first send".into(),
        }
    }
}

closed_enum! {
    /// The state of something stands in the way; each says what to do.
    pub enum Conflict {
        InvitationUsed = "invitation_used",
        InvitationExpired = "invitation_expired",
        InvitationRevoked = "invitation_revoked",
        InvitationForAnother = "invitation_for_another",
        AlreadyMember = "already_member",
        AlreadyInvited = "already_invited",
        LinkExpired = "link_expired",
        OpenOutreach = "open_outreach",
        Suppressed = "suppressed",
        SenderUnverified = "sender_unverified",
        SenderInUse = "sender_in_use",
        NoDraft = "no_draft",
        ImportRunning = "import_running",
        ImportState = "import_state",
        SameFile = "same_file",
        FileEmpty = "file_empty",
        FileTooLarge = "file_too_large",
        FileUnreadable = "file_unreadable",
        NoEmailColumn = "no_email_column",
        OutreachState = "outreach_state",
        LastOwner = "last_owner",
        MailServer = "mail_server",
        Stale = "stale",
        ReadOnly = "read_only",
        WriterFailed = "writer_failed",
        /// An analysis of the same customer has not ended yet.
        Analysing = "analysing",
        /// Another letter or persona for the same customer is being written.
        Writing = "writing",
        /// Another version of a draft is there than the one that was seen.
        DraftChanged = "draft_changed",
        /// The writer has written all that it can.
        NoVariant = "no_variant",
        /// An analysis of a version that did not keep what another language needs.
        OldAnalysis = "old_analysis",
        /// Another result is there than the one that was seen.
        AnalysedMeanwhile = "analysed_meanwhile",
        AlreadySent = "already_sent",
        /// Inside the network around the installation.
        MailServerPrivate = "mail_server_private",
        OwnRole = "own_role",
        Purged = "purged",
        NameTaken = "name_taken",
    }
}

impl Conflict {
    /// What happened and what to do.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::InvitationUsed => "This invitation was used already. Sign in to open the team",
            Self::InvitationExpired => "This invitation has expired. Ask for a new one",
            Self::InvitationRevoked => "This invitation was revoked. Ask for a new one",
            Self::InvitationForAnother => "This invitation is for another address. Sign in with the invited address",
            Self::AlreadyMember => "This person is in the team already",
            Self::AlreadyInvited => "This address has a pending invitation. Resend or revoke that one",
            Self::LinkExpired => "This link has expired or was used. Ask for a new one",
            Self::OpenOutreach => "An e-mail to this customer is on its way already. Cancel it first",
            Self::Suppressed => "This address must not be mailed. See Suppressions for the reason",
            Self::SenderUnverified => "The sender is not verified. Open the link that was mailed to it",
            Self::SenderInUse => "E-mails from this address are on their way. Cancel them or wait until they are sent",
            Self::NoDraft => "There is no draft yet. Analyse the customer first",
            Self::ImportRunning => "An import into this business is running. Wait for it or cancel it",
            Self::ImportState => "The import is in another state by now. Reload the page",
            Self::SameFile => "This file was imported before. Confirm to import it again",
            Self::FileEmpty => "The file has no rows. Choose a file with a heading and at least one row",
            Self::FileTooLarge => "The file is too large. Split it and import the parts",
            Self::FileUnreadable => "The file is not a CSV file that can be read. Export it as CSV in UTF-8",
            Self::NoEmailColumn => "No column holds e-mail addresses. Choose the column of the address",
            Self::OutreachState => "The e-mail is in another state by now. Reload the page",
            Self::LastOwner => "A team always has an owner. Transfer ownership first",
            Self::MailServer => "The mail server did not take it. Check the server's settings",
            Self::Stale => "Somebody changed this meanwhile, so nothing was done. Copy what you typed, then reload and look again",
            Self::ReadOnly => "The team is read-only until it has a paid subscription",
            Self::OwnRole => "Nobody changes their own role. Ask another admin or the owner, or leave the team",
            Self::Purged => "It was deleted more than 30 days ago and can't be restored any more",
            Self::NameTaken => "Another business has this name by now. Rename that one first",
            Self::AlreadySent => "This very text was sent to the customer already. Change it before you send again",
            Self::MailServerPrivate => {
                "This mail server is inside a private network, where nothing is sent to. Use one that the internet can reach, or ask whoever runs this installation"
            }
            Self::WriterFailed => "The writer could not finish. No credit was spent, try again",
            Self::Analysing => "Somebody is analysing this customer right now. Nothing was spent, look again in a moment",
            Self::Writing => "Somebody is having this written right now. Nothing was spent, look again in a moment",
            Self::DraftChanged => "Somebody changed this draft meanwhile. Nothing was spent, look at the text that is there now",
            Self::NoVariant => {
                "The writer has no further text in this tone. Nothing was spent: choose another tone, take an older version, or analyse again"
            }
            Self::OldAnalysis => "This analysis is too old to be written in another language. Nothing was spent: analyse again first",
            Self::AnalysedMeanwhile => "Somebody analysed this customer meanwhile. Nothing was spent, reload to see the result",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_body_tells_nothing_the_status_does() {
        for (status, error) in [
            (400, Error::Malformed),
            (403, Error::OtherSite),
            (413, Error::TooLarge),
            (502, Error::Unavailable),
            (503, Error::Unavailable),
        ] {
            assert_eq!(Error::Malformed.answered_with(status), error);
            if status < 500 {
                assert_eq!(error.status(), status);
            }
        }
        let ours = Error::Conflict(Conflict::Stale);
        assert_eq!(ours.clone().answered_with(503), ours, "what was read counts");
    }
}
