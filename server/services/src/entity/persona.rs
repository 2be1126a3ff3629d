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
    /// The analysis that this is another language of; `None`: it is the analysis itself.
    pub analysis_id: Option<PersonaId>,
    /// What the writer of the analysis was told; not known of those from before it was kept.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub basis: Option<Json>,
    #[sea_orm(column_type = "Text", nullable)]
    pub edited_summary: Option<String>,
    pub edited_segment: Option<Segment>,
    pub edited_opportunity: Option<i32>,
    pub edited_by: Option<PersonId>,
    pub edited_at: Option<DateTimeUtc>,
    /// Counts the edits of an analysis; of a language it is nothing.
    pub edit_version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
