//! A batch at work: item by item in short transactions. Each asks again whether the batch still runs, whether this worker still holds
//! the job and whether whoever started it may still do this; it ends the item and its part of the credits in the same commit. So a
//! worker that died loses nothing, and one that comes back late writes nothing.

use super::{
    DONE, FAILED, SKIPPED,
    plan::TOGETHER,
    rights::{One, Rights},
    running,
};
use crate::{
    Services,
    analysis::{Run as Analysing, subject, writer::Analysis},
    customers::{self, deletion::Place},
    entity::{batch, batch_item, business},
    error::{Error, Result},
    grant::{Grant, Member},
    jobs::Job,
    ledger, outreach,
};
use domain::{
    Error as Public,
    batch::{BatchKind, BatchState, SkipReason},
    error::Conflict,
    ids::{BatchId, CustomerId},
    permission::perm,
};
use futures::future::join_all;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use std::pin::pin;

/// Customers whose texts are written at the same time.
const WIDTH: usize = 8;
/// So many that the writer could not finish, one after the other, stop a batch: it would go on like that.
const FAILURES_MAX: u32 = 25;

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    More,
    Done,
    /// Cancelled, or taken over by another worker. Nothing was written.
    Stopped,
}

/// Does the job.
pub(super) async fn run(services: &Services, job: &Job) -> Result<()> {
    let Some(mut run) = Run::open(services, job).await? else {
        return Ok(());
    };
    while run.step().await? == Step::More {}
    Ok(())
}

/// A batch, between two transactions.
#[derive(Debug)]
pub struct Run {
    services: Services,
    job: Job,
    rights: Rights,
    business: business::Model,
    batch: batch::Model,
    failures: u32,
}

impl Run {
    /// Takes up a batch where it stopped. `None` when there is nothing to do any more.
    ///
    /// # Errors
    /// `Forbidden` when whoever started it lost the right.
    pub async fn open(services: &Services, job: &Job) -> Result<Option<Self>> {
        let (Some(team), Some(id), Some(person)) = (job.team, job.subject, job.actor) else {
            return Err(Error::Bug("a batch job without a batch".into()));
        };
        let row = batch::Entity::find()
            .filter(batch::Column::TeamId.eq(team))
            .filter(batch::Column::Id.eq(BatchId(id)))
            .filter(batch::Column::State.eq(BatchState::Running))
            .one(services.db().write())
            .await?;
        let Some(batch) = row else { return Ok(None) };
        let lost = |error| match error {
            // Out of the team is out of its rights.
            Error::Public(Public::NotFound) => Public::Forbidden {
                permission: batch.kind.permission(),
            }
            .into(),
            other => other,
        };
        let member = Member::find(services.db().read(), team, person, None).await.map_err(lost)?;
        let (rights, business) = Rights::of(services, &member, batch.business_id, batch.kind).await?;
        Ok(Some(Self {
            services: services.clone(),
            job: job.clone(),
            rights,
            business,
            batch,
            failures: 0,
        }))
    }

    /// The next few items.
    ///
    /// # Errors
    /// `Forbidden` when the right was lost; anything else may be tried again.
    pub async fn step(&mut self) -> Result<Step> {
        let many = match self.batch.kind {
            BatchKind::Analyse | BatchKind::Send => WIDTH,
            BatchKind::Delete | BatchKind::Restore => TOGETHER,
        };
        let items = self.next_items(many).await?;
        if items.is_empty() {
            return self.finish().await;
        }
        match self.rights.one.clone() {
            One::Draft(grant) => self.analyse(&grant, items).await,
            One::Send(grant) => self.send(&grant, items).await,
            One::Delete(_) => self.delete(items).await,
        }
    }

    async fn next_items(&self, many: usize) -> Result<Vec<batch_item::Model>> {
        Ok(batch_item::Entity::find()
            .filter(batch_item::Column::TeamId.eq(self.batch.team_id))
            .filter(batch_item::Column::BatchId.eq(self.batch.id))
            .filter(Expr::cust("state = 'waiting'"))
            .order_by_asc(batch_item::Column::Number)
            .limit(many as u64)
            .all(self.services.db().read())
            .await?)
    }

