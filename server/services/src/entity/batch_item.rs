//! Rows of `batch_item`.

use domain::{
    batch::SkipReason,
    ids::{BatchId, CustomerId, HoldId, TeamId},
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch_item")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub customer_id: CustomerId,
    pub hold_id: Option<HoldId>,
    pub version: Option<i32>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub why: Option<SkipReason>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
