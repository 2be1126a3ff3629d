//! What the outreach page shows: counts, parts of the groups, one mail with its text, and why each is still waiting. Masked here.

use super::{compose, deliver::HEARTBEAT, rate};
use crate::{
    Services, accounts,
    entity::{
        business, customer, heartbeat,
        outreach::{Column, Entity, Model},
        sender,
    },
    error::Result,
    grant::Grant,
    keyset::{self, By},
    moments, teams,
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    Error,
    ids::{BusinessId, CustomerId, PersonId, SenderId, TeamId},
    money::{self, Cents},
    outreach::{
        OutreachCounts, OutreachDetail, OutreachGroup, OutreachPage, OutreachQuery, OutreachRow, OutreachSection, OutreachState, SenderUse,
        WaitReason,
    },
    page::Total,
    permission::{Sight, perm},
    persona::Opportunity,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QuerySelect, Statement, Value, sea_query::Expr,
};
use std::collections::HashMap;

/// Rows of a group that is listed by itself, and of one among others.
const PAGE: u64 = 50;
const PART: u64 = 10;
/// Without a sign of a worker for so long there is none.
const SILENCE: TimeDelta = TimeDelta::minutes(1);

/// The outreach page of a business.
///
/// # Errors
/// `NotFound` for another team's business or outreach, `Malformed` for a cursor that is none.
pub async fn page(
    services: &Services,
    grant: &Grant<perm::ViewCustomers>,
    business: BusinessId,
    query: &OutreachQuery,
) -> Result<OutreachPage> {
    let db = services.db().read();
    let business = grant.read_business(db, business).await?;
    let counts = counts(db, grant.team(), business.id).await?;
    let mut found = Vec::new();
    match query.group {
        Some(group) => found.push((group, section(db, &business, group, query, PAGE).await?)),
        None => {
            // Four groups, never more.
            for group in OutreachGroup::QUEUE {
                if !counts.of(group).is_none() {
                    found.push((group, section(db, &business, group, &OutreachQuery::default(), PART).await?));
                }
            }
        }
    }
    let open = match query.open {
        Some(id) => Some(
            Entity::find()
                .filter(Column::TeamId.eq(grant.team()))
                .filter(Column::BusinessId.eq(business.id))
                .filter(Column::Id.eq(id))
                .one(db)
                .await?
                .ok_or(Error::NotFound)?,
        ),
        None => found.first().and_then(|(_, slice)| slice.rows.first()).cloned(),
    };
    let about = found.iter().flat_map(|(_, slice)| &slice.rows).chain(&open);
    let around = Around::of(services, db, grant.team(), grant.sight(), about).await?;
    let sections = found.into_iter().map(|(group, slice)| OutreachSection {
        group,
        rows: slice.rows.iter().map(|row| around.row(row)).collect(),
        next: slice.next,
        previous: slice.previous,
    });
    Ok(OutreachPage {
        counts,
        sections: sections.collect(),
        senders: senders(services, db, &business, &around).await?,
        open: match open {
            Some(row) => Some(detail(db, &row, &business, &around).await?),
            None => None,
        },
    })
}

async fn section(
    db: &impl ConnectionTrait,
    business: &business::Model,
    group: OutreachGroup,
    query: &OutreachQuery,
    limit: u64,
) -> Result<keyset::Slice<Model>> {
    let select = Entity::find()
        .filter(Column::TeamId.eq(business.team_id))
        .filter(Column::BusinessId.eq(business.id))
        .filter(Column::State.is_in(group.states().iter().copied()));
    let by = By {
        at: Column::QueuedAt,
        id: Column::Id,
        ascending: group.is_a_line(),
        place: |row: &Model| (row.queued_at, row.id.0),
        limit,
    };
    keyset::slice(db, select, by, query.after.as_deref(), query.before.as_deref()).await
}

#[derive(FromQueryResult)]
struct Counted {
    state: String,
    n: i64,
}

/// One bounded count per state, in one query.
async fn counts(db: &impl ConnectionTrait, team: TeamId, business: BusinessId) -> Result<OutreachCounts> {
    let rows = counted(db, team, business, OutreachState::ALL).await?;
    let of = |group| total(&rows, group);
    Ok(OutreachCounts {
        review: of(OutreachGroup::Review),
        waiting: of(OutreachGroup::Waiting),
        paused: of(OutreachGroup::Paused),
        unknown: of(OutreachGroup::Unknown),
        sent: of(OutreachGroup::Sent),
        failed: of(OutreachGroup::Failed),
        cancelled: of(OutreachGroup::Cancelled),
    })
}

