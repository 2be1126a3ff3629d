//! Drafts: the text for a customer before it is an outreach. Written by an analysis, edited by people, every version kept.
//!
//! Owns the tables `draft` and `draft_version`. Must not send anything.

use crate::{
    Clock, Services, accounts,
    analysis::writer::Letter,
    audit::{self, Event},
    customers,
    entity::{draft, draft_version},
    error::{Error, Result},
    grant::Grant,
    moments, teams,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Error as Public,
    audit::AuditKind,
    business::Language,
    customer::{Draft, DraftContent},
    draft::{self as rules, DraftEdit, DraftVersion},
    error::Conflict,
    ids::{BusinessId, CustomerId, DraftId, PersonId, TeamId},
    permission::{Sight, perm},
    persona::Claim,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::Deserialize;
use serde_json::Value;

/// Most versions that the list shows; all are kept.
const VERSIONS_MAX: u64 = 50;

/// A text that a writer wrote.
pub(crate) struct Written {
    pub team: TeamId,
    pub business: BusinessId,
    pub customer: CustomerId,
    pub by: PersonId,
    pub language: Language,
    pub letter: Letter,
    /// What the letters go by that were written since the analysis, this one among them.
    pub variants: Vec<String>,
}

/// Stores what a writer wrote: the first version, or the next one, whose number it gives. Call it in the transaction that spends.
pub(crate) async fn store(txn: &DatabaseTransaction, clock: &Clock, written: Written) -> Result<i32> {
    let Written {
        team,
        business,
        customer,
        by,
        language,
        letter,
        variants,
    } = written;
    let before = of_customer(txn, team, customer).await?;
    let row = draft::Model {
        team_id: team,
        id: before.as_ref().map_or_else(|| DraftId(clock.new_id()), |row| row.id),
        business_id: business,
        customer_id: customer,
        language,
        claims: json(&letter.claims)?,
        subject: letter.subject,
        body: letter.body,
        version: before.as_ref().map_or(1, |row| row.version + 1),
        edited_by: by,
        edited_at: clock.now(),
        variants: Some(Value::from(variants)),
    };
    match before {
        Some(before) => replace(txn, &row, before.version).await?,
        None => {
            let new = row.clone().into_active_model().reset_all();
            draft::Entity::insert(new).exec_without_returning(txn).await?;
        }
    }
    keep_version(txn, &row).await?;
    Ok(row.version)
}

/// What the letters go by that were written to a customer since the analysis.
pub(crate) fn variants(row: &draft::Model) -> Vec<String> {
    let stored = row.variants.as_ref();
    stored.and_then(|value| Vec::deserialize(value).ok()).unwrap_or_default()
}

/// A customer's draft as the editor opens it; its words are withheld from viewers.
///
/// # Errors
/// `NotFound` for another team's customer.
pub async fn open(services: &Services, grant: &Grant<perm::ViewCustomers>, customer: CustomerId) -> Result<Option<Draft>> {
    let db = services.db().read();
    customers::find(db, grant.team(), None, customer).await?;
    let zone = teams::zone(db, grant.team()).await?;
    shown(db, grant.team(), customer, grant.sight(), services.clock().now(), zone).await
}

/// The same for whoever shows the customer.
pub(crate) async fn shown(
    db: &impl ConnectionTrait,
    team: TeamId,
    customer: CustomerId,
    sight: Sight,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<Option<Draft>> {
    let Some(row) = of_customer(db, team, customer).await? else {
        return Ok(None);
    };
    let edited_by = accounts::names(db, [row.edited_by])
        .await?
        .remove(&row.edited_by)
        .unwrap_or_default();
    let problems = rules::problems(&row.subject, &row.body);
    let content = DraftContent {
        claims: rules::still_made(claims(Some(&row.claims)), &row.subject, &row.body),
        subject: row.subject,
        body: row.body,
        problems: problems.into_iter().map(|problem| problem.message().to_owned()).collect(),
    };
    Ok(Some(Draft {
        id: row.id,
        version: row.version,
        edited_by,
        edited_at: moments::moment(row.edited_at, now, zone),
        content: (!sight.is_masked()).then_some(content),
    }))
}

/// Saves the text that was read at `edit.version`; gives the version that it became.
///
/// # Errors
/// `NotFound` · `Forbidden` · `Invalid` for a text that is too long · `Conflict(NoDraft)` · `Conflict(Stale)` when somebody saved
/// meanwhile.
pub async fn save(services: &Services, grant: &Grant<perm::DraftEmails>, customer: CustomerId, edit: DraftEdit) -> Result<i32> {
    let row = reached(services, grant, customer).await?;
    let DraftEdit { subject, body, version } = edit.checked()?;
    change(services, grant, row, version, subject, body, None).await
}

/// Makes an older version the newest one.
///
/// # Errors
/// As `save`; `NotFound` for a version that never was.
pub async fn restore(
    services: &Services,
    grant: &Grant<perm::DraftEmails>,
    customer: CustomerId,
    version: i32,
    chosen: i32,
) -> Result<i32> {
    let row = reached(services, grant, customer).await?;
    let old = draft_version::Entity::find_by_id((row.id, chosen))
        .filter(draft_version::Column::TeamId.eq(row.team_id))
        .one(services.db().read())
        .await?
        .ok_or(Public::NotFound)?;
    let rests_on = claims(old.claims.as_ref());
    change(services, grant, row, version, old.subject, old.body, Some(rests_on)).await
}

/// The newest versions of a customer's draft.
///
/// # Errors
/// `NotFound` for another team's customer.
pub async fn versions(services: &Services, grant: &Grant<perm::ViewCustomers>, customer: CustomerId) -> Result<Vec<DraftVersion>> {
    let (db, team) = (services.db().read(), grant.team());
    customers::find(db, team, None, customer).await?;
    let Some(draft) = of_customer(db, team, customer).await? else {
        return Ok(Vec::new());
    };
    let rows = draft_version::Entity::find()
        .filter(draft_version::Column::TeamId.eq(team))
        .filter(draft_version::Column::DraftId.eq(draft.id))
        .order_by_desc(draft_version::Column::Version)
        .limit(VERSIONS_MAX)
        .all(db)
        .await?;
    let names = accounts::names(db, rows.iter().map(|row| row.edited_by)).await?;
    let (now, zone, open) = (services.clock().now(), teams::zone(db, team).await?, !grant.sight().is_masked());
    let version = |row: draft_version::Model| DraftVersion {
        version: row.version,
        edited_by: names.get(&row.edited_by).cloned().unwrap_or_default(),
        edited_at: moments::moment(row.edited_at, now, zone),
        subject: open.then_some(row.subject),
        body: open.then_some(row.body),
    };
    Ok(rows.into_iter().map(version).collect())
}

/// The draft of a customer in a business that the grant reaches.
async fn reached(services: &Services, grant: &Grant<perm::DraftEmails>, customer: CustomerId) -> Result<draft::Model> {
    let db = services.db().read();
    let row = customers::find(db, grant.team(), None, customer).await?;
    grant.business(services, row.business_id).await?;
    of_customer(db, grant.team(), customer)
        .await?
        .ok_or_else(|| Public::Conflict(Conflict::NoDraft).into())
}

async fn change(
    services: &Services,
    grant: &Grant<perm::DraftEmails>,
    row: draft::Model,
    read_at: i32,
    subject: String,
    body: String,
    rests_on: Option<Vec<Claim>>,
) -> Result<i32> {
    if row.version != read_at {
        return Err(Public::Conflict(Conflict::Stale).into());
    }
    let changed: Vec<&str> = [("subject", row.subject != subject), ("body", row.body != body)]
        .into_iter()
        .filter_map(|(field, changed)| changed.then_some(field))
        .collect();
    if changed.is_empty() {
        return Ok(row.version);
    }
    let rests_on = rests_on.unwrap_or_else(|| claims(Some(&row.claims)));
    let rests_on = rules::still_made(rests_on, &subject, &body);
    let clock = services.clock();
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(row.business_id)).await?;
    let event = Event::new(AuditKind::DraftChanged)
        .business(row.business_id)
        .customer(row.customer_id)
        .subject(row.id.0)
        .detail("fields", changed)
        .detail("version", row.version + 1);
    let next = draft::Model {
        subject,
        body,
        claims: json(&rests_on)?,
        version: row.version + 1,
        edited_by: grant.person().unwrap_or(row.edited_by),
        edited_at: clock.now(),
        ..row
    };
    // First the row, so that of two who save at once the second waits here and then finds another version.
    replace(&txn, &next, read_at).await?;
    keep_version(&txn, &next).await?;
    audit::record(&txn, clock, grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(next.version)
}

async fn replace(txn: &DatabaseTransaction, row: &draft::Model, read_at: i32) -> Result<()> {
    let done = draft::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(draft::Column::TeamId.eq(row.team_id))
        .filter(draft::Column::Id.eq(row.id))
        .filter(draft::Column::Version.eq(read_at))
        .exec(txn)
        .await?;
    if done.rows_affected == 0 {
        return Err(Public::Conflict(Conflict::Stale).into());
    }
    Ok(())
}

async fn keep_version(txn: &DatabaseTransaction, row: &draft::Model) -> Result<()> {
    let version = draft_version::ActiveModel {
        team_id: Set(row.team_id),
        draft_id: Set(row.id),
        version: Set(row.version),
        subject: Set(row.subject.clone()),
        body: Set(row.body.clone()),
        claims: Set(Some(row.claims.clone())),
        edited_by: Set(row.edited_by),
        edited_at: Set(row.edited_at),
    };
    draft_version::Entity::insert(version).exec_without_returning(txn).await?;
    Ok(())
}

pub(crate) async fn of_customer(db: &impl ConnectionTrait, team: TeamId, customer: CustomerId) -> Result<Option<draft::Model>> {
    Ok(draft::Entity::find()
        .filter(draft::Column::TeamId.eq(team))
        .filter(draft::Column::CustomerId.eq(customer))
        .one(db)
        .await?)
}

fn json(claims: &[Claim]) -> Result<Value> {
    serde_json::to_value(claims).map_err(|cause| Error::Bug(format!("claims: {cause}")))
}

/// Only this module writes them; what can't be read claims nothing.
fn claims(stored: Option<&Value>) -> Vec<Claim> {
    stored.and_then(|value| Vec::deserialize(value).ok()).unwrap_or_default()
}
