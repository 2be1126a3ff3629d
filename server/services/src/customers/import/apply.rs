//! Writing a previewed import: rows in e-mail order, in short transactions that each carry the cursor, so that a run that died goes on
//! without a row lost or doubled. Each transaction asks again whether the import still runs, whether this worker still holds the job
//! and whether the actor may still import.

use super::{
    known,
    merge::{self, Origin},
    stage::{Rows, Stage, Staged},
    task,
    write::{self, Change, Kind},
};
use crate::{
    Services,
    audit::{self, Event},
    customers::search,
    entity::{business, customer, import, import_refusal, person},
    error::{Error, Result},
    grant::Grant,
    jobs::Job,
    letters,
};
use domain::{
    audit::AuditKind,
    ids::{BusinessId, CustomerId, ImportId, TeamId},
    import::{CellProblem, ImportCounts, ImportReport, ImportState, MergeMode},
    permission::perm,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QuerySelect, sea_query::Expr};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Rows of a transaction: begins small, so that progress shows at once, and grows while transactions stay short.
const ROWS_MIN: usize = 500;
const ROWS_MAX: usize = 5_000;
const SHORT: Duration = Duration::from_millis(120);
const LONG: Duration = Duration::from_millis(400);
/// Addresses that are looked up by one statement.
const TOGETHER: usize = 500;
/// Tries of a transaction that found somebody else adding the same customer.
const TRIES: usize = 3;

/// What one transaction came to.
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

/// A run, between two transactions.
#[derive(Debug)]
pub struct Run {
    services: Services,
    job: Job,
    grant: Grant<perm::ImportCsv>,
    team: TeamId,
    import: ImportId,
    business: BusinessId,
    business_name: String,
    file_name: String,
    merge: MergeMode,
    stage: Stage,
    /// `None` while it is read.
    rows: Option<Rows>,
    cursor: Option<String>,
    size: usize,
}

/// What is to be written, decided.
#[derive(Default)]
struct Decided {
    new: Vec<customer::Model>,
    changed: Vec<customer::Model>,
    revived: Vec<customer::Model>,
    changes: Vec<Change>,
    refused: Vec<Staged>,
    unchanged: u64,
}

impl Run {
    /// Takes up a run where it stopped. `None` when there is nothing to do any more.
    ///
    /// # Errors
    /// `Forbidden` when the actor lost the right.
    pub async fn open(services: &Services, job: &Job) -> Result<Option<Self>> {
        let Some(row) = task::subject(services, job, ImportState::Running).await? else {
            return Ok(None);
        };
        let (grant, business) = task::right(services, job, &row).await?;
        let name = row
            .stage
            .as_deref()
            .ok_or_else(|| Error::Bug("a running import was never read".into()))?;
        let stage = Stage::named(services, row.id, name);
        let from = row.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        Ok(Some(Self {
            services: services.clone(),
            job: job.clone(),
            grant,
            team: row.team_id,
            import: row.id,
            business: row.business_id,
            business_name: business.name,
            file_name: row.file_name,
            merge: row.merge,
            rows: Some(stage.read_rows(from)?),
            stage,
            cursor: row.cursor,
            size: ROWS_MIN,
        }))
    }

    /// One transaction.
    ///
    /// # Errors
    /// `Forbidden` when the actor lost the right; anything else may be tried again.
    pub async fn step(&mut self) -> Result<Step> {
        let (batch, position, last) = self.next_rows().await?;
        let begun = Instant::now();
        let mut tries = 0;
        let step = loop {
            tries += 1;
            match self.transact(&batch, position, last).await? {
                Some(step) => break step,
                None if tries < TRIES => {}
                None => return Err(Error::Bug("somebody else keeps adding the same customers".into())),
            }
        };
        if step != Step::Stopped {
            self.cursor = Some(position.to_string());
        }
        if step == Step::Done {
            // Only space is lost when it stays.
            let _ = self.stage.drop_rows();
            self.services.wake();
        }
        let took = begun.elapsed();
        if took < SHORT {
            self.size = (self.size * 2).min(ROWS_MAX);
        } else if took > LONG {
            self.size = (self.size / 2).max(ROWS_MIN);
        }
        Ok(step)
    }

