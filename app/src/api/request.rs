//! Who is asking: from the request to a grant. The session layer has put the session into the request's extensions.
//!
//! Decides nothing itself: permissions are the services'.

use crate::{cookie, typed::Typed};
use axum::http::{HeaderValue, header, request::Parts};
use domain::{Error, ids::TeamId, permission::Requirement};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use services::{
    Grant, Member, Services,
    accounts::{Origin, Session},
};
use std::str::FromStr;

/// The use cases.
///
/// # Errors
/// `Unavailable` outside a request.
pub fn services() -> Result<Services, Error> {
    use_context::<Services>().ok_or(Error::Unavailable)
}

/// Who is signed in.
///
/// # Errors
/// `Unauthenticated` for nobody.
pub fn session() -> Result<Session, Error> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Session>().cloned())
        .ok_or(Error::Unauthenticated)
}

/// Where the request comes from: for limits and the list of sessions.
pub fn origin() -> Origin {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Origin>().cloned())
        .unwrap_or_default()
}

/// Lets the answer sign in. `stay`: also after the browser was closed.
///
/// # Errors
/// `Unavailable` outside a request.
pub fn signed_in(token: &str, stay: bool) -> Result<(), Error> {
    let services = services()?;
    let base_url = &services.settings().base_url;
    set_cookie(if stay {
        cookie::set(base_url, token)
    } else {
        cookie::set_for_visit(base_url, token)
    })
}

/// Lets the answer forget the session.
///
/// # Errors
/// `Unavailable` outside a request.
pub fn signed_out() -> Result<(), Error> {
    set_cookie(cookie::clear(&services()?.settings().base_url))
}

/// Whether the form was posted without scripts: the answer is then a page to go to.
pub fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accepts = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        accepts.is_some_and(|value| value.contains("text/html"))
    })
}

/// A form posted without scripts that may be refused: its page shows again what was typed. Never a secret.
pub fn keep_typed(fields: &[(&str, &str)]) {
    if let (true, Ok(services), Some(text)) = (is_plain_form(), services(), Typed::encode(fields)) {
        let _ = set_cookie(cookie::set_typed(&services.settings().base_url, &text));
    }
}

fn set_cookie(value: Option<HeaderValue>) -> Result<(), Error> {
    let (Some(response), Some(value)) = (use_context::<ResponseOptions>(), value) else {
        return Err(Error::Unavailable);
    };
    response.append_header(header::SET_COOKIE, value);
    Ok(())
}

/// The place of whoever asks in a team: for what everybody in it may see.
///
/// # Errors
/// `Unauthenticated`, `Unverified`, `NotFound` for strangers.
pub async fn member(team: TeamId) -> Result<(Services, Member), Error> {
    let services = services()?;
    let member = Member::asking(services.db().read(), session().ok().as_ref(), team, Some(reference()))
        .await
        .public()?;
    Ok((services, member))
}

/// Evidence of permission `P` in a team; a refused change is recorded.
///
/// # Errors
/// `Unauthenticated`, `Unverified`, `NotFound` for strangers, `Forbidden` without the right.
pub async fn grant<P: Requirement>(team: TeamId) -> Result<(Services, Grant<P>), Error> {
    let (services, member) = member(team).await?;
    let grant = member.require::<P>(&services).await.public()?;
    Ok((services, grant))
}

/// An id as a form sends it. One that can't be read belongs to nothing.
///
/// # Errors
/// `NotFound`.
pub fn parse<T: FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// The request's id: what the log and the audit event of this request carry.
fn reference() -> String {
    use_context::<Parts>()
        .and_then(|parts| parts.headers.get("x-request-id").and_then(|id| id.to_str().ok().map(str::to_owned)))
        .unwrap_or_default()
}

/// What crosses the wire; an unknown cause is logged here, once, under the request's id.
pub trait Public<T> {
    fn public(self) -> Result<T, Error>;
}

impl<T> Public<T> for services::Result<T> {
    fn public(self) -> Result<T, Error> {
        self.map_err(|error| error.into_public(&reference()))
    }
}
