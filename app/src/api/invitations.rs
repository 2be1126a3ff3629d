//! Invitations: asking somebody into the team.

use domain::{Error, ids::TeamId, invitation::InvitationRow};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    domain::{error::FieldCode, permission::perm, role::Role},
    services::invitations,
};

#[server(name = ListInvitations, endpoint = "invitations/list", input = Json)]
pub async fn list(team: TeamId) -> Result<Vec<InvitationRow>, Error> {
    let (services, grant) = request::grant::<perm::InviteMembers>(team).await?;
    invitations::list(&services, &grant).await.public()
}

#[server(name = SendInvitation, endpoint = "invitations/create")]
pub async fn create(team: String, #[server(default)] email: String, #[server(default)] role: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::InviteMembers>(parse(&team)?).await?;
    let role = Role::parse(&role).ok_or_else(|| Error::field("role", FieldCode::NotAChoice))?;
    invitations::create(&services, &grant, &email, role).await.public()?;
    Ok(())
}

#[server(name = ResendInvitation, endpoint = "invitations/resend")]
pub async fn resend(team: String, invitation: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::InviteMembers>(parse(&team)?).await?;
    invitations::resend(&services, &grant, parse(&invitation)?).await.public()
}

#[server(name = RevokeInvitation, endpoint = "invitations/revoke")]
pub async fn revoke(team: String, invitation: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::InviteMembers>(parse(&team)?).await?;
    invitations::revoke(&services, &grant, parse(&invitation)?).await.public()
}
