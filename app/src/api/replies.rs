//! Replies: logging one, listing a business's.

use super::wire::Wire;
use domain::{
    Error,
    ids::{BusinessId, CustomerId, TeamId},
    page::Page,
    reply::{ReplyForm, ReplyOptions, ReplyQuery, ReplyRow},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    domain::permission::perm,
    services::replies,
};

#[server(name = ListReplies, endpoint = "replies/list", input = Json, output = Wire)]
pub async fn list(team: TeamId, business: BusinessId, query: ReplyQuery) -> Result<Page<ReplyRow>, Error> {
    let (services, grant) = request::grant::<perm::ViewCustomers>(team).await?;
    replies::list(&services, &grant, business, &query).await.public()
}

#[server(name = ShowReplyOptions, endpoint = "replies/options", input = Json, output = Wire)]
pub async fn options(team: TeamId, business: BusinessId, customer: CustomerId) -> Result<ReplyOptions, Error> {
    let (services, grant) = request::grant::<perm::ViewCustomers>(team).await?;
    replies::options(&services, &grant, business, customer).await.public()
}

#[server(name = LogReply, endpoint = "replies/log")]
pub async fn log(team: String, business: String, customer: String, #[server(flatten)] form: ReplyForm) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::LogReplies>(parse(&team)?).await?;
    replies::log(&services, &grant, parse(&business)?, parse(&customer)?, &form)
        .await
        .public()?;
    Ok(())
}
