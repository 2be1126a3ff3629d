//! Rows of `draft`.

use domain::{
    business::Language,
    ids::{BusinessId, CustomerId, DraftId, PersonId, TeamId},
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "draft")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DraftId,
    pub business_id: BusinessId,
    pub customer_id: CustomerId,
    pub language: Language,
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub claims: Json,
    pub version: i32,
    pub edited_by: PersonId,
    pub edited_at: DateTimeUtc,
    /// What the letters go by that were written since the analysis; not known of drafts from before it was kept.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub variants: Option<Json>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
