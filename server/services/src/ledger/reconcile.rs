//! Adds every transfer up again and compares: the books against the balances that the triggers keep.
//!
//! Reads only. A difference means that somebody wrote past the triggers, or that these are wrong.

use crate::{Services, error::Result, jobs::HOLD_LIFE};
use domain::ids::{HoldId, TeamId};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde::Serialize;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// Nothing is wrong.
    pub ok: bool,
    pub teams: u64,
    pub transfers: u64,
    /// Accounts whose balance is not what their transfers add up to; at most 1,000.
    pub differences: Vec<Difference>,
    /// Holds whose work died and that no worker has given back yet; at most 100.
    pub stale_holds: Vec<StaleHold>,
}

/// An account whose balance is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub team: TeamId,
    pub account: String,
    /// What the account says.
    pub balance: Amounts,
    /// What its transfers add up to.
    pub transfers: Amounts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Amounts {
    pub available: i64,
    pub held: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StaleHold {
    pub team: TeamId,
    pub hold: HoldId,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    team_id: TeamId,
    kind: String,
    available: i64,
    held: i64,
    added_available: i64,
    added_held: i64,
}

/// One statement, so that balances and transfers are of the same moment.
const DIFFERENCES: &str = "
SELECT a.team_id, a.kind, a.available, a.held,
       CAST(COALESCE(s.available, 0) AS bigint) AS added_available, CAST(COALESCE(s.held, 0) AS bigint) AS added_held
FROM ledger_account a LEFT JOIN (
  SELECT team_id, kind, SUM(available) AS available, SUM(held) AS held FROM (
    SELECT team_id, debit AS kind,
           CASE phase WHEN 'void' THEN amount WHEN 'post' THEN 0 ELSE -amount END AS available,
           CASE phase WHEN 'pending' THEN amount WHEN 'posted' THEN 0 ELSE -amount END AS held
    FROM ledger_transfer
    UNION ALL
    SELECT team_id, credit, CASE WHEN phase IN ('posted', 'post') THEN amount ELSE 0 END, 0 FROM ledger_transfer
  ) moves GROUP BY team_id, kind
) s ON s.team_id = a.team_id AND s.kind = a.kind
WHERE a.available <> COALESCE(s.available, 0) OR a.held <> COALESCE(s.held, 0)
ORDER BY a.team_id, a.kind LIMIT 1000";

const COUNTS: &str = "
SELECT (SELECT COUNT(*) FROM team) AS teams, (SELECT COUNT(*) FROM ledger_transfer) AS transfers";

/// Compares all teams.
///
/// # Errors
/// When the database can't be read.
pub async fn reconcile(services: &Services) -> Result<Reconciliation> {
    let db = services.db().read();
    let backend = db.get_database_backend();
    let rows = Row::find_by_statement(Statement::from_string(backend, DIFFERENCES)).all(db).await?;
    let differences: Vec<_> = rows
        .into_iter()
        .map(|row| Difference {
            team: row.team_id,
            account: row.kind,
            balance: Amounts {
                available: row.available,
                held: row.held,
            },
            transfers: Amounts {
                available: row.added_available,
                held: row.added_held,
            },
        })
        .collect();
    let counts = db.query_one_raw(Statement::from_string(backend, COUNTS)).await?;
    let count = |column| -> Result<u64> {
        let number: i64 = counts.as_ref().map_or(Ok(0), |row| row.try_get("", column))?;
        Ok(u64::try_from(number).unwrap_or_default())
    };
    let stale = super::stale(db, services.clock().now() - HOLD_LIFE).await?;
    let stale_holds: Vec<_> = stale.into_iter().map(|(team, hold)| StaleHold { team, hold }).collect();
    Ok(Reconciliation {
        ok: differences.is_empty() && stale_holds.is_empty(),
        teams: count("teams")?,
        transfers: count("transfers")?,
        differences,
        stale_holds,
    })
}
