//! The people of a team: who is in it, how many seats are taken, and how somebody's place changes.
//!
//! Must not add anybody: people come in by creating a team or by an invitation.

mod change;
pub(crate) mod handover;
mod transfer;

pub use change::{belongings, change_role, leave, own_belongings, remove};
pub use transfer::transfer;

use crate::{
    Services,
    entity::{
        business, invitation,
        member::{Column, Entity, Model},
        person,
    },
    error::Result,
    grant::Grant,
    keyset::{self, By},
    moments, teams,
};
use chrono::{DateTime, Utc};
use domain::{
    ids::{PersonId, TeamId},
    page::Page,
    permission::perm,
    role::Role,
    team::{MemberQuery, MemberRow, OwnedBusiness},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

const PAGE: u64 = 50;
/// Businesses that the rows of one page name; far above any plan.
const BUSINESSES_MAX: u64 = 500;

/// The team's people, in the order they came.
///
/// # Errors
/// `Malformed` for a cursor that is none.
pub async fn list(services: &Services, grant: &Grant<perm::ViewTeamSettings>, query: &MemberQuery) -> Result<Page<MemberRow>> {
    let db = services.db().read();
    let select = Entity::find().filter(Column::TeamId.eq(grant.team()));
    let by = By {
        at: Column::JoinedAt,
        id: Column::Id,
        ascending: true,
        place: |row: &Model| (row.joined_at, row.id.0),
        limit: PAGE,
    };
    let mut page = keyset::page(db, select, by, query.after.as_deref(), query.before.as_deref()).await?;
    let rows = shown(services, grant, page.take()).await?;
    Ok(page.with(rows))
}

async fn shown(services: &Services, grant: &Grant<perm::ViewTeamSettings>, rows: Vec<Model>) -> Result<Vec<MemberRow>> {
    let db = services.db().read();
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let known = person::Entity::find()
        .filter(person::Column::Id.is_in(people.iter().copied()))
        .all(db)
        .await?;
    let mut known: HashMap<PersonId, person::Model> = known.into_iter().map(|who| (who.id, who)).collect();
    let mut owned = owned(db, grant.team(), people).await?;
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let row = |row: Model| {
        let (name, email) = known.remove(&row.person_id).map(|who| (who.name, who.email)).unwrap_or_default();
        MemberRow {
            id: row.id,
            person: row.person_id,
            name,
            email,
            role: row.role,
            joined: moments::moment(row.joined_at, now, zone),
            last_active: row.last_active_at.map(|at| moments::moment(at, now, zone)),
            is_me: grant.person() == Some(row.person_id),
            businesses: owned.remove(&row.person_id).unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Whose which business is, oldest first.
async fn owned(db: &impl ConnectionTrait, team: TeamId, people: Vec<PersonId>) -> Result<HashMap<PersonId, Vec<OwnedBusiness>>> {
    let rows = business::Entity::find()
        .filter(business::Column::TeamId.eq(team))
        .filter(business::Column::OwnerId.is_in(people))
        .filter(business::Column::DeletedAt.is_null())
        .order_by_asc(business::Column::CreatedAt)
        .limit(BUSINESSES_MAX)
        .all(db)
        .await?;
    let mut owned: HashMap<PersonId, Vec<OwnedBusiness>> = HashMap::new();
    for row in rows {
        owned.entry(row.owner_id).or_default().push(OwnedBusiness {
            id: row.id,
            mark: u8::try_from(row.mark).unwrap_or(1),
            name: row.name,
        });
    }
    Ok(owned)
}

/// Somebody's place in a team.
pub(crate) async fn of(db: &impl ConnectionTrait, team: TeamId, person: PersonId) -> Result<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::PersonId.eq(person))
        .one(db)
        .await?)
}

/// The team's owner.
pub(crate) async fn owner(db: &impl ConnectionTrait, team: TeamId) -> Result<Option<person::Model>> {
    let found = Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::Role.eq(Role::Owner))
        .find_also_related(person::Entity)
        .one(db)
        .await?;
    Ok(found.and_then(|(_, person)| person))
}

/// Seats that are taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seats {
    pub members: u32,
    pub invited: u32,
}

/// Everybody in the team, and every invitation that can still be accepted. To decide by it, lock the team first.
pub(crate) async fn seats(db: &impl ConnectionTrait, team: TeamId, now: DateTime<Utc>) -> Result<Seats> {
    let members = Entity::find().filter(Column::TeamId.eq(team)).count(db).await?;
    let invited = invitation::Entity::find()
        .filter(invitation::Column::TeamId.eq(team))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .count(db)
        .await?;
    Ok(Seats {
        members: u32::try_from(members).unwrap_or(u32::MAX),
        invited: u32::try_from(invited).unwrap_or(u32::MAX),
    })
}
