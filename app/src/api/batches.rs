//! One deed for many customers: what it would cost, starting it, how far it is, cancelling it.

use super::wire::Wire;
use domain::{
    Error,
    batch::{BatchDetail, BatchKind, BatchQuote},
    customer::Chosen,
    ids::{BatchId, BusinessId, TeamId},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::{
        api::request::{self, Public, parse},
        paths,
    },
    domain::{credit::Credits, permission::perm},
    services::batches::{self, Order},
};

#[server(name = QuoteBatch, endpoint = "batches/quote", input = Json, output = Wire)]
pub async fn quote(team: TeamId, business: BusinessId, kind: BatchKind, chosen: Chosen) -> Result<BatchQuote, Error> {
    let (services, member) = request::member(team).await?;
    batches::quote(&services, &member, business, kind, &chosen).await.public()
}

/// `query`: the list's, as JSON. `count` of the `of` that were quoted, for so many `credits`.
#[server(name = StartBatch, endpoint = "batches/start")]
#[expect(clippy::too_many_arguments, reason = "the fields of a form")]
pub async fn start(
    team: String,
    business: String,
    kind: String,
    #[server(default)] ids: String,
    #[server(default)] query: String,
    count: String,
    of: String,
    credits: String,
    #[server(default)] sender: String,
    #[server(default)] review: String,
) -> Result<(), Error> {
    let (team, business) = (parse(&team)?, parse(&business)?);
    let (services, member) = request::member(team).await?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| Error::Malformed);
    let query = if query.is_empty() {
        Default::default()
    } else {
        serde_json::from_str(&query).map_err(|_| Error::Malformed)?
    };
    let order = Order {
        kind: BatchKind::parse(&kind).ok_or(Error::Malformed)?,
        chosen: Chosen { ids, query },
        count: number(&count)?,
        of: number(&of)?,
        credits: Credits(number(&credits)?.cast_signed()),
        sender: (!sender.is_empty()).then(|| parse(&sender)).transpose()?,
        review: review == "true",
    };
    let id = batches::start(&services, &member, business, order).await.public()?;
    leptos_axum::redirect(&paths::batch(team, business, id));
    Ok(())
}

#[server(name = OpenBatch, endpoint = "batches/detail", input = Json, output = Wire)]
pub async fn detail(team: TeamId, business: BusinessId, batch: BatchId) -> Result<BatchDetail, Error> {
    let (services, grant) = request::grant::<perm::UseBatch>(team).await?;
    batches::detail(&services, &grant, business, batch).await.public()
}

#[server(name = CancelBatch, endpoint = "batches/cancel")]
pub async fn cancel(team: String, business: String, batch: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::UseBatch>(parse(&team)?).await?;
    batches::cancel(&services, &grant, parse(&business)?, parse(&batch)?).await.public()
}
