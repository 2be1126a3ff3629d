//! The customers of a business.

pub mod changes;
pub mod detail;
pub mod edit;
pub mod erased;
pub mod import;
pub mod list;
pub mod search;
pub mod timeline;

use crate::{
    entity::customer::{Column, Entity, Model},
    error::Result,
};
use domain::{
    Error,
    ids::{BusinessId, CustomerId, TeamId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// Locks a customer until the transaction ends, so that what is decided about it comes one after the other.
///
/// # Errors
/// `NotFound` where it is deleted or another team's.
pub(crate) async fn lock(txn: &DatabaseTransaction, team: TeamId, id: CustomerId) -> Result<Model> {
    Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.eq(id))
        .filter(Column::DeletedAt.is_null())
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or_else(|| Error::NotFound.into())
}

/// A customer of a team that is not deleted; of this business, where one is named.
///
/// # Errors
/// `NotFound` for everybody else.
pub(crate) async fn find(db: &impl ConnectionTrait, team: TeamId, business: Option<BusinessId>, id: CustomerId) -> Result<Model> {
    Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.eq(id))
        .filter(Column::DeletedAt.is_null())
        .apply_if(business, |select, business| select.filter(Column::BusinessId.eq(business)))
        .one(db)
        .await?
        .ok_or_else(|| Error::NotFound.into())
}
