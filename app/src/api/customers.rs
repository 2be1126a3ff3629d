//! Customers of a business.

use super::wire::Wire;
use domain::{
    Error,
    customer::{CustomerQuery, CustomerRow, TimelineEvent},
    ids::{BusinessId, CustomerId, TeamId},
    page::Page,
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::{
        api::request::{self, Public, parse},
        paths,
    },
    domain::permission::perm,
    services::customers::{self, deletion},
};

#[server(name = ListCustomers, endpoint = "customers/list", input = Json, output = Wire)]
pub async fn list(team: TeamId, business: BusinessId, query: CustomerQuery) -> Result<Page<CustomerRow>, Error> {
    let (services, grant) = request::grant::<perm::ViewCustomers>(team).await?;
    customers::list::list(&services, &grant, business, &query).await.public()
}

/// What happened with a customer; `before` is the cursor of the part before.
#[server(name = CustomerTimeline, endpoint = "customers/timeline", input = Json, output = Wire)]
pub async fn timeline(
    team: TeamId,
    business: BusinessId,
    customer: CustomerId,
    before: Option<String>,
) -> Result<Page<TimelineEvent>, Error> {
    let (services, grant) = request::grant::<perm::ViewCustomers>(team).await?;
    customers::timeline::events(&services, &grant, business, customer, before.as_deref())
        .await
        .public()
}

/// For 30 days it can be restored.
#[server(name = DeleteCustomer, endpoint = "customers/delete")]
pub async fn delete(team: String, business: String, customer: String) -> Result<(), Error> {
    let (team, business) = (parse(&team)?, parse(&business)?);
    let (services, grant) = request::grant::<perm::DeleteCustomers>(team).await?;
    deletion::delete(&services, &grant, business, parse(&customer)?).await.public()?;
    leptos_axum::redirect(&paths::customers(team, business));
    Ok(())
}

#[server(name = RestoreCustomer, endpoint = "customers/restore")]
pub async fn restore(team: String, business: String, customer: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::DeleteCustomers>(parse(&team)?).await?;
    deletion::restore(&services, &grant, parse(&business)?, parse(&customer)?)
        .await
        .public()
}
