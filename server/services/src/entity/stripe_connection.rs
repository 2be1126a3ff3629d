//! Rows of `stripe_connection`.

use domain::ids::{BusinessId, TeamId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stripe_connection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub business_id: BusinessId,
    /// With the installation's key.
    #[sea_orm(column_type = "Text")]
    pub key_sealed: String,
    #[sea_orm(column_type = "Text")]
    pub key_ending: String,
    /// Of live mode; otherwise of test mode.
    pub live: bool,
    pub connected_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
