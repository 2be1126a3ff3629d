//! Reading the audit log: newest first, in keyset pages.

use super::Result;
use crate::{
    Services,
    entity::{
        audit_event::{Column, Entity, Model},
        business,
    },
    grant::Grant,
    keyset::{self, By},
    moments, teams,
};
use domain::{
    audit::{AuditQuery, AuditRow},
    ids::BusinessId,
    page::Page,
    permission::perm,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

const PAGE: u64 = 50;

/// Events of the team, newest first.
///
/// # Errors
/// `Malformed` for a cursor that is none.
pub async fn list(services: &Services, grant: &Grant<perm::EditTeamSettings>, query: &AuditQuery) -> Result<Page<AuditRow>> {
    let db = services.db().read();
    let mut select = Entity::find().filter(Column::TeamId.eq(grant.team()));
    if let Some(kind) = query.kind {
        select = select.filter(Column::Kind.eq(kind));
    }
    if let Some(person) = query.person {
        select = select.filter(Column::PersonId.eq(person));
    }
    let by = By {
        at: Column::At,
        id: Column::Id,
        ascending: false,
        place: |row: &Model| (row.at, row.id.0),
        limit: PAGE,
    };
    let mut page = keyset::page(db, select, by, query.after.as_deref(), query.before.as_deref()).await?;
    let rows = shown(services, grant, page.take()).await?;
    Ok(page.with(rows))
}

async fn shown(services: &Services, grant: &Grant<perm::EditTeamSettings>, rows: Vec<Model>) -> Result<Vec<AuditRow>> {
    let db = services.db().read();
    let ids: HashSet<BusinessId> = rows.iter().filter_map(|row| row.business_id).collect();
    let names: HashMap<BusinessId, String> = business::Entity::find()
        .filter(business::Column::TeamId.eq(grant.team()))
        .filter(business::Column::Id.is_in(ids))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let row = |row: Model| AuditRow {
        id: row.id,
        at: moments::moment(row.at, now, zone),
        kind: row.kind,
        person: row.person_id,
        person_name: row.person_name,
        business: row.business_id,
        business_name: row.business_id.and_then(|id| names.get(&id).cloned()),
        customer: row.customer_id,
        detail: words(&row.detail),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// `{"fields":["name","currency"],"resent":true}` → `fields: name, currency; resent`.
fn words(detail: &Value) -> String {
    let empty = Map::new();
    let said = detail.as_object().unwrap_or(&empty).iter().filter_map(|(key, value)| {
        let value = match value {
            Value::Null | Value::Bool(false) => return None,
            Value::Bool(true) => return Some(key.replace('_', " ")),
            Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
            other => plain(other),
        };
        Some(format!("{}: {value}", key.replace('_', " ")))
    });
    said.collect::<Vec<_>>().join("; ")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_read_as_words() {
        let detail = serde_json::json!({"fields": ["name", "time_zone"], "resent": true, "role": "admin", "left": null});
        assert_eq!(words(&detail), "fields: name, time_zone; resent; role: admin");
    }
}
