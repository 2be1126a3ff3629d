//! Rows of `import`.

use domain::{
    ids::{BusinessId, ImportId, PersonId, TeamId},
    import::ImportState,
    import::MergeMode,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub business_id: BusinessId,
    pub state: ImportState,
    #[sea_orm(column_type = "Text")]
    pub file_name: String,
    #[sea_orm(column_type = "Text")]
    pub file_hash: String,
    pub bytes: i64,
    #[sea_orm(column_type = "JsonBinary")]
    pub format: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub columns: Json,
    pub merge: MergeMode,
    #[sea_orm(column_type = "JsonBinary")]
    pub counts: Json,
    pub processed: i64,
    pub row_count: i64,
    pub new_count: i64,
    pub updated_count: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub cursor: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    pub created_by: Option<PersonId>,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub stage: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
