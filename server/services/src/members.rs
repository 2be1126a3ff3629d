//! The people of a team: who is in it, and how many seats are taken.
//!
//! Must not add anybody: people come in by creating a team or by an invitation.

use crate::{
    Services,
    entity::{
        business, invitation,
        member::{Column, Entity, Model},
        person,
    },
    error::Result,
    grant::Grant,
    moments, teams,
};
use chrono::{DateTime, Utc};
use domain::{
    Error,
    ids::{MemberId, PersonId, TeamId},
    page::{Page, Total},
    permission::perm,
    team::{MemberQuery, MemberRow, OwnedBusiness},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
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
    let backward = query.after.is_none() && query.before.is_some();
    let mut select = Entity::find().filter(Column::TeamId.eq(grant.team()));
    if let Some(cursor) = query.after.as_deref().or(query.before.as_deref()) {
        select = select.filter(beyond(parse(cursor)?, backward));
    }
    let order = if backward { Order::Desc } else { Order::Asc };
    let mut rows = select
        .order_by(Column::JoinedAt, order.clone())
        .order_by(Column::Id, order)
        .find_also_related(person::Entity)
        .limit(PAGE + 1)
        .all(db)
        .await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    if backward {
        rows.reverse();
    }
    let earlier = if backward { more } else { query.after.is_some() };
    let later = backward || more;
    let next = rows.last().filter(|_| later).map(|(row, _)| cursor(row));
    let previous = rows.first().filter(|_| earlier).map(|(row, _)| cursor(row));
    let total = Entity::find().filter(Column::TeamId.eq(grant.team())).count(db).await?;
    Ok(Page {
        rows: shown(services, grant, rows).await?,
        next,
        previous,
        total: Total::Exactly(total),
    })
}

async fn shown(
    services: &Services,
    grant: &Grant<perm::ViewTeamSettings>,
    rows: Vec<(Model, Option<person::Model>)>,
) -> Result<Vec<MemberRow>> {
    let db = services.db().read();
    let mut owned = owned(db, grant.team(), rows.iter().map(|(row, _)| row.person_id).collect()).await?;
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let row = |(row, who): (Model, Option<person::Model>)| {
        let (name, email) = who.map(|who| (who.name, who.email)).unwrap_or_default();
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

fn beyond((at, id): (DateTime<Utc>, MemberId), backward: bool) -> Condition {
    let tie = Condition::all().add(Column::JoinedAt.eq(at));
    if backward {
        Condition::any().add(Column::JoinedAt.lt(at)).add(tie.add(Column::Id.lt(id)))
    } else {
        Condition::any().add(Column::JoinedAt.gt(at)).add(tie.add(Column::Id.gt(id)))
    }
}

fn cursor(row: &Model) -> String {
    format!("{}.{}", row.joined_at.timestamp_millis(), row.id)
}

fn parse(cursor: &str) -> Result<(DateTime<Utc>, MemberId)> {
    let (at, id) = cursor.split_once('.').ok_or(Error::Malformed)?;
    let at = at.parse().ok().and_then(DateTime::from_timestamp_millis).ok_or(Error::Malformed)?;
    Ok((at, id.parse().map_err(|_| Error::Malformed)?))
}
