//! A team's name and time zone.

use super::lock;
use crate::{
    Services,
    audit::{self, Event},
    entity::team,
    error::Result,
    grant::Grant,
};
use domain::{
    Error,
    audit::AuditKind,
    error::{Conflict, FieldCode, FieldErrors},
    permission::perm,
    team::NAME_MAX,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

/// Saves what was read at `version`.
///
/// # Errors
/// `Invalid(name, time_zone)`, `Conflict::Stale` when somebody saved meanwhile.
pub async fn save(services: &Services, grant: &Grant<perm::EditTeamSettings>, name: &str, time_zone: &str, version: i32) -> Result<()> {
    let name = checked(name, time_zone)?;
    let txn = services.db().begin().await?;
    let before = lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, None).await?;
    if before.version != version {
        return Err(Error::Conflict(Conflict::Stale).into());
    }
    let mut event = Event::new(AuditKind::TeamChanged);
    let mut changed = false;
    for (field, was, is) in [
        ("name", &before.name, &name),
        ("time_zone", &before.time_zone, &time_zone.to_owned()),
    ] {
        if was != is {
            changed = true;
            event = event.detail(field, serde_json::json!({ "before": was, "after": is }));
        }
    }
    if changed {
        let change = team::ActiveModel {
            id: Set(before.id),
            name: Set(name),
            time_zone: Set(time_zone.to_owned()),
            version: Set(version + 1),
            ..Default::default()
        };
        change.update(&txn).await?;
        audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// The name, if both fields keep their rules.
pub(super) fn checked(name: &str, time_zone: &str) -> Result<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut errors = FieldErrors::default();
    if name.is_empty() {
        errors.push("name", FieldCode::Required);
    } else if name.chars().count() > NAME_MAX as usize {
        errors.push("name", FieldCode::TooLong { max: NAME_MAX });
    }
    if time_zone.parse::<chrono_tz::Tz>().is_err() {
        errors.push("time_zone", FieldCode::NotATimeZone);
    }
    errors.finish()?;
    Ok(name)
}
