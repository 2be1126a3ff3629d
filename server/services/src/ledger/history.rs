//! Reading the ledger: its lines, and what was used by whom.
//!
//! A hold is one line: the pending transfer while the work runs, then its end. What the lines move adds up to what is left.

use crate::{
    entity::ledger_transfer::{Column, Entity, Model},
    error::Result,
    keyset::{self, By},
};
use chrono::{DateTime, Utc};
use domain::{
    credit::{CreditAction, CreditKind, Credits, TransferPhase},
    ids::{BusinessId, CustomerId, PersonId, TeamId, TransferId},
    page::Page,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, Func, Query, SelectStatement},
};

/// Which lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub person: Option<PersonId>,
    pub business: Option<BusinessId>,
    pub action: Option<CreditAction>,
}

impl Filter {
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.person.is_none() && self.business.is_none() && self.action.is_none()
    }
}

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: TransferId,
    pub at: DateTime<Utc>,
    pub action: CreditAction,
    pub kind: CreditKind,
    pub phase: TransferPhase,
    /// Into the pool or out of it.
    pub amount: Credits,
    pub person: Option<PersonId>,
    pub business: Option<BusinessId>,
    pub customer: Option<CustomerId>,
}

/// Whether a pending transfer has its end.
pub(super) fn has_ended() -> Expr {
    let end = Alias::new("hold_end");
    let ended = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, end.clone())
        .and_where(Expr::col((end.clone(), Column::TeamId)).equals((Entity, Column::TeamId)))
        .and_where(Expr::col((end, Column::PendingId)).equals((Entity, Column::Id)))
        .to_owned();
    Expr::exists(ended)
}

fn visible(team: TeamId) -> Condition {
    let last_word = Condition::any()
        .add(Column::Phase.ne(TransferPhase::Pending))
        .add(has_ended().not());
    Condition::all().add(Column::TeamId.eq(team)).add(last_word)
}

/// A page of the lines, newest first.
///
/// # Errors
/// `Malformed` for a cursor that is none.
pub(crate) async fn lines(
    db: &impl ConnectionTrait,
    team: TeamId,
    filter: Filter,
    limit: u64,
    after: Option<&str>,
    before: Option<&str>,
) -> Result<Page<Line>> {
    let mut select = Entity::find().filter(visible(team));
    if let Some(person) = filter.person {
        select = select.filter(Column::PersonId.eq(person));
    }
    if let Some(business) = filter.business {
        select = select.filter(Column::BusinessId.eq(business));
    }
    if let Some(action) = filter.action {
        select = select.filter(Column::Action.eq(action));
    }
    let by = By {
        at: Column::At,
        id: Column::Id,
        ascending: false,
        place: |row: &Model| (row.at, row.id.0),
        limit,
    };
    let mut page = keyset::page(db, select, by, after, before).await?;
    let lines = page.take().into_iter().map(line).collect();
    Ok(page.with(lines))
}

fn newer_than(at: DateTime<Utc>, id: TransferId) -> Condition {
    let tie = Condition::all().add(Column::At.eq(at)).add(Column::Id.gt(id));
    Condition::any().add(Column::At.gt(at)).add(tie)
}

fn line(row: Model) -> Line {
    let into = CreditKind::parse(&row.credit);
    let signed = match (row.phase, into) {
        (TransferPhase::Void, _) => 0,
        (_, Some(_)) => row.amount,
        (_, None) => -row.amount,
    };
    Line {
        id: row.id,
        at: row.at,
        action: row.action,
        kind: into.or_else(|| CreditKind::parse(&row.debit)).unwrap_or(CreditKind::Monthly),
        phase: row.phase,
        amount: Credits(signed),
        person: row.person_id,
        business: row.business_id,
        customer: row.customer_id,
    }
}

/// What all lines newer than this one moved.
///
/// # Errors
/// When the database can't be read.
pub async fn moved_since(db: &impl ConnectionTrait, team: TeamId, line: &Line) -> Result<Credits> {
    let into = Column::Credit.is_in(CreditKind::ALL.iter().map(|kind| kind.as_str()));
    let signed = Expr::case(Column::Phase.eq(TransferPhase::Void), 0)
        .case(into, Expr::col(Column::Amount))
        .finally(Expr::val(0).sub(Expr::col(Column::Amount)));
    let newer = Condition::all().add(visible(team)).add(newer_than(line.at, line.id));
    let sum = Query::select()
        .expr_as(whole_sum(signed), Alias::new("n"))
        .from(Entity)
        .cond_where(newer)
        .to_owned();
    Ok(Credits(number(db, &sum, "n").await?))
}

/// A sum as a whole number, nothing where there are no rows: PostgreSQL would make it a decimal.
fn whole_sum(of: impl Into<Expr>) -> Expr {
    let sum: Expr = Func::sum(of.into()).into();
    let some: Expr = Func::coalesce([sum, Expr::val(0)]).into();
    some.cast_as("bigint")
}

async fn number(db: &impl ConnectionTrait, select: &SelectStatement, name: &str) -> Result<i64> {
    Ok(db.query_one(select).await?.map_or(Ok(0), |row| row.try_get("", name))?)
}

/// Credits spent since then, by person and business.
///
/// # Errors
/// When the database can't be read.
pub async fn used(
    db: &impl ConnectionTrait,
    team: TeamId,
    since: DateTime<Utc>,
) -> Result<Vec<(Option<PersonId>, Option<BusinessId>, i64)>> {
    Ok(Entity::find()
        .select_only()
        .column(Column::PersonId)
        .column(Column::BusinessId)
        .column_as(whole_sum(Expr::col(Column::Amount)), "used")
        .filter(Column::TeamId.eq(team))
        .filter(Column::Phase.eq(TransferPhase::Post))
        .filter(Column::At.gte(since))
        .group_by(Column::PersonId)
        .group_by(Column::BusinessId)
        .into_tuple()
        .all(db)
        .await?)
}

/// Credits spent between each two of these times.
///
/// # Errors
/// When the database can't be read.
pub async fn used_between(db: &impl ConnectionTrait, team: TeamId, times: &[DateTime<Utc>]) -> Result<Vec<Credits>> {
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return Ok(Vec::new());
    };
    let mut select = Query::select();
    for (i, pair) in times.windows(2).enumerate() {
        let within = Column::At.gte(pair[0]).and(Column::At.lt(pair[1]));
        let amount = Expr::case(within, Expr::col(Column::Amount)).finally(0);
        select.expr_as(whole_sum(amount), Alias::new(format!("d{i}")));
    }
    select
        .from(Entity)
        .and_where(Column::TeamId.eq(team))
        .and_where(Column::Phase.eq(TransferPhase::Post))
        .and_where(Column::At.gte(*first))
        .and_where(Column::At.lt(*last));
    let row = db.query_one(&select).await?;
    let day = |i: usize| -> Result<Credits> {
        let name = format!("d{i}");
        Ok(Credits(row.as_ref().map_or(Ok(0), |row| row.try_get("", &name))?))
    };
    (0..times.len() - 1).map(day).collect()
}

/// When the newest monthly credits came.
///
/// # Errors
/// When the database can't be read.
pub async fn last_grant(db: &impl ConnectionTrait, team: TeamId) -> Result<Option<DateTime<Utc>>> {
    Ok(Entity::find()
        .select_only()
        .column(Column::At)
        .filter(Column::TeamId.eq(team))
        .filter(Column::Action.eq(CreditAction::MonthlyGrant))
        .order_by_desc(Column::At)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?)
}
