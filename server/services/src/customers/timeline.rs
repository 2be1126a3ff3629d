//! What happened with one customer, newest first: how they came in, what imports changed, analyses, drafts, mails, replies,
//! suppressions. Read from where each of them is kept; masked here for whoever may not see everything.
//!
//! The audit log is the spine: it has an event of every change with the customer's id. Words and figures stand beside it.

mod details;

use super::{changes, find};
use crate::{
    Services,
    entity::{audit_event, customer, customer_change, import, suppression, team},
    error::Result,
    grant::Grant,
    moments,
};
use chrono::{DateTime, Utc};
use details::Details;
use domain::{
    Error,
    audit::AuditKind,
    business::Language,
    customer::{TimelineEvent, TimelineKind},
    ids::{BusinessId, CustomerId, PersonId, TeamId},
    page::{Page, Total},
    permission::perm,
    persona::Segment,
};
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

/// Events of a page.
const PAGE: usize = 30;

/// The log's kinds that a timeline shows, and as what.
const KINDS: [(AuditKind, TimelineKind); 13] = [
    (AuditKind::CustomerAnalysed, TimelineKind::Analysed),
    (AuditKind::DraftChanged, TimelineKind::DraftEdited),
    (AuditKind::DraftRegenerated, TimelineKind::Regenerated),
    (AuditKind::PersonaTranslated, TimelineKind::Translated),
    (AuditKind::PersonaEdited, TimelineKind::PersonaEdited),
    (AuditKind::OutreachQueued, TimelineKind::Queued),
    (AuditKind::OutreachSent, TimelineKind::Sent),
    (AuditKind::OutreachFailed, TimelineKind::Failed),
    (AuditKind::OutreachUnknown, TimelineKind::Unknown),
    (AuditKind::OutreachCancelled, TimelineKind::Cancelled),
    (AuditKind::OutreachPaused, TimelineKind::Paused),
    (AuditKind::OutreachResolved, TimelineKind::Resolved),
    (AuditKind::ReplyLogged, TimelineKind::Replied),
];

/// A part of a customer's timeline; `cursor` is where the part before ended.
///
/// # Errors
/// `NotFound` for another team's or business's customer and for a deleted one, `Malformed` for a cursor that is none.
pub async fn events(
    services: &Services,
    grant: &Grant<perm::ViewCustomers>,
    business: BusinessId,
    id: CustomerId,
    cursor: Option<&str>,
) -> Result<Page<TimelineEvent>> {
    let db = services.db().read();
    let business = grant.read_business(db, business).await?;
    let customer = find(db, grant.team(), Some(business.id), id).await?;
    let history = History {
        db,
        team: grant.team(),
        from: cursor.map(Place::read).transpose()?,
    };
    let mut found = history.log(id).await?;
    found.extend(history.changes(&customer).await?);
    found.extend(history.suppressions(&customer).await?);
    found.extend(history.beginning(&customer).await?);
    found.sort_by_key(|event| std::cmp::Reverse(event.place));
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|event| event.place.write());
    let details = Details::of(db, grant.team(), &found, grant.sight()).await?;
    let team = team::Entity::find_by_id(grant.team()).one(db).await?.ok_or(Error::NotFound)?;
    let (now, zone) = (services.clock().now(), moments::zone(&team.time_zone));
    let mark = u8::try_from(business.mark).unwrap_or(1);
    let total = if more || cursor.is_some() {
        Total::AtLeast(found.len() as u64)
    } else {
        Total::Exactly(found.len() as u64)
    };
    let shown = |event: Found| {
        let at = moments::moment(event.place.at, now, zone);
        details.event(event, at, &business.name, mark)
    };
    Ok(Page {
        rows: found.into_iter().map(shown).collect(),
        next,
        previous: None,
        total,
    })
}

/// Where an event stands: by time, at the same time in the order in which things happen, then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: DateTime<Utc>,
    rank: u8,
    id: Uuid,
}

