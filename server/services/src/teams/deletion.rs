//! Deleting a team, restoring it for a while, and purging it then. Nobody's other teams are touched.

use super::lock;
use crate::{
    Services,
    accounts::Session,
    audit::{self, Event},
    entity::{member, team},
    error::Result,
    grant::{Actor, Grant},
    letters, members, moments,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Error,
    audit::AuditKind,
    error::{Conflict, FieldCode},
    ids::TeamId,
    permission::perm,
    role::Role,
    team::{DeletedTeam, RESTORABLE_DAYS},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
    sea_query::LockType,
};
use tokio_util::sync::CancellationToken;

/// Rows that go in one transaction.
const ROWS: u64 = 2_000;
/// Deleted teams that are listed.
const LIST_MAX: u64 = 100;

/// Every table with rows of a team, those that refer to others first. A test holds it against the schema.
pub const TABLES: &[&str] = &[
    "batch_item",
    "batch",
    "reply",
    "outreach",
    "draft_version",
    "draft",
    "persona",
    "customer_change",
    "import_refusal",
    "customer",
    "import",
    "erased_address",
    "suppression",
    "business_stats",
    "sender",
    "smtp_server",
    "stripe_connection",
    "business",
    "ledger_transfer",
    "ledger_account",
    "audit_event",
    "invitation",
    "job",
    "mail",
    "member",
];

/// Deletes the team: nobody finds it any more. Work in the background stops at its next step, because nobody of a deleted team has any
/// right, and mail is paused when its turn comes. `confirmation` is the team's name.
///
/// # Errors
/// `Invalid(confirmation)`.
pub async fn delete(services: &Services, grant: &Grant<perm::DeleteTeam>, confirmation: &str) -> Result<()> {
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    let row = lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, None).await?;
    if confirmation.trim() != row.name {
        return Err(Error::field("confirmation", FieldCode::DoesNotMatch).into());
    }
    let change = team::ActiveModel {
        id: Set(row.id),
        deleted_at: Set(Some(now)),
        deleted_by: Set(grant.person()),
        ..Default::default()
    };
    change.update(&txn).await?;
    let event = Event::new(AuditKind::TeamDeleted).detail("name", row.name.clone());
    audit::record(&txn, services.clock(), row.id, grant.actor(), event).await?;
    if let Some(owner) = members::owner(&txn, row.id).await? {
        let until = moments::moment(purged_at(now), now, moments::zone(&row.time_zone));
        let letter = letters::team_deleted(services, &row.name, &until.exact);
        letters::post(&txn, services.clock(), None, &owner.email, letter).await?;
    }
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// The deleted teams that the person owns and can restore.
///
/// # Errors
/// `Unauthenticated`, `Unverified`.
pub async fn deleted(services: &Services, session: &Session) -> Result<Vec<DeletedTeam>> {
    Session::proven(Some(session))?;
    let now = services.clock().now();
    let rows = member::Entity::find()
        .filter(member::Column::PersonId.eq(session.person))
        .filter(member::Column::Role.eq(Role::Owner))
        .find_also_related(team::Entity)
        .filter(restorable(now))
        .order_by_desc(team::Column::DeletedAt)
        .limit(LIST_MAX)
        .all(services.db().read())
        .await?;
    let shown = |team: team::Model| {
        let (zone, at) = (moments::zone(&team.time_zone), team.deleted_at?);
        Some(DeletedTeam {
            id: team.id,
            name: team.name,
            deleted: moments::moment(at, now, zone),
            purged: moments::moment(purged_at(at), now, zone),
        })
    };
    Ok(rows.into_iter().filter_map(|(_, team)| team).filter_map(shown).collect())
}

/// Restores a team as it was. What was waiting stays paused.
///
/// # Errors
/// `NotFound` for a team that is not the person's, `Conflict::Purged` after 30 days.
pub async fn restore(services: &Services, session: &Session, id: TeamId) -> Result<()> {
    Session::proven(Some(session))?;
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    let row = team::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(&txn)
        .await?
        .ok_or(Error::NotFound)?;
    let place = members::of(&txn, id, session.person).await?.ok_or(Error::NotFound)?;
    if place.role != Role::Owner {
        return Err(Error::NotFound.into());
    }
    match row.deleted_at {
        // Twice is as good as once.
        None => return Ok(()),
        Some(at) if row.purging || purged_at(at) <= now => return Err(Error::Conflict(Conflict::Purged).into()),
        Some(_) => {}
    }
    super::refuse_one_more(&txn, session.person).await?;
    let change = team::ActiveModel {
        id: Set(id),
        deleted_at: Set(None),
        deleted_by: Set(None),
        ..Default::default()
    };
    change.update(&txn).await?;
    let actor = Actor::person(session.person, &session.name);
    audit::record(&txn, services.clock(), id, &actor, Event::new(AuditKind::TeamRestored)).await?;
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// Purges the teams that were deleted too long ago, some rows at a time; a process that dies goes on with the rest. Returns how many
/// teams are gone. Their files go with the sweep of imports after it.
///
/// # Errors
/// When the database can't be used.
pub async fn purge(services: &Services, stop: &CancellationToken) -> Result<usize> {
    let before = services.clock().now() - TimeDelta::days(RESTORABLE_DAYS);
    let rows = team::Entity::find()
        .filter(team::Column::DeletedAt.lte(before))
        .order_by_asc(team::Column::DeletedAt)
        .limit(LIST_MAX)
        .all(services.db().read())
        .await?;
    let mut gone = 0;
    for row in rows {
        let marked = team::Entity::update_many()
            .set(team::ActiveModel {
                purging: Set(true),
                ..Default::default()
            })
            .filter(team::Column::Id.eq(row.id))
            .filter(team::Column::DeletedAt.lte(before))
            .exec(services.db().write())
            .await?;
        // Restored in this very moment.
        if marked.rows_affected == 0 {
            continue;
        }
        for table in TABLES {
            while delete_some(services, table, row.id).await? == ROWS {
                if stop.is_cancelled() {
                    return Ok(gone);
                }
            }
        }
        team::Entity::delete_by_id(row.id).exec(services.db().write()).await?;
        tracing::info!(team = %row.id, "a team was purged");
        gone += 1;
    }
    Ok(gone)
}

async fn delete_some(services: &Services, table: &str, team: TeamId) -> Result<u64> {
    let db = services.db().write();
    let place = if services.db().is_sqlite() { "rowid" } else { "ctid" };
    // Holds end by reference to their beginnings: the newest first, all of them in one order.
    let order = if table == "ledger_transfer" {
        "ORDER BY pending_id IS NULL, at DESC"
    } else {
        ""
    };
    let sql = format!("DELETE FROM {table} WHERE {place} IN (SELECT {place} FROM {table} WHERE team_id = $1 {order} LIMIT {ROWS})");
    let values: [Value; 1] = [team.into()];
    let done = db
        .execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await?;
    Ok(done.rows_affected())
}

fn restorable(now: DateTime<Utc>) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(team::Column::DeletedAt.gt(now - TimeDelta::days(RESTORABLE_DAYS)))
        .add(team::Column::Purging.eq(false))
}

fn purged_at(deleted: DateTime<Utc>) -> DateTime<Utc> {
    deleted + TimeDelta::days(RESTORABLE_DAYS)
}
