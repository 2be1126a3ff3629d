//! Edits of a customer and of its analysis by hand.

use domain::{
    Error,
    edit::{FieldsForm, PersonaForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    crate::{
        api::request::{self, Public, parse},
        paths,
    },
    domain::{business::Language, edit::PersonaSeen, permission::perm},
    services::{analysis, customers},
};

/// `seen` names the fields as the page showed them. The answer leads to the customer's page.
#[server(name = SaveFields, endpoint = "customers/save")]
pub async fn save(team: String, customer: String, seen: String, #[server(flatten)] form: FieldsForm) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::EditAnalysis>(parse(&team)?).await?;
    let (customer, fields) = (parse(&customer)?, form.checked()?);
    let business = customers::edit::save(&services, &grant, customer, &seen, fields).await.public()?;
    leptos_axum::redirect(&paths::customer(grant.team(), business, customer));
    Ok(())
}

/// `seen` is the analysis that the page showed, in `language` and after `version` edits.
#[server(name = EditPersona, endpoint = "analysis/edit")]
pub async fn edit(
    team: String,
    customer: String,
    seen: String,
    language: String,
    version: String,
    #[server(flatten)] form: PersonaForm,
) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::EditAnalysis>(parse(&team)?).await?;
    let edit = form.checked()?;
    let (customer, seen) = (parse(&customer)?, persona_seen(&seen, &language, &version)?);
    let business = analysis::edit(&services, &grant, customer, seen, edit).await.public()?;
    leptos_axum::redirect(&paths::customer_in(grant.team(), business, customer, seen.language));
    Ok(())
}

/// Back to what was generated.
#[server(name = GeneratedPersona, endpoint = "analysis/to_generated")]
pub async fn to_generated(team: String, customer: String, seen: String, language: String, version: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::EditAnalysis>(parse(&team)?).await?;
    let (customer, seen) = (parse(&customer)?, persona_seen(&seen, &language, &version)?);
    let business = analysis::to_generated(&services, &grant, customer, seen).await.public()?;
    leptos_axum::redirect(&paths::customer_in(grant.team(), business, customer, seen.language));
    Ok(())
}

#[cfg(feature = "ssr")]
fn persona_seen(analysis: &str, language: &str, version: &str) -> Result<PersonaSeen, Error> {
    Ok(PersonaSeen {
        analysis: parse(analysis)?,
        language: Language::parse(language).ok_or(Error::Malformed)?,
        version: version.parse().map_err(|_| Error::Malformed)?,
    })
}
