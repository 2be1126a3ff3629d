//! Giving the team to somebody else of it. There is always exactly one owner: an index says so, and both change in one transaction.

use super::handover;
use crate::{
    Services,
    accounts::{attempts, password},
    audit::{self, Event},
    entity::{member, person},
    error::Result,
    grant::Grant,
    letters, teams,
};
use domain::{
    Error,
    audit::AuditKind,
    error::{FieldCode, FieldErrors},
    ids::MemberId,
    permission::perm,
    role::Role,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

/// Passwords that are tried within a window of attempts.
const TRIES: i32 = 10;

/// The person becomes the owner and the owner an admin. Takes the owner's password and the team's name.
///
/// # Errors
/// `Invalid(password, confirmation, member)`, `NotFound` for somebody who is not in the team (any more), `RateLimited`.
pub async fn transfer(
    services: &Services,
    grant: &Grant<perm::TransferOwnership>,
    to: MemberId,
    secret: &str,
    confirmation: &str,
) -> Result<()> {
    let owner = grant.person().ok_or(Error::Unauthenticated)?;
    let db = services.db().read();
    // Nobody's place costs neither an attempt nor a hash.
    handover::place(db, grant.team(), to).await?;
    attempts::take(services, &format!("transfer:{owner}"), TRIES).await?;
    let hash = person::Entity::find_by_id(owner).one(db).await?.map(|person| person.password_hash);
    let right = password::verify(secret.to_owned(), hash.clone()).await?;
    let txn = services.db().begin().await?;
    let team = teams::lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, None).await?;
    let mut errors = FieldErrors::default();
    let before = person::Entity::find_by_id(owner).one(&txn).await?.ok_or(Error::Unauthenticated)?;
    // A password that was changed meanwhile has to be typed again.
    if !right || hash.as_ref() != Some(&before.password_hash) {
        errors.push("password", FieldCode::Wrong);
    }
    if confirmation.trim() != team.name {
        errors.push("confirmation", FieldCode::DoesNotMatch);
    }
    let (row, after) = handover::place(&txn, team.id, to).await?;
    if after.id == owner {
        errors.push("member", FieldCode::NotAChoice);
    }
    errors.finish()?;
    attempts::forget(&txn, &format!("transfer:{owner}")).await?;
    let own = super::of(&txn, team.id, owner).await?.ok_or(Error::NotFound)?;
    for (id, role) in [(own.id, Role::Admin), (row.id, Role::Owner)] {
        let change = member::ActiveModel {
            team_id: Set(team.id),
            id: Set(id),
            role: Set(role),
            ..Default::default()
        };
        change.update(&txn).await?;
    }
    let event = Event::new(AuditKind::OwnershipTransferred)
        .subject(after.id.0)
        .detail("before", before.name.clone())
        .detail("after", after.name.clone());
    audit::record(&txn, services.clock(), team.id, grant.actor(), event).await?;
    for (address, is_new) in [(&before.email, false), (&after.email, true)] {
        let letter = letters::ownership_transferred(services, &team, &before.name, &after.name, is_new);
        letters::post(&txn, services.clock(), Some(team.id), address, letter).await?;
    }
    txn.commit().await?;
    services.wake();
    Ok(())
}
