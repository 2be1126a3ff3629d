//! A customer's page.

use super::wire::Wire;
use domain::{
    Error,
    business::Language,
    customer::CustomerDetail,
    ids::{BusinessId, CustomerId, TeamId},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public},
    domain::permission::perm,
    services::customers::detail,
};

#[server(name = OpenCustomer, endpoint = "customers/detail", input = Json, output = Wire)]
pub async fn detail(team: TeamId, business: BusinessId, customer: CustomerId, language: Option<Language>) -> Result<CustomerDetail, Error> {
    let (services, grant) = request::grant::<perm::ViewCustomers>(team).await?;
    detail::detail(&services, &grant, business, customer, language).await.public()
}
