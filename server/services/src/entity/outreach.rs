//! Rows of `outreach`.

use domain::{
    ids::{BusinessId, CustomerId, OutreachId, PersonId, SenderId, TeamId},
    outreach::OutreachState,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outreach")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutreachId,
    pub business_id: BusinessId,
    pub customer_id: CustomerId,
    pub sender_id: SenderId,
    #[sea_orm(column_type = "Text")]
    pub email: String,
    #[sea_orm(column_type = "Text")]
    pub to_name: String,
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub state: OutreachState,
    #[sea_orm(column_type = "Text")]
    pub message_id: String,
    pub queued_by: PersonId,
    pub queued_at: DateTimeUtc,
    pub not_before: Option<DateTimeUtc>,
    pub due_at: DateTimeUtc,
    pub attempts: i32,
    pub lease_token: Option<Uuid>,
    pub lease_until: Option<DateTimeUtc>,
    pub handed_over_at: Option<DateTimeUtc>,
    pub sent_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub from_name: String,
    #[sea_orm(column_type = "Text")]
    pub from_email: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
