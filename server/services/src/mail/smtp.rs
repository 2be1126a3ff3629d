//! The conversation with a mail server, cut where it matters: until `Ready` nothing was handed over and every failure may be
//! tried again; after `hand_over` began to send the text only the server's answer decides.

use super::reach;
use crate::settings::SmtpServer;
use domain::{
    business::SmtpTls,
    error::{Conflict, Error},
};
use lettre::{
    Address,
    address::Envelope,
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use std::{future::Future, net::SocketAddr, time::Duration};
use tokio::{net::lookup_host, time::timeout};

/// Why a server did not take a mail, before anything was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The server said no to this mail for good (5xx on recipient or text). Everything else is worth another try.
    pub permanent: bool,
    /// It would have met the sender's other mails too: the server can't be reached, does not let us in or refuses the sender.
    pub everyone: bool,
    /// The server is where those who chose it may not send us; nothing was connected to.
    pub private: bool,
    /// In the server's words, one line.
    pub text: String,
}

impl Refusal {
    /// The server's or the settings' fault, in our own words.
    #[must_use]
    pub fn of_server(text: impl Into<String>) -> Self {
        Self {
            permanent: false,
            everyone: true,
            private: false,
            text: text.into(),
        }
    }

    /// What the page says; the server's own words stay in the log.
    pub(crate) const fn public(&self) -> Error {
        Error::Conflict(if self.private {
            Conflict::MailServerPrivate
        } else {
            Conflict::MailServer
        })
    }
}

/// What came of handing a mail over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Accepted,
    /// The server answered and did not take it.
    Refused(Refusal),
    /// The text was (partly) sent and no answer came: it may or may not have been taken.
    NoAnswer(String),
}

/// A server that has accepted sender and recipient and waits for the text.
pub struct Ready {
    connection: AsyncSmtpConnection,
    step: Duration,
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ready")
    }
}

