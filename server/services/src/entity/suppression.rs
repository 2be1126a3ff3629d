//! Rows of `suppression`.

use domain::{
    ids::{BusinessId, PersonId, TeamId},
    outreach::SuppressionReason,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suppression")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub business_id: Option<BusinessId>,
    #[sea_orm(column_type = "Text")]
    pub email: String,
    pub reason: SuppressionReason,
    pub created_by: Option<PersonId>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
