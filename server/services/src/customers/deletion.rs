//! Deleting customers. For 30 days each can be restored with everything it had; then it is purged.
//!
//! A deletion cancels what waits to be mailed. Drafts and personas stay until the end of those days, contact history, replies and
//! suppressions for good: the row of a customer who has any stays behind, empty. An import that meets the address of a deleted customer
//! brings it back with what the file says (`docs/decisions/0018`).

use crate::{
    Services,
    audit::{self, Event},
    entity::{
        business,
        customer::{Column, Entity},
        customer_change, draft, outreach as mails, persona, reply,
    },
    error::Result,
    grant::{Actor, Grant},
    outreach,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Error,
    audit::AuditKind,
    ids::{BusinessId, CustomerId, TeamId},
    permission::perm,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    Value, sea_query::Expr,
};
use std::collections::{HashMap, HashSet};

/// A deleted customer can be restored so long.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// Customers of one transaction of a purge, and transactions of one sweep.
const TOGETHER: u64 = 500;
const STEPS: usize = 200;

/// Deletes a customer.
///
/// # Errors
/// `NotFound` for another team's and for one that is deleted already, `Forbidden` for a business that is not theirs.
pub async fn delete(services: &Services, grant: &Grant<perm::DeleteCustomers>, business: BusinessId, id: CustomerId) -> Result<()> {
    one(services, grant, business, id, true).await
}

/// Brings a deleted customer back.
///
/// # Errors
/// `NotFound` for one that is not deleted, or longer than 30 days.
pub async fn restore(services: &Services, grant: &Grant<perm::DeleteCustomers>, business: BusinessId, id: CustomerId) -> Result<()> {
    one(services, grant, business, id, false).await
}

async fn one(services: &Services, grant: &Grant<perm::DeleteCustomers>, business: BusinessId, id: CustomerId, delete: bool) -> Result<()> {
    grant.business(services, business).await?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(business)).await?;
    let place = Place {
        services,
        txn: &txn,
        team: grant.team(),
        business,
        actor: grant.actor(),
    };
    let done = if delete {
        place.delete(&[id]).await?
    } else {
        place.restore(&[id]).await?
    };
    if done.is_empty() {
        return Err(Error::NotFound.into());
    }
    txn.commit().await?;
    Ok(())
}

/// The end of the time in which a customer that is deleted now could be restored: deleted after it, they still can.
#[must_use]
pub(crate) fn cutoff(now: DateTime<Utc>) -> DateTime<Utc> {
    now - KEPT
}

/// Where somebody deletes or restores; their right was asked for in this transaction.
pub(crate) struct Place<'a> {
    pub services: &'a Services,
    pub txn: &'a DatabaseTransaction,
    pub team: TeamId,
    pub business: BusinessId,
    pub actor: &'a Actor,
}

impl Place<'_> {
    /// Deletes those of them that are there; says which.
    pub async fn delete(&self, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
        let found = self.locked(ids, false).await?;
        let now = self.services.clock().now();
        self.change(&found, Some(now), -1, AuditKind::CustomerDeleted).await?;
        outreach::cancel_of(self.services, self.txn, self.actor, self.team, self.business, &found).await?;
        Ok(found)
    }

    /// Restores those of them that are deleted and still can be; says which.
    pub async fn restore(&self, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
        let found = self.locked(ids, true).await?;
        self.change(&found, None, 1, AuditKind::CustomerRestored).await?;
        Ok(found)
    }

    async fn locked(&self, ids: &[CustomerId], deleted: bool) -> Result<Vec<CustomerId>> {
        let state = if deleted {
            Column::DeletedAt.gt(cutoff(self.services.clock().now()))
        } else {
            Column::DeletedAt.is_null()
        };
        Ok(Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::TeamId.eq(self.team))
            .filter(Column::BusinessId.eq(self.business))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .filter(state)
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .into_tuple()
            .all(self.txn)
            .await?)
    }

    async fn change(&self, ids: &[CustomerId], deleted_at: Option<DateTime<Utc>>, sign: i64, kind: AuditKind) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        Entity::update_many()
            .col_expr(Column::DeletedAt, Expr::value(deleted_at))
            .filter(Column::TeamId.eq(self.team))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(self.txn)
            .await?;
        let more = sign * i64::try_from(ids.len()).unwrap_or(i64::MAX);
        business::Entity::update_many()
            .col_expr(
                business::Column::CustomerCount,
                Expr::col(business::Column::CustomerCount).add(more),
            )
            .filter(business::Column::TeamId.eq(self.team))
            .filter(business::Column::Id.eq(self.business))
            .exec(self.txn)
            .await?;
        let told = ids.iter().map(|id| Event::new(kind).business(self.business).customer(*id));
        audit::record_all(self.txn, self.services.clock(), self.team, self.actor, told).await
    }
}

