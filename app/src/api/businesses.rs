//! Businesses: settings, mail servers, senders.

use super::wire::Wire;
use domain::{
    Error,
    business::{
        BusinessDetail, BusinessRow, BusinessSettings, DeletedBusiness, Incentive, SenderOffer,
        form::{BusinessForm, SmtpForm},
    },
    ids::{BusinessId, TeamId},
    team::Heir,
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    crate::paths,
    domain::error::FieldCode,
    domain::permission::perm,
    services::businesses::{self, owner, senders, smtp, stripe},
};

#[server(name = ListBusinesses, endpoint = "businesses/list", input = Json, output = Wire)]
pub async fn list(team: TeamId) -> Result<Vec<BusinessRow>, Error> {
    let (services, grant) = request::grant::<perm::ViewBusinesses>(team).await?;
    businesses::list(&services, &grant).await.public()
}

#[server(name = BusinessDefaults, endpoint = "businesses/defaults", input = Json, output = Wire)]
pub async fn defaults(team: TeamId) -> Result<BusinessSettings, Error> {
    let (services, grant) = request::grant::<perm::ViewBusinesses>(team).await?;
    businesses::defaults(&services, &grant).await.public()
}

#[server(name = OpenBusiness, endpoint = "businesses/detail", input = Json, output = Wire)]
pub async fn detail(team: TeamId, business: BusinessId) -> Result<BusinessDetail, Error> {
    let (services, grant) = request::grant::<perm::ViewBusinesses>(team).await?;
    businesses::detail(&services, &grant, business).await.public()
}

#[server(name = CreateBusiness, endpoint = "businesses/create")]
pub async fn create(
    team: String,
    #[server(default)] incentives: Vec<Incentive>,
    #[server(flatten)] form: BusinessForm,
) -> Result<(), Error> {
    let team = parse(&team)?;
    let (services, grant) = request::grant::<perm::CreateBusiness>(team).await?;
    let id = businesses::create(&services, &grant, form.settings(incentives)?).await.public()?;
    leptos_axum::redirect(&paths::business_settings(team, id));
    Ok(())
}

#[server(name = SaveBusiness, endpoint = "businesses/save")]
pub async fn save(
    team: String,
    business: String,
    version: String,
    #[server(default)] incentives: Vec<Incentive>,
    #[server(flatten)] form: BusinessForm,
) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::EditOwnBusiness>(parse(&team)?).await?;
    let version = version.parse().map_err(|_| Error::Malformed)?;
    let settings = form.settings(incentives)?;
    businesses::save(&services, &grant, parse(&business)?, settings, version)
        .await
        .public()
}

/// Whoever may own the business instead.
#[server(name = Heirs, endpoint = "businesses/heirs", input = Json, output = Wire)]
pub async fn heirs(team: TeamId, business: BusinessId) -> Result<Vec<Heir>, Error> {
    let (services, grant) = request::grant::<perm::EditAnyBusiness>(team).await?;
    owner::heirs(&services, &grant, business).await.public()
}

/// `seen`: the version of the business on the page.
#[server(name = HandOver, endpoint = "businesses/hand_over")]
pub async fn hand_over(team: String, business: String, seen: String, #[server(default)] hand_to: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::EditAnyBusiness>(parse(&team)?).await?;
    let to = hand_to.parse().map_err(|_| Error::field("hand_to", FieldCode::NotAChoice))?;
    let seen = seen.parse().map_err(|_| Error::Malformed)?;
    owner::hand_over(&services, &grant, parse(&business)?, to, seen).await.public()
}

#[server(name = DeleteBusiness, endpoint = "businesses/delete")]
pub async fn delete(team: String, business: String, #[server(default)] confirmation: String) -> Result<(), Error> {
    let team = parse(&team)?;
    let (services, grant) = request::grant::<perm::DeleteOwnBusiness>(team).await?;
    businesses::delete(&services, &grant, parse(&business)?, &confirmation)
        .await
        .public()?;
    leptos_axum::redirect(&paths::businesses(team));
    Ok(())
}

