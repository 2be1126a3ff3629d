//! Rows of `invitation`.

use domain::{
    ids::{InvitationId, PersonId, TeamId},
    role::Role,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    #[sea_orm(column_type = "Text")]
    pub email: String,
    pub role: Role,
    #[sea_orm(column_type = "Text")]
    pub token_hash: String,
    pub invited_by: PersonId,
    pub created_at: DateTimeUtc,
    pub sent_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub accepted_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
