//! Reading the audit log: newest first, in keyset pages.

use super::Result;
use crate::{
    Services,
    entity::{
        audit_event::{Column, Entity, Model},
        business, team,
    },
    grant::Grant,
    moments,
};
use chrono::{DateTime, Utc};
use domain::{
    Error,
    audit::{AuditQuery, AuditRow},
    ids::{AuditEventId, BusinessId},
    page::{Page, Total},
    permission::perm,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, Func, Query},
};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

const PAGE: u64 = 50;

/// Events of the team, newest first.
///
/// # Errors
/// `Malformed` for a cursor that is none.
pub async fn list(services: &Services, grant: &Grant<perm::EditTeamSettings>, query: &AuditQuery) -> Result<Page<AuditRow>> {
    let db = services.db().read();
    let mut scope = Condition::all().add(Column::TeamId.eq(grant.team()));
    if let Some(kind) = query.kind {
        scope = scope.add(Column::Kind.eq(kind));
    }
    if let Some(person) = query.person {
        scope = scope.add(Column::PersonId.eq(person));
    }
    let backward = query.after.is_none() && query.before.is_some();
    let mut select = Entity::find().filter(scope.clone());
    if let Some(cursor) = query.after.as_deref().or(query.before.as_deref()) {
        select = select.filter(beyond(parse(cursor)?, backward));
    }
    let order = if backward { Order::Asc } else { Order::Desc };
    let mut rows = select
        .order_by(Column::At, order.clone())
        .order_by(Column::Id, order)
        .limit(PAGE + 1)
        .all(db)
        .await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    if backward {
        rows.reverse();
    }
    let newer = if backward { more } else { query.after.is_some() };
    let older = if backward { true } else { more };
    let next = rows.last().filter(|_| older).map(cursor);
    let previous = rows.first().filter(|_| newer).map(cursor);
    let total = total(db, scope).await?;
    Ok(Page {
        rows: shown(services, grant, rows).await?,
        next,
        previous,
        total,
    })
}

fn beyond((at, id): (DateTime<Utc>, AuditEventId), backward: bool) -> Condition {
    let tie = Condition::all().add(Column::At.eq(at));
    if backward {
        Condition::any().add(Column::At.gt(at)).add(tie.add(Column::Id.gt(id)))
    } else {
        Condition::any().add(Column::At.lt(at)).add(tie.add(Column::Id.lt(id)))
    }
}

fn cursor(row: &Model) -> String {
    format!("{}.{}", row.at.timestamp_millis(), row.id)
}

fn parse(cursor: &str) -> Result<(DateTime<Utc>, AuditEventId)> {
    let (at, id) = cursor.split_once('.').ok_or(Error::Malformed)?;
    let at = at.parse().ok().and_then(DateTime::from_timestamp_millis).ok_or(Error::Malformed)?;
    Ok((at, id.parse().map_err(|_| Error::Malformed)?))
}

/// Counts no further than pages say.
async fn total(db: &impl ConnectionTrait, scope: Condition) -> Result<Total> {
    let rows = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(scope)
        .limit(Total::BOUND + 1)
        .into_query();
    let count = Query::select()
        .expr_as(Func::count(Expr::col(Alias::new("id"))), Alias::new("n"))
        .from_subquery(rows, Alias::new("bounded"))
        .to_owned();
    let row = db.query_one(&count).await?;
    let counted: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    let counted = u64::try_from(counted).unwrap_or_default();
    Ok(if counted > Total::BOUND {
        Total::AtLeast(Total::BOUND)
    } else {
        Total::Exactly(counted)
    })
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
    let team = team::Entity::find_by_id(grant.team()).one(db).await?;
    let zone = moments::zone(team.as_ref().map_or("UTC", |team| team.time_zone.as_str()));
    let now = services.clock().now();
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

    #[test]
    fn a_cursor_that_is_none_is_malformed() {
        for bad in ["", "1", "x.y", "1.2"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