    /// A transaction in which the batch is locked and everything that it needs still holds. `None`: stop.
    async fn begin(&self) -> Result<Option<DatabaseTransaction>> {
        let txn = self.services.db().begin().await?;
        let open = running(&txn, self.batch.team_id, self.batch.id).await?.is_some() && self.job.keep(&self.services, &txn).await?;
        if !open {
            // At once and not when the connection is used again: others wait for the locks.
            txn.rollback().await?;
            return Ok(None);
        }
        let holds = async {
            self.rights.still_hold(&txn, self.business.id).await?;
            self.rights.batch.read_business(&txn, self.business.id).await
        };
        match holds.await {
            Ok(_) => Ok(Some(txn)),
            Err(error) => {
                txn.rollback().await?;
                Err(error)
            }
        }
    }

    /// Ends items that wait; `false` when somebody else has ended one of them.
    async fn end_items(&self, txn: &DatabaseTransaction, numbers: &[i32], state: &str, why: Option<SkipReason>) -> Result<bool> {
        let done = batch_item::Entity::update_many()
            .col_expr(batch_item::Column::State, Expr::value(state))
            .col_expr(batch_item::Column::Why, Expr::value(why.map(SkipReason::as_str)))
            .filter(batch_item::Column::TeamId.eq(self.batch.team_id))
            .filter(batch_item::Column::BatchId.eq(self.batch.id))
            .filter(batch_item::Column::Number.is_in(numbers.iter().copied()))
            .filter(Expr::cust("state = 'waiting'"))
            .exec(txn)
            .await?;
        Ok(done.rows_affected == numbers.len() as u64)
    }

    /// Ends an item that is not done; its credits go back.
    async fn leave_out(&self, item: &batch_item::Model, state: &str, why: SkipReason) -> Result<Step> {
        let Some(txn) = self.begin().await? else { return Ok(Step::Stopped) };
        if !self.end_items(&txn, &[item.number], state, Some(why)).await? {
            txn.rollback().await?;
            return Ok(Step::More);
        }
        if let Some(hold) = item.hold_id {
            ledger::void(&txn, self.services.clock(), self.batch.team_id, hold).await?;
        }
        txn.commit().await?;
        Ok(Step::More)
    }

    async fn analyse(&mut self, grant: &Grant<perm::DraftEmails>, items: Vec<batch_item::Model>) -> Result<Step> {
        let writing = join_all(items.iter().map(|item| self.write(grant, item.customer_id)));
        let Some(written) = self.alive(writing).await? else {
            return Ok(Step::Stopped);
        };
        for (item, written) in items.iter().zip(written) {
            let kept = match written {
                Ok((analysing, analysis)) => self.keep(&analysing, item, analysis).await,
                Err(error) => Err(error),
            };
            let (state, why) = match kept {
                Ok(Step::More) => {
                    self.failures = 0;
                    continue;
                }
                Ok(step) => return Ok(step),
                Err(Error::Public(Public::NotFound)) => (SKIPPED, SkipReason::Gone),
                Err(Error::Public(Public::Conflict(Conflict::AnalysedMeanwhile))) => (SKIPPED, SkipReason::Analysed),
                Err(Error::Public(Public::Conflict(Conflict::WriterFailed))) => (FAILED, SkipReason::Writer),
                Err(error) => return Err(error),
            };
            self.failures = if state == FAILED { self.failures + 1 } else { 0 };
            if self.leave_out(item, state, why).await? == Step::Stopped {
                return Ok(Step::Stopped);
            }
            if self.failures >= FAILURES_MAX {
                let reason = format!("The writer could not finish {FAILURES_MAX} customers one after the other. Try the others later.");
                super::stop(&self.services, &self.job, reason).await?;
                return Ok(Step::Stopped);
            }
        }
        Ok(Step::More)
    }

    async fn write(&self, grant: &Grant<perm::DraftEmails>, customer: CustomerId) -> Result<(Analysing, Analysis)> {
        let row = customers::find(self.services.db().read(), self.batch.team_id, Some(self.business.id), customer).await?;
        let analysing = Analysing::first(&self.services, grant, &self.business, customer);
        let subject = subject(&self.services, row, self.business.clone()).await?;
        let analysis = analysing.write(&subject).await?;
        Ok((analysing, analysis))
    }

