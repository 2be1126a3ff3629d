//! Businesses (products) of a team: settings, senders, mail servers.

pub mod form;

use crate::{
    ids::{BusinessId, PersonId, SenderId},
    time::Moment,
};
use serde::{Deserialize, Serialize};

closed_enum! {
    /// What the recipient is asked to do.
    pub enum CallToAction {
        Reply = "reply",
        Meeting = "meeting",
        Messenger = "messenger",
        Survey = "survey",
    }
}

closed_enum! {
    pub enum Tone {
        Friendly = "friendly",
        Plain = "plain",
        Formal = "formal",
    }
}

closed_enum! {
    /// Languages that persona and drafts are written in.
    pub enum Language {
        English = "en",
        Chinese = "zh",
        Spanish = "es",
        French = "fr",
        German = "de",
        Portuguese = "pt",
        Japanese = "ja",
    }
}

impl Language {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
            Self::Spanish => "Español",
            Self::French => "Français",
            Self::German => "Deutsch",
            Self::Portuguese => "Português",
            Self::Japanese => "日本語",
        }
    }
}

closed_enum! {
    /// How the connection to a mail server is protected.
    pub enum SmtpTls {
        /// TLS from the first byte (port 465).
        Tls = "tls",
        /// STARTTLS, refused without it (port 587).
        StartTls = "starttls",
        /// None: only for servers on the same machine.
        None = "none",
    }
}

closed_enum! {
    pub enum SenderState {
        Pending = "pending",
        Verified = "verified",
    }
}

/// A code that a draft may offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Incentive {
    pub code: String,
    pub text: String,
    /// For whom, in words.
    pub audience: String,
    /// `YYYY-MM-DD`; an expired one is never offered.
    pub valid_until: Option<String>,
}

/// What a person edits in a business's settings. Empty text means "not set".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessSettings {
    pub name: String,
    pub website: String,
    pub contact_name: String,
    pub contact_role: String,
    pub currency: String,
    pub time_zone: String,
    pub description: String,
    pub upsell: String,
    pub incentives: Vec<Incentive>,
    pub language: Language,
    pub tone: Tone,
    pub call_to_action: CallToAction,
    /// Link of the meeting, messenger or survey.
    pub call_link: String,
    pub signature: String,
    pub postal_address: String,
    /// Where answers go, if not to the sender.
    pub reply_to: String,
}

/// A mail server as its form shows it: the password never leaves the server again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    pub user: String,
    pub has_password: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderRow {
    pub id: SenderId,
    pub name: String,
    pub email: String,
    pub state: SenderState,
    pub added: Moment,
}

/// A business in Settings → Businesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessRow {
    pub id: BusinessId,
    pub name: String,
    pub mark: u8,
    pub own: bool,
    pub owner_name: String,
    pub customers: u64,
    pub sender_verified: bool,
    pub created: Moment,
}

/// Everything the settings page of a business shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessDetail {
    pub id: BusinessId,
    pub owner: PersonId,
    pub owner_name: String,
    pub settings: BusinessSettings,
    /// Changes with each edit: an edit on an older one is refused.
    pub version: i32,
    /// Of its own; told only to who may configure it.
    pub smtp: Option<SmtpSettings>,
    /// Whether the installation has a mail server of its own.
    /// `None` without one, and for whoever may not configure it.
    pub stripe: Option<StripeShown>,
    pub installation_smtp: bool,
    pub senders: Vec<SenderRow>,
}

/// What the holder of a verification link sees before confirming.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderOffer {
    pub name: String,
    pub email: String,
    pub business_name: String,
    pub team_name: String,
}

/// A connection to Stripe, without its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StripeShown {
    /// The key's last letters.
    pub ending: String,
    pub live: bool,
    pub connected: Moment,
}

/// A business can be restored for so many days after its deletion, while a slot is free.
pub const RESTORABLE_DAYS: i64 = 30;

/// A deleted business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedBusiness {
    pub id: BusinessId,
    pub mark: u8,
    pub name: String,
    /// Whether it is the asking person's.
    pub own: bool,
    pub owner_name: String,
    pub customers: u64,
    pub deleted: Moment,
    /// Until then it can be restored.
    pub until: Moment,
}
