//! Rows of `customer`.

use domain::{
    ids::{BusinessId, CustomerId, ImportId, TeamId},
    persona::Segment,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerId,
    pub business_id: BusinessId,
    #[sea_orm(column_type = "Text")]
    pub email: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub company: String,
    #[sea_orm(column_type = "Text")]
    pub country: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub currency: Option<String>,
    pub total_spent: Option<i64>,
    pub monthly_spend: Option<i64>,
    pub payment_count: Option<i64>,
    pub first_payment: Option<Date>,
    pub last_payment: Option<Date>,
    pub refund_volume: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub notes: String,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub tags: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub attributes: Option<Json>,
    pub segment: Option<Segment>,
    pub opportunity: Option<i32>,
    pub import_id: Option<ImportId>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
