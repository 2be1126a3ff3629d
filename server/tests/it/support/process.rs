//! The program in a process of its own: started in an empty folder, read line by line, ended in order.

use super::TestApp;
use reqwest::Client;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

/// The program in an empty folder, without the settings of whoever runs the tests.
pub fn server(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .current_dir(folder)
        .env_clear()
        .env("ASKUSERS_HTTP__ADDRESS", "127.0.0.1:0")
        .env("ASKUSERS_SITE__HASH_FILES", "false")
        .env("ASKUSERS_LOG__FORMAT", "json");
    command
}

/// The program on the database, the files and the mail server of a test.
pub fn server_of(app: &TestApp) -> Command {
    let mut command = server(app.folder());
    command
        .arg("--dev")
        .env("ASKUSERS_DATABASE__URL", &app.database_url)
        .env("ASKUSERS_STORAGE__DATA_DIR", app.folder())
        // 32 times 7, as in the settings of the test.
        .env("ASKUSERS_SECRET__KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")
        .env("ASKUSERS_SMTP__HOST", "127.0.0.1")
        .env("ASKUSERS_SMTP__PORT", app.smtp.port.to_string())
        .env("ASKUSERS_SMTP__TLS", "none")
        .env("ASKUSERS_SMTP__FROM", "AskUsers <no-reply@example.com>")
        .env("ASKUSERS_SENDING__MIN_GAP_MS", "0")
        .env("ASKUSERS_LIMITS__CREDITS_PER_MONTH", "10");
    command
}

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    log: String,
}

impl Process {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let log = BufReader::new(child.stderr.take().expect("its log"));
        let (sender, lines) = channel();
        std::thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self {
            child,
            lines,
            log: String::new(),
        }
    }

    /// The next line of the log that contains `text`. Far too long a wait fails the test instead of hanging it.
    pub fn line_with(&mut self, text: &str) -> String {
        loop {
            match self.lines.recv_timeout(Duration::from_secs(120)) {
                Ok(line) => {
                    self.log.push_str(&line);
                    self.log.push('\n');
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(_) => panic!("the log never said {text:?}:\n{}", self.log),
            }
        }
    }

    /// Where it serves, once it does.
    pub fn address(&mut self) -> String {
        let line = self.line_with("\"serving\"");
        let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        line["address"].as_str().expect("an address").to_owned()
    }

    pub fn base_url(&mut self) -> String {
        format!("http://{}", self.address())
    }

    /// The signal that a service manager sends.
    pub fn terminate(&self) {
        let kill = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        assert!(kill.expect("kill runs").success());
    }

    /// Waits for the end; returns how it ended and everything it said.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("ends");
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(10)) {
            self.log.push_str(&line);
            self.log.push('\n');
        }
        (status, std::mem::take(&mut self.log))
    }

    /// Ends it in order.
    pub fn stop(self) -> String {
        self.terminate();
        let (status, log) = self.wait();
        assert!(status.success(), "{status}:\n{log}");
        log
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A client that keeps nothing and unpacks nothing.
pub fn plain_client() -> Client {
    Client::builder().build().expect("a client")
}
