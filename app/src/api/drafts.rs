//! Drafts: saving, versions.

use super::wire::Wire;
use domain::{
    Error,
    draft::DraftVersion,
    ids::{CustomerId, TeamId},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    domain::{draft::DraftEdit, permission::perm},
    services::drafts,
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
