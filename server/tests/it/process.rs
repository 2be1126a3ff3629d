//! The program itself: its commands, what it serves to whom, and that it starts and ends in order.

use crate::support::process::{Process, plain_client, server};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
};

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn printed(command: &mut Command) -> String {
    let output = command.output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).expect("a text")
}

#[test]
fn the_published_matrix_is_the_one_that_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let matrix = |format: &str| printed(server(folder.path()).args(["permissions", "--format", format]));
    assert_eq!(matrix("csv"), domain::permission::matrix_csv());
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/PERMISSIONS.md");
    let published = fs::read_to_string(page).expect("docs/PERMISSIONS.md");
    assert!(
        matrix("md") == published,
        "docs/PERMISSIONS.md is old: run `server permissions --format md > docs/PERMISSIONS.md` and read what changed"
    );
}

#[test]
fn insecure_settings_end_the_start_with_all_reasons() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in ["serve", "worker", "migrate", "reconcile"] {
        let output = server(folder.path()).arg(command).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{command}");
        for key in ["secret.key", "smtp.host", "site.hash_files"] {
            assert!(said.contains(key), "{command}: {key} is missing in {said}");
        }
    }
    assert!(!folder.path().join("data").exists(), "what is refused leaves nothing behind");
}

#[test]
fn it_starts_says_where_and_ends_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut running = server(folder.path())
        .env("ASKUSERS_LOG__FORMAT", "text")
        .args(["--dev", "serve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut lines = BufReader::new(running.stdout.take().expect("its output")).lines();
    let said = lines
        .find_map(|line| line.ok().filter(|l| l.contains("http://")))
        .expect("it says where");
    assert!(!said.ends_with(":0"), "the real port is named: {said}");
    let stopped = Command::new("kill").arg("-TERM").arg(running.id().to_string()).status();
    assert!(stopped.expect("kill runs").success());
    assert!(running.wait().expect("ends").success());
    let mut log = String::new();
    running.stderr.take().expect("its log").read_to_string(&mut log).expect("a text");
    assert!(
        log.contains("the schema was brought up to date") && log.trim_end().ends_with("stopped"),
        "{log}"
    );
    let listed = printed(server(folder.path()).args(["--dev", "migrate", "--status"]));
    assert!(!listed.contains("missing") && listed.contains("applied"), "{listed}");
}

#[test]
fn migrate_says_what_it_did_and_does_it_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let dev = |arguments: &[&str]| printed(server(folder.path()).arg("--dev").args(arguments));
    assert!(dev(&["migrate", "--status"]).lines().all(|line| line.starts_with("missing ")));
    assert!(dev(&["migrate"]).starts_with("Applied m0001_people, "));
    assert_eq!(dev(&["migrate"]), "The schema was up to date already.\n");
    let clean: serde_json::Value = serde_json::from_str(&dev(&["reconcile", "--json"])).expect("JSON");
    assert_eq!((clean["ok"].as_bool(), clean["transfers"].as_u64()), (Some(true), Some(0)));
}

/// What a safe installation is told, with a build in `folder`.
fn published(folder: &Path) -> Command {
    let site = folder.join("site");
    fs::create_dir_all(site.join("pkg")).expect("makes the folder");
    fs::write(folder.join("hash.txt"), "js: 1\nwasm: 2\ncss: 3\n").expect("writes");
    let script = site.join("pkg/askusers.1.js");
    fs::write(&script, "plain").expect("writes");
    fs::write(script.with_extension("js.br"), "packed by brotli").expect("writes");
    fs::write(script.with_extension("js.gz"), "packed by gzip").expect("writes");
    let mut command = server(folder);
    command
        .env("ASKUSERS_SITE__HASH_FILES", "true")
        .env("ASKUSERS_SITE__HASH_FILE", folder.join("hash.txt"))
        .env("ASKUSERS_SITE__ROOT", site)
        .env("ASKUSERS_SECRET__KEY", KEY)
        .env("ASKUSERS_HTTP__BASE_URL", "https://askusers.example.com")
        .env("ASKUSERS_SMTP__HOST", "smtp.example.com")
        .env("ASKUSERS_SMTP__USER", "mailer")
        .env("ASKUSERS_SMTP__PASSWORD", "hush-hush")
        .env("ASKUSERS_SMTP__FROM", "AskUsers <no-reply@example.com>");
    command
}