    /// The next rows, where they end, and whether they are the last.
    async fn next_rows(&mut self) -> Result<(Vec<Staged>, u64, bool)> {
        let gone = || Error::Bug("the rows of an import were lost".into());
        let mut rows = self.rows.take().ok_or_else(gone)?;
        let size = self.size;
        let read = tokio::task::spawn_blocking(move || {
            let batch = rows.take(size)?;
            let last = rows.is_at_end()?;
            Ok::<_, Error>((batch, rows, last))
        });
        let (batch, rows, last) = read.await.map_err(|_| gone())??;
        let position = rows.position();
        self.rows = Some(rows);
        Ok((batch, position, last))
    }

    /// `None`: somebody else added one of these customers in this moment; look again.
    async fn transact(&self, batch: &[Staged], position: u64, last: bool) -> Result<Option<Step>> {
        let txn = self.services.db().begin().await?;
        let outcome = self.inside(&txn, batch, position, last).await;
        match outcome {
            Ok(Some(Step::More | Step::Done)) => txn.commit().await?,
            // At once and not when the connection is used again: others wait for the locks.
            Ok(Some(Step::Stopped) | None) | Err(_) => txn.rollback().await?,
        }
        outcome
    }

    async fn inside(&self, txn: &DatabaseTransaction, batch: &[Staged], position: u64, last: bool) -> Result<Option<Step>> {
        let services = &self.services;
        // The row of the import first: whoever cancels takes it first too.
        let row = self.still_running(txn).await?;
        let Some(row) = row.filter(|row| row.cursor == self.cursor) else {
            return Ok(Some(Step::Stopped));
        };
        if !self.job.keep(services, txn).await? {
            return Ok(Some(Step::Stopped));
        }
        self.grant.still_holds(txn, Some(self.business)).await?;
        let decided = self.decide(txn, batch).await?;
        let mut counts: ImportCounts = serde_json::from_value(row.counts.clone()).unwrap_or_default();
        for staged in &decided.refused {
            counts.refuse(staged.group);
        }
        let new = decided.new.len() as u64 + decided.revived.len() as u64;
        let updated = decided.changed.len() as u64 + decided.unchanged;
        if !self.write(txn, decided).await? {
            return Ok(None);
        }
        let new_count = row.new_count + count(new);
        let updated_count = row.updated_count + count(updated);
        let update = import::Entity::update_many()
            .col_expr(import::Column::Cursor, Expr::value(position.to_string()))
            .col_expr(import::Column::Processed, Expr::value(row.processed + count(batch.len() as u64)))
            .col_expr(import::Column::NewCount, Expr::value(new_count))
            .col_expr(import::Column::UpdatedCount, Expr::value(updated_count))
            .col_expr(import::Column::Counts, Expr::value(serde_json::json!(counts)))
            .filter(import::Column::TeamId.eq(self.team))
            .filter(import::Column::Id.eq(self.import));
        let update = if last {
            update
                .col_expr(import::Column::State, Expr::value(ImportState::Done.as_str()))
                .col_expr(import::Column::FinishedAt, Expr::value(services.clock().now()))
        } else {
            update
        };
        update.exec(txn).await?;
        if last {
            let report = ImportReport::of(&counts, new_count.unsigned_abs(), updated_count.unsigned_abs());
            self.tell(txn, &report).await?;
        }
        Ok(Some(if last { Step::Done } else { Step::More }))
    }

    async fn still_running(&self, txn: &DatabaseTransaction) -> Result<Option<import::Model>> {
        Ok(import::Entity::find()
            .filter(import::Column::TeamId.eq(self.team))
            .filter(import::Column::Id.eq(self.import))
            .filter(import::Column::State.eq(ImportState::Running))
            .lock_exclusive()
            .one(txn)
            .await?)
    }

    fn origin(&self) -> Origin {
        Origin {
            team: self.team,
            business: self.business,
            import: self.import,
            now: self.services.clock().now(),
        }
    }

