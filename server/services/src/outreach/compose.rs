//! What an outreach looks like when it leaves: the text of then, the business's address and unsubscribe link of now.

use super::unsubscribe;
use crate::{
    Services,
    entity::{business, outreach},
    error::Result,
    mail::{
        message::{Outgoing, mailbox, with_footer},
        reply_to,
    },
};
use domain::ids::OutreachId;

/// `<id@domain of the sender>`: the id comes back with an answer or a bounce.
pub(super) fn message_id(id: OutreachId, from: &str) -> String {
    let host = from.rsplit_once('@').map_or("localhost", |(_, host)| host);
    format!("<{id}@{host}>")
}

/// The mail of an outreach.
pub(super) fn outgoing(services: &Services, row: &outreach::Model, business: &business::Model) -> Result<Outgoing> {
    let link = unsubscribe::link(services, row.team_id, row.id);
    Ok(Outgoing {
        from: mailbox(&row.from_name, &row.from_email)?,
        to: mailbox(&row.to_name, &row.email)?,
        reply_to: Some(mailbox("", reply_to(business, &row.from_email))?),
        subject: row.subject.clone(),
        body: with_footer(&row.body, &business.name, &business.postal_address, &link),
        message_id: row.message_id.clone(),
        unsubscribe: Some(link),
    })
}

/// `Jane Peacock <jane@music.example>` as pages show it.
pub(crate) fn label(name: &str, email: &str) -> String {
    if name.is_empty() {
        email.to_owned()
    } else {
        format!("{name} <{email}>")
    }
}

/// The line below the text, as the preview shows it.
pub(crate) fn footer(business: &business::Model) -> String {
    let lines = std::iter::once(business.name.as_str()).chain(business.postal_address.lines());
    lines.map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(", ")
}
