//! Invitations: asking somebody into the team, and joining by the mailed link.

use super::wire::Wire;
use domain::{
    Error,
    ids::TeamId,
    invitation::{InvitationOffer, InvitationRow},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::{
        api::request::{self, Public, parse},
        paths,
    },
    domain::{error::FieldCode, permission::perm, role::Role},
    services::{accounts::sessions, invitations},
};

#[server(name = ListInvitations, endpoint = "invitations/list", input = Json, output = Wire)]
pub async fn list(team: TeamId) -> Result<Vec<InvitationRow>, Error> {
    let (services, grant) = request::grant::<perm::InviteMembers>(team).await?;
    invitations::list(&services, &grant).await.public()
}

#[server(name = SendInvitation, endpoint = "invitations/create")]
pub async fn create(team: String, #[server(default)] email: String, #[server(default)] role: String) -> Result<(), Error> {
    request::keep_typed(&[("email", &email), ("role", &role)]);
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

/// The link is the evidence; who is signed in only decides what joining takes.
#[server(name = OfferInvitation, endpoint = "invitations/offer", input = Json, output = Wire)]
pub async fn offer(token: String) -> Result<InvitationOffer, Error> {
    let session = request::session().ok();
    invitations::offer(&request::services()?, session.as_ref(), &token).await.public()
}

/// Joins with the account that is signed in, also where its address is not verified yet: the link verifies it.
#[server(name = AcceptInvitation, endpoint = "invitations/accept")]
pub async fn accept(token: String) -> Result<(), Error> {
    let team = invitations::accept(&request::services()?, &request::session()?, &token)
        .await
        .public()?;
    leptos_axum::redirect(&paths::team(team));
    Ok(())
}

/// Joins with a new account.
#[server(name = JoinTeam, endpoint = "invitations/join")]
pub async fn join(token: String, #[server(default)] name: String, #[server(default)] password: String) -> Result<(), Error> {
    request::keep_typed(&[("name", &name)]);
    let joined = invitations::join(&request::services()?, &request::origin(), &token, &name, &password)
        .await
        .public()?;
    request::signed_in(&joined.token, true)?;
    leptos_axum::redirect(&paths::team(joined.team));
    Ok(())
}

/// Signs out and goes on with the invitation.
#[server(name = SwitchAccount, endpoint = "invitations/switch")]
pub async fn switch(token: String) -> Result<(), Error> {
    if let Ok(session) = request::session() {
        sessions::end(&request::services()?, session.id).await.public()?;
    }
    request::signed_out()?;
    leptos_axum::redirect(&paths::join(&paths::escape(&token)));
    Ok(())
}