    /// Stores a result, spends its part and ends the item: all of it or nothing.
    async fn keep(&self, analysing: &Analysing, item: &batch_item::Model, analysis: Analysis) -> Result<Step> {
        let hold = item.hold_id.ok_or_else(|| Error::Bug("an item without its credits".into()))?;
        let Some(txn) = self.begin().await? else { return Ok(Step::Stopped) };
        let kept = async {
            if !self.end_items(&txn, &[item.number], DONE, None).await? {
                return Ok(false);
            }
            analysing.keep(&txn, hold, analysis).await?;
            Ok(true)
        };
        match kept.await {
            Ok(true) => txn.commit().await?,
            Ok(false) => txn.rollback().await?,
            Err(error) => {
                txn.rollback().await?;
                return Err(error);
            }
        }
        Ok(Step::More)
    }

    async fn send(&self, grant: &Grant<perm::SendEmails>, items: Vec<batch_item::Model>) -> Result<Step> {
        let (Some(sender), review) = (self.batch.sender_id, self.batch.review) else {
            return Err(Error::Bug("a batch of e-mails without a sender".into()));
        };
        for item in &items {
            let Some(txn) = self.begin().await? else { return Ok(Step::Stopped) };
            let order = outreach::Order {
                sender,
                version: item.version.unwrap_or_default(),
                review,
            };
            let queued = async {
                if !self.end_items(&txn, &[item.number], DONE, None).await? {
                    return Ok(false);
                }
                outreach::queue_in(&self.services, &txn, grant, self.business.id, item.customer_id, order).await?;
                Ok(true)
            };
            let error = match queued.await {
                Ok(true) => {
                    txn.commit().await?;
                    continue;
                }
                Ok(false) => {
                    txn.rollback().await?;
                    continue;
                }
                Err(error) => {
                    txn.rollback().await?;
                    error
                }
            };
            let why = match error {
                Error::Public(Public::NotFound) => SkipReason::Gone,
                Error::Public(Public::Invalid(_)) => SkipReason::Incomplete,
                Error::Public(Public::Conflict(conflict)) => match conflict {
                    Conflict::Stale => SkipReason::Changed,
                    Conflict::Suppressed => SkipReason::Suppressed,
                    Conflict::OpenOutreach => SkipReason::Open,
                    Conflict::AlreadySent => SkipReason::AlreadySent,
                    Conflict::NoDraft => SkipReason::NoDraft,
                    // The sender is gone: that is so for all of them.
                    other => return Err(Public::Conflict(other).into()),
                },
                other => return Err(other),
            };
            if self.leave_out(item, SKIPPED, why).await? == Step::Stopped {
                return Ok(Step::Stopped);
            }
        }
        self.services.wake();
        Ok(Step::More)
    }

    async fn delete(&self, items: Vec<batch_item::Model>) -> Result<Step> {
        let Some(txn) = self.begin().await? else { return Ok(Step::Stopped) };
        let place = Place {
            services: &self.services,
            txn: &txn,
            team: self.batch.team_id,
            business: self.business.id,
            actor: self.rights.actor(),
        };
        let ids: Vec<CustomerId> = items.iter().map(|item| item.customer_id).collect();
        let found = match self.batch.kind {
            BatchKind::Restore => place.restore(&ids).await?,
            _ => place.delete(&ids).await?,
        };
        let (done, gone): (Vec<_>, Vec<_>) = items.iter().partition(|item| found.contains(&item.customer_id));
        let numbers = |items: Vec<&batch_item::Model>| items.iter().map(|item| item.number).collect::<Vec<i32>>();
        let all = self.end_items(&txn, &numbers(done), DONE, None).await?
            && self.end_items(&txn, &numbers(gone), SKIPPED, Some(SkipReason::Gone)).await?;
        if all {
            txn.commit().await?;
        } else {
            txn.rollback().await?;
        }
        Ok(Step::More)
    }

    async fn finish(&self) -> Result<Step> {
        let txn = self.services.db().begin().await?;
        match running(&txn, self.batch.team_id, self.batch.id).await? {
            Some(row) if self.job.keep(&self.services, &txn).await? => {
                super::end(&self.services, &txn, &row, self.rights.actor(), BatchState::Done, None).await?;
                txn.commit().await?;
                self.services.wake();
                Ok(Step::Done)
            }
            _ => {
                txn.rollback().await?;
                Ok(Step::Stopped)
            }
        }
    }

    /// Keeps the lease while something takes its time. `None`: it was lost.
    async fn alive<T>(&self, work: impl Future<Output = T>) -> Result<Option<T>> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(Some(done)),
                () = tokio::time::sleep(self.services.settings().sending.lease / 3) => {
                    if !self.job.heartbeat(&self.services).await? {
                        return Ok(None);
                    }
                }
            }
        }
    }
}