    async fn decide(&self, txn: &DatabaseTransaction, batch: &[Staged]) -> Result<Decided> {
        let clock = self.services.clock();
        let origin = self.origin();
        let mut decided = Decided::default();
        for staged in batch.chunks(TOGETHER) {
            let addresses: Vec<String> = staged.iter().map(|row| row.email.clone()).collect();
            let found = known::existing(txn, self.team, self.business, &addresses, true).await?;
            let mut existing: HashMap<String, customer::Model> = found.into_iter().map(|row| (row.email.clone(), row)).collect();
            for row in staged {
                let fields = match (self.merge, &row.summed) {
                    (MergeMode::Add, Some(summed)) => summed,
                    _ => &row.fields,
                };
                match existing.remove(&row.email) {
                    None => {
                        let id = CustomerId(clock.new_id());
                        decided.new.push(merge::created(&origin, id, &row.email, fields));
                    }
                    Some(old) if old.deleted_at.is_some() => {
                        decided.revived.push(merge::created(&origin, old.id, &row.email, fields));
                    }
                    Some(old) if merge::other_currency(&old, fields) => decided.refused.push(row.clone()),
                    Some(old) => {
                        let new = merge::merged(&old, fields, self.merge);
                        let changes = merge::changes(&old, &new);
                        if changes.is_empty() {
                            decided.unchanged += 1;
                            continue;
                        }
                        decided.changes.push(Change {
                            id: clock.new_id(),
                            customer: old.id,
                            changes,
                        });
                        decided.changed.push(new);
                    }
                }
            }
        }
        Ok(decided)
    }

    /// `false`: a new customer is there by now.
    async fn write(&self, txn: &DatabaseTransaction, decided: Decided) -> Result<bool> {
        let origin = self.origin();
        let Decided {
            new,
            changed,
            revived,
            changes,
            refused,
            ..
        } = decided;
        let (created, came_back) = (new.len() as u64, revived.len() as u64);
        let written: Vec<CustomerId> = new.iter().chain(&changed).chain(&revived).map(|row| row.id).collect();
        if write::customers(txn, Kind::New, &origin, new).await? != created {
            return Ok(false);
        }
        write::customers(txn, Kind::Changed, &origin, changed).await?;
        write::customers(txn, Kind::Revived, &origin, revived).await?;
        write::changes(txn, &origin, self.grant.person(), changes).await?;
        search::index_written(txn, self.team, self.business, &written).await?;
        if created + came_back > 0 {
            business::Entity::update_many()
                .col_expr(
                    business::Column::CustomerCount,
                    Expr::col(business::Column::CustomerCount).add(count(created + came_back)),
                )
                .filter(business::Column::TeamId.eq(self.team))
                .filter(business::Column::Id.eq(self.business))
                .exec(txn)
                .await?;
        }
        let late = refused.into_iter().map(|row| import_refusal::ActiveModel {
            team_id: Set(self.team),
            import_id: Set(self.import),
            line: Set(count(row.line)),
            column_number: Set(0),
            problem: Set(CellProblem::OtherCurrency),
        });
        for row in late {
            // Rare: somebody gave a customer another currency between preview and run.
            import_refusal::Entity::insert(row).exec_without_returning(txn).await?;
        }
        Ok(true)
    }

    /// The audit log and whoever started it hear of the end.
    async fn tell(&self, txn: &DatabaseTransaction, report: &ImportReport) -> Result<()> {
        let clock = self.services.clock();
        let event = Event::new(AuditKind::ImportFinished)
            .business(self.business)
            .subject(self.import.0)
            .detail("rows", report.rows)
            .detail("new", report.new)
            .detail("updated", report.updated)
            .detail("duplicates", report.duplicates)
            .detail("invalid", report.invalid);
        audit::record(txn, clock, self.team, self.grant.actor(), event).await?;
        let Some(person) = self.grant.person() else { return Ok(()) };
        if let Some(who) = person::Entity::find_by_id(person).one(txn).await? {
            let about = letters::Imported {
                team: self.team,
                business: self.business,
                business_name: &self.business_name,
                import: self.import,
                file_name: &self.file_name,
                report,
            };
            letters::post(
                txn,
                clock,
                Some(self.team),
                &who.email,
                letters::import_finished(&self.services, &about),
            )
            .await?;
        }
        Ok(())
    }
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
