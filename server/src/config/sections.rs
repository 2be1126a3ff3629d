//! The sections with their defaults. Empty text means "not set".

use domain::{business::SmtpTls, credit::CreditAction, plan::ENTERPRISE};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::json;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Everything that can be configured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub http: Http,
    pub database: Database,
    pub smtp: Smtp,
    pub sending: Sending,
    pub limits: Limits,
    pub costs: Costs,
    pub storage: Storage,
    pub secret: SecretKeySection,
    pub site: Site,
    pub log: Log,
    pub worker: Worker,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Where the server listens.
    pub address: SocketAddr,
    /// What people open, without a slash at the end. Not set: the address.
    pub base_url: String,
    /// Believe `X-Forwarded-For` and `X-Request-Id`: only behind a proxy that sets them itself.
    pub trust_proxy: bool,
    /// Longest time until an answer begins; uploads have their own.
    pub timeout_s: u64,
    /// Largest body of a request, uploads excepted.
    pub body_max_kb: usize,
    /// How long requests and jobs may finish after a stop signal.
    pub drain_s: u64,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 3000)),
            base_url: String::new(),
            trust_proxy: false,
            timeout_s: 30,
            body_max_kb: 1024,
            drain_s: 25,
        }
    }
}

impl Http {
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s)
    }

    #[must_use]
    pub const fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_s)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`. Not set: `askusers.sqlite` in the data folder.
    pub url: String,
    pub max_connections: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout_s: u64,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: String::new(),
            max_connections: 10,
            acquire_timeout_s: 10,
        }
    }
}

impl Database {
    #[must_use]
    pub const fn acquire_timeout(&self) -> Duration {
        Duration::from_secs(self.acquire_timeout_s)
    }

    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// The installation's mail server.
    pub host: String,
    pub port: u16,
    /// `tls` (port 465), `starttls` (port 587) or `none` (this machine only).
    pub tls: SmtpTls,
    pub user: String,
    pub password: Hidden,
    /// From of the system's own mails: `AskUsers <no-reply@example.com>`.
    pub from: String,
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: SmtpTls::StartTls,
            user: String::new(),
            password: Hidden::default(),
            from: String::new(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    /// Mails per sender and hour.
    pub per_hour: u32,
    /// Mails per sender and day.
    pub per_day: u32,
    /// Least time between two mails of one sender.
    pub min_gap_ms: u64,
    /// For connecting and for each answer of a mail server.
    pub timeout_s: u64,
    /// How long a worker may hold a mail before another may take it over.
    pub lease_s: u64,
    /// Whether a business's own mail server may be in a private network: then everybody who may set one up can make this process
    /// connect to machines around it. On with `--dev`.
    pub allow_private_hosts: bool,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            per_hour: 60,
            per_day: 500,
            min_gap_ms: 1_000,
            timeout_s: 30,
            lease_s: 300,
            allow_private_hosts: false,
        }
    }
}

/// A bound of a team: a number or `unlimited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound(pub Option<u32>);

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(number) => serializer.serialize_u32(number),
            None => serializer.serialize_str("unlimited"),
        }
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Bound;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number or \"unlimited\"")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Bound, E> {
                u32::try_from(number)
                    .map(|n| Bound(Some(n)))
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Bound, E> {
                u32::try_from(number)
                    .map(|n| Bound(Some(n)))
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Bound, E> {
                match text.trim() {
                    "unlimited" => Ok(Bound(None)),
                    number => number
                        .parse()
                        .map(|n| Bound(Some(n)))
                        .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Bounds of a team while billing is off.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub members: Bound,
    pub businesses: Bound,
    pub credits_per_month: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            members: Bound(Some(ENTERPRISE.members_included)),
            businesses: Bound(Some(ENTERPRISE.businesses_included)),
            credits_per_month: u32::try_from(ENTERPRISE.credits_per_month.0).unwrap_or(u32::MAX),
        }
    }
}

/// What one use costs, in credits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    pub analysis: u32,
    pub regenerate_email: u32,
    pub persona_language: u32,
    pub reply_analysis: u32,
}

impl Default for Costs {
    fn default() -> Self {
        let cost = |action: CreditAction| u32::try_from(action.default_cost().0).unwrap_or(u32::MAX);
        Self {
            analysis: cost(CreditAction::Analysis),
            regenerate_email: cost(CreditAction::RegenerateEmail),
            persona_language: cost(CreditAction::PersonaLanguage),
            reply_analysis: cost(CreditAction::ReplyAnalysis),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Uploads, import stages and, unless configured elsewhere, the database file.
    pub data_dir: PathBuf,
    pub upload_max_mb: u64,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            upload_max_mb: 200,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretKeySection {
    /// 32 bytes in base64: encrypts mail passwords and signs unsubscribe links.
    pub key: Hidden,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// What the build made for browsers.
    pub root: PathBuf,
    pub pkg_dir: String,
    /// Names of the hashed files. Not set: `hash.txt` beside the program.
    pub hash_file: PathBuf,
    /// Off for tests inside one process, which ask for no file.
    pub hash_files: bool,
    /// Where `make dev` announces changes.
    pub reload_port: u32,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            root: PathBuf::from("target/site"),
            pkg_dir: "pkg".into(),
            hash_file: PathBuf::new(),
            hash_files: true,
            reload_port: 3001,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Json,
    Text,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    /// For example `info,server=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Json,
            filter: "info,sqlx=warn,sea_orm_migration=warn".into(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// Jobs at the same time.
    pub concurrency: usize,
    /// How often the queue is looked at when nothing woke the worker.
    pub poll_ms: u64,
    /// So long a running job may go on after the stop signal; then another process goes on with it. Less than `http.drain_s`.
    pub finish_s: u64,
}

impl Default for Worker {
    fn default() -> Self {
        Self {
            concurrency: 4,
            poll_ms: 1_000,
            finish_s: 5,
        }
    }
}

/// A text that is neither printed nor logged.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// What `--dev` changes of the defaults.
pub fn dev_defaults() -> serde_json::Value {
    json!({
        "log": { "format": "text" },
        "smtp": { "from": "AskUsers <no-reply@localhost>" },
        "http": { "drain_s": 3 },
        "sending": { "allow_private_hosts": true },
    })
}
