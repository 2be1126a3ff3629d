//! Deleting a business and restoring it for a while. Its slot is free at once. What was sent and who must not be mailed stays, because
//! the team's other businesses decide by it.

use super::{stripe, take_slot};
use crate::{
    Services, accounts,
    audit::{self, Event},
    entity::{business, outreach, sender, smtp_server},
    error::Result,
    grant::Grant,
    moments, teams,
};
use chrono::TimeDelta;
use domain::{
    Error,
    audit::AuditKind,
    business::{DeletedBusiness, RESTORABLE_DAYS, SenderState},
    error::{Conflict, FieldCode},
    ids::BusinessId,
    outreach::OutreachState,
    permission::{Scope, perm},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

const LIST_MAX: u64 = 200;

/// Deletes the business. Waiting e-mails are cancelled, the mail server's password and the key of Stripe are forgotten, and running work stops at its next
/// step, because the business is not found any more. `confirmation` is its name.
///
/// # Errors
/// `Invalid(confirmation)`, `Forbidden` for a business that is not theirs, `NotFound`.
pub async fn delete(services: &Services, grant: &Grant<perm::DeleteOwnBusiness>, id: BusinessId, confirmation: &str) -> Result<()> {
    grant.business(services, id).await?;
    let txn = services.db().begin().await?;
    teams::lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, Some(id)).await?;
    let row = grant.read_business(&txn, id).await?;
    if confirmation.trim() != row.name {
        return Err(Error::field("confirmation", FieldCode::DoesNotMatch).into());
    }
    let change = business::ActiveModel {
        team_id: Set(grant.team()),
        id: Set(id),
        deleted_at: Set(Some(services.clock().now())),
        ..Default::default()
    };
    change.update(&txn).await?;
    let cancelled = outreach::Entity::update_many()
        .set(outreach::ActiveModel {
            state: Set(OutreachState::Cancelled),
            error: Set(Some("The business was deleted".into())),
            ..Default::default()
        })
        .filter(outreach::Column::TeamId.eq(grant.team()))
        .filter(outreach::Column::BusinessId.eq(id))
        .filter(outreach::Column::State.is_in([OutreachState::Review, OutreachState::Queued, OutreachState::Paused]))
        .exec(&txn)
        .await?;
    smtp_server::Entity::delete_many()
        .filter(smtp_server::Column::TeamId.eq(grant.team()))
        .filter(smtp_server::Column::BusinessId.eq(id))
        .exec(&txn)
        .await?;
    stripe::forget(&txn, grant.team(), id).await?;
    // A link that was mailed to a sender leads nowhere.
    sender::Entity::update_many()
        .set(sender::ActiveModel {
            token_hash: Set(None),
            token_expires_at: Set(None),
            ..Default::default()
        })
        .filter(sender::Column::TeamId.eq(grant.team()))
        .filter(sender::Column::BusinessId.eq(id))
        .filter(sender::Column::State.ne(SenderState::Verified))
        .exec(&txn)
        .await?;
    let event = Event::new(AuditKind::BusinessDeleted)
        .business(id)
        .detail("name", row.name)
        .detail("customers", row.customer_count)
        .detail("e_mails_cancelled", cancelled.rows_affected);
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(())
}

/// The businesses that can be restored, the last deleted first.
///
/// # Errors
/// When the database fails.
pub async fn deleted(services: &Services, grant: &Grant<perm::ViewBusinesses>) -> Result<Vec<DeletedBusiness>> {
    let db = services.db().read();
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let rows = business::Entity::find()
        .filter(business::Column::TeamId.eq(grant.team()))
        .filter(business::Column::DeletedAt.gt(now - TimeDelta::days(RESTORABLE_DAYS)))
        .order_by_desc(business::Column::DeletedAt)
        .limit(LIST_MAX)
        .all(db)
        .await?;
    let names = accounts::names(db, rows.iter().map(|row| row.owner_id)).await?;
    let shown = |row: business::Model| {
        let at = row.deleted_at?;
        Some(DeletedBusiness {
            id: row.id,
            mark: u8::try_from(row.mark).unwrap_or(1),
            own: Some(row.owner_id) == grant.person(),
            owner_name: names.get(&row.owner_id).cloned().unwrap_or_default(),
            customers: u64::try_from(row.customer_count).unwrap_or_default(),
            deleted: moments::moment(at, now, zone),
            until: moments::moment(at + TimeDelta::days(RESTORABLE_DAYS), now, zone),
            name: row.name,
        })
    };
    Ok(rows.into_iter().filter_map(shown).collect())
}

/// Restores a business with its customers. Its mail server has to be set up anew, and cancelled e-mails stay cancelled.
///
/// # Errors
/// `LimitReached` without a free slot, `Conflict::NameTaken`, `Conflict::Purged` after 30 days, `NotFound`, `Forbidden`.
pub async fn restore(services: &Services, grant: &Grant<perm::DeleteOwnBusiness>, id: BusinessId) -> Result<()> {
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    teams::lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, None).await?;
    let row = business::Entity::find()
        .filter(business::Column::TeamId.eq(grant.team()))
        .filter(business::Column::Id.eq(id))
        .one(&txn)
        .await?
        .ok_or(Error::NotFound)?;
    if grant.scope() == Scope::Own && Some(row.owner_id) != grant.person() {
        drop(txn);
        return grant.refused(services, id).await;
    }
    match row.deleted_at {
        // Twice is as good as once.
        None => return Ok(()),
        Some(at) if at + TimeDelta::days(RESTORABLE_DAYS) <= now => return Err(Error::Conflict(Conflict::Purged).into()),
        Some(_) => {}
    }
    take_slot(services, &txn, grant.team()).await?;
    let taken = business::Entity::find()
        .filter(business::Column::TeamId.eq(grant.team()))
        .filter(business::Column::Name.eq(&row.name))
        .filter(business::Column::DeletedAt.is_null())
        .one(&txn)
        .await?;
    if taken.is_some() {
        return Err(Error::Conflict(Conflict::NameTaken).into());
    }
    let change = business::ActiveModel {
        team_id: Set(grant.team()),
        id: Set(id),
        deleted_at: Set(None),
        ..Default::default()
    };
    change.update(&txn).await?;
    let event = Event::new(AuditKind::BusinessRestored).business(id).detail("name", row.name);
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(())
}
