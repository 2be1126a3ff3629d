//! Rows of `persona`.

use domain::{
    business::Language,
    ids::{CustomerId, PersonId, PersonaId, TeamId},
    persona::Segment,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "persona")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonaId,
    pub customer_id: CustomerId,
    pub language: Language,
    pub segment: Segment,
    pub opportunity: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub summary: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub signals: Json,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub offer: Option<Json>,
    pub made_by: PersonId,
    pub made_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
