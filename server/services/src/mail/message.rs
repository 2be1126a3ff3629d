//! What a mail looks like on the wire: headers, encoding, the footer every outreach carries.

use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use lettre::{
    Message,
    address::Envelope,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

/// A mail before it is encoded.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub from: Mailbox,
    pub to: Mailbox,
    pub reply_to: Option<Mailbox>,
    pub subject: String,
    pub body: String,
    /// With its angle brackets.
    pub message_id: String,
    /// Where one click ends further mail.
    pub unsubscribe: Option<String>,
}

/// A mail ready for a server.
#[derive(Clone, Debug)]
pub struct Encoded {
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
}

impl Outgoing {
    /// # Errors
    /// When a part can't be put into a mail.
    pub fn encode(&self, at: DateTime<Utc>) -> Result<Encoded> {
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(self.to.clone())
            .date(at.into())
            .message_id(Some(self.message_id.clone()))
            .subject(self.subject.split_whitespace().collect::<Vec<_>>().join(" "))
            .header(ContentType::TEXT_PLAIN);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        if let Some(url) = &self.unsubscribe {
            builder = builder
                .raw_header(raw("List-Unsubscribe", format!("<{url}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
        }
        let message = builder.body(self.body.clone()).map_err(|e| Error::Bug(format!("a mail: {e}")))?;
        Ok(Encoded {
            envelope: message.envelope().clone(),
            bytes: message.formatted(),
        })
    }
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    // Never folded or encoded: mail services read these two literally.
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// A mailbox of a name and an address that was checked when it was stored.
///
/// # Errors
/// When the address is none.
pub fn mailbox(name: &str, address: &str) -> Result<Mailbox> {
    let address = address.parse().map_err(|_| Error::Bug("a stored address is none".into()))?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// The text of an outreach with its footer.
#[must_use]
pub fn with_footer(body: &str, business: &str, postal_address: &str, unsubscribe: &str) -> String {
    let postal = postal_address
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    format!("{}\n\n-- \n{business}, {postal}\nUnsubscribe: {unsubscribe}\n", body.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing() -> Outgoing {
        Outgoing {
            from: mailbox("Jane", "jane@shop.example").expect("an address"),
            to: mailbox("Zoë\r\nBcc: x@evil.example", "zoe@example.com").expect("an address"),
            reply_to: None,
            subject: "A note\r\nBcc: x@evil.example".into(),
            body: with_footer("Hello", "Shop", "1 Road\nTown", "https://a.example/u/t"),
            message_id: "<1@shop.example>".into(),
            unsubscribe: Some("https://a.example/u/t".into()),
        }
    }

    #[test]
    fn a_line_break_in_a_name_or_subject_makes_no_header() {
        let encoded = outgoing().encode(DateTime::default()).expect("encodes");
        let text = String::from_utf8(encoded.bytes).expect("text");
        assert!(!text.lines().any(|l| l.starts_with("Bcc")), "{text}");
        assert_eq!(encoded.envelope.to().len(), 1);
    }

    #[test]
    fn an_outreach_says_who_wrote_and_how_to_stop_it() {
        let text = String::from_utf8(outgoing().encode(DateTime::default()).expect("encodes").bytes).expect("text");
        assert!(text.contains("List-Unsubscribe: <https://a.example/u/t>\r\n"), "{text}");
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
        assert!(text.contains("Message-ID: <1@shop.example>\r\n"), "{text}");
        assert!(text.contains("Shop, 1 Road, Town"), "{text}");
    }
}
