//! Rows of `sender`.

use domain::{
    business::SenderState,
    ids::{BusinessId, PersonId, SenderId, TeamId},
    outreach::WaitReason,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sender")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SenderId,
    pub business_id: BusinessId,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub email: String,
    pub state: SenderState,
    #[sea_orm(column_type = "Text", nullable)]
    pub token_hash: Option<String>,
    pub token_expires_at: Option<DateTimeUtc>,
    pub verified_at: Option<DateTimeUtc>,
    pub created_by: PersonId,
    pub created_at: DateTimeUtc,
    pub next_send_at: Option<DateTimeUtc>,
    pub next_reason: Option<WaitReason>,
    pub refusals: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
