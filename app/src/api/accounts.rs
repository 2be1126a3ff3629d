//! Accounts: who is signed in, signing up, in and out, mailed links. No answer tells whether an account exists.

use super::wire::Wire;
use domain::{Error, person::Me};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::{
        api::request::{self, Public},
        paths,
    },
    services::accounts::{self, sessions},
};

/// `None` while nobody is signed in: pages for everybody ask, too.
#[server(name = GetMe, endpoint = "accounts/me", input = Json, output = Wire)]
pub async fn me() -> Result<Option<Me>, Error> {
    match request::session() {
        Ok(session) => accounts::me(&request::services()?, &session).await.public().map(Some),
        Err(_) => Ok(None),
    }
}

#[server(name = SignUp, endpoint = "accounts/sign_up")]
pub async fn sign_up(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
) -> Result<(), Error> {
    request::keep_typed(&[("name", &name), ("email", &email)]);
    accounts::sign_up(&request::services()?, &request::origin(), &name, &email, &password)
        .await
        .public()?;
    leptos_axum::redirect(paths::CHECK_MAIL);
    Ok(())
}

/// `stay`: keep the session when the browser is closed. `next`: a path of ours to go on with.
#[server(name = SignIn, endpoint = "accounts/sign_in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] stay: String,
    #[server(default)] next: String,
) -> Result<(), Error> {
    request::keep_typed(&[("email", &email)]);
    let token = accounts::sign_in(&request::services()?, &request::origin(), &email, &password)
        .await
        .public()?;
    request::signed_in(&token, !stay.is_empty())?;
    match paths::local(&next) {
        Some(next) => leptos_axum::redirect(next),
        None => leptos_axum::redirect(&start(&token).await?),
    }
    Ok(())
}

/// Also for whoever is signed out already.
#[server(name = SignOut, endpoint = "accounts/sign_out")]
pub async fn sign_out() -> Result<(), Error> {
    if let Ok(session) = request::session() {
        sessions::end(&request::services()?, session.id).await.public()?;
    }
    request::signed_out()?;
    leptos_axum::redirect(paths::SIGN_IN);
    Ok(())
}

#[server(name = ResendVerification, endpoint = "accounts/resend")]
pub async fn resend() -> Result<(), Error> {
    accounts::resend_verification(&request::services()?, &request::session()?)
        .await
        .public()?;
    leptos_axum::redirect(paths::MAIL_SENT);
    Ok(())
}

/// The link is the evidence: no session needed, a new one begins.
#[server(name = VerifyEmail, endpoint = "accounts/verify")]
pub async fn verify(token: String) -> Result<(), Error> {
    let session = accounts::verify(&request::services()?, &request::origin(), &token).await.public()?;
    request::signed_in(&session, true)?;
    leptos_axum::redirect(&start(&session).await?);
    Ok(())
}

#[server(name = ForgotPassword, endpoint = "accounts/forgot")]
pub async fn forgot(#[server(default)] email: String) -> Result<(), Error> {
    request::keep_typed(&[("email", &email)]);
    accounts::forgot(&request::services()?, &request::origin(), &email).await.public()?;
    leptos_axum::redirect(paths::CHECK_MAIL);
    Ok(())
}

#[server(name = ResetPassword, endpoint = "accounts/reset")]
pub async fn reset(token: String, #[server(default)] password: String) -> Result<(), Error> {
    let session = accounts::reset(&request::services()?, &request::origin(), &token, &password)
        .await
        .public()?;
    request::signed_in(&session, true)?;
    leptos_axum::redirect(&start(&session).await?);
    Ok(())
}

/// Where somebody begins who just signed in: the address, the first team, the only one, or a choice.
#[cfg(feature = "ssr")]
async fn start(token: &str) -> Result<String, Error> {
    let services = request::services()?;
    let session = sessions::find(&services, token).await.public()?.ok_or(Error::Unauthenticated)?;
    let me = accounts::me(&services, &session).await.public()?;
    Ok(match me.teams.as_slice() {
        _ if !me.verified => paths::CHECK_MAIL.to_owned(),
        [] => paths::NEW_TEAM.to_owned(),
        [only] => paths::team(only.id),
        _ => paths::TEAMS.to_owned(),
    })
}
