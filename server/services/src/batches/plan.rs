//! Who is meant, and who of them is left out and why. Only reads; the quote and the start ask the same.

use super::waiting_among;
use crate::{
    Services,
    analysis::DEAD_AFTER,
    customers::list::Selection,
    entity::{business, customer, persona},
    error::Result,
    ledger, outreach,
};
use domain::{
    Error,
    batch::{BATCH_MAX, BatchKind, SkipReason},
    credit::CreditAction,
    customer::{Chosen, CustomerQuery},
    ids::CustomerId,
    page::Total,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Customers that are looked up by one statement.
pub(super) const TOGETHER: usize = 500;

/// What a batch would do.
#[derive(Debug)]
pub(super) struct Plan {
    pub chosen: Total,
    /// In the list's order.
    pub todo: Vec<Todo>,
    pub skipped: BTreeMap<SkipReason, u64>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Todo {
    pub customer: CustomerId,
    /// Of the draft, where it is about sending.
    pub version: Option<i32>,
}

/// # Errors
/// `NotFound` where none of those named is a customer of the business.
pub(super) async fn make(
    services: &Services,
    db: &impl ConnectionTrait,
    business: &business::Model,
    kind: BatchKind,
    chosen: &Chosen,
) -> Result<Plan> {
    let chosen = Chosen {
        ids: chosen.ids.clone(),
        query: CustomerQuery {
            deleted: kind == BatchKind::Restore,
            ..chosen.query.clone()
        },
    };
    let named = chosen.ids()?.len();
    let selection = Selection::of(db, business, &chosen, false, services.clock().now()).await?;
    let among = selection.among(db).await?;
    let ids = among.first(usize::try_from(BATCH_MAX).unwrap_or(usize::MAX)).await?;
    if named > 0 && ids.is_empty() {
        return Err(Error::NotFound.into());
    }
    let mut plan = Plan {
        chosen: if named > 0 { Total::Exactly(named as u64) } else { among.total() },
        todo: Vec::with_capacity(ids.len()),
        skipped: BTreeMap::new(),
    };
    if named > ids.len() {
        plan.skipped.insert(SkipReason::Gone, (named - ids.len()) as u64);
    }
    let held = match kind {
        BatchKind::Analyse => {
            let since = services.clock().now() - DEAD_AFTER;
            ledger::many::held_since(db, business.team_id, CreditAction::Analysis, since).await?
        }
        _ => HashSet::new(),
    };
    for ids in ids.chunks(TOGETHER) {
        let found = match kind {
            BatchKind::Analyse => analysable(db, business, ids, &held).await?,
            BatchKind::Send => outreach::look(db, business, ids).await?,
            BatchKind::Delete | BatchKind::Restore => HashMap::new(),
        };
        for id in ids {
            match found.get(id) {
                Some(Err(why)) => *plan.skipped.entry(*why).or_default() += 1,
                Some(Ok(version)) if kind == BatchKind::Send => plan.todo.push(Todo {
                    customer: *id,
                    version: Some(*version),
                }),
                _ => plan.todo.push(Todo {
                    customer: *id,
                    version: None,
                }),
            }
        }
    }
    Ok(plan)
}

/// Those who need no analysis, with the reason.
async fn analysable(
    db: &impl ConnectionTrait,
    business: &business::Model,
    ids: &[CustomerId],
    held: &HashSet<CustomerId>,
) -> Result<HashMap<CustomerId, Result<i32, SkipReason>>> {
    use customer::Column;
    let team = business.team_id;
    let nothing: Vec<CustomerId> = customer::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::TotalSpent.is_null())
        .filter(Column::MonthlySpend.is_null())
        .filter(Column::PaymentCount.is_null())
        .filter(Column::FirstPayment.is_null())
        .filter(Column::LastPayment.is_null())
        .filter(Column::RefundVolume.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let analysed: Vec<CustomerId> = persona::Entity::find()
        .select_only()
        .column(persona::Column::CustomerId)
        .filter(persona::Column::TeamId.eq(team))
        .filter(persona::Column::CustomerId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let waiting = waiting_among(db, team, ids).await?;
    // The strongest reason last.
    let mut found = HashMap::new();
    found.extend(nothing.into_iter().map(|id| (id, Err(SkipReason::NoFigures))));
    found.extend(waiting.into_iter().map(|id| (id, Err(SkipReason::Analysing))));
    found.extend(
        ids.iter()
            .filter(|id| held.contains(id))
            .map(|id| (*id, Err(SkipReason::Analysing))),
    );
    found.extend(analysed.into_iter().map(|id| (id, Err(SkipReason::Analysed))));
    Ok(found)
}
