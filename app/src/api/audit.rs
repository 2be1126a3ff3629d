//! The audit log.

use super::wire::Wire;
use domain::{
    Error,
    audit::{AuditQuery, AuditRow},
    ids::TeamId,
    page::Page,
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public},
    domain::permission::perm,
    services::audit,
};

#[server(name = ListAudit, endpoint = "audit/list", input = Json, output = Wire)]
pub async fn list(team: TeamId, query: AuditQuery) -> Result<Page<AuditRow>, Error> {
    let (services, grant) = request::grant::<perm::EditTeamSettings>(team).await?;
    audit::list(&services, &grant, &query).await.public()
}
