//! Changing somebody's role, removing them, leaving. All of it with the team locked, so that two admins who act on each other, and
//! somebody who creates a business while being removed, come one after the other.

use super::{
    Column, Entity, Model,
    handover::{self, Handover},
};
use crate::{
    Services,
    audit::{self, Event},
    entity::{member, person, team},
    error::{Error, Result},
    grant::{self, Actor, Grant, Member},
    letters, teams,
};
use domain::{
    Error as Public,
    audit::AuditKind,
    error::{Conflict, FieldCode},
    ids::{MemberId, PersonId, TeamId},
    permission::{Permission, Requirement, perm},
    role::Role,
    team::Belongings,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// What a person would leave behind: for whoever removes them or makes them a viewer.
///
/// # Errors
/// `NotFound` for another team's.
pub async fn belongings(services: &Services, grant: &Grant<perm::RemoveMembers>, id: MemberId) -> Result<Belongings> {
    let (row, _) = handover::place(services.db().read(), grant.team(), id).await?;
    let is_me = grant.person() == Some(row.person_id);
    handover::belongings(services, row, is_me).await
}

/// The same of one's own.
///
/// # Errors
/// When the database fails.
pub async fn own_belongings(services: &Services, member: &Member) -> Result<Belongings> {
    let (row, _) = handover::place(services.db().read(), member.team(), member.id()).await?;
    handover::belongings(services, row, true).await
}

/// Gives somebody another role, from their next request on. Whoever becomes a viewer hands their businesses over, to `hand_to` or
/// the owner, and whoever may not send any more has their waiting mail paused.
///
/// # Errors
/// `Conflict::OwnRole`, `Conflict::LastOwner` for the owner's, `Invalid(role)` for a role that is not theirs to give,
/// `Invalid(hand_to)`, `NotFound` for another team's.
pub async fn change_role(
    services: &Services,
    grant: &Grant<perm::ChangeRoles>,
    id: MemberId,
    role: Role,
    hand_to: Option<MemberId>,
) -> Result<()> {
    let done = async {
        let txn = services.db().begin().await?;
        let team = teams::lock(&txn, grant.team()).await?;
        grant.still_holds(&txn, None).await?;
        let (row, who) = handover::place(&txn, team.id, id).await?;
        refuse(&row, grant.person())?;
        if !grant.role().may_grant(role) {
            return Err(Public::field("role", FieldCode::NotAChoice).into());
        }
        let before = row.role;
        if before == role {
            return Ok(());
        }
        let change = member::ActiveModel {
            team_id: Set(team.id),
            id: Set(id),
            role: Set(role),
            ..Default::default()
        };
        change.update(&txn).await?;
        let mut event = Event::new(AuditKind::RoleChanged)
            .subject(who.id.0)
            .detail("name", who.name.clone())
            .detail("before", before.as_str())
            .detail("after", role.as_str());
        if role == Role::Viewer {
            let to = handover::heir(&txn, team.id, who.id, hand_to).await?;
            let names = leave_behind(services, &txn, &team, grant.actor(), &who, to).await?;
            event = event.detail("handed_over", names);
        } else if role == Role::Member {
            pause_foreign(services, &txn, &team, grant.actor(), &who).await?;
        }
        audit::record(&txn, services.clock(), team.id, grant.actor(), event).await?;
        let letter = letters::role_changed(services, &team, &grant.actor().name, before, role);
        letters::post(&txn, services.clock(), Some(team.id), &who.email, letter).await?;
        txn.commit().await?;
        services.wake();
        Ok(())
    };
    recorded(services, grant, done.await).await
}

/// Takes somebody out of the team, from their next request on. Their businesses go to `hand_to` or the owner, their waiting mail is
/// paused, and their past keeps their name.
///
/// # Errors
/// `Conflict::LastOwner` for the owner, `Conflict::OwnRole` for oneself, who may leave, `Invalid(hand_to)`, `NotFound`.
pub async fn remove(services: &Services, grant: &Grant<perm::RemoveMembers>, id: MemberId, hand_to: Option<MemberId>) -> Result<()> {
    let done = async {
        let txn = services.db().begin().await?;
        let team = teams::lock(&txn, grant.team()).await?;
        grant.still_holds(&txn, None).await?;
        let (row, who) = handover::place(&txn, team.id, id).await?;
        refuse(&row, grant.person())?;
        go(services, &txn, &team, grant.actor(), AuditKind::PersonRemoved, row, &who, hand_to).await?;
        let letter = letters::removed(services, &team, &grant.actor().name);
        letters::post(&txn, services.clock(), Some(team.id), &who.email, letter).await?;
        txn.commit().await?;
        services.wake();
        Ok(())
    };
    recorded(services, grant, done.await).await
}

/// Leaves the team. Anybody may but the owner, who transfers or deletes it.
///
/// # Errors
/// `Conflict::LastOwner` for the owner, `Invalid(hand_to)`.
pub async fn leave(services: &Services, member: &Member, hand_to: Option<MemberId>) -> Result<()> {
    let txn = services.db().begin().await?;
    let team = teams::lock(&txn, member.team()).await?;
    let (row, who) = handover::place(&txn, team.id, member.id()).await?;
    refuse(&row, None)?;
    let actor = member.actor();
    go(services, &txn, &team, &actor, AuditKind::PersonLeft, row, &who, hand_to).await?;
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// The owner stays the owner, and nobody acts on themselves.
fn refuse(row: &Model, asking: Option<PersonId>) -> Result<()> {
    if row.role == Role::Owner {
        return Err(Public::Conflict(Conflict::LastOwner).into());
    }
    if asking == Some(row.person_id) {
        return Err(Public::Conflict(Conflict::OwnRole).into());
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "all of one transaction")]
async fn go(
    services: &Services,
    db: &impl ConnectionTrait,
    team: &team::Model,
    actor: &Actor,
    kind: AuditKind,
    row: Model,
    who: &person::Model,
    hand_to: Option<MemberId>,
) -> Result<()> {
    let to = handover::heir(db, team.id, who.id, hand_to).await?;
    Entity::delete_many()
        .filter(Column::TeamId.eq(team.id))
        .filter(Column::Id.eq(row.id))
        .exec(db)
        .await?;
    let names = leave_behind(services, db, team, actor, who, to).await?;
    let event = Event::new(kind)
        .subject(who.id.0)
        .detail("name", who.name.clone())
        .detail("role", row.role.as_str())
        .detail("handed_over", names);
    audit::record(db, services.clock(), team.id, actor, event).await
}

/// Everything that was theirs; returns the names of the businesses that changed hands.
async fn leave_behind(
    services: &Services,
    db: &impl ConnectionTrait,
    team: &team::Model,
    actor: &Actor,
    who: &person::Model,
    to: person::Model,
) -> Result<Vec<String>> {
    let handover = Handover {
        services,
        team,
        actor,
        from: who.id,
        from_name: who.name.clone(),
        to,
    };
    let names = handover.all(db).await?;
    handover.pause(db, None).await?;
    Ok(names)
}

/// Whoever becomes a member sends for their own businesses only.
async fn pause_foreign(
    services: &Services,
    db: &impl ConnectionTrait,
    team: &team::Model,
    actor: &Actor,
    who: &person::Model,
) -> Result<()> {
    use crate::entity::business;
    let others = business::Entity::find()
        .filter(business::Column::TeamId.eq(team.id))
        .filter(business::Column::OwnerId.ne(who.id))
        .all(db)
        .await?;
    let handover = Handover {
        services,
        team,
        actor,
        from: who.id,
        from_name: who.name.clone(),
        to: who.clone(),
    };
    for business in others {
        handover.pause(db, Some(business.id)).await?;
    }
    Ok(())
}

/// Reaching for what nobody may change is recorded like any refused attempt.
async fn recorded<P: Requirement>(services: &Services, grant: &Grant<P>, outcome: Result<()>) -> Result<()> {
    let reached = match &outcome {
        Err(Error::Public(Public::Conflict(Conflict::LastOwner | Conflict::OwnRole))) => true,
        Err(Error::Public(error)) => error.field_message("role").is_some(),
        _ => false,
    };
    if reached {
        denied(services, grant.team(), grant.actor(), P::PERMISSION).await?;
    }
    outcome
}

async fn denied(services: &Services, team: TeamId, actor: &Actor, permission: Permission) -> Result<()> {
    grant::denied(services, team, actor, permission, None).await
}
