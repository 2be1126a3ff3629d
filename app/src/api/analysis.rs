//! Analyses of customers.

use domain::{
    Error,
    persona::{Analysed, Translated},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    crate::paths,
    domain::{business::Language, permission::perm},
    services::analysis,
};

/// `seen` is the persona that the page showed, empty for none: another result than that one is not paid for again.
#[server(name = AnalyseCustomer, endpoint = "analysis/analyse")]
pub async fn analyse(team: String, customer: String, #[server(default)] seen: String) -> Result<Analysed, Error> {
    let (services, grant) = request::grant::<perm::DraftEmails>(parse(&team)?).await?;
    let seen = if seen.is_empty() { None } else { Some(parse(&seen)?) };
    analysis::analyse(&services, &grant, parse(&customer)?, seen).await.public()
}

/// `seen` is the analysis that the page showed. The answer leads to the persona in that language.
#[server(name = TranslatePersona, endpoint = "analysis/translate")]
pub async fn translate(team: String, customer: String, seen: String, language: String) -> Result<Translated, Error> {
    let (services, grant) = request::grant::<perm::RegeneratePersona>(parse(&team)?).await?;
    let (customer, seen) = (parse(&customer)?, parse(&seen)?);
    let language = Language::parse(&language).ok_or(Error::Malformed)?;
    let done = analysis::translate(&services, &grant, customer, seen, language).await.public()?;
    leptos_axum::redirect(&paths::customer_in(grant.team(), done.business, customer, language));
    Ok(done)
}
