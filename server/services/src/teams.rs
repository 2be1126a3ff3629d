//! Teams: made by a verified person who becomes the owner, with their credits and the frame that every page shows.

mod deletion;
mod settings;
mod waiting;

pub use deletion::{TABLES, delete, deleted, purge, restore};
pub use settings::save;

use crate::{
    Services, accounts,
    accounts::Session,
    audit, entity,
    error::Result,
    grant::{Actor, Grant, Member},
    ledger, members, moments,
};
use chrono::Months;
use chrono_tz::Tz;
use domain::{
    Error,
    audit::AuditKind,
    business::SenderState,
    credit::{CreditAction, CreditKind},
    ids::{MemberId, PersonId, TeamId},
    permission::perm,
    plan::{ENTERPRISE, Limit},
    role::Role,
    team::{BusinessLink, Checklist, TeamFrame, TeamOverview},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, SelectExt,
    sea_query::LockType,
};

/// Teams that one person may own: each has members and businesses of its own, which cost nothing where nobody bills them.
const OWNED_MAX: u32 = 20;
/// More businesses than this the switcher does not list.
const SWITCHER_MAX: u64 = 200;

/// Creates a team with its first monthly credits; the person becomes its owner.
///
/// # Errors
/// `Unverified`, `Invalid(name, time_zone)`, `LimitReached` for somebody who owns many teams.
pub async fn create(services: &Services, session: &Session, name: &str, time_zone: &str) -> Result<TeamId> {
    Session::proven(Some(session))?;
    let name = settings::checked(name, time_zone)?;

    let clock = services.clock();
    let now = clock.now();
    let id = TeamId(clock.new_id());
    let txn = services.db().begin().await?;
    refuse_one_more(&txn, session.person).await?;
    let team = entity::team::ActiveModel {
        id: Set(id),
        name: Set(name),
        time_zone: Set(time_zone.to_owned()),
        created_by: Set(session.person),
        created_at: Set(now),
        next_grant_at: Set(now.checked_add_months(Months::new(1))),
        version: Set(1),
        purging: Set(false),
        ..Default::default()
    };
    entity::team::Entity::insert(team).exec_without_returning(&txn).await?;
    let owner = entity::member::ActiveModel {
        team_id: Set(id),
        id: Set(MemberId(clock.new_id())),
        person_id: Set(session.person),
        role: Set(Role::Owner),
        joined_at: Set(now),
        last_active_at: Set(Some(now)),
    };
    entity::member::Entity::insert(owner).exec_without_returning(&txn).await?;
    ledger::open(&txn, id).await?;
    let monthly = services.settings().limits.credits_per_month;
    ledger::grant(&txn, clock, id, CreditKind::Monthly, CreditAction::MonthlyGrant, monthly).await?;
    let actor = Actor::person(session.person, &session.name);
    audit::record(
        &txn,
        clock,
        id,
        &actor,
        audit::Event::new(AuditKind::TeamCreated).detail("credits", monthly.0),
    )
    .await?;
    txn.commit().await?;
    Ok(id)
}

/// Counts the teams that a person owns, with the person's row locked: two creations at once wait for each other.
async fn refuse_one_more(db: &impl ConnectionTrait, person: PersonId) -> Result<()> {
    entity::person::Entity::find_by_id(person).lock_exclusive().one(db).await?;
    let owned = entity::member::Entity::find()
        .filter(entity::member::Column::PersonId.eq(person))
        .filter(entity::member::Column::Role.eq(Role::Owner))
        .inner_join(entity::team::Entity)
        .filter(entity::team::Column::DeletedAt.is_null())
        .count(db)
        .await?;
    if owned >= u64::from(OWNED_MAX) {
        let (limit, allowed) = (Limit::Teams, OWNED_MAX);
        return Err(Error::LimitReached { limit, allowed }.into());
    }
    Ok(())
}

