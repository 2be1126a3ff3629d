//! What a configuration takes, where its values come from, and what it refuses.

use server::config::{Bound, ConfigError, Loaded, Sources};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn read(file: Option<&Path>, dev: bool, variables: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    let sources = Sources {
        file: file.map(Path::to_owned),
        dev,
    };
    let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Loaded::from_variables(&sources, variables)
}

fn refused(variables: &[(&str, &str)]) -> Vec<&'static str> {
    match read(None, false, variables).expect("readable").accept() {
        Ok(_) => Vec::new(),
        Err(ConfigError::Refused(problems)) => problems.iter().map(|p| p.key).collect(),
        Err(other) => panic!("unexpected: {other}"),
    }
}

/// A configuration that is safe to publish.
const SAFE: &[(&str, &str)] = &[
    ("ASKUSERS_SECRET__KEY", KEY),
    ("ASKUSERS_HTTP__BASE_URL", "https://askusers.example.com/"),
    ("ASKUSERS_SMTP__HOST", "smtp.example.com"),
    ("ASKUSERS_SMTP__FROM", "AskUsers <no-reply@example.com>"),
];

fn with(variable: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = SAFE.iter().copied().filter(|(name, _)| *name != variable).collect();
    all.push((variable, value));
    all
}

#[test]
fn the_environment_goes_before_the_file_and_the_report_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("askusers.toml");
    fs::write(
        &file,
        "[smtp]\npassword = \"in the file\"\nuser = \"jane\"\n[limits]\nmembers = \"unlimited\"\nbusinesses = 7\n",
    )
    .expect("writes");
    let loaded = read(
        Some(&file),
        false,
        &[
            ("ASKUSERS_SMTP__PASSWORD", "0123456789"),
            ("ASKUSERS_DATABASE__URL", "postgres://me:hush@db/x?sslmode=require"),
        ],
    )
    .expect("readable");
    assert_eq!(loaded.config.limits.members, Bound(None));
    assert_eq!(loaded.config.limits.businesses, Bound(Some(7)));
    assert_eq!(loaded.config.smtp.password.expose(), "0123456789", "digits stay the text they are");
    let report = loaded.report();
    let line = |key: &str| {
        let line = report.lines().find(|l| l.starts_with(&format!("{key} "))).expect("a line");
        line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("smtp.password"), "*** ASKUSERS_SMTP__PASSWORD");
    assert_eq!(line("smtp.user"), format!("jane {}", file.display()));
    assert_eq!(line("smtp.port"), "587 default");
    assert_eq!(line("sending.allow_private_hosts"), "false default");
    assert!(!loaded.config.sending.allow_private_hosts);
    assert_eq!(
        line("database.url"),
        "postgres://me:***@db/x?sslmode=require ASKUSERS_DATABASE__URL"
    );
    assert_eq!(line("http.base_url"), "http://127.0.0.1:3000 from http.address");
    assert!(!report.contains("hush") && !report.contains("0123456789"));
}

#[test]
fn an_unknown_or_unreadable_setting_is_refused_by_name() {
    for (variable, value, said) in [
        ("ASKUSERS_HTTP__ADRESS", "x", "http.adress: there is no such setting"),
        ("ASKUSERS_HTTPS__ADDRESS", "x", "https: there is no such setting"),
        ("ASKUSERS_ADDRESS", "x", "address: there is no such setting"),
        ("ASKUSERS_SMTP__PORT", "many", "smtp.port: invalid type"),
        ("ASKUSERS_LIMITS__MEMBERS", "-1", "limits.members: invalid value"),
        (
            "ASKUSERS_CONFIG",
            "/nowhere/askusers.toml",
            "there is no file /nowhere/askusers.toml",
        ),
    ] {
        let error = read(None, false, &[(variable, value)]).expect_err(variable).to_string();
        assert!(error.contains(said), "{variable}: {error}");
    }
    // The test script's own variable is no setting.
    read(None, false, &[("ASKUSERS_TEST_POSTGRES_URL", "postgres://x")]).expect("readable");
}

