//! The program itself: its commands, and that it starts and ends in order.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
};

/// The program in an empty folder, without the settings of whoever runs the tests.
fn server(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .current_dir(folder)
        .env_clear()
        .env("ASKUSERS_HTTP__ADDRESS", "127.0.0.1:0")
        .env("ASKUSERS_SITE__HASH_FILES", "false");
    command
}

#[test]
fn the_published_matrix_is_the_one_that_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = |format: &str| {
        let output = server(folder.path())
            .args(["permissions", "--format", format])
            .output()
            .expect("runs");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("a text")
    };
    assert_eq!(printed("csv"), domain::permission::matrix_csv());
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/PERMISSIONS.md");
    let published = fs::read_to_string(page).expect("docs/PERMISSIONS.md");
    assert!(
        printed("md") == published,
        "docs/PERMISSIONS.md is old: run `server permissions --format md > docs/PERMISSIONS.md` and read what changed"
    );
}

#[test]
fn insecure_settings_end_the_start_with_all_reasons() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = server(folder.path()).arg("serve").output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    for key in ["secret.key", "smtp.host", "site.hash_files"] {
        assert!(said.contains(key), "{key} is missing in {said}");
    }
}

#[test]
fn it_starts_says_where_and_ends_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut running = server(folder.path())
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
    let stopped = Command::new("kill")
        .arg("-TERM")
        .arg(running.id().to_string())
        .status()
        .expect("kill runs");
    assert!(stopped.success());
    assert!(running.wait().expect("ends").success());
    let mut log = String::new();
    running.stderr.take().expect("its log").read_to_string(&mut log).expect("a text");
    assert!(
        log.contains("the schema was brought up to date") && log.trim_end().ends_with("stopped"),
        "{log}"
    );

    let status = server(folder.path()).args(["--dev", "migrate", "--status"]).output().expect("runs");
    let listed = String::from_utf8_lossy(&status.stdout);
    assert!(
        status.status.success() && !listed.contains("missing") && listed.contains("applied"),
        "{listed}"
    );
}
