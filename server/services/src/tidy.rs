//! Takes away what nobody needs any more and what tells about people: beside every worker, at its start and daily.
//!
//! Outreach, the ledger and the audit log are never touched, but for those of a team that was deleted long ago; customers only 30 days
//! after somebody deleted them. Rows go in small batches, each in a statement of its own, and a sweep is bounded: what it leaves comes
//! with the next one. Several processes may sweep at once.

use crate::{
    Services,
    accounts::attempts,
    customers::{deletion, import},
    error::Result,
    jobs::skip_locked,
    teams,
};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What is over and how long it is kept then. docs/OPERATIONS.md names the same times.
struct Rule {
    table: &'static str,
    key: &'static str,
    /// `$1`: now, less what it is kept for.
    over: &'static str,
    kept: TimeDelta,
}

const RULES: [Rule; 6] = [
    Rule {
        table: "session",
        key: "id",
        over: "expires_at <= $1",
        kept: TimeDelta::zero(),
    },
    // One that was used and one that is not there get the same answer.
    Rule {
        table: "mailed_link",
        key: "id",
        over: "(used_at <= $1 OR expires_at <= $1)",
        kept: TimeDelta::zero(),
    },
    Rule {
        table: "attempt",
        key: "key",
        over: "window_start <= $1",
        kept: attempts::WINDOW,
    },
    // Until then the link still says whether it was used, revoked or came too late, and an expired one can be sent again.
    Rule {
        table: "invitation",
        key: "id",
        over: "expires_at <= $1",
        kept: TimeDelta::days(90),
    },
    Rule {
        table: "job",
        key: "id",
        over: "state IN ('done', 'failed', 'cancelled') AND finished_at <= $1",
        kept: TimeDelta::days(30),
    },
    // The system's own mails, never those to customers.
    Rule {
        table: "mail",
        key: "id",
        over: "state IN ('sent', 'failed', 'unknown') AND created_at <= $1",
        kept: TimeDelta::days(90),
    },
];

/// Rows of one statement: SQLite has one writer, who must not be kept waiting.
const BATCH: usize = 500;
/// Statements that one sweep spends on a table.
const BATCHES: usize = 200;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Sweeps now and every day, until `stop`.
pub(crate) async fn keep(services: &Services, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        // Before the files: those of a purged team belong to nothing any more.
        if let Err(error) = teams::purge(services, stop).await {
            tracing::error!(%error, "deleted teams could not be purged");
        }
        match import::sweep(services).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "files of imports that are over were removed"),
            Err(error) => tracing::error!(%error, "files of imports could not be tidied"),
        }
        match deletion::purge(services).await {
            Ok(0) => {}
            Ok(purged) => tracing::info!(purged, "customers that were deleted long ago were purged"),
            Err(error) => tracing::error!(%error, "deleted customers could not be purged"),
        }
        match sweep(services, stop).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "rows that nobody needs any more were removed"),
            Err(error) => tracing::error!(%error, "the database could not be tidied"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(DAY) => {}
        }
    }
}

/// Removes what is over, and the texts of system mails that have left. Returns how many rows it met.
///
/// # Errors
/// When the database can't be used.
pub async fn sweep(services: &Services, stop: &CancellationToken) -> Result<u64> {
    let now = services.clock().now();
    let skip = skip_locked(services);
    // Whoever ends a mail takes its text away; this is for those that older versions ended.
    let texts = format!(
        "UPDATE mail SET body = '' WHERE id IN (
           SELECT id FROM mail WHERE state IN ('sent', 'failed', 'unknown') AND body <> '' LIMIT {BATCH} {skip})"
    );
    let mut met = in_batches(services, stop, &texts, None).await?;
    for Rule { table, key, over, kept } in RULES {
        let sql = format!("DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {over} LIMIT {BATCH} {skip})");
        met += in_batches(services, stop, &sql, Some((now - kept).into())).await?;
    }
    Ok(met)
}

async fn in_batches(services: &Services, stop: &CancellationToken, sql: &str, value: Option<sea_orm::Value>) -> Result<u64> {
    let db = services.db().write();
    let mut met = 0;
    for _ in 0..BATCHES {
        if stop.is_cancelled() {
            break;
        }
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, value.clone());
        let done = db.execute_raw(statement).await?.rows_affected();
        met += done;
        if done < BATCH as u64 {
            break;
        }
    }
    Ok(met)
}
