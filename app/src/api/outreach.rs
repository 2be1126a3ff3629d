//! Outreach: sending a draft, what is on its way, unsubscribing.

use super::wire::Wire;
use domain::{
    Error,
    ids::{BusinessId, CustomerId, TeamId},
    outreach::{OutreachPage, OutreachQuery, SendOptions, UnsubscribeOffer},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    domain::{outreach::OutreachAction, permission::perm},
    services::outreach::{self, Order, unsubscribe},
};

#[server(name = ShowOutreach, endpoint = "outreach/page", input = Json, output = Wire)]
pub async fn page(team: TeamId, business: BusinessId, query: OutreachQuery) -> Result<OutreachPage, Error> {
    let (services, grant) = request::grant::<perm::ViewCustomers>(team).await?;
    outreach::page(&services, &grant, business, &query).await.public()
}

#[server(name = ShowSendOptions, endpoint = "outreach/options", input = Json, output = Wire)]
pub async fn options(team: TeamId, business: BusinessId, customer: CustomerId) -> Result<SendOptions, Error> {
    let (services, grant) = request::grant::<perm::ViewCustomers>(team).await?;
    outreach::options(&services, &grant, business, customer).await.public()
}

/// `review` comes from the button that was pressed.
#[server(name = SendDraft, endpoint = "outreach/send")]
pub async fn send(
    team: String,
    business: String,
    customer: String,
    #[server(default)] sender: String,
    #[server(default)] version: String,
    #[server(default)] review: String,
) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::SendEmails>(parse(&team)?).await?;
    let (sender, version) = (parse(&sender)?, version.parse().map_err(|_| Error::Malformed)?);
    let review = review == "true";
    let order = Order { sender, version, review };
    let (business, customer) = (parse(&business)?, parse(&customer)?);
    outreach::queue(&services, &grant, business, customer, order).await.public()?;
    Ok(())
}

/// Answers with the address it went to.
#[server(name = SendTest, endpoint = "outreach/test")]
pub async fn test(team: String, business: String, customer: String, #[server(default)] sender: String) -> Result<String, Error> {
    let (services, grant) = request::grant::<perm::DraftEmails>(parse(&team)?).await?;
    let (business, customer, sender) = (parse(&business)?, parse(&customer)?, parse(&sender)?);
    outreach::send_test(&services, &grant, business, customer, sender).await.public()
}

#[server(name = ActOnOutreach, endpoint = "outreach/act")]
pub async fn act(team: String, outreach: String, #[server(default)] action: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::SendEmails>(parse(&team)?).await?;
    let action = OutreachAction::parse(&action).ok_or(Error::Malformed)?;
    outreach::act(&services, &grant, parse(&outreach)?, action).await.public()
}

#[server(name = PauseSending, endpoint = "outreach/pause_all")]
pub async fn pause_all(team: String, business: String) -> Result<u64, Error> {
    let (services, grant) = request::grant::<perm::SendEmails>(parse(&team)?).await?;
    outreach::pause_all(&services, &grant, parse(&business)?).await.public()
}

#[server(name = ResumeSending, endpoint = "outreach/resume_all")]
pub async fn resume_all(team: String, business: String) -> Result<u64, Error> {
    let (services, grant) = request::grant::<perm::SendEmails>(parse(&team)?).await?;
    outreach::resume_all(&services, &grant, parse(&business)?).await.public()
}

/// The link is the evidence: no session needed. Confirming is a plain POST to the link itself.
#[server(name = OfferUnsubscribe, endpoint = "outreach/unsubscribe_offer", input = Json, output = Wire)]
pub async fn unsubscribe_offer(token: String) -> Result<UnsubscribeOffer, Error> {
    unsubscribe::offer(&request::services()?, &token).await.public()
}
