//! Settings → Team → Credits.

use super::wire::Wire;
use domain::{
    Error,
    credit::{CreditsPage, CreditsQuery},
    ids::TeamId,
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public},
    domain::permission::perm,
    services::credits,
};

#[server(name = OpenCredits, endpoint = "credits/page", input = Json, output = Wire)]
pub async fn page(team: TeamId, query: CreditsQuery) -> Result<CreditsPage, Error> {
    let (services, grant) = request::grant::<perm::ViewTeamSettings>(team).await?;
    credits::page(&services, &grant, &query).await.public()
}
