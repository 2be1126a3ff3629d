//! The worker: takes what is due, so many jobs at a time as configured, until it is told to stop.

use super::{End, Job, MAX_ATTEMPTS, backoff, claim, dispatch, end};
use crate::{
    Services, credits,
    error::{Error, Result},
    ledger, mail, outreach, tidy,
};
use chrono::TimeDelta;
use futures::future::join_all;
use tokio_util::sync::CancellationToken;

/// A generation that is older than this has died: its credits go back.
pub(crate) const HOLD_LIFE: TimeDelta = TimeDelta::minutes(15);

/// Works until `stop`; what was begun is finished first, so a caller waits for it to drain.
pub async fn run(services: Services, stop: CancellationToken) {
    let concurrency = services.settings().worker.concurrency;
    let jobs = join_all((0..concurrency).map(|_| looped(&services, &stop, "jobs", jobs_due)));
    let mails = looped(&services, &stop, "mail", mail::deliver_due);
    // Several, so that one slow mail server does not hold up the others.
    let outreach = join_all((0..concurrency).map(|_| looped(&services, &stop, "outreach", outreach::deliver_due)));
    let leases = looped(&services, &stop, "outreach leases", outreach::tidy);
    let holds = looped(&services, &stop, "holds", void_stale_holds);
    let monthly = looped(&services, &stop, "monthly credits", credits::renew_due);
    let tidy = tidy::keep(&services, &stop);
    tokio::join!(jobs, mails, outreach, leases, holds, monthly, tidy);
}

/// Everything that is due now, and what comes of it. For tests and the command line. Returns how many things were done.
///
/// # Errors
/// When the database can't be used.
pub async fn run_due_once(services: &Services) -> Result<usize> {
    let never = CancellationToken::new();
    let mut total = 0;
    loop {
        let done = jobs_due(services, &never).await?
            + mail::deliver_due(services, &never).await?
            + outreach::tidy(services, &never).await?
            + outreach::deliver_due(services, &never).await?
            + void_stale_holds(services, &never).await?
            + credits::renew_due(services, &never).await?;
        total += done;
        if done == 0 {
            return Ok(total);
        }
    }
}

/// One queue's loop: drain it, then wait for the bell or the poll. A database that is away is asked again.
async fn looped(
    services: &Services,
    stop: &CancellationToken,
    queue: &str,
    drain: impl AsyncFn(&Services, &CancellationToken) -> Result<usize>,
) {
    while !stop.is_cancelled() {
        if let Err(error) = drain(services, stop).await {
            tracing::error!(%error, queue, "a queue could not be worked on");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = services.bell() => {}
            () = tokio::time::sleep(services.settings().worker.poll) => {}
        }
    }
}

async fn jobs_due(services: &Services, stop: &CancellationToken) -> Result<usize> {
    let mut done = 0;
    while !stop.is_cancelled()
        && let Some(job) = claim(services).await?
    {
        // An error ends a try by itself; so many tries without an end are so many dead workers.
        let work = async {
            if job.attempts > MAX_ATTEMPTS {
                dispatch::give_up(services, &job).await
            } else {
                dispatch::handle(services, &job).await
            }
        };
        tokio::select! {
            outcome = work => finish(services, &job, outcome).await?,
            // What it had not committed is rolled back; the next process goes on from there.
            () = too_long(services, stop) => {
                tracing::info!(job = %job.id, kind = job.kind.as_str(), "a job goes back into the queue");
                end(services, job.id, job.lease, End::Stopped).await?;
            }
        }
        done += 1;
    }
    Ok(done)
}

/// After the stop signal and the time that running jobs have from there.
async fn too_long(services: &Services, stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(services.settings().worker.finish).await;
}

/// Ends a try by what came of it: done, given up, or once more after a while. Nothing happens when the lease was lost.
///
/// # Errors
/// When the database can't be used.
pub async fn finish(services: &Services, job: &Job, outcome: Result<()>) -> Result<()> {
    let how = match outcome {
        Ok(()) => End::Done,
        Err(Error::Public(error)) => End::Failed(error.to_string()),
        Err(error) if job.attempts >= MAX_ATTEMPTS => {
            tracing::error!(%error, job = %job.id, kind = job.kind.as_str(), "a job failed for good");
            End::Failed(error.to_string())
        }
        Err(error) => {
            tracing::warn!(%error, job = %job.id, kind = job.kind.as_str(), attempts = job.attempts, "a job is tried again");
            End::Later(backoff(job.attempts), error.to_string())
        }
    };
    end(services, job.id, job.lease, how).await
}

/// Gives back the credits of work that died.
async fn void_stale_holds(services: &Services, _stop: &CancellationToken) -> Result<usize> {
    let before = services.clock().now() - HOLD_LIFE;
    let stale = ledger::stale(services.db().read(), before).await?;
    let mut voided = 0;
    for (team, hold) in stale {
        let txn = services.db().begin().await?;
        // The work may end in this very moment; then the constraint refuses the second end, and nothing is lost.
        match ledger::void(&txn, services.clock(), team, hold).await {
            Ok(()) => {
                txn.commit().await?;
                voided += 1;
            }
            Err(error) => {
                txn.rollback().await?;
                tracing::info!(%error, %hold, "a stale hold had ended already");
            }
        }
    }
    Ok(voided)
}
