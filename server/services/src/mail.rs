//! Mail leaving the house: the outbox of the system's own mails and the road every mail takes.
//!
//! Owns the tables `mail` and `dev_mail`. A mail is claimed with a lease; just before its text is handed over that is committed,
//! so a crash before it loses nothing and a crash after it sends nothing twice: such a mail is `unknown`.

pub mod dev;
pub mod message;
mod outbox;
mod reach;
pub mod smtp;

pub use outbox::deliver_due;

use crate::{
    Services, businesses,
    entity::business,
    error::{Error, Result},
    settings::SmtpServer,
};
use domain::ids::{BusinessId, TeamId};
use message::Encoded;
use sea_orm::ConnectionTrait;
use smtp::{Answer, Ready, Refusal};
use std::time::{Duration, Instant};

/// A mail is given up after so many tries.
pub(crate) const MAX_ATTEMPTS: i32 = 10;

/// Whoever waits on a page for a mail server gets an answer after so long, before their request is given up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The pause before a busy database is asked again.
const NOTED_AGAIN: Duration = Duration::from_millis(250);

/// The road a mail takes.
#[derive(Clone, Debug)]
pub(crate) enum Transport {
    Server(Box<SmtpServer>),
    /// Development without a mail server: the mailbox page.
    DevMailbox,
    /// No server is configured, and this is no development.
    Missing,
}

/// The installation's own road.
pub(crate) fn installation(services: &Services) -> Transport {
    match &services.settings().smtp {
        Some(server) => Transport::Server(Box::new(server.clone())),
        None if services.settings().dev => Transport::DevMailbox,
        None => Transport::Missing,
    }
}

/// A business's road: its own server, else the installation's.
pub(crate) async fn of_business(services: &Services, db: &impl ConnectionTrait, team: TeamId, id: BusinessId) -> Result<Transport> {
    let own: Option<SmtpServer> = businesses::smtp::own(services, db, team, id).await?;
    Ok(own.map_or_else(|| installation(services), |server| Transport::Server(Box::new(server))))
}

/// A road on which sender and recipient are accepted.
#[derive(Debug)]
pub(crate) enum Opened {
    Server(Box<Ready>),
    DevMailbox,
}

impl Transport {
    /// Everything before the text. Bounded by half a lease, so that the lease never ends under it.
    pub(crate) async fn open(&self, services: &Services, mail: &Encoded) -> Result<Opened, Refusal> {
        let sending = services.settings().sending;
        match self {
            Self::Server(server) => {
                let opening = smtp::open(server, &mail.envelope, mail.bytes.is_ascii(), sending.timeout);
                match tokio::time::timeout(half(sending.lease), opening).await {
                    Ok(opened) => opened.map(|ready| Opened::Server(Box::new(ready))),
                    Err(_) => Err(Refusal::of_server("The mail server took too long")),
                }
            }
            Self::DevMailbox => Ok(Opened::DevMailbox),
            Self::Missing => Err(Refusal::of_server("No mail server is configured")),
        }
    }
}

impl Opened {
    /// Hands the text over and waits for the answer, at most half a lease.
    pub(crate) async fn hand_over(self, services: &Services, outgoing: &message::Outgoing, mail: &Encoded) -> Answer {
        match self {
            Self::Server(ready) => {
                let sending = ready.hand_over(&mail.bytes);
                match tokio::time::timeout(half(services.settings().sending.lease), sending).await {
                    Ok(answer) => answer,
                    Err(_) => Answer::NoAnswer("The mail server took too long".into()),
                }
            }
            Self::DevMailbox => match dev::keep(services, outgoing).await {
                Ok(()) => Answer::Accepted,
                Err(error) => Answer::NoAnswer(error.to_string()),
            },
        }
    }

    pub(crate) async fn leave(self) {
        if let Self::Server(ready) = self {
            ready.leave().await;
        }
    }
}

/// Notes what came of a mail, also when the database is busy just then: it is asked again for half a lease, because what a server
/// answered and nobody noted would be `unknown`. Whoever notes checks the lease, so doing it twice changes nothing.
pub(crate) async fn noted<T, F: Future<Output = Result<T>>>(services: &Services, note: impl Fn() -> F) -> Result<T> {
    let began = Instant::now();
    loop {
        match note().await {
            Err(Error::Db(cause)) if began.elapsed() < half(services.settings().sending.lease) => {
                tracing::warn!(%cause, "what came of a mail could not be noted yet");
                tokio::time::sleep(NOTED_AGAIN).await;
            }
            done => return done,
        }
    }
}

fn half(lease: Duration) -> Duration {
    lease / 2
}

/// The host that message ids of the installation carry.
pub(crate) fn host(services: &Services) -> String {
    let base = &services.settings().base_url;
    let host = base.split_once("://").map_or(base.as_str(), |(_, rest)| rest);
    host.split(['/', ':']).next().unwrap_or("localhost").to_owned()
}

/// Where answers to a business's mail go: its reply address, else the sender's own.
pub(crate) fn reply_to<'a>(business: &'a business::Model, sender: &'a str) -> &'a str {
    if business.reply_to.is_empty() { sender } else { &business.reply_to }
}
