//! Imports as pages show them. Only reads.

use super::{manage, stage::Stage};
use crate::{
    Services,
    entity::{import, person, team},
    error::Result,
    grant::Grant,
    moments,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Error as Public,
    ids::{BusinessId, ImportId, PersonId, TeamId},
    import::{ImportCounts, ImportDetail, ImportList, ImportRow},
    permission::perm,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

const PAGE: usize = 20;

type MayImport = Grant<perm::ImportCsv>;

/// An import at any of its steps.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn detail(services: &Services, grant: &MayImport, business: BusinessId, id: ImportId) -> Result<ImportDetail> {
    let (row, _) = manage::find(services, grant, business, id).await?;
    let db = services.db().read();
    let zone = zone_of(db, grant.team()).await?;
    let now = services.clock().now();
    let names = names_of(db, row.created_by.into_iter()).await?;
    let seen = if row.state.is_over() {
        None
    } else {
        manage::seen_before(db, &row).await?
    };
    let version = manage::version(&row);
    let (preview, has_files) = match row.stage.clone() {
        Some(name) => {
            let stage = Stage::named(services, row.id, &name);
            let read = tokio::task::spawn_blocking(move || (stage.read_preview(), stage.path().exists()));
            read.await.unwrap_or_default()
        }
        None => (Vec::new(), false),
    };
    Ok(ImportDetail {
        id: row.id,
        state: row.state,
        bytes: row.bytes.unsigned_abs(),
        format: serde_json::from_value(row.format).map_err(|_| Public::Malformed)?,
        columns: serde_json::from_value(row.columns).map_err(|_| Public::Malformed)?,
        merge: row.merge,
        counts: serde_json::from_value(row.counts).unwrap_or_default(),
        preview,
        has_files,
        processed: row.processed.unsigned_abs(),
        rows: row.row_count.unsigned_abs(),
        new: row.new_count.unsigned_abs(),
        updated: row.updated_count.unsigned_abs(),
        seen_before: seen.map(|seen| moments::moment(seen.created_at, now, zone)),
        by: name_of(&names, row.created_by),
        at: moments::moment(row.finished_at.unwrap_or(row.created_at), now, zone),
        reason: row.reason,
        file_name: row.file_name,
        version,
    })
}

/// Imports of a business, newest first; `before`: the cursor of the list before.
///
/// # Errors
/// `Malformed` for a cursor that is none.
pub async fn list(services: &Services, grant: &MayImport, business: BusinessId, before: Option<&str>) -> Result<ImportList> {
    let business = grant.business(services, business).await?;
    let db = services.db().read();
    let mut select = import::Entity::find()
        .filter(import::Column::TeamId.eq(grant.team()))
        .filter(import::Column::BusinessId.eq(business.id));
    if let Some(cursor) = before {
        let (at, id) = parse(cursor)?;
        let tie = Condition::all()
            .add(import::Column::CreatedAt.eq(at))
            .add(import::Column::Id.lt(id));
        select = select.filter(Condition::any().add(import::Column::CreatedAt.lt(at)).add(tie));
    }
    let mut rows = select
        .order_by_desc(import::Column::CreatedAt)
        .order_by_desc(import::Column::Id)
        .limit(PAGE as u64 + 1)
        .all(db)
        .await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("{}.{}", row.created_at.timestamp_millis(), row.id));
    let zone = zone_of(db, grant.team()).await?;
    let now = services.clock().now();
    let names = names_of(db, rows.iter().filter_map(|row| row.created_by)).await?;
    let row = |row: import::Model| {
        let counts: ImportCounts = serde_json::from_value(row.counts).unwrap_or_default();
        ImportRow {
            id: row.id,
            state: row.state,
            by: name_of(&names, row.created_by),
            at: moments::moment(row.created_at, now, zone),
            rows: counts.rows(),
            new: row.new_count.unsigned_abs(),
            updated: row.updated_count.unsigned_abs(),
            left_out: counts.left_out(),
            file_name: row.file_name,
        }
    };
    Ok(ImportList {
        rows: rows.into_iter().map(row).collect(),
        next,
    })
}

fn parse(cursor: &str) -> Result<(DateTime<Utc>, ImportId)> {
    let (at, id) = cursor.split_once('.').ok_or(Public::Malformed)?;
    let at = at.parse().ok().and_then(DateTime::from_timestamp_millis).ok_or(Public::Malformed)?;
    Ok((at, id.parse().map_err(|_| Public::Malformed)?))
}

async fn zone_of(db: &impl ConnectionTrait, team: TeamId) -> Result<Tz> {
    let row = team::Entity::find_by_id(team).one(db).await?.ok_or(Public::NotFound)?;
    Ok(moments::zone(&row.time_zone))
}

async fn names_of(db: &impl ConnectionTrait, people: impl Iterator<Item = PersonId>) -> Result<HashMap<PersonId, String>> {
    let rows = person::Entity::find().filter(person::Column::Id.is_in(people)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

fn name_of(names: &HashMap<PersonId, String>, person: Option<PersonId>) -> String {
    let known = person.and_then(|id| names.get(&id).cloned());
    known.unwrap_or_else(|| {
        if person.is_some() {
            "Somebody who left".into()
        } else {
            "system".into()
        }
    })
}
