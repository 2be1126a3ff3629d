//! Rows of `team`.

use domain::ids::{PersonId, TeamId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TeamId,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub time_zone: String,
    pub contact_window_days: i32,
    pub created_by: PersonId,
    pub created_at: DateTimeUtc,
    pub next_grant_at: Option<DateTimeUtc>,
    pub low_balance_since: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
    /// Of the settings.
    pub version: i32,
    pub deleted_by: Option<PersonId>,
    /// What is in it goes, and it can't be restored any more.
    pub purging: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
