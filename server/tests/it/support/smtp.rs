//! A mail server that records what it is given and misbehaves on request.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
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
    /// Answers 451 to this recipient: try again later.
    Later(String),
    /// Never answers DATA, so that nothing of the text is sent.
    HangBeforeData,
    /// Takes the whole message and hangs up without an answer.
    DropAfterData,
    /// Takes the whole message and answers 451.
    LaterAfterData,
    /// Answers this to every command with that verb.
    Says(&'static str, &'static str),
    /// Stands still at a step.
    Trap(Trap),
}

/// Where a conversation stops and tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Before the greeting: the mail is claimed, nothing was said.
    Greeting,
    /// Before the recipient is accepted.
    Recipient,
    /// After DATA came, before the go-on: the hand-over is committed, nothing of the text was sent.
    Data,
    /// After the whole text came, before the answer.
    Text,
    /// After the answer was sent.
    Answered,
}

/// Conversations stop at a step, after some were let pass.
#[derive(Clone, Debug)]
pub struct Trap {
    step: Step,
    left: Arc<AtomicUsize>,
    caught: Arc<Notify>,
    let_go: Arc<Notify>,
}

impl Trap {
    pub fn new(step: Step, let_pass: usize) -> Self {
        Self {
            step,
            left: Arc::new(AtomicUsize::new(let_pass)),
            caught: Arc::new(Notify::new()),
            let_go: Arc::new(Notify::new()),
        }
    }

    /// Until a conversation stands still.
    pub async fn caught(&self) {
        self.caught.notified().await;
    }

    /// Lets the caught conversation go on.
    pub fn release(&self) {
        self.let_go.notify_one();
    }

    /// Stands still here until released, if this is the place and enough have passed.
    async fn at(&self, step: Step) {
        if step != self.step {
            return;
        }
        let passed = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
            .is_ok();
        if !passed {
            self.caught.notify_one();
            self.let_go.notified().await;
        }
    }
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

    /// The body, without the marks of quoted-printable.
    pub fn text(&self) -> String {
        let body = self.raw.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        match self.header("Content-Transfer-Encoding").as_deref() {
            Some("quoted-printable") => body.replace("=\r\n", "").replace("=3D", "="),
            _ => body.to_owned(),
        }
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
    arrived: Arc<tokio::sync::Notify>,
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
        let arrived = Arc::new(tokio::sync::Notify::new());
        let (shared, bell) = (state.clone(), arrived.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (state, arrived) = (shared.clone(), bell.clone());
                // A client that goes away ends its conversation, not the server.
                tokio::spawn(async move { talk(stream, &state, &arrived).await.ok() });
            }
        });
        Self {
            port,
            state,
            arrived,
            task,
        }
    }

    pub fn behave(&self, mode: Mode) {
        self.state.lock().expect("no test panicked here").mode = mode;
    }

    /// Everything that came so far, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.state.lock().expect("no test panicked here").received.clone()
    }

    /// Waits until so many messages came.
    pub async fn wait_for(&self, count: usize) {
        loop {
            let next = self.arrived.notified();
            tokio::pin!(next);
            // Listening begins before looking, so that nothing is missed in between.
            next.as_mut().enable();
            if self.received().len() >= count {
                return;
            }
            next.await;
        }
    }

    /// The Message-IDs that came so far, oldest first, also of messages that were never answered.
    pub fn message_ids(&self) -> Vec<String> {
        self.received().iter().filter_map(|m| m.header("Message-ID")).collect()
    }
}

async fn talk(stream: TcpStream, state: &Mutex<State>, arrived: &tokio::sync::Notify) -> std::io::Result<()> {
    let mode = || state.lock().expect("no test panicked here").mode.clone();
    let trap = async |step: Step| {
        if let Mode::Trap(trap) = mode() {
            trap.at(step).await;
        }
    };
    if matches!(mode(), Mode::Down) {
        return Ok(());
    }
    trap(Step::Greeting).await;
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
        if let Mode::Says(about, words) = mode()
            && about == verb
        {
            stream.write_all(format!("{words}\r\n").as_bytes()).await?;
            continue;
        }
        let answer = match verb.as_str() {
            "EHLO" | "HELO" => "250-sink\r\n250 8BITMIME\r\n",
            "MAIL" => {
                from = address(command);
                to.clear();
                "250 ok\r\n"
            }
            "RCPT" => {
                let recipient = address(command);
                trap(Step::Recipient).await;
                match mode() {
                    Mode::Refuse(refused) if refused == recipient => "550 5.1.1 no such mailbox\r\n",
                    Mode::Later(refused) if refused == recipient => "451 4.7.1 greylisted, try again\r\n",
                    _ => {
                        to.push(recipient);
                        "250 ok\r\n"
                    }
                }
            }
            "DATA" => {
                if matches!(mode(), Mode::HangBeforeData) {
                    return std::future::pending().await;
                }
                trap(Step::Data).await;
                stream.write_all(b"354 go on\r\n").await?;
                let received = Received {
                    from: from.clone(),
                    to: to.clone(),
                    raw: message(&mut stream).await?,
                };
                if matches!(mode(), Mode::LaterAfterData) {
                    stream.write_all(b"451 4.3.0 try again\r\n").await?;
                    continue;
                }
                state.lock().expect("no test panicked here").received.push(received);
                arrived.notify_waiters();
                match mode() {
                    Mode::HangAfterData => return std::future::pending().await,
                    Mode::DropAfterData => return Ok(()),
                    _ => {}
                }
                trap(Step::Text).await;
                stream.write_all(b"250 taken\r\n").await?;
                trap(Step::Answered).await;
                continue;
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
