//! Reading the audit log: newest first, in keyset pages.

use super::{Result, words};
use crate::{
    Services,
    entity::{
        audit_event::{Column, Entity, Model},
        business, customer,
    },
    grant::{Actor, Grant},
    keyset::{self, By},
    moments, teams,
};
use domain::{
    audit::{AuditCustomer, AuditQuery, AuditRow},
    ids::{BusinessId, CustomerId},
    page::Page,
    permission::perm,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
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
    let customers = customers(db, grant, rows.iter().filter_map(|row| row.customer_id).collect()).await?;
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let row = |row: Model| AuditRow {
        id: row.id,
        at: moments::moment(row.at, now, zone),
        what: words::sentence(row.kind, &row.detail),
        kind: row.kind,
        person_name: match row.person_id {
            None if row.person_name == Actor::system().name => String::from("AskUsers"),
            _ => row.person_name,
        },
        person: row.person_id,
        business: row.business_id,
        business_name: row.business_id.and_then(|id| names.get(&id).cloned()),
        customer: row.customer_id.map(|id| customers.get(&id).cloned().unwrap_or_else(gone)),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Those of the customers who are there, as this person may see them. The log itself knows no name: whoever was erased is in none of
/// its rows.
async fn customers(
    db: &impl ConnectionTrait,
    grant: &Grant<perm::EditTeamSettings>,
    ids: HashSet<CustomerId>,
) -> Result<HashMap<CustomerId, AuditCustomer>> {
    use customer::{Column, Entity};
    let rows: Vec<(CustomerId, BusinessId, String, String)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::BusinessId, Column::Name, Column::Email])
        .filter(Column::TeamId.eq(grant.team()))
        .filter(Column::Id.is_in(ids))
        .filter(Column::DeletedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let sight = grant.sight();
    let customer = |(id, business, name, email): (CustomerId, BusinessId, String, String)| {
        let name = if name.is_empty() {
            sight.address(&email)
        } else {
            sight.text(&name)
        };
        let place = Some((business, id));
        (id, AuditCustomer { name, place })
    };
    Ok(rows.into_iter().map(customer).collect())
}

fn gone() -> AuditCustomer {
    AuditCustomer {
        name: String::from("Deleted"),
        place: None,
    }
}
