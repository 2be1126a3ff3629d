//! Teams: making one, and what every page of a team shows around itself.

use super::wire::Wire;
use domain::{
    Error,
    ids::TeamId,
    team::{DeletedTeam, TeamFrame},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::{
        api::request::{self, Public, parse},
        paths,
    },
    domain::permission::perm,
    services::{Member, Services, accounts::Session, teams},
};

#[server(name = OpenTeam, endpoint = "teams/frame", input = Json, output = Wire)]
pub async fn frame(team: TeamId) -> Result<TeamFrame, Error> {
    let (services, member) = request::member(team).await?;
    teams::frame(&services, &member).await.public()
}

/// A browser without scripts sends no time zone.
#[server(name = CreateTeam, endpoint = "teams/create")]
pub async fn create(#[server(default)] name: String, #[server(default)] time_zone: String) -> Result<(), Error> {
    let (services, session) = (request::services()?, request::session()?);
    let id = teams::create(&services, &session, &name, teams::known_zone(&time_zone))
        .await
        .public()?;
    leptos_axum::redirect(&paths::team(id));
    Ok(())
}

#[server(name = SaveTeam, endpoint = "teams/save")]
pub async fn save(
    team: String,
    version: String,
    #[server(default)] name: String,
    #[server(default)] time_zone: String,
) -> Result<(), Error> {
    request::keep_typed(&[("name", &name)]);
    let (services, grant) = request::grant::<perm::EditTeamSettings>(parse(&team)?).await?;
    let version = version.parse().map_err(|_| Error::Malformed)?;
    teams::save(&services, &grant, &name, &time_zone, version).await.public()
}

#[server(name = DeleteTeam, endpoint = "teams/delete")]
pub async fn delete(team: String, #[server(default)] confirmation: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::DeleteTeam>(parse(&team)?).await?;
    teams::delete(&services, &grant, &confirmation).await.public()?;
    leptos_axum::redirect(paths::TEAMS);
    Ok(())
}

/// Deleted teams of whoever asks, while they can be restored.
#[server(name = DeletedTeams, endpoint = "teams/deleted", input = Json, output = Wire)]
pub async fn deleted() -> Result<Vec<DeletedTeam>, Error> {
    teams::deleted(&request::services()?, &request::session()?).await.public()
}

#[server(name = RestoreTeam, endpoint = "teams/restore")]
pub async fn restore(team: String) -> Result<(), Error> {
    let team = parse(&team)?;
    teams::restore(&request::services()?, &request::session()?, team).await.public()?;
    leptos_axum::redirect(&paths::team(team));
    Ok(())
}

/// A team's frame as the server fetched it before the page is rendered; it travels in the request's extensions.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub struct Preloaded(pub Result<TeamFrame, Error>);

/// Fetches the frame of the team in an address, for whoever asks.
///
/// # Errors
/// `Unauthenticated`, `Unverified`, `NotFound` for strangers and for what is no team.
#[cfg(feature = "ssr")]
pub async fn preload(services: &Services, session: Option<&Session>, team: &str, reference: &str) -> Result<TeamFrame, Error> {
    let known = async {
        // Whoever must sign in first hears that before an address that names no team.
        Session::proven(session)?;
        let member = Member::asking(services.db().read(), session, request::parse(team)?, None).await?;
        teams::frame(services, &member).await
    };
    known.await.map_err(|error: services::Error| error.into_public(reference))
}

/// What `preload` brought, while the server renders; nothing in the browser.
#[must_use]
pub fn preloaded() -> Option<Result<TeamFrame, Error>> {
    #[cfg(feature = "ssr")]
    if let Some(parts) = use_context::<axum::http::request::Parts>() {
        return parts.extensions.get::<Preloaded>().map(|preloaded| preloaded.0.clone());
    }
    None
}
