//! What a configuration must not be: each problem with its reason and what to do about it.

use super::sections::{Config, Hidden};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::business::SmtpTls;
use http::Uri;

/// Something that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub key: &'static str,
    pub reason: String,
    pub remedy: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}. {}.", self.key, self.reason, self.remedy)
    }
}

/// Everything that is refused. What only matters where others can reach the server is let pass with `--dev`.
pub fn find(config: &Config, dev: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_always(config, &mut problems);
    if !dev {
        check_http(config, &mut problems);
        check_smtp(config, &mut problems);
        check_database(config, &mut problems);
    }
    problems
}

fn problem(key: &'static str, reason: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem {
        key,
        reason: reason.into(),
        remedy: remedy.into(),
    }
}

fn check_always(config: &Config, problems: &mut Vec<Problem>) {
    if config.secret.key.is_empty() {
        problems.push(problem(
            "secret.key",
            "there is no secret key to encrypt mail passwords and sign links with",
            "Make one with `openssl rand -base64 32`, set ASKUSERS_SECRET__KEY to it and keep it: without it stored passwords are lost",
        ));
    } else if decode_key(&config.secret.key).is_none() {
        problems.push(problem(
            "secret.key",
            "it is not 32 bytes in base64",
            "Make one with `openssl rand -base64 32`",
        ));
    }
    match base_url(config) {
        Some((scheme, _)) if scheme == "http" || scheme == "https" => {}
        _ => problems.push(problem(
            "http.base_url",
            format!("`{}` is not a web address without a path", config.http.base_url),
            "Write it like https://askusers.example.com",
        )),
    }
    if !config.database.is_sqlite() && !config.database.url.starts_with("postgres:") && !config.database.url.starts_with("postgresql:") {
        problems.push(problem(
            "database.url",
            "it is neither SQLite nor PostgreSQL",
            "Write sqlite:///path/askusers.sqlite?mode=rwc or postgres://user@host/name",
        ));
    }
    if config.smtp.user.is_empty() != config.smtp.password.is_empty() {
        problems.push(problem(
            "smtp.password",
            "user and password belong together, one is missing",
            "Set both or none",
        ));
    }
    for (key, number) in [
        ("database.max_connections", u64::from(config.database.max_connections)),
        ("worker.concurrency", config.worker.concurrency as u64),
        ("worker.poll_ms", config.worker.poll_ms),
        ("http.timeout_s", config.http.timeout_s),
        ("sending.timeout_s", config.sending.timeout_s),
        ("sending.per_hour", u64::from(config.sending.per_hour)),
        ("sending.per_day", u64::from(config.sending.per_day)),
        ("storage.upload_max_mb", config.storage.upload_max_mb),
    ] {
        if number == 0 {
            problems.push(problem(key, "0 would stop everything", "Use at least 1"));
        }
    }
    if config.sending.lease_s <= config.sending.timeout_s.saturating_mul(3) {
        problems.push(problem(
            "sending.lease_s",
            "a lease must outlast a slow hand-over, or two workers could hold one mail",
            format!(
                "Use more than three times sending.timeout_s, that is {}",
                config.sending.timeout_s.saturating_mul(3)
            ),
        ));
    }
}

fn check_http(config: &Config, problems: &mut Vec<Problem>) {
    let listens_here = config.http.address.ip().is_loopback();
    match base_url(config) {
        Some((scheme, host)) if scheme == "http" && !is_loopback(&host) => problems.push(problem(
            "http.base_url",
            format!("over plain http to {host}, passwords and sessions can be read on the way"),
            "Put a proxy with a certificate in front and write https://…",
        )),
        Some((_, host)) if is_loopback(&host) && !listens_here => problems.push(problem(
            "http.base_url",
            format!(
                "the server listens on {}, but links in mails would point to {host}",
                config.http.address
            ),
            "Set it to the address that people open, https://…",
        )),
        _ => {}
    }
    if !config.site.hash_files {
        problems.push(problem(
            "site.hash_files",
            "browsers keep files for a year, so their names must change with their contents",
            "Leave it on",
        ));
    }
}

fn check_smtp(config: &Config, problems: &mut Vec<Problem>) {
    let smtp = &config.smtp;
    if smtp.host.is_empty() {
        problems.push(problem(
            "smtp.host",
            "without a mail server nobody can verify an address, reset a password or be invited",
            "Set smtp.host, smtp.port, smtp.tls, smtp.user, smtp.password and smtp.from",
        ));
        return;
    }
    if smtp.tls == SmtpTls::None && !is_loopback(&smtp.host) {
        problems.push(problem(
            "smtp.tls",
            format!("mails and the password would go to {} unprotected", smtp.host),
            "Use starttls (port 587) or tls (port 465)",
        ));
    }
    if smtp.from.is_empty() {
        problems.push(problem(
            "smtp.from",
            "the system's own mails need a sender",
            "Write it like `AskUsers <no-reply@example.com>`",
        ));
    }
}

fn check_database(config: &Config, problems: &mut Vec<Problem>) {
    let url = &config.database.url;
    if config.database.is_sqlite() || url.contains("sslmode=") || url.contains("host=/") {
        return;
    }
    if let Some(host) = url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned))
        && !is_loopback(&host)
    {
        problems.push(problem(
            "database.url",
            format!("it doesn't say how the connection to {host} is protected"),
            "Append ?sslmode=verify-full or ?sslmode=require, or ?sslmode=disable where the network is private",
        ));
    }
}

/// Scheme and host of the base URL, if it is one without a path.
fn base_url(config: &Config) -> Option<(String, String)> {
    let uri = config.http.base_url.parse::<Uri>().ok()?;
    let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
    bare.then(|| Some((uri.scheme_str()?.to_owned(), uri.host()?.to_owned())))?
}

/// Whether a host name means this machine.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The key's 32 bytes.
pub fn decode_key(key: &Hidden) -> Option<[u8; 32]> {
    STANDARD.decode(key.expose().trim()).ok()?.try_into().ok()
}
