//! Who is asking: from the request to a grant. The session layer has put the session into the request's extensions.
//!
//! Decides nothing itself: permissions are the services'.

use axum::http::request::Parts;
use domain::{Error, ids::TeamId, permission::Requirement};
use leptos::prelude::use_context;
use services::{Grant, Member, Services, accounts::Session};
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

/// Who is signed in and has shown that the address is theirs.
///
/// # Errors
/// `Unauthenticated`, `Unverified`.
pub fn verified() -> Result<Session, Error> {
    let session = session()?;
    if session.verified { Ok(session) } else { Err(Error::Unverified) }
}

/// The place of whoever asks in a team: for what everybody in it may see.
///
/// # Errors
/// `Unauthenticated`, `Unverified`, `NotFound` for strangers.
pub async fn member(team: TeamId) -> Result<(Services, Member), Error> {
    let services = services()?;
    let session = verified()?;
    let member = Member::find(services.db().read(), team, session.person, Some(reference()))
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
