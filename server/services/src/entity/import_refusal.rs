//! Rows of `import_refusal`.

use domain::{
    ids::{ImportId, TeamId},
    import::CellProblem,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_refusal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i64,
    pub column_number: i32,
    pub problem: CellProblem,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
