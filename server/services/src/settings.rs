//! What the installation decides for the use cases. Built by the process's configuration; read-only afterwards.

use domain::{
    business::SmtpTls,
    credit::{CreditAction, Credits},
};
use std::{path::PathBuf, time::Duration};

/// A secret that does not print.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself: hand it to the one who needs it, never to a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[derive(Clone, Debug)]
pub struct Settings {
    /// The address people open, without a slash at the end: `https://askusers.example.com`.
    pub base_url: String,
    /// Encrypts mail passwords and signs unsubscribe links; 32 bytes.
    pub secret_key: SecretKey,
    /// The installation's mail server. `None` is allowed in development only: mails then land in `/dev/mailbox`.
    pub smtp: Option<SmtpServer>,
    /// From of the system's own mails: `AskUsers <no-reply@example.com>`.
    pub mail_from: String,
    /// Development: mailbox and gallery pages.
    pub dev: bool,
    /// Uploads and import stages.
    pub data_dir: PathBuf,
    /// Largest file an import takes, in bytes.
    pub upload_max_bytes: u64,
    pub limits: Limits,
    pub costs: Costs,
    pub sending: Sending,
    pub worker: Worker,
}

/// 32 random bytes of the installation.
#[derive(Clone)]
pub struct SecretKey(pub [u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A mail server and how to sign in there.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    pub user: String,
    pub password: Option<Secret>,
    /// May be inside the network around this process: the installation's own, or where the configuration allows it.
    pub anywhere: bool,
}

/// Bounds of a team without billing; `None` is unlimited.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub members: Option<u32>,
    pub businesses: Option<u32>,
    pub credits_per_month: Credits,
}

/// What one use costs.
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    pub analysis: Credits,
    pub regenerate_email: Credits,
    pub persona_language: Credits,
    pub reply_analysis: Credits,
}

impl Costs {
    #[must_use]
    pub const fn of(&self, action: CreditAction) -> Credits {
        match action {
            CreditAction::Analysis => self.analysis,
            CreditAction::RegenerateEmail => self.regenerate_email,
            CreditAction::PersonaLanguage => self.persona_language,
            CreditAction::ReplyAnalysis => self.reply_analysis,
            CreditAction::MonthlyGrant | CreditAction::MonthlyExpiry | CreditAction::Purchase | CreditAction::Correction => Credits(0),
        }
    }
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            analysis: CreditAction::Analysis.default_cost(),
            regenerate_email: CreditAction::RegenerateEmail.default_cost(),
            persona_language: CreditAction::PersonaLanguage.default_cost(),
            reply_analysis: CreditAction::ReplyAnalysis.default_cost(),
        }
    }
}

/// How mail leaves.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
    /// Mails per sender and hour.
    pub per_hour: u32,
    /// Mails per sender and day.
    pub per_day: u32,
    /// Least time between two mails of one sender.
    pub min_gap: Duration,
    /// For connecting and for each answer of the mail server.
    pub timeout: Duration,
    /// How long a worker may hold a mail before another may take it over.
    pub lease: Duration,
    /// Whether a business's mail server may be inside the network around this process.
    pub allow_private_hosts: bool,
}

/// How background work runs.
#[derive(Clone, Copy, Debug)]
pub struct Worker {
    /// Jobs at the same time in one process.
    pub concurrency: usize,
    /// How often the queues are looked at when nobody rang.
    pub poll: Duration,
    /// So long a running job may go on after the stop signal; then it goes back into the queue.
    pub finish: Duration,
}

impl Default for Worker {
    fn default() -> Self {
        Self {
            concurrency: 4,
            poll: Duration::from_secs(1),
            finish: Duration::from_secs(5),
        }
    }
}