/// Takes away what is left of customers whose 30 days are over. Bounded; returns how many they were.
///
/// # Errors
/// When the database can't be used.
pub async fn purge(services: &Services) -> Result<u64> {
    let mut purged = 0;
    for _ in 0..STEPS {
        let some = purge_some(services).await?;
        purged += some;
        if some < TOGETHER {
            break;
        }
    }
    Ok(purged)
}

async fn purge_some(services: &Services) -> Result<u64> {
    let before = cutoff(services.clock().now());
    let txn = services.db().begin().await?;
    let rows: Vec<(TeamId, CustomerId)> = Entity::find()
        .select_only()
        .columns([Column::TeamId, Column::Id])
        .filter(Column::DeletedAt.is_not_null())
        .filter(Expr::cust("purged_at IS NULL"))
        .filter(Column::DeletedAt.lte(before))
        .limit(TOGETHER)
        .lock_exclusive()
        .into_tuple()
        .all(&txn)
        .await?;
    let mut teams: HashMap<TeamId, Vec<CustomerId>> = HashMap::new();
    for (team, id) in &rows {
        teams.entry(*team).or_default().push(*id);
    }
    for (team, ids) in teams {
        let history = with_history(&txn, team, &ids).await?;
        let (stay, go): (Vec<CustomerId>, Vec<CustomerId>) = ids.into_iter().partition(|id| history.contains(id));
        // Personas, drafts and changes go with the row.
        Entity::delete_many()
            .filter(Column::TeamId.eq(team))
            .filter(Column::Id.is_in(go))
            .exec(&txn)
            .await?;
        empty(&txn, team, &stay, services.clock().now()).await?;
    }
    txn.commit().await?;
    Ok(rows.len() as u64)
}

/// Those who were mailed or answered.
async fn with_history(db: &impl ConnectionTrait, team: TeamId, ids: &[CustomerId]) -> Result<HashSet<CustomerId>> {
    let mailed: Vec<CustomerId> = mails::Entity::find()
        .select_only()
        .column(mails::Column::CustomerId)
        .distinct()
        .filter(mails::Column::TeamId.eq(team))
        .filter(mails::Column::CustomerId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let answered: Vec<CustomerId> = reply::Entity::find()
        .select_only()
        .column(reply::Column::CustomerId)
        .distinct()
        .filter(reply::Column::TeamId.eq(team))
        .filter(reply::Column::CustomerId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(mailed.into_iter().chain(answered).collect())
}

/// What stays of them is a row without any field, which their e-mails and replies hang on. The address is free for a new customer.
async fn empty(txn: &DatabaseTransaction, team: TeamId, ids: &[CustomerId], now: DateTime<Utc>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    macro_rules! forget {
        ($($table:ident),+) => {$(
            $table::Entity::delete_many()
                .filter($table::Column::TeamId.eq(team))
                .filter($table::Column::CustomerId.is_in(ids.iter().copied()))
                .exec(txn)
                .await?;
        )+};
    }
    forget!(persona, draft, customer_change);
    let run = async |sql: &str, first: Vec<Value>| {
        let mut values = first;
        let from = values.len();
        values.extend(ids.iter().map(|id| Value::from(id.0)));
        let marks: Vec<String> = (from..values.len()).map(|n| format!("${}", n + 1)).collect();
        let sql = sql.replace("@ids", &marks.join(", "));
        let statement = Statement::from_sql_and_values(txn.get_database_backend(), sql, values);
        txn.execute_raw(statement).await.map(|_| ())
    };
    let id = if txn.get_database_backend() == DbBackend::Sqlite {
        run(
            "DELETE FROM customer_search WHERE rowid IN (SELECT seq FROM customer WHERE team_id = $1 AND id IN (@ids))",
            vec![team.0.into()],
        )
        .await?;
        "lower(hex(id))"
    } else {
        "CAST(id AS text)"
    };
    let sql = format!(
        "UPDATE customer SET purged_at = $1, email = {id}, name = '', company = '', country = '', currency = NULL, total_spent = NULL,
           monthly_spend = NULL, payment_count = NULL, first_payment = NULL, last_payment = NULL, refund_volume = NULL, notes = '',
           tags = NULL, attributes = NULL, segment = NULL, opportunity = NULL, search = ''
         WHERE team_id = $2 AND id IN (@ids)"
    );
    run(&sql, vec![now.into(), team.0.into()]).await?;
    Ok(())
}
