//! Who asks a plain handler: from the request to a grant, as `app::api` does for server functions. Decides nothing itself.

use super::middleware::request::RequestId;
use axum::http::Extensions;
use domain::{Error, ids::TeamId, permission::Requirement};
use services::{Grant, Member, Services, accounts::Session};

/// The request's id: what the log and the audit event of this request carry.
pub fn reference(extensions: &Extensions) -> String {
    extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// Evidence of permission `P` in a team; a refused change is recorded.
///
/// # Errors
/// `Unauthenticated`, `Unverified`, `NotFound` for strangers, `Forbidden` without the right.
pub async fn grant<P: Requirement>(services: &Services, extensions: &Extensions, team: TeamId) -> Result<Grant<P>, Error> {
    let reference = reference(extensions);
    let member = Member::asking(services.db().read(), extensions.get::<Session>(), team, Some(reference.clone()))
        .await
        .map_err(|error| error.into_public(&reference))?;
    member.require::<P>(services).await.map_err(|error| error.into_public(&reference))
}
