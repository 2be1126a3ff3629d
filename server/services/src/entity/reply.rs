//! Rows of `reply`.

use domain::{
    ids::{BusinessId, CustomerId, OutreachId, PersonId, ReplyId, TeamId},
    reply::Sentiment,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reply")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReplyId,
    pub business_id: BusinessId,
    pub customer_id: CustomerId,
    pub outreach_id: Option<OutreachId>,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub sentiment: Sentiment,
    pub received_on: Date,
    pub logged_by: PersonId,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
