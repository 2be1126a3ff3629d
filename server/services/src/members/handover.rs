//! What somebody leaves behind: their businesses go to somebody else, and their waiting mail is paused, because nothing leaves in the
//! name of whoever may not send it.
//!
//! Needs the team locked, and the place of whoever leaves changed before: then nothing of theirs comes in between.

use super::{Entity, Model, owned};
use crate::{
    Services, accounts,
    audit::{self, Event},
    entity::{business, draft, job, outreach, person, team},
    error::Result,
    grant::Actor,
    jobs::JobKind,
    letters, moments, teams,
};
use domain::{
    Error,
    audit::AuditKind,
    error::FieldCode,
    ids::{BusinessId, MemberId, PersonId, TeamId},
    outreach::OutreachState,
    role::Role,
    team::{Belongings, COUNTED_MAX, Heir, RunningWork},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

/// Whoever may take over: more than any plan has seats for.
const HEIRS_MAX: u64 = 500;
/// Running work that is named.
const RUNNING_MAX: u64 = 20;

/// What a person of the team has.
pub(super) async fn belongings(services: &Services, row: Model, is_me: bool) -> Result<Belongings> {
    let db = services.db().read();
    let (team, who) = (row.team_id, row.person_id);
    let (now, zone) = (services.clock().now(), teams::zone(db, team).await?);
    let name = accounts::names(db, [who]).await?.remove(&who).unwrap_or_default();
    let businesses = owned(db, team, vec![who]).await?.remove(&who).unwrap_or_default();
    let waiting = outreach::Entity::find().filter(waiting_of(team, who)).count(db).await?;
    let drafts = draft::Entity::find()
        .filter(draft::Column::TeamId.eq(team))
        .filter(draft::Column::EditedBy.eq(who))
        .limit(COUNTED_MAX)
        .count(db)
        .await?;
    let running = job::Entity::find()
        .filter(job::Column::TeamId.eq(team))
        .filter(job::Column::ActorId.eq(who))
        .filter(job::Column::State.is_in(["queued", "running"]))
        .order_by_asc(job::Column::CreatedAt)
        .limit(RUNNING_MAX)
        .all(db)
        .await?;
    let running = running.into_iter().map(|job| RunningWork {
        what: JobKind::parse(&job.kind).map_or("Work", JobKind::label).to_owned(),
        since: moments::moment(job.created_at, now, zone),
    });
    Ok(Belongings {
        member: row.id,
        person: who,
        name,
        role: row.role,
        is_me,
        businesses,
        waiting,
        drafts,
        running: running.collect(),
        heirs: heirs(db, team, who).await?,
    })
}

/// Whoever may own a business instead of `who`, the team's owner first.
pub(crate) async fn heirs(db: &impl ConnectionTrait, team: TeamId, who: PersonId) -> Result<Vec<Heir>> {
    let rows = Entity::find()
        .filter(super::Column::TeamId.eq(team))
        .filter(super::Column::PersonId.ne(who))
        .filter(super::Column::Role.ne(Role::Viewer))
        .find_also_related(person::Entity)
        .order_by_asc(super::Column::JoinedAt)
        .limit(HEIRS_MAX)
        .all(db)
        .await?;
    let mut heirs: Vec<Heir> = rows
        .into_iter()
        .filter_map(|(member, person)| {
            person.map(|person| Heir {
                member: member.id,
                name: person.name,
                role: member.role,
            })
        })
        .collect();
    heirs.sort_by_key(|heir| heir.role);
    Ok(heirs)
}

/// Who takes over: whoever was chosen, or the owner. Never a viewer, nor whoever leaves.
///
/// # Errors
/// `Invalid(hand_to)`, `NotFound` for somebody who is not in the team.
pub(crate) async fn heir(db: &impl ConnectionTrait, team: TeamId, leaves: PersonId, chosen: Option<MemberId>) -> Result<person::Model> {
    let Some(chosen) = chosen else {
        return super::owner(db, team).await?.ok_or_else(|| Error::NotFound.into());
    };
    let (row, person) = place(db, team, chosen).await?;
    if row.role == Role::Viewer || person.id == leaves {
        return Err(Error::field("hand_to", FieldCode::NotAChoice).into());
    }
    Ok(person)
}

/// Whose it was, and whose it is from now on.
pub(crate) struct Handover<'a> {
    pub services: &'a Services,
    pub team: &'a team::Model,
    pub actor: &'a Actor,
    pub from: PersonId,
    pub from_name: String,
    pub to: person::Model,
}

