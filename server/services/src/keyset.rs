//! Keyset pages: a bounded part of a list by a time and an id, forwards and backwards, and counts that stop early.

use crate::error::Result;
use chrono::{DateTime, Utc};
use domain::{
    Error,
    page::{Page, Total},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, Func, Query},
};
use uuid::Uuid;

/// How a list is ordered.
pub(crate) struct By<E: EntityTrait> {
    pub at: E::Column,
    pub id: E::Column,
    pub ascending: bool,
    /// The place of a row in the list.
    pub place: fn(&E::Model) -> (DateTime<Utc>, Uuid),
    pub limit: u64,
}

/// A part of a list and where it goes on.
pub(crate) struct Slice<T> {
    pub rows: Vec<T>,
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// The part after or before a cursor; `after` wins. `select` is filtered already.
///
/// # Errors
/// `Malformed` for a cursor that is none.
pub(crate) async fn slice<E: EntityTrait>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    by: By<E>,
    after: Option<&str>,
    before: Option<&str>,
) -> Result<Slice<E::Model>> {
    let backward = after.is_none() && before.is_some();
    let upward = by.ascending != backward;
    let mut select = select;
    if let Some(cursor) = after.or(before) {
        select = select.filter(beyond(&by, parse(cursor)?, upward));
    }
    let order = if upward { Order::Asc } else { Order::Desc };
    let mut rows = select
        .order_by(by.at, order.clone())
        .order_by(by.id, order)
        .limit(by.limit + 1)
        .all(db)
        .await?;
    let more = rows.len() as u64 > by.limit;
    rows.truncate(usize::try_from(by.limit).unwrap_or(usize::MAX));
    if backward {
        rows.reverse();
    }
    let (has_previous, has_next) = if backward { (more, true) } else { (after.is_some(), more) };
    let cursor = |row: &E::Model| {
        let (at, id) = (by.place)(row);
        format!("{}.{id}", at.timestamp_millis())
    };
    Ok(Slice {
        next: rows.last().filter(|_| has_next).map(cursor),
        previous: rows.first().filter(|_| has_previous).map(cursor),
        rows,
    })
}

/// As `slice`, with how many rows the whole list has. What the page shows of a row comes afterwards: `take`, then `with`.
///
/// # Errors
/// `Malformed` for a cursor that is none.
pub(crate) async fn page<E: EntityTrait>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    by: By<E>,
    after: Option<&str>,
    before: Option<&str>,
) -> Result<Page<E::Model>> {
    let total = count(db, select.clone(), by.id).await?;
    let slice = slice(db, select, by, after, before).await?;
    Ok(Page {
        rows: slice.rows,
        next: slice.next,
        previous: slice.previous,
        total,
    })
}

fn beyond<E: EntityTrait>(by: &By<E>, (at, id): (DateTime<Utc>, Uuid), upward: bool) -> Condition {
    let tie = Condition::all().add(by.at.eq(at));
    if upward {
        Condition::any().add(by.at.gt(at)).add(tie.add(by.id.gt(id)))
    } else {
        Condition::any().add(by.at.lt(at)).add(tie.add(by.id.lt(id)))
    }
}

fn parse(cursor: &str) -> Result<(DateTime<Utc>, Uuid)> {
    let (at, id) = cursor.split_once('.').ok_or(Error::Malformed)?;
    let at = at.parse().ok().and_then(DateTime::from_timestamp_millis).ok_or(Error::Malformed)?;
    Ok((at, id.parse().map_err(|_| Error::Malformed)?))
}

/// Counts no further than pages say. `id` is any column of the list.
///
/// # Errors
/// When the database fails.
pub(crate) async fn count<E: EntityTrait>(db: &impl ConnectionTrait, select: Select<E>, id: E::Column) -> Result<Total> {
    let rows = select.select_only().column(id).limit(Total::BOUND + 1).into_query();
    let count = Query::select()
        .expr_as(Func::count(Expr::col(id.as_column_ref().1)), Alias::new("n"))
        .from_subquery(rows, Alias::new("bounded"))
        .to_owned();
    let row = db.query_one(&count).await?;
    let counted: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(Total::counted(u64::try_from(counted).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_that_is_none_is_malformed() {
        for bad in ["", "1", "x.y", "1.2"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
