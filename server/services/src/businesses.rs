//! Businesses of a team: their settings, their mail server, their senders.
//!
//! Owns the tables `business`, `smtp_server` and `sender`. Must not send mail to customers, nor touch their rows.

mod deletion;
pub mod owner;
pub mod senders;
pub mod smtp;
pub mod stripe;

pub use deletion::{delete, deleted, restore};

use crate::{
    Services, accounts,
    audit::{self, Event},
    entity::{business, sender, team},
    error::Result,
    grant::Grant,
    moments, teams,
};
use chrono_tz::Tz;
use domain::{
    Error,
    audit::AuditKind,
    business::{BusinessDetail, BusinessRow, BusinessSettings, CallToAction, Language, SenderState, Tone},
    error::Conflict,
    ids::{BusinessId, PersonId, TeamId},
    permission::{Permission, perm},
    plan::Limit,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use std::collections::HashSet;

/// Most businesses that a list shows; far above any plan.
const LIST_MAX: u64 = 500;

/// Creates a business; whoever creates it owns it. The slot is counted in the transaction that takes it.
///
/// # Errors
/// `LimitReached` without a free slot, `Invalid` for fields.
pub async fn create(services: &Services, grant: &Grant<perm::CreateBusiness>, settings: BusinessSettings) -> Result<BusinessId> {
    let settings = settings.checked(is_zone)?;
    let now = services.clock().now();
    let id = BusinessId(services.clock().new_id());
    let txn = services.db().begin().await?;
    teams::lock(&txn, grant.team()).await?;
    grant.still_holds(&txn, None).await?;
    take_slot(services, &txn, grant.team()).await?;
    let owner = owner_of(&txn, grant).await?;
    let row = business::ActiveModel {
        team_id: Set(grant.team()),
        id: Set(id),
        owner_id: Set(owner),
        created_by: Set(owner),
        mark: Set(next_mark(&txn, grant.team()).await?),
        version: Set(1),
        customer_count: Set(0),
        created_at: Set(now),
        ..columns(&settings)?
    };
    business::Entity::insert(row).exec_without_returning(&txn).await?;
    let event = Event::new(AuditKind::BusinessCreated).business(id).detail("name", settings.name);
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(id)
}

/// Whether one more business fits, with the team locked.
async fn take_slot(services: &Services, db: &impl ConnectionTrait, team: TeamId) -> Result<()> {
    let Some(allowed) = services.settings().limits.businesses else {
        return Ok(());
    };
    let taken = business::Entity::find()
        .filter(business::Column::TeamId.eq(team))
        .filter(business::Column::DeletedAt.is_null())
        .count(db)
        .await?;
    if taken >= u64::from(allowed) {
        let limit = Limit::Businesses;
        return Err(Error::LimitReached { limit, allowed }.into());
    }
    Ok(())
}

/// What the form of a new business starts with: the team's time zone, the currency of the newest business, the person's name.
///
/// # Errors
/// When the database fails.
pub async fn defaults(services: &Services, grant: &Grant<perm::ViewBusinesses>) -> Result<BusinessSettings> {
    let db = services.db().read();
    let team = team::Entity::find_by_id(grant.team()).one(db).await?.ok_or(Error::NotFound)?;
    let newest = business::Entity::find()
        .filter(business::Column::TeamId.eq(grant.team()))
        .filter(business::Column::DeletedAt.is_null())
        .order_by_desc(business::Column::CreatedAt)
        .one(db)
        .await?;
    Ok(BusinessSettings {
        name: String::new(),
        website: String::new(),
        contact_name: grant.actor().name.clone(),
        contact_role: String::new(),
        currency: newest.map_or_else(|| "USD".to_owned(), |row| row.currency),
        time_zone: team.time_zone,
        description: String::new(),
        upsell: String::new(),
        incentives: Vec::new(),
        language: Language::English,
        tone: Tone::Friendly,
        call_to_action: CallToAction::Reply,
        call_link: String::new(),
        signature: String::new(),
        postal_address: String::new(),
        reply_to: String::new(),
    })
}

/// The team's businesses, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(services: &Services, grant: &Grant<perm::ViewBusinesses>) -> Result<Vec<BusinessRow>> {
    let db = services.db().read();
    let rows = business::Entity::find()
        .filter(business::Column::TeamId.eq(grant.team()))
        .filter(business::Column::DeletedAt.is_null())
        .order_by_asc(business::Column::CreatedAt)
        .order_by_asc(business::Column::Id)
        .limit(LIST_MAX)
        .all(db)
        .await?;
    let names = accounts::names(db, rows.iter().map(|row| row.owner_id)).await?;
    let verified: HashSet<BusinessId> = sender::Entity::find()
        .select_only()
        .column(sender::Column::BusinessId)
        .distinct()
        .filter(sender::Column::TeamId.eq(grant.team()))
        .filter(sender::Column::State.eq(SenderState::Verified))
        .into_tuple::<BusinessId>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let (now, zone) = (services.clock().now(), teams::zone(db, grant.team()).await?);
    let row = |row: business::Model| BusinessRow {
        id: row.id,
        mark: u8::try_from(row.mark).unwrap_or(1),
        own: Some(row.owner_id) == grant.person(),
        owner_name: names.get(&row.owner_id).cloned().unwrap_or_default(),
        customers: u64::try_from(row.customer_count).unwrap_or_default(),
        sender_verified: verified.contains(&row.id),
        created: moments::moment(row.created_at, now, zone),
        name: row.name,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Everything that the settings page of a business shows. Addresses here are the business's own, not customers'.
///
/// # Errors
/// `NotFound` for another team's business.
pub async fn detail(services: &Services, grant: &Grant<perm::ViewBusinesses>, id: BusinessId) -> Result<BusinessDetail> {
    let db = services.db().read();
    let row = grant.read_business(db, id).await?;
    let owner_name = accounts::names(db, [row.owner_id]).await?.remove(&row.owner_id).unwrap_or_default();
    let zone = teams::zone(db, grant.team()).await?;
    let owns = grant.person() == Some(row.owner_id);
    let configures = grant.role().may(Permission::ConfigureSender, owns);
    let stripe_configures = grant.role().may(Permission::ConfigureStripe, owns);
    Ok(BusinessDetail {
        id,
        owner: row.owner_id,
        owner_name,
        version: row.version,
        // A user name is often an address, and a host inside a network is nobody else's to know.
        smtp: if configures {
            smtp::shown(db, grant.team(), id).await?
        } else {
            None
        },
        installation_smtp: services.settings().smtp.is_some() || services.settings().dev,
        stripe: if stripe_configures {
            stripe::shown(db, grant.team(), id, services.clock().now(), zone).await?
        } else {
            None
        },
        senders: senders::of_business(db, grant.team(), id, services.clock().now(), zone).await?,
        settings: settings_of(row),
    })
}

/// Saves the settings that were read at `version`.
///
/// # Errors
/// `Conflict::Stale` when somebody saved meanwhile, `Forbidden` for a business that is not theirs.
pub async fn save(
    services: &Services,
    grant: &Grant<perm::EditOwnBusiness>,
    id: BusinessId,
    settings: BusinessSettings,
    version: i32,
) -> Result<()> {
    grant.business(services, id).await?;
    let settings = settings.checked(is_zone)?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(id)).await?;
    let before = settings_of(grant.read_business(&txn, id).await?);
    let changed = settings.changed(&before);
    let done = business::Entity::update_many()
        .set(columns(&settings)?)
        .col_expr(business::Column::Version, Expr::col(business::Column::Version).add(1))
        .filter(business::Column::TeamId.eq(grant.team()))
        .filter(business::Column::Id.eq(id))
        .filter(business::Column::Version.eq(version))
        .filter(business::Column::DeletedAt.is_null())
        .exec(&txn)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Conflict(Conflict::Stale).into());
    }
    if !changed.is_empty() {
        let event = Event::new(AuditKind::BusinessChanged).business(id).detail("fields", changed);
        audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    }
    txn.commit().await?;
    Ok(())
}

