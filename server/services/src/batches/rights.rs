//! What a batch needs: the right for many, and the right for one of them.

use crate::{
    Services,
    entity::business,
    error::Result,
    grant::{Actor, Grant, Member},
};
use domain::{
    batch::BatchKind,
    ids::{BusinessId, TeamId},
    permission::perm,
};
use sea_orm::ConnectionTrait;

/// Evidence of both, in one business.
#[derive(Clone, Debug)]
pub(super) struct Rights {
    pub batch: Grant<perm::UseBatch>,
    pub one: One,
}

/// The right for one of them.
#[derive(Clone, Debug)]
pub(super) enum One {
    Draft(Grant<perm::DraftEmails>),
    Send(Grant<perm::SendEmails>),
    Delete(Grant<perm::DeleteCustomers>),
}

impl Rights {
    /// # Errors
    /// `Forbidden`, and that is recorded; `NotFound` for another team's business.
    pub async fn of(services: &Services, member: &Member, id: BusinessId, kind: BatchKind) -> Result<(Self, business::Model)> {
        let batch: Grant<perm::UseBatch> = member.require(services).await?;
        let business = batch.business(services, id).await?;
        let one = match kind {
            BatchKind::Analyse => {
                let grant: Grant<perm::DraftEmails> = member.require(services).await?;
                grant.business(services, id).await?;
                One::Draft(grant)
            }
            BatchKind::Send => {
                let grant: Grant<perm::SendEmails> = member.require(services).await?;
                grant.business(services, id).await?;
                One::Send(grant)
            }
            BatchKind::Delete | BatchKind::Restore => {
                let grant: Grant<perm::DeleteCustomers> = member.require(services).await?;
                grant.business(services, id).await?;
                One::Delete(grant)
            }
        };
        Ok((Self { batch, one }, business))
    }

    /// Both, asked for again inside a transaction.
    ///
    /// # Errors
    /// `Forbidden` when one was lost.
    pub async fn still_hold(&self, db: &impl ConnectionTrait, business: BusinessId) -> Result<()> {
        self.batch.still_holds(db, Some(business)).await?;
        match &self.one {
            One::Draft(grant) => grant.still_holds(db, Some(business)).await,
            One::Send(grant) => grant.still_holds(db, Some(business)).await,
            One::Delete(grant) => grant.still_holds(db, Some(business)).await,
        }
    }

    pub const fn team(&self) -> TeamId {
        self.batch.team()
    }

    pub const fn actor(&self) -> &Actor {
        self.batch.actor()
    }
}
