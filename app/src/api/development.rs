//! What exists in development only; "not found" everywhere else.

use super::wire::Wire;
use domain::{Error, mail::DevMail};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public},
    services::mail,
};

/// Mails that would have left.
#[server(name = DevMailbox, endpoint = "dev/mailbox", input = Json, output = Wire)]
pub async fn mailbox() -> Result<Vec<DevMail>, Error> {
    mail::dev::list(&request::services()?).await.public()
}

/// Whether this is development.
#[server(name = IsDevelopment, endpoint = "dev/check", input = Json, output = Wire)]
pub async fn check() -> Result<(), Error> {
    if request::services()?.settings().dev {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Whether the system's mails land in the mailbox of development.
#[server(name = HasMailbox, endpoint = "dev/has_mailbox", input = Json, output = Wire)]
pub async fn has_mailbox() -> Result<bool, Error> {
    let services = request::services()?;
    let settings = services.settings();
    Ok(settings.dev && settings.smtp.is_none())
}
