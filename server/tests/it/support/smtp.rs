//! A mail server that records what it is given and misbehaves on request.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How the server behaves from now on.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    #[default]
    Ok,
    /// Answers 550 to this recipient.
    Refuse(String),
    /// Takes the whole message and never answers.
    HangAfterData,
    /// Hangs up at once.
    Down,
}

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, without the dots of the transport.
    pub raw: String,
}

impl Received {
    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
    }
}

#[derive(Debug, Default)]
struct State {
    mode: Mode,
    received: Vec<Received>,
}

/// Runs until it is dropped.
#[derive(Debug)]
pub struct Sink {
    pub port: u16,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                // A client that goes away ends its conversation, not the server.
                tokio::spawn(async move { talk(stream, &state).await.ok() });
            }
        });
        Self { port, state, task }
    }

    pub fn behave(&self, mode: Mode) {
        self.state.lock().expect("no test panicked here").mode = mode;
    }

    /// Everything that came so far, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.state.lock().expect("no test panicked here").received.clone()
    }

    /// The Message-IDs that came so far, oldest first, also of messages that were never answered.
    pub fn message_ids(&self) -> Vec<String> {
        self.received().iter().filter_map(|m| m.header("Message-ID")).collect()
    }
}

async fn talk(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mode = || state.lock().expect("no test panicked here").mode.clone();
    if matches!(mode(), Mode::Down) {
        return Ok(());
    }
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink ESMTP\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" | "HELO" => "250-sink\r\n250 8BITMIME\r\n",
            "MAIL" => {
                from = address(command);
                to.clear();
                "250 ok\r\n"
            }
            "RCPT" => {
                let recipient = address(command);
                if matches!(mode(), Mode::Refuse(refused) if refused == recipient) {
                    "550 5.1.1 no such mailbox\r\n"
                } else {
                    to.push(recipient);
                    "250 ok\r\n"
                }
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let raw = message(&mut stream).await?;
                let received = Received {
                    from: from.clone(),
                    to: to.clone(),
                    raw,
                };
                state.lock().expect("no test panicked here").received.push(received);
                if matches!(mode(), Mode::HangAfterData) {
                    return std::future::pending().await;
                }
                "250 taken\r\n"
            }
            "RSET" | "NOOP" => "250 ok\r\n",
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 not here\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// Reads up to the lonely dot.
async fn message(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut raw = String::new();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// What stands between the angle brackets.
fn address(command: &str) -> String {
    let inner = command.split('<').nth(1).and_then(|rest| rest.split('>').next());
    inner.unwrap_or_default().to_owned()
}
