//! The team's people and its plan.

use super::wire::Wire;
use domain::{
    Error,
    ids::TeamId,
    page::Page,
    team::{MemberQuery, MemberRow, TeamOverview},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public},
    domain::permission::perm,
    services::{members, teams},
};

#[server(name = ListMembers, endpoint = "members/list", input = Json, output = Wire)]
pub async fn list(team: TeamId, query: MemberQuery) -> Result<Page<MemberRow>, Error> {
    let (services, grant) = request::grant::<perm::ViewTeamSettings>(team).await?;
    members::list(&services, &grant, &query).await.public()
}

#[server(name = TeamPlan, endpoint = "members/overview", input = Json, output = Wire)]
pub async fn overview(team: TeamId) -> Result<TeamOverview, Error> {
    let (services, grant) = request::grant::<perm::ViewTeamSettings>(team).await?;
    teams::overview(&services, &grant).await.public()
}
