//! Rows of `audit_event`.

use domain::{
    audit::AuditKind,
    ids::{AuditEventId, BusinessId, CustomerId, PersonId, TeamId},
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    pub at: DateTimeUtc,
    pub kind: AuditKind,
    pub person_id: Option<PersonId>,
    #[sea_orm(column_type = "Text")]
    pub person_name: String,
    pub business_id: Option<BusinessId>,
    pub customer_id: Option<CustomerId>,
    pub subject_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub request_id: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub detail: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
