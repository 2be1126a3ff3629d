//! Analyses of customers.

use domain::{Error, persona::Analysed};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    domain::permission::perm,
    services::analysis,
};

/// `seen` is the persona that the page showed, empty for none: another result than that one is not paid for again.
#[server(name = AnalyseCustomer, endpoint = "analysis/analyse")]
pub async fn analyse(team: String, customer: String, #[server(default)] seen: String) -> Result<Analysed, Error> {
    let (services, grant) = request::grant::<perm::DraftEmails>(parse(&team)?).await?;
    let seen = if seen.is_empty() { None } else { Some(parse(&seen)?) };
    analysis::analyse(&services, &grant, parse(&customer)?, seen).await.public()
}
