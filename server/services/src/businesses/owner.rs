//! Handing a business to somebody else of the team.

use crate::{
    Services,
    entity::{business, member, person},
    error::Result,
    grant::Grant,
    letters,
    members::{self, handover::Handover},
    teams,
};
use domain::{
    Error,
    error::Conflict,
    ids::{BusinessId, MemberId},
    permission::{Permission, perm},
    team::Heir,
};
use sea_orm::EntityTrait;

/// Whoever may own the business instead of its owner.
///
/// # Errors
/// `NotFound` for another team's.
pub async fn heirs(services: &Services, grant: &Grant<perm::EditAnyBusiness>, id: BusinessId) -> Result<Vec<Heir>> {
    let db = services.db().read();
    let owner = grant.read_business(db, id).await?.owner_id;
    members::handover::heirs(db, grant.team(), owner).await
}

/// The person owns the business from now on, which was seen at a version. What waits in the name of the owner before is paused where they may not send for it any
/// more. Both are told.
///
/// # Errors
/// `Invalid(hand_to)` for a viewer or somebody outside, `Conflict::Stale` when it was changed meanwhile, `NotFound`.
pub async fn hand_over(services: &Services, grant: &Grant<perm::EditAnyBusiness>, id: BusinessId, to: MemberId, seen: i32) -> Result<()> {
    grant.business(services, id).await?;
    let txn = services.db().begin().await?;
    let team = teams::lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, Some(id)).await?;
    let row: business::Model = grant.read_business(&txn, id).await?;
    if row.version != seen {
        return Err(Error::Conflict(Conflict::Stale).into());
    }
    let before = person::Entity::find_by_id(row.owner_id).one(&txn).await?.ok_or(Error::NotFound)?;
    let handover = Handover {
        services,
        team: &team,
        actor: grant.actor(),
        from: before.id,
        from_name: before.name.clone(),
        to: members::handover::heir(&txn, team.id, before.id, Some(to)).await?,
    };
    handover.one(&txn, &row).await?;
    let place = members::of(&txn, team.id, before.id).await?;
    if !place.is_some_and(|place: member::Model| place.role.may(Permission::SendEmails, false)) {
        handover.pause(&txn, Some(id)).await?;
    }
    for told in [&before, &handover.to] {
        if Some(told.id) != grant.person() {
            let letter = letters::business_handed_over(services, &team, &row.name, 0, &handover.to.name);
            letters::post(&txn, services.clock(), Some(team.id), &told.email, letter).await?;
        }
    }
    txn.commit().await?;
    services.wake();
    Ok(())
}