/// How many there are of one group.
pub(super) async fn count(db: &impl ConnectionTrait, team: TeamId, business: BusinessId, group: OutreachGroup) -> Result<Total> {
    Ok(total(&counted(db, team, business, group.states()).await?, group))
}

async fn counted(db: &impl ConnectionTrait, team: TeamId, business: BusinessId, states: &[OutreachState]) -> Result<Vec<Counted>> {
    let part = |state: &OutreachState| {
        format!(
            "SELECT '{state}' AS state, COUNT(*) AS n FROM (SELECT 1 FROM outreach WHERE team_id = $1 AND business_id = $2 AND state = '{state}' LIMIT {}) AS {state}",
            Total::BOUND + 1
        )
    };
    let sql = states.iter().map(part).collect::<Vec<_>>().join(" UNION ALL ");
    let values: [Value; 2] = [team.0.into(), business.0.into()];
    Ok(
        Counted::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
            .all(db)
            .await?,
    )
}

fn total(rows: &[Counted], group: OutreachGroup) -> Total {
    let counted = rows
        .iter()
        .filter(|row| group.states().iter().any(|state| state.as_str() == row.state));
    Total::counted(counted.map(|row| u64::try_from(row.n).unwrap_or_default()).sum())
}

/// What rows need from other tables, fetched once for all of them.
pub(super) struct Around {
    now: DateTime<Utc>,
    zone: Tz,
    sight: Sight,
    people: HashMap<PersonId, String>,
    opportunities: HashMap<CustomerId, Opportunity>,
    rests: HashMap<SenderId, rate::Rest>,
    worker: bool,
}

impl Around {
    pub(super) async fn of<'a>(
        services: &Services,
        db: &impl ConnectionTrait,
        team: TeamId,
        sight: Sight,
        rows: impl Iterator<Item = &'a Model> + Clone,
    ) -> Result<Self> {
        let now = services.clock().now();
        let zone = teams::zone(db, team).await?;
        let opportunities = customer::Entity::find()
            .select_only()
            .columns([customer::Column::Id, customer::Column::Opportunity])
            .filter(customer::Column::TeamId.eq(team))
            .filter(customer::Column::Id.is_in(rows.clone().map(|row| row.customer_id)))
            .into_tuple::<(CustomerId, Option<i32>)>()
            .all(db)
            .await?;
        let senders = sender::Entity::find()
            .filter(sender::Column::TeamId.eq(team))
            .filter(sender::Column::Id.is_in(rows.clone().map(|row| row.sender_id)))
            .all(db)
            .await?;
        Ok(Self {
            now,
            zone,
            sight,
            people: accounts::names(db, rows.map(|row| row.queued_by)).await?,
            opportunities: opportunities
                .into_iter()
                .filter_map(|(id, score)| Some((id, Opportunity::new(u8::try_from(score?).ok()?)?)))
                .collect(),
            rests: senders
                .iter()
                .filter_map(|sender| Some((sender.id, resting(sender, now)?)))
                .collect(),
            worker: worker_works(db, now).await?,
        })
    }

    pub(super) fn row(&self, row: &Model) -> OutreachRow {
        let full = !self.sight.is_masked();
        let (wait, due) = self.wait(row);
        OutreachRow {
            id: row.id,
            customer: row.customer_id,
            business: row.business_id,
            name: self.sight.text(&row.to_name),
            email: self.sight.address(&row.email),
            subject: full.then(|| row.subject.clone()),
            opportunity: self.opportunities.get(&row.customer_id).copied().filter(|_| full),
            state: row.state,
            queued_by: self.people.get(&row.queued_by).cloned().unwrap_or_default(),
            queued_at: self.moment(row.queued_at),
            sent_at: row.sent_at.map(|at| self.moment(at)),
            wait,
            due: due.map(|at| self.moment(at)),
            error: row.error.clone().filter(|_| full),
            attempts: row.attempts,
        }
    }

    /// Why it still waits and until when: the obstacle that lasts longest.
    fn wait(&self, row: &Model) -> (Option<WaitReason>, Option<DateTime<Utc>>) {
        match row.state {
            OutreachState::Sending => return (Some(WaitReason::Sending), None),
            OutreachState::Queued => {}
            _ => return (None, None),
        }
        let later = (row.due_at > self.now).then(|| {
            let reason = if row.not_before == Some(row.due_at) {
                WaitReason::NotBefore
            } else {
                WaitReason::Retry
            };
            (row.due_at, reason)
        });
        let rest = self.rests.get(&row.sender_id).copied();
        let longest = later.into_iter().chain(rest).max_by_key(|(until, _)| *until);
        match longest {
            Some((until, reason)) => (Some(reason), Some(until)),
            None if self.worker => (Some(WaitReason::Next), None),
            None => (Some(WaitReason::NoWorker), None),
        }
    }

    fn moment(&self, at: DateTime<Utc>) -> domain::time::Moment {
        moments::moment(at, self.now, self.zone)
    }
}