fn is_zone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// Who owns what this grant creates: the person, or the team's owner when the system acts.
async fn owner_of<P: domain::permission::Requirement>(db: &impl ConnectionTrait, grant: &Grant<P>) -> Result<PersonId> {
    use crate::entity::member;
    if let Some(person) = grant.person() {
        return Ok(person);
    }
    member::Entity::find()
        .filter(member::Column::TeamId.eq(grant.team()))
        .filter(member::Column::Role.eq(domain::role::Role::Owner))
        .one(db)
        .await?
        .map(|owner| owner.person_id)
        .ok_or_else(|| Error::NotFound.into())
}

/// Colours go round in the order of creation; deleted businesses count, so that no colour changes hands.
async fn next_mark(db: &impl ConnectionTrait, team: TeamId) -> Result<i32> {
    let ever = business::Entity::find().filter(business::Column::TeamId.eq(team)).count(db).await?;
    Ok(i32::try_from(ever % 3).unwrap_or_default() + 1)
}

fn columns(settings: &BusinessSettings) -> Result<business::ActiveModel> {
    let BusinessSettings {
        name,
        website,
        contact_name,
        contact_role,
        currency,
        time_zone,
        description,
        upsell,
        incentives,
        language,
        tone,
        call_to_action,
        call_link,
        signature,
        postal_address,
        reply_to,
    } = settings.clone();
    let incentives = serde_json::to_value(incentives).map_err(|cause| crate::Error::Bug(format!("incentives: {cause}")))?;
    Ok(business::ActiveModel {
        name: Set(name),
        website: Set(website),
        contact_name: Set(contact_name),
        contact_role: Set(contact_role),
        currency: Set(currency),
        time_zone: Set(time_zone),
        description: Set(description),
        upsell: Set(upsell),
        incentives: Set(incentives),
        language: Set(language),
        tone: Set(tone),
        call_to_action: Set(call_to_action),
        call_link: Set(call_link),
        signature: Set(signature),
        postal_address: Set(postal_address),
        reply_to: Set(reply_to),
        ..Default::default()
    })
}

/// The settings of a row, for everybody who writes for the business.
pub(crate) fn settings_of(row: business::Model) -> BusinessSettings {
    BusinessSettings {
        name: row.name,
        website: row.website,
        contact_name: row.contact_name,
        contact_role: row.contact_role,
        currency: row.currency,
        time_zone: row.time_zone,
        description: row.description,
        upsell: row.upsell,
        // Only this module writes the column; a row that can't be read offers nothing.
        incentives: serde_json::from_value(row.incentives).unwrap_or_default(),
        language: row.language,
        tone: row.tone,
        call_to_action: row.call_to_action,
        call_link: row.call_link,
        signature: row.signature,
        postal_address: row.postal_address,
        reply_to: row.reply_to,
    }
}
