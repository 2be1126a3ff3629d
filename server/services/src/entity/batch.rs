//! Rows of `batch`.

use domain::{
    batch::{BatchKind, BatchState},
    ids::{BatchId, BusinessId, PersonId, SenderId, TeamId},
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BatchId,
    pub business_id: BusinessId,
    pub kind: BatchKind,
    pub state: BatchState,
    pub sender_id: Option<SenderId>,
    pub review: bool,
    pub item_count: i64,
    #[sea_orm(column_type = "JsonBinary")]
    pub skipped: Json,
    pub cost: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    pub created_by: PersonId,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
