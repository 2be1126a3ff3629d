//! What everything that is written for credits shares: set the price aside, write outside any transaction, then store the result and spend
//! in one transaction, or give back.

use super::writer::WriterError;
use crate::{
    Services, customers,
    error::{Error, Result},
    grant::Grant,
    ledger::{self, Purpose},
};
use chrono::TimeDelta;
use domain::{
    Error as Public,
    credit::{CreditAction, Credits},
    error::Conflict,
    ids::{BusinessId, CustomerId, HoldId, PersonId, TeamId},
    permission::Requirement,
};
use futures::FutureExt;
use sea_orm::DatabaseTransaction;
use std::{panic::AssertUnwindSafe, time::Duration};
use tracing::Instrument;

/// A writer that takes longer has failed.
const WRITER_TIMEOUT: Duration = Duration::from_secs(60);
/// A hold that is older belongs to work that died; it no longer keeps others out.
const DEAD_AFTER: TimeDelta = TimeDelta::minutes(10);

/// One piece of work on one customer, and who pays for it.
pub(super) struct Spend<P> {
    pub services: Services,
    pub grant: Grant<P>,
    pub business: BusinessId,
    /// Whose business it is: the author where the system acts.
    pub owner: PersonId,
    pub customer: CustomerId,
    pub action: CreditAction,
    pub cost: Credits,
}

impl<P: Requirement> Spend<P> {
    pub fn team(&self) -> TeamId {
        self.grant.team()
    }

    pub fn author(&self) -> PersonId {
        self.grant.person().unwrap_or(self.owner)
    }

    /// Sets the price aside, in a transaction that the caller commits once what was seen is still there. Holds of one team come one after
    /// the other, so whoever looks in it sees what is settled.
    ///
    /// # Errors
    /// `NotEnoughCredits` · `busy` while somebody else is at the same: nothing was set aside then.
    pub async fn hold(&self, busy: Conflict) -> Result<(DatabaseTransaction, HoldId)> {
        let (services, team) = (&self.services, self.team());
        let purpose = Purpose {
            action: self.action,
            business: self.business,
            customer: Some(self.customer),
        };
        let txn = services.db().begin().await?;
        self.grant.still_holds(&txn, Some(self.business)).await?;
        let held = ledger::hold(&txn, services.clock(), team, self.grant.actor(), purpose, self.cost).await;
        let hold = match held {
            Ok(hold) => hold,
            Err(error) => {
                txn.rollback().await?;
                return Err(ledger::with_figures(services.db().read(), team, self.cost, error).await);
            }
        };
        let since = services.clock().now() - DEAD_AFTER;
        if ledger::is_held(&txn, team, self.customer, self.action, since, hold).await? {
            return Err(Public::Conflict(busy).into());
        }
        Ok((txn, hold))
    }

    /// What a writer wrote, within its time.
    ///
    /// # Errors
    /// `Conflict(WriterFailed)`; the cause is logged.
    pub async fn written<T>(&self, writing: impl Future<Output = Result<T, WriterError>> + Send) -> Result<T> {
        let writing = AssertUnwindSafe(writing).catch_unwind();
        let cause = match tokio::time::timeout(WRITER_TIMEOUT, writing).await {
            Ok(Ok(Ok(written))) => return Ok(written),
            Ok(Ok(Err(cause))) => cause.to_string(),
            Ok(Err(_)) => "it panicked".to_owned(),
            Err(_) => "it took too long".to_owned(),
        };
        tracing::warn!(%cause, customer = %self.customer, "the writer did not finish");
        Err(Public::Conflict(Conflict::WriterFailed).into())
    }

    /// The transaction that stores the result: the right is still there, and so is the customer, who is locked.
    pub async fn store(&self) -> Result<DatabaseTransaction> {
        let txn = self.services.db().begin().await?;
        self.grant.still_holds(&txn, Some(self.business)).await?;
        customers::lock(&txn, self.team(), self.customer).await?;
        Ok(txn)
    }

    /// Ends a hold whose work did not end well. One that can't be ended here is found by the sweep of stale ones.
    pub async fn give_back(&self, hold: HoldId) {
        let given = async {
            let txn = self.services.db().begin().await?;
            ledger::void(&txn, self.services.clock(), self.team(), hold).await?;
            txn.commit().await?;
            Ok::<_, Error>(())
        };
        if let Err(cause) = given.await {
            tracing::error!(%cause, hold = %hold, "credits of failed work were not given back yet");
        }
    }
}

/// Lets work go on when its page is closed: a hold always finds its end.
pub(super) async fn outliving<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let work = tokio::spawn(work.in_current_span());
    work.await.map_err(|cause| Error::Bug(format!("written for credits: {cause}")))?
}
