//! Rows of `ledger_transfer`.

use domain::{
    credit::CreditAction,
    credit::TransferPhase,
    ids::{BusinessId, CustomerId, HoldId, PersonId, TeamId, TransferId},
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_transfer")]
pub struct Model {
    pub team_id: TeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    pub phase: TransferPhase,
    #[sea_orm(column_type = "Text")]
    pub debit: String,
    #[sea_orm(column_type = "Text")]
    pub credit: String,
    pub amount: i64,
    pub action: CreditAction,
    pub hold_id: Option<HoldId>,
    pub pending_id: Option<TransferId>,
    pub person_id: Option<PersonId>,
    pub business_id: Option<BusinessId>,
    pub customer_id: Option<CustomerId>,
    #[sea_orm(column_type = "Text", nullable)]
    pub external_ref: Option<String>,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