/// Deleted businesses, while they can be restored.
#[server(name = DeletedBusinesses, endpoint = "businesses/deleted", input = Json, output = Wire)]
pub async fn deleted(team: TeamId) -> Result<Vec<DeletedBusiness>, Error> {
    let (services, grant) = request::grant::<perm::ViewBusinesses>(team).await?;
    businesses::deleted(&services, &grant).await.public()
}

#[server(name = RestoreBusiness, endpoint = "businesses/restore")]
pub async fn restore(team: String, business: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::DeleteOwnBusiness>(parse(&team)?).await?;
    businesses::restore(&services, &grant, parse(&business)?).await.public()
}

#[server(name = ConnectStripe, endpoint = "businesses/connect_stripe")]
pub async fn connect_stripe(team: String, business: String, #[server(default)] key: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ConfigureStripe>(parse(&team)?).await?;
    stripe::connect(&services, &grant, parse(&business)?, &key).await.public()
}

#[server(name = DisconnectStripe, endpoint = "businesses/disconnect_stripe")]
pub async fn disconnect_stripe(team: String, business: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ConfigureStripe>(parse(&team)?).await?;
    stripe::disconnect(&services, &grant, parse(&business)?).await.public()
}

#[server(name = SaveSmtp, endpoint = "businesses/save_smtp")]
pub async fn save_smtp(team: String, business: String, #[server(flatten)] form: SmtpForm) -> Result<(), Error> {
    request::keep_typed(&[("host", &form.host), ("port", &form.port), ("tls", &form.tls), ("user", &form.user)]);
    let (services, grant) = request::grant::<perm::ConfigureSender>(parse(&team)?).await?;
    smtp::save(&services, &grant, parse(&business)?, &form).await.public()
}

#[server(name = RemoveSmtp, endpoint = "businesses/remove_smtp")]
pub async fn remove_smtp(team: String, business: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ConfigureSender>(parse(&team)?).await?;
    smtp::remove(&services, &grant, parse(&business)?).await.public()
}

#[server(name = TestSmtp, endpoint = "businesses/test_smtp")]
pub async fn test_smtp(team: String, business: String) -> Result<(), Error> {
    let (team, business) = (parse(&team)?, parse(&business)?);
    let (services, grant) = request::grant::<perm::ConfigureSender>(team).await?;
    smtp::test(&services, &grant, business).await.public()?;
    // Without scripts nothing else would show that it worked.
    if request::is_plain_form() {
        leptos_axum::redirect(&format!("{}?server=works", paths::business_settings(team, business)));
    }
    Ok(())
}

#[server(name = AddSender, endpoint = "businesses/add_sender")]
pub async fn add_sender(
    team: String,
    business: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
) -> Result<(), Error> {
    request::keep_typed(&[("sender_name", &name), ("sender_email", &email)]);
    let (services, grant) = request::grant::<perm::ConfigureSender>(parse(&team)?).await?;
    senders::add(&services, &grant, parse(&business)?, &name, &email).await.public()?;
    Ok(())
}

#[server(name = ResendSender, endpoint = "businesses/resend_sender")]
pub async fn resend_sender(team: String, business: String, sender: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ConfigureSender>(parse(&team)?).await?;
    senders::resend(&services, &grant, parse(&business)?, parse(&sender)?)
        .await
        .public()
}

#[server(name = RemoveSender, endpoint = "businesses/remove_sender")]
pub async fn remove_sender(team: String, business: String, sender: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ConfigureSender>(parse(&team)?).await?;
    senders::remove(&services, &grant, parse(&business)?, parse(&sender)?)
        .await
        .public()
}

#[server(name = OfferSender, endpoint = "senders/offer", input = Json, output = Wire)]
pub async fn sender_offer(token: String) -> Result<SenderOffer, Error> {
    senders::offer(&request::services()?, &token).await.public()
}

/// The link is the evidence: no session needed.
#[server(name = VerifySender, endpoint = "senders/verify")]
pub async fn verify_sender(token: String) -> Result<(), Error> {
    senders::verify(&request::services()?, &token).await.public()?;
    leptos_axum::redirect(paths::SENDER_VERIFIED);
    Ok(())
}