impl Handover<'_> {
    /// Hands every business over, with its event, and tells whoever gets them. Deleted ones too, in case they are restored.
    /// Returns the names of those that are in use.
    pub async fn all(&self, db: &impl ConnectionTrait) -> Result<Vec<String>> {
        let rows = business::Entity::find()
            .filter(business::Column::TeamId.eq(self.team.id))
            .filter(business::Column::OwnerId.eq(self.from))
            .order_by_asc(business::Column::CreatedAt)
            .all(db)
            .await?;
        let mut names = Vec::new();
        for row in rows {
            self.one(db, &row).await?;
            if row.deleted_at.is_none() {
                names.push(row.name);
            }
        }
        let told = Some(self.to.id) != self.actor.person;
        if let (Some((first, rest)), true) = (names.split_first(), told) {
            let letter = letters::business_handed_over(self.services, self.team, first, rest.len(), &self.to.name);
            letters::post(db, self.services.clock(), Some(self.team.id), &self.to.email, letter).await?;
        }
        Ok(names)
    }

    /// Hands one over, and records it.
    pub async fn one(&self, db: &impl ConnectionTrait, row: &business::Model) -> Result<()> {
        business::Entity::update_many()
            .col_expr(business::Column::OwnerId, Expr::value(self.to.id))
            .col_expr(business::Column::Version, Expr::col(business::Column::Version).add(1))
            .filter(business::Column::TeamId.eq(self.team.id))
            .filter(business::Column::Id.eq(row.id))
            .exec(db)
            .await?;
        let event = Event::new(AuditKind::BusinessHandedOver)
            .business(row.id)
            .subject(self.to.id.0)
            .detail("before", self.from_name.clone())
            .detail("after", self.to.name.clone());
        audit::record(db, self.services.clock(), self.team.id, self.actor, event).await
    }

    /// Pauses what waits in their name, of one business or all. What a worker has in hand goes its way. Returns how many.
    pub async fn pause(&self, db: &impl ConnectionTrait, business: Option<BusinessId>) -> Result<u64> {
        let mut waiting = waiting_of(self.team.id, self.from);
        if let Some(business) = business {
            waiting = waiting.and(outreach::Column::BusinessId.eq(business));
        }
        let paused = outreach::ActiveModel {
            state: Set(OutreachState::Paused),
            error: Set(Some(format!(
                "{} may not send it any more. Review it, then let it go",
                self.from_name
            ))),
            ..Default::default()
        };
        let done = outreach::Entity::update_many().set(paused).filter(waiting).exec(db).await?;
        if done.rows_affected > 0 {
            let mut event = Event::new(AuditKind::OutreachPaused)
                .subject(self.from.0)
                .detail("e_mails", done.rows_affected)
                .detail("of", self.from_name.clone());
            event.business = business;
            audit::record(db, self.services.clock(), self.team.id, self.actor, event).await?;
        }
        Ok(done.rows_affected)
    }
}

fn waiting_of(team: TeamId, who: PersonId) -> Expr {
    outreach::Column::TeamId
        .eq(team)
        .and(outreach::Column::QueuedBy.eq(who))
        .and(outreach::Column::State.eq(OutreachState::Queued))
}

/// A place in the team, with the person; another team's is not found.
pub(super) async fn place(db: &impl ConnectionTrait, team: TeamId, id: MemberId) -> Result<(Model, person::Model)> {
    let found = Entity::find()
        .filter(super::Column::TeamId.eq(team))
        .filter(super::Column::Id.eq(id))
        .find_also_related(person::Entity)
        .one(db)
        .await?;
    match found {
        Some((member, Some(person))) => Ok((member, person)),
        _ => Err(Error::NotFound.into()),
    }
}
