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
    crate::api::request::{self, Public},
    domain::permission::perm,
    services::customers,
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