#[test]
fn what_is_insecure_is_refused_outside_development() {
    assert_eq!(refused(SAFE), [] as [&str; 0]);
    assert_eq!(refused(&[]), ["secret.key", "smtp.host"]);
    for (variable, value, key) in [
        ("ASKUSERS_SECRET__KEY", "c2hvcnQ=", "secret.key"),
        ("ASKUSERS_HTTP__BASE_URL", "http://askusers.example.com", "http.base_url"),
        ("ASKUSERS_HTTP__BASE_URL", "https://askusers.example.com/app", "http.base_url"),
        ("ASKUSERS_HTTP__BASE_URL", "askusers.example.com", "http.base_url"),
        ("ASKUSERS_SMTP__HOST", "", "smtp.host"),
        ("ASKUSERS_SMTP__FROM", "", "smtp.from"),
        ("ASKUSERS_SMTP__TLS", "none", "smtp.tls"),
        ("ASKUSERS_SMTP__USER", "jane", "smtp.password"),
        ("ASKUSERS_SITE__HASH_FILES", "false", "site.hash_files"),
        ("ASKUSERS_DATABASE__URL", "postgres://me@db.example.com/x", "database.url"),
        ("ASKUSERS_DATABASE__URL", "mysql://me@localhost/x", "database.url"),
        ("ASKUSERS_SENDING__LEASE_S", "60", "sending.lease_s"),
        ("ASKUSERS_WORKER__CONCURRENCY", "0", "worker.concurrency"),
    ] {
        assert_eq!(refused(&with(variable, value)), [key], "{variable}={value}");
    }
    for (variable, value) in [
        ("ASKUSERS_DATABASE__URL", "postgres://me@127.0.0.1/x"),
        ("ASKUSERS_DATABASE__URL", "postgres://me@db/x?sslmode=disable"),
        ("ASKUSERS_HTTP__ADDRESS", "0.0.0.0:3000"),
    ] {
        assert_eq!(refused(&with(variable, value)), [] as [&str; 0], "{variable}={value}");
    }
    let mut local = with("ASKUSERS_HTTP__ADDRESS", "0.0.0.0:3000");
    local.retain(|(name, _)| *name != "ASKUSERS_HTTP__BASE_URL");
    local.push(("ASKUSERS_HTTP__BASE_URL", "http://localhost:3000"));
    assert_eq!(refused(&local), ["http.base_url"]);
}

#[test]
fn development_makes_one_secret_and_keeps_it_to_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data").display().to_string();
    let variables = [("ASKUSERS_STORAGE__DATA_DIR", data.as_str())];
    let first = read(None, true, &variables).expect("readable").accept().expect("accepted");
    let second = read(None, true, &variables).expect("readable").accept().expect("accepted");
    assert_eq!(first.config.secret.key, second.config.secret.key);
    let mode = |path: &Path| fs::metadata(path).expect("exists").permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("data")), 0o700);
    assert_eq!(mode(&folder.path().join("data/dev-secret.key")), 0o600);
    assert!(first.settings().expect("settings").smtp.is_none());
    assert!(first.settings().expect("settings").sending.allow_private_hosts);
    let mut strict = variables.to_vec();
    strict.push(("ASKUSERS_SENDING__ALLOW_PRIVATE_HOSTS", "false"));
    let strict = read(None, true, &strict).expect("readable").settings().expect("settings");
    assert!(!strict.sending.allow_private_hosts);
}

#[test]
fn without_built_files_nothing_is_served() {
    let missing = [("ASKUSERS_SITE__HASH_FILE", "/nowhere/hash.txt")];
    let error = read(None, false, &missing)
        .expect("readable")
        .require_site()
        .expect_err("refused")
        .to_string();
    assert!(error.contains("/nowhere/hash.txt") && error.contains("make run"), "{error}");
    let mut off = missing.to_vec();
    off.push(("ASKUSERS_SITE__HASH_FILES", "false"));
    read(None, false, &off).expect("readable").require_site().expect("not asked for");
}