fn resting(sender: &sender::Model, now: DateTime<Utc>) -> Option<rate::Rest> {
    let until = sender.next_send_at.filter(|until| *until > now)?;
    Some((until, sender.next_reason.unwrap_or(WaitReason::Gap)))
}

/// A worker has said so lately, or is in the middle of a hand-over.
async fn worker_works(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool> {
    let beat = heartbeat::Entity::find_by_id(HEARTBEAT).one(db).await?;
    if beat.is_some_and(|beat| beat.at > now - SILENCE) {
        return Ok(true);
    }
    let sql = "SELECT 1 AS n FROM outreach WHERE state = 'sending' AND lease_until > $1 LIMIT 1";
    let values = [Value::from(now)];
    let held = db
        .query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await?;
    Ok(held.is_some())
}

async fn detail(db: &impl ConnectionTrait, row: &Model, business: &business::Model, around: &Around) -> Result<OutreachDetail> {
    let full = !around.sight.is_masked();
    let customer = customer::Entity::find()
        .filter(customer::Column::TeamId.eq(row.team_id))
        .filter(customer::Column::Id.eq(row.customer_id))
        .one(db)
        .await?
        .filter(|_| full);
    Ok(OutreachDetail {
        segment: customer.as_ref().and_then(|customer| customer.segment),
        figures: customer.as_ref().and_then(spent),
        row: around.row(row),
        from: compose::label(&row.from_name, &row.from_email),
        body: full.then(|| row.body.clone()),
        footer: compose::footer(business),
    })
}

/// "$41.62 in 7 payments".
fn spent(customer: &customer::Model) -> Option<String> {
    let spent = money::format(customer.currency.as_deref(), Cents(customer.total_spent?));
    Some(match customer.payment_count {
        Some(1) => format!("{spent} in 1 payment"),
        Some(n) => format!("{spent} in {n} payments"),
        None => spent,
    })
}

#[derive(FromQueryResult)]
struct Used {
    sender_id: SenderId,
    hour: i64,
    day: i64,
}

/// How much of its limits each sender of the business has used.
async fn senders(services: &Services, db: &impl ConnectionTrait, business: &business::Model, around: &Around) -> Result<Vec<SenderUse>> {
    let verified = super::queue::verified_senders(db, business).await?;
    let hour = Expr::col(Column::HandedOverAt).gt(around.now - TimeDelta::hours(1));
    let used: HashMap<SenderId, (i64, i64)> = Entity::find()
        .select_only()
        .column(Column::SenderId)
        .column_as(Expr::case(hour, 1).finally(0).sum(), "hour")
        .column_as(Column::Id.count(), "day")
        .filter(Column::TeamId.eq(business.team_id))
        .filter(Column::SenderId.is_in(verified.iter().map(|sender| sender.id)))
        .filter(Column::HandedOverAt.gt(around.now - TimeDelta::days(1)))
        .group_by(Column::SenderId)
        .into_model::<Used>()
        .all(db)
        .await?
        .into_iter()
        .map(|used| (used.sender_id, (used.hour, used.day)))
        .collect();
    let limits = services.settings().sending;
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let one = |sender: &sender::Model| {
        let (hour, day) = used.get(&sender.id).copied().unwrap_or_default();
        SenderUse {
            email: sender.email.clone(),
            hour: count(hour),
            per_hour: limits.per_hour,
            day: count(day),
            per_day: limits.per_day,
            rests: resting(sender, around.now).map(|(until, reason)| (around.moment(until), reason)),
        }
    };
    Ok(verified.iter().map(one).collect())
}

/// The open outreach of a customer.
pub(super) async fn find_open(db: &impl ConnectionTrait, team: TeamId, customer: CustomerId) -> Result<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::CustomerId.eq(customer))
        .filter(Column::State.is_in(OutreachState::OPEN))
        .one(db)
        .await?)
}

/// One of them as pages show it.
pub(super) async fn shown(services: &Services, db: &impl ConnectionTrait, sight: Sight, row: &Model) -> Result<OutreachRow> {
    let around = Around::of(services, db, row.team_id, sight, std::iter::once(row)).await?;
    Ok(around.row(row))
}