/// The places of the sources.
const BEGINNING: u8 = 0;
const CHANGE: u8 = 1;
const LOG: u8 = 2;
const SUPPRESSION: u8 = 3;

impl Place {
    fn write(self) -> String {
        format!("{}.{}.{}", self.at.timestamp_millis(), self.rank, self.id)
    }

    fn read(text: &str) -> Result<Self> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(Error::Malformed);
        let at = part()?
            .parse()
            .ok()
            .and_then(DateTime::from_timestamp_millis)
            .ok_or(Error::Malformed)?;
        let rank = part()?.parse().map_err(|_| Error::Malformed)?;
        let id = part()?.parse().map_err(|_| Error::Malformed)?;
        Ok(Self { at, rank, id })
    }
}

/// An event before its words are there.
struct Found {
    place: Place,
    kind: TimelineKind,
    person: Option<PersonId>,
    /// The name that the log kept.
    name: Option<String>,
    /// The outreach or reply it is about.
    subject: Option<Uuid>,
    detail: Option<String>,
    badges: Vec<String>,
}

/// One customer's past, from a place on.
struct History<'a> {
    db: &'a DatabaseConnection,
    team: TeamId,
    from: Option<Place>,
}

impl History<'_> {
    /// What of a source is older than the place.
    fn beyond<C: ColumnTrait>(&self, rank: u8, at: C, id: C) -> Condition {
        let Some(from) = self.from else { return Condition::all() };
        let older = Condition::any().add(at.lt(from.at));
        match rank.cmp(&from.rank) {
            std::cmp::Ordering::Less => older.add(at.eq(from.at)),
            std::cmp::Ordering::Equal => older.add(Condition::all().add(at.eq(from.at)).add(id.lt(from.id))),
            std::cmp::Ordering::Greater => older,
        }
    }

    async fn log(&self, customer: CustomerId) -> Result<Vec<Found>> {
        use audit_event::{Column, Entity};
        let rows = Entity::find()
            .filter(Column::TeamId.eq(self.team))
            .filter(Column::CustomerId.eq(customer))
            .filter(Column::Kind.is_in(KINDS.map(|(kind, _)| kind)))
            .filter(self.beyond(LOG, Column::At, Column::Id))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(PAGE as u64 + 1)
            .all(self.db)
            .await?;
        let event = |row: audit_event::Model| {
            let (_, kind) = KINDS.into_iter().find(|(kind, _)| *kind == row.kind)?;
            let number = |key: &str| row.detail.get(key).and_then(Value::as_i64);
            let mut badges = Vec::new();
            match number("credits") {
                Some(1) => badges.push("1 credit".to_owned()),
                Some(spent) => badges.push(format!("{spent} credits")),
                None => {}
            }
            let language = row.detail.get("language").and_then(Value::as_str).and_then(Language::parse);
            badges.extend(language.map(|language| language.label().to_owned()));
            if let Some(version) = number("version") {
                badges.push(format!("Version {version}"));
            }
            Some(Found {
                place: Place {
                    at: row.at,
                    rank: LOG,
                    id: row.id.0,
                },
                kind,
                person: row.person_id,
                // Nobody in person: the worker, whose mails are somebody's.
                name: row.person_id.map(|_| row.person_name),
                subject: row.subject_id,
                // Withheld from viewers, as segment and opportunity are.
                detail: edited(&row.detail),
                badges,
            })
        };
        Ok(rows.into_iter().filter_map(event).collect())
    }

    async fn changes(&self, customer: &customer::Model) -> Result<Vec<Found>> {
        use customer_change::{Column, Entity};
        let rows = Entity::find()
            .filter(Column::TeamId.eq(self.team))
            .filter(Column::CustomerId.eq(customer.id))
            .filter(self.beyond(CHANGE, Column::At, Column::Id))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(PAGE as u64 + 1)
            .all(self.db)
            .await?;
        let event = |row: customer_change::Model| Found {
            place: Place {
                at: row.at,
                rank: CHANGE,
                id: row.id,
            },
            kind: if row.import_id.is_some() {
                TimelineKind::Updated
            } else {
                TimelineKind::Edited
            },
            person: row.person_id,
            name: None,
            subject: None,
            detail: words(&row.changes, customer.currency.as_deref()),
            badges: Vec::new(),
        };
        Ok(rows.into_iter().map(event).collect())
    }

    async fn suppressions(&self, customer: &customer::Model) -> Result<Vec<Found>> {
        use suppression::{Column, Entity};
        let here = Condition::any()
            .add(Column::BusinessId.is_null())
            .add(Column::BusinessId.eq(customer.business_id));
        let rows = Entity::find()
            .filter(Column::TeamId.eq(self.team))
            .filter(Column::Email.eq(&customer.email))
            .filter(here)
            .filter(self.beyond(SUPPRESSION, Column::CreatedAt, Column::Id))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(PAGE as u64 + 1)
            .all(self.db)
            .await?;
        let event = |row: suppression::Model| {
            let mut badges = vec![row.reason.label().to_owned()];
            if row.business_id.is_none() {
                badges.push("For all products".to_owned());
            }
            Found {
                place: Place {
                    at: row.created_at,
                    rank: SUPPRESSION,
                    id: row.id,
                },
                kind: TimelineKind::Suppressed,
                person: row.created_by,
                name: None,
                subject: None,
                detail: None,
                badges,
            }
        };
        Ok(rows.into_iter().map(event).collect())
    }

    /// How the customer came in; the last event of every timeline.
    async fn beginning(&self, customer: &customer::Model) -> Result<Option<Found>> {
        let place = Place {
            at: customer.created_at,
            rank: BEGINNING,
            id: customer.id.0,
        };
        if self.from.is_some_and(|from| place >= from) {
            return Ok(None);
        }
        let import = match customer.import_id {
            None => None,
            Some(id) => {
                import::Entity::find()
                    .filter(import::Column::TeamId.eq(self.team))
                    .filter(import::Column::Id.eq(id))
                    .one(self.db)
                    .await?
            }
        };
        Ok(Some(Found {
            place,
            kind: TimelineKind::Imported,
            person: import.as_ref().and_then(|import| import.created_by),
            name: None,
            subject: None,
            detail: import.map(|import| import.file_name),
            badges: Vec::new(),
        }))
    }
}

