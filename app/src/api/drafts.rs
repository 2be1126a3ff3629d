//! Drafts: saving, versions.

use super::wire::Wire;
use domain::{
    Error,
    draft::{DraftVersion, Regenerated},
    ids::{CustomerId, TeamId},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    domain::{business::Tone, draft::DraftEdit, permission::perm},
    services::{analysis, drafts},
};

#[server(name = SaveDraft, endpoint = "drafts/save")]
pub async fn save(
    team: String,
    customer: String,
    version: String,
    #[server(default)] subject: String,
    #[server(default)] body: String,
) -> Result<i32, Error> {
    let (services, grant) = request::grant::<perm::DraftEmails>(parse(&team)?).await?;
    let version = version.parse().map_err(|_| Error::Malformed)?;
    let edit = DraftEdit { subject, body, version };
    drafts::save(&services, &grant, parse(&customer)?, edit).await.public()
}

/// Has another e-mail written. `seen` is the version that the page showed: another text than that one is not written over. `tone` is empty
/// for the business's own.
#[server(name = RegenerateDraft, endpoint = "drafts/regenerate")]
pub async fn regenerate(team: String, customer: String, seen: String, #[server(default)] tone: String) -> Result<Regenerated, Error> {
    let (services, grant) = request::grant::<perm::RegenerateEmail>(parse(&team)?).await?;
    let seen = seen.parse().map_err(|_| Error::Malformed)?;
    let tone = match tone.as_str() {
        "" => None,
        name => Some(Tone::parse(name).ok_or(Error::Malformed)?),
    };
    analysis::regenerate(&services, &grant, parse(&customer)?, seen, tone)
        .await
        .public()
}

/// Makes the version `chosen` the newest one; `version` is the one that the page showed.
#[server(name = RestoreDraft, endpoint = "drafts/restore")]
pub async fn restore(team: String, customer: String, version: String, chosen: String) -> Result<i32, Error> {
    let (services, grant) = request::grant::<perm::DraftEmails>(parse(&team)?).await?;
    let version = version.parse().map_err(|_| Error::Malformed)?;
    drafts::restore(&services, &grant, parse(&customer)?, version, parse(&chosen)?)
        .await
        .public()
}

#[server(name = DraftVersions, endpoint = "drafts/versions", input = Json, output = Wire)]
pub async fn versions(team: TeamId, customer: CustomerId) -> Result<Vec<DraftVersion>, Error> {
    let (services, grant) = request::grant::<perm::ViewCustomers>(team).await?;
    drafts::versions(&services, &grant, customer).await.public()
}
