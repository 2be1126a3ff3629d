//! The team's people and its plan.

use super::wire::Wire;
use domain::{
    Error,
    ids::{MemberId, TeamId},
    page::Page,
    team::{Belongings, MemberQuery, MemberRow, TeamOverview},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::{
        api::request::{self, Public, parse},
        paths,
    },
    domain::{error::FieldCode, permission::perm, role::Role},
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

/// One person of the team: for the page about them.
#[server(name = OpenMember, endpoint = "members/detail", input = Json, output = Wire)]
pub async fn detail(team: TeamId, member: MemberId) -> Result<Belongings, Error> {
    let (services, grant) = request::grant::<perm::RemoveMembers>(team).await?;
    members::belongings(&services, &grant, member).await.public()
}

/// What whoever asks would leave behind.
#[server(name = OwnBelongings, endpoint = "members/own", input = Json, output = Wire)]
pub async fn own(team: TeamId) -> Result<Belongings, Error> {
    let (services, member) = request::member(team).await?;
    members::own_belongings(&services, &member).await.public()
}

#[server(name = ChangeRole, endpoint = "members/change_role")]
pub async fn change_role(
    team: String,
    member: String,
    #[server(default)] role: String,
    #[server(default)] hand_to: String,
) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ChangeRoles>(parse(&team)?).await?;
    let role = Role::parse(&role).ok_or_else(|| Error::field("role", FieldCode::NotAChoice))?;
    members::change_role(&services, &grant, parse(&member)?, role, chosen(&hand_to)?)
        .await
        .public()
}

#[server(name = RemoveMember, endpoint = "members/remove")]
pub async fn remove(team: String, member: String, #[server(default)] hand_to: String) -> Result<(), Error> {
    let team = parse(&team)?;
    let (services, grant) = request::grant::<perm::RemoveMembers>(team).await?;
    members::remove(&services, &grant, parse(&member)?, chosen(&hand_to)?)
        .await
        .public()?;
    leptos_axum::redirect(&paths::members(team));
    Ok(())
}

#[server(name = LeaveTeam, endpoint = "members/leave")]
pub async fn leave(team: String, #[server(default)] hand_to: String) -> Result<(), Error> {
    let (services, member) = request::member(parse(&team)?).await?;
    members::leave(&services, &member, chosen(&hand_to)?).await.public()?;
    leptos_axum::redirect(paths::TEAMS);
    Ok(())
}

#[server(name = TransferOwnership, endpoint = "members/transfer")]
pub async fn transfer(
    team: String,
    #[server(default)] member: String,
    #[server(default)] password: String,
    #[server(default)] confirmation: String,
) -> Result<(), Error> {
    let team = parse(&team)?;
    request::keep_typed(&[("member", &member), ("confirmation", &confirmation)]);
    let (services, grant) = request::grant::<perm::TransferOwnership>(team).await?;
    let to = member.parse().map_err(|_| Error::field("member", FieldCode::NotAChoice))?;
    members::transfer(&services, &grant, to, &password, &confirmation).await.public()?;
    leptos_axum::redirect(&paths::team_settings(team));
    Ok(())
}

/// Whoever was chosen in a form; nobody leaves it to the service.
#[cfg(feature = "ssr")]
fn chosen(member: &str) -> Result<Option<MemberId>, Error> {
    if member.is_empty() {
        return Ok(None);
    }
    member.parse().map(Some).map_err(|_| Error::field("hand_to", FieldCode::NotAChoice))
}