async fn fetch(url: String, packed: &str) -> (u16, HeaderMap, String) {
    let asked = plain_client().get(url).header(ACCEPT_ENCODING, packed);
    let response = asked.send().await.expect("answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.text().await.expect("a text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn in_public_files_are_packed_and_kept_and_the_log_is_for_machines() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(published(folder.path()).arg("serve"));
    let base = process.base_url();
    for (packed, encoding, body) in [
        ("br, gzip", Some("br"), "packed by brotli"),
        ("gzip", Some("gzip"), "packed by gzip"),
        ("identity", None, "plain"),
    ] {
        let (status, headers, text) = fetch(format!("{base}/pkg/askusers.1.js"), packed).await;
        assert_eq!((status, text.as_str()), (200, body));
        assert_eq!(headers.get("content-encoding").and_then(|v| v.to_str().ok()), encoding);
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(headers["content-type"], "text/javascript");
        assert_eq!(headers["strict-transport-security"], "max-age=31536000");
    }
    let (status, headers, _) = fetch(format!("{base}/pkg/askusers.0.js"), "br").await;
    assert_eq!(
        (status, headers["cache-control"].as_bytes()),
        (404, b"no-store".as_slice()),
        "a missing file is not kept"
    );

    let (status, headers, page) = fetch(format!("{base}/"), "identity").await;
    assert_eq!(
        (status, &headers["strict-transport-security"]),
        (200, &"max-age=31536000".parse().expect("a value"))
    );
    assert!(page.contains("/pkg/askusers.1.js"), "pages name the files by their hashes");
    let id = headers["x-request-id"].to_str().expect("an id").to_owned();
    let line: serde_json::Value = serde_json::from_str(&process.line_with(&id)).expect("a line of JSON");
    assert_eq!((line["message"].as_str(), line["status"].as_u64()), (Some("answered"), Some(200)));
    assert_eq!(line["span"]["id"].as_str(), Some(id.as_str()));

    let log = process.stop();
    assert!(
        log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "{log}"
    );
    assert!(!log.contains("hush-hush") && !log.contains(KEY), "{log}");
}

#[test]
fn check_config_shows_everything_but_secrets_and_fails_on_what_would_be_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = printed(published(folder.path()).arg("check-config"));
    for said in [
        "smtp.password",
        "ASKUSERS_SMTP__PASSWORD",
        "secret.key",
        "https://askusers.example.com",
        "default",
        "Nothing would be refused.",
    ] {
        assert!(report.contains(said), "{said} is missing in {report}");
    }
    assert!(!report.contains("hush-hush") && !report.contains(KEY), "{report}");
    let plain = published(folder.path())
        .env("ASKUSERS_HTTP__BASE_URL", "http://askusers.example.com")
        .arg("check-config")
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&plain.stderr);
    assert!(!plain.status.success() && said.contains("http.base_url"), "{said}");
    assert!(
        String::from_utf8_lossy(&plain.stdout).contains("http.base_url"),
        "the report comes first"
    );
}

#[test]
fn a_slow_request_is_answered_before_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(server(folder.path()).env("ASKUSERS_HTTP__DRAIN_S", "60").args(["--dev", "serve"]));
    let address = process.address();
    let body = "token=made-up";
    let mut slow = TcpStream::connect(&address).expect("connects");
    let head = format!(
        "POST /api/senders/verify HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).expect("writes");
    // It asks for the body: the request is being worked on.
    let mut answer = BufReader::new(slow.try_clone().expect("a second handle"));
    let mut line = String::new();
    answer.read_line(&mut line).expect("reads");
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    process.terminate();
    process.line_with("stopping");
    slow.write_all(body.as_bytes()).expect("writes");
    let mut rest = String::new();
    answer.read_to_string(&mut rest).expect("reads");
    assert!(
        rest.contains("HTTP/1.1 409"),
        "the link is refused, the request is answered: {rest}"
    );
    let (status, log) = process.wait();
    assert!(
        status.success() && log.trim_end().ends_with('}') && log.contains("\"stopped\""),
        "{log}"
    );
    assert!(!log.contains("did not finish in time"), "{log}");
    assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
}