/// Connects, signs in and names sender and recipient. `ascii` says that the text needs no 8BITMIME. Each step may take `step`.
///
/// # Errors
/// The refusal; nothing was handed over.
pub async fn open(server: &SmtpServer, envelope: &Envelope, ascii: bool, step: Duration) -> Result<Ready, Refusal> {
    let mut connection = sign_in(server, step).await?;
    let mut parameters = Vec::new();
    let beyond_ascii = |address: &Address| !AsRef::<str>::as_ref(address).is_ascii();
    let to_beyond = envelope.to().iter().any(beyond_ascii);
    // What meets the sender meets every mail from it.
    let of_sender = |refusal| if to_beyond { refusal } else { not_this_mail(refusal) };
    if to_beyond || envelope.from().is_some_and(beyond_ascii) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(of_sender(Refusal {
                permanent: true,
                everyone: false,
                private: false,
                text: "The mail server does not take addresses with other than ASCII letters (SMTPUTF8)".into(),
            }));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !ascii && connection.server_info().supports_feature(Extension::EightBitMime) {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let mail = Mail::new(envelope.from().cloned(), parameters);
    within(step, "MAIL", connection.command(mail)).await.map_err(of_sender)?;
    for to in envelope.to() {
        within(step, "RCPT", connection.command(Rcpt::new(to.clone(), vec![]))).await?;
    }
    Ok(Ready { connection, step })
}

/// Whether the server lets us in. Nothing is sent.
///
/// # Errors
/// Why not.
pub async fn test(server: &SmtpServer, step: Duration) -> Result<(), Refusal> {
    let connection = sign_in(server, step).await?;
    Ready { connection, step }.leave().await;
    Ok(())
}

/// Connects and signs in. What goes wrong here is a fault of the server or its settings: once it is mended, the mail goes.
async fn sign_in(server: &SmtpServer, step: Duration) -> Result<AsyncSmtpConnection, Refusal> {
    let mut connection = connect(server, step).await?;
    if let (false, Some(password)) = (server.user.is_empty(), &server.password) {
        let credentials = Credentials::new(server.user.clone(), password.expose().to_owned());
        let signed_in = within(step, "signing in", connection.auth(DEFAULT_MECHANISMS, &credentials)).await;
        signed_in.map_err(not_this_mail)?;
    }
    Ok(connection)
}

impl Ready {
    /// Sends the text and waits for the answer.
    pub async fn hand_over(mut self, text: &[u8]) -> Answer {
        // Until the server says 354 nothing of the text is sent: whatever goes wrong here, it does not have the mail.
        if let Err(refusal) = within(self.step, "DATA", self.connection.command(Data)).await {
            return Answer::Refused(refusal);
        }
        match timeout(self.step, self.connection.message(text)).await {
            Ok(Ok(_)) => {
                // Taken already; a farewell that fails changes nothing.
                let _ = timeout(Duration::from_secs(1), self.connection.quit()).await;
                Answer::Accepted
            }
            Ok(Err(error)) if error.status().is_some() => Answer::Refused(refusal(&error)),
            Ok(Err(error)) => Answer::NoAnswer(line(&error)),
            Err(_) => Answer::NoAnswer(format!("No answer within {} seconds", self.step.as_secs())),
        }
    }

    /// Leaves without handing anything over.
    pub async fn leave(mut self) {
        let _ = timeout(Duration::from_secs(1), self.connection.quit()).await;
    }
}

async fn connect(server: &SmtpServer, step: Duration) -> Result<AsyncSmtpConnection, Refusal> {
    let hello = ClientId::default();
    let tls = || TlsParameters::new(server.host.clone()).map_err(|error| not_this_mail(refusal(&error)));
    let wrapped = match server.tls {
        SmtpTls::Tls => Some(tls()?),
        SmtpTls::StartTls | SmtpTls::None => None,
    };
    let addresses = resolve(server, step).await?;
    let connecting = AsyncSmtpConnection::connect_tokio1(addresses.as_slice(), Some(step), &hello, wrapped, None);
    let mut connection = within(step, "connecting", connecting).await.map_err(not_this_mail)?;
    if server.tls == SmtpTls::StartTls {
        within(step, "STARTTLS", connection.starttls(tls()?, &hello))
            .await
            .map_err(not_this_mail)?;
    }
    Ok(connection)
}

/// The addresses of the server that may be connected to. TLS checks the name all the same.
async fn resolve(server: &SmtpServer, step: Duration) -> Result<Vec<SocketAddr>, Refusal> {
    let looking = lookup_host((server.host.as_str(), server.port));
    let found = match timeout(step, looking).await {
        Ok(Ok(found)) => reach::allowed(found, server.anywhere),
        Ok(Err(error)) => {
            return Err(Refusal::of_server(format!(
                "The mail server's name leads nowhere: {}",
                line(&error)
            )));
        }
        Err(_) => return Err(Refusal::of_server("The mail server's name was not found in time")),
    };
    if found.is_empty() {
        return Err(Refusal {
            private: true,
            ..Refusal::of_server(reach::PRIVATE)
        });
    }
    Ok(found)
}

/// A step of the conversation with its time-out.
async fn within<T>(step: Duration, name: &str, work: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Refusal> {
    match timeout(step, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(refusal(&error)),
        Err(_) => Err(Refusal {
            permanent: false,
            everyone: false,
            private: false,
            text: format!("{name}: no answer within {} seconds", step.as_secs()),
        }),
    }
}

/// The server's or the settings' fault: once it is mended, the mail goes.
fn not_this_mail(refusal: Refusal) -> Refusal {
    Refusal {
        permanent: false,
        everyone: true,
        ..refusal
    }
}

/// Answers that are about us or the server at whatever step they come: it closes, and the sign-in is missing, wrong or too open.
const NOT_THIS_MAIL: [u16; 4] = [421, 530, 535, 538];

fn refusal(error: &SmtpError) -> Refusal {
    let refusal = Refusal {
        permanent: error.is_permanent(),
        everyone: false,
        private: false,
        text: line(error),
    };
    if error.status().is_some_and(|code| NOT_THIS_MAIL.contains(&code.into())) {
        not_this_mail(refusal)
    } else {
        refusal
    }
}

/// An error and its causes on one bounded line.
fn line(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect()
}