/// "segment Loyal → Champion, summary": what was edited of an analysis.
fn edited(detail: &Value) -> Option<String> {
    let pair = |key: &str| Some((detail.get(key)?.get(0)?, detail.get(key)?.get(1)?));
    let label = |value: &Value| value.as_str().and_then(Segment::parse).map_or("none", Segment::label);
    let mut parts = Vec::new();
    if let Some((before, after)) = pair("segment") {
        parts.push(format!("segment {} → {}", label(before), label(after)));
    }
    if let Some((before, after)) = pair("opportunity") {
        parts.push(format!("opportunity {before} → {after}"));
    }
    let fields = detail.get("fields").and_then(Value::as_array).into_iter().flatten();
    if fields.into_iter().any(|field| field == "summary") {
        parts.push("summary".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `None` where nothing can be told.
fn words(stored: &Value, currency: Option<&str>) -> Option<String> {
    let words = changes::words(stored.as_object()?, currency);
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_and_others_are_malformed() {
        let place = Place {
            at: DateTime::UNIX_EPOCH,
            rank: LOG,
            id: Uuid::nil(),
        };
        assert_eq!(Place::read(&place.write()).expect("its own"), place);
        for bad in ["", "1", "1.2", "x.2.3", "1.2.3"] {
            assert!(Place::read(bad).is_err(), "{bad}");
        }
    }
}