/// What every page of a team shows around itself.
///
/// # Errors
/// `NotFound` for a deleted team.
pub async fn frame(services: &Services, member: &Member) -> Result<TeamFrame> {
    let db = services.db().read();
    let team = entity::team::Entity::find()
        .filter(entity::team::Column::Id.eq(member.team()))
        .filter(entity::team::Column::DeletedAt.is_null())
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let asking = entity::person::Entity::find_by_id(member.person())
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let balance = ledger::balance(db, team.id).await?;
    let monthly = services.settings().limits.credits_per_month;
    let rows = entity::business::Entity::find()
        .filter(entity::business::Column::TeamId.eq(team.id))
        .filter(entity::business::Column::DeletedAt.is_null())
        .order_by_asc(entity::business::Column::CreatedAt)
        .limit(SWITCHER_MAX)
        .all(db)
        .await?;
    let steps = steps(db, team.id, &rows).await?;
    let owners = accounts::names(db, rows.iter().map(|b| b.owner_id)).await?;
    let waiting = waiting::by_business(db, team.id).await?;
    let businesses = rows
        .into_iter()
        .map(|b| BusinessLink {
            id: b.id,
            own: b.owner_id == member.person(),
            owner_name: owners.get(&b.owner_id).cloned().unwrap_or_default(),
            addressed: !b.postal_address.trim().is_empty(),
            name: b.name,
            mark: u8::try_from(b.mark).unwrap_or(1),
            customers: u64::try_from(b.customer_count).unwrap_or(0),
            to_review: waiting.get(&b.id).map_or(0, |(review, _)| *review),
            replies: waiting.get(&b.id).map_or(0, |(_, replies)| *replies),
        })
        .collect();
    Ok(TeamFrame {
        id: team.id,
        name: team.name,
        person: member.person(),
        person_name: asking.name,
        person_email: asking.email,
        role: member.role(),
        balance,
        low_balance: balance.available() < monthly.low_below(),
        businesses,
        teams: accounts::teams_of(db, member.person()).await?,
        steps,
    })
}

/// The plan and how much of it is taken.
///
/// # Errors
/// When the database fails.
pub async fn overview(services: &Services, grant: &Grant<perm::ViewTeamSettings>) -> Result<TeamOverview> {
    let db = services.db().read();
    let now = services.clock().now();
    let team = entity::team::Entity::find_by_id(grant.team())
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let seats = members::seats(db, team.id, now).await?;
    let slots = entity::business::Entity::find()
        .filter(entity::business::Column::TeamId.eq(team.id))
        .filter(entity::business::Column::DeletedAt.is_null())
        .count(db)
        .await?;
    let limits = services.settings().limits;
    Ok(TeamOverview {
        id: team.id,
        plan: ENTERPRISE.name.to_owned(),
        members: seats.members,
        invited: seats.invited,
        seats: limits.members,
        slots_used: u32::try_from(slots).unwrap_or(u32::MAX),
        slots: limits.businesses,
        balance: ledger::balance(db, team.id).await?,
        credits_per_month: u32::try_from(limits.credits_per_month.0).unwrap_or_default(),
        created: moments::moment(team.created_at, now, moments::zone(&team.time_zone)),
        name: team.name,
        time_zone: team.time_zone,
        version: team.version,
    })
}

/// The team's row, locked: two transactions that count what is in the team, or say who may do what, wait for each other. Rows that
/// only belong to the team are written meanwhile. SQLite has one writer anyway.
pub(crate) async fn lock(db: &impl ConnectionTrait, team: TeamId) -> Result<entity::team::Model> {
    entity::team::Entity::find_by_id(team)
        .filter(entity::team::Column::DeletedAt.is_null())
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await?
        .ok_or_else(|| Error::NotFound.into())
}

/// The time zone of the team's days.
pub(crate) async fn zone(db: &impl ConnectionTrait, team: TeamId) -> Result<Tz> {
    let row = entity::team::Entity::find_by_id(team).one(db).await?;
    Ok(row.map_or(Tz::UTC, |team| moments::zone(&team.time_zone)))
}

/// A browser's time zone, or UTC where it names none that we know.
#[must_use]
pub fn known_zone(name: &str) -> &str {
    if name.parse::<chrono_tz::Tz>().is_ok() { name } else { "UTC" }
}

/// What of the way to the first e-mail is done. Looks for one row of each, counts nothing.
async fn steps(db: &impl ConnectionTrait, team: TeamId, businesses: &[entity::business::Model]) -> Result<Checklist> {
    use entity::{outreach, sender};
    let senders = sender::Entity::find()
        .filter(sender::Column::TeamId.eq(team))
        .filter(sender::Column::BusinessId.is_in(businesses.iter().map(|b| b.id)));
    let verified = senders.clone().filter(sender::Column::State.eq(SenderState::Verified));
    let verified = verified.exists(db).await?;
    let mailed = !verified && senders.filter(sender::Column::TokenHash.is_not_null()).exists(db).await?;
    let sent = outreach::Entity::find()
        .filter(outreach::Column::TeamId.eq(team))
        .filter(outreach::Column::SentAt.is_not_null())
        .exists(db)
        .await?;
    // Whoever has sent an e-mail is no beginner, whatever they remove later.
    Ok(Checklist {
        business: sent || !businesses.is_empty(),
        sender: sent || verified,
        sender_mailed: mailed,
        import: sent || businesses.iter().any(|b| b.customer_count > 0),
        outreach: sent,
    })
}
