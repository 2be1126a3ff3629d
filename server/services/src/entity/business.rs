//! Rows of `business`.

use domain::{
    business::CallToAction,
    business::Language,
    business::Tone,
    ids::{BusinessId, PersonId, TeamId},
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "business")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BusinessId,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub owner_id: PersonId,
    pub created_by: PersonId,
    pub mark: i32,
    #[sea_orm(column_type = "Text")]
    pub website: String,
    #[sea_orm(column_type = "Text")]
    pub contact_name: String,
    #[sea_orm(column_type = "Text")]
    pub contact_role: String,
    #[sea_orm(column_type = "Text")]
    pub currency: String,
    #[sea_orm(column_type = "Text")]
    pub time_zone: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    #[sea_orm(column_type = "Text")]
    pub upsell: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub incentives: Json,
    pub language: Language,
    pub tone: Tone,
    pub call_to_action: CallToAction,
    #[sea_orm(column_type = "Text")]
    pub call_link: String,
    #[sea_orm(column_type = "Text")]
    pub signature: String,
    #[sea_orm(column_type = "Text")]
    pub postal_address: String,
    #[sea_orm(column_type = "Text")]
    pub reply_to: String,
    pub version: i32,
    pub customer_count: i64,
    pub created_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
