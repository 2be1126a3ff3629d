//! Teams: making one, and what every page of a team shows around itself.

use super::wire::Wire;
use domain::{Error, ids::TeamId, team::TeamFrame};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::{
        api::request::{self, Public},
        paths,
    },
    services::teams,
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
