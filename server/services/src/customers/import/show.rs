//! Imports as pages show them. Only reads.

use super::{manage, stage::Stage};
use crate::{
    Services, accounts,
    entity::import,
    error::Result,
    grant::Grant,
    keyset::{self, By},
    moments, teams,
};
use domain::{
    Error as Public,
    ids::{BusinessId, ImportId, PersonId},
    import::{ImportCounts, ImportDetail, ImportList, ImportRow},
    permission::perm,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;

const PAGE: u64 = 20;

type MayImport = Grant<perm::ImportCsv>;

/// An import at any of its steps.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn detail(services: &Services, grant: &MayImport, business: BusinessId, id: ImportId) -> Result<ImportDetail> {
    let (row, _) = manage::find(services, grant, business, id).await?;
    let db = services.db().read();
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let names = accounts::names(db, row.created_by).await?;
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
    let select = import::Entity::find()
        .filter(import::Column::TeamId.eq(grant.team()))
        .filter(import::Column::BusinessId.eq(business.id));
    let by = By {
        at: import::Column::CreatedAt,
        id: import::Column::Id,
        ascending: false,
        place: |row: &import::Model| (row.created_at, row.id.0),
        limit: PAGE,
    };
    // The list goes on towards the older ones only.
    let slice = keyset::slice(db, select, by, before, None).await?;
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let names = accounts::names(db, slice.rows.iter().filter_map(|row| row.created_by)).await?;
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
        rows: slice.rows.into_iter().map(row).collect(),
        next: slice.next,
    })
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
