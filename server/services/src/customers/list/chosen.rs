//! The customers that somebody chose in the list, for what is done with many of them: those ticked, or all that match.

use super::{Filter, List, Order, Part, Product, Way, order::Key, products};
use crate::{entity::business, error::Result};
use chrono::{DateTime, Utc};
use domain::{
    customer::{Chosen, CustomerSort},
    ids::CustomerId,
    page::Total,
};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Who they are; the same look-up as the list's own.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    business: business::Model,
    filter: Filter,
    order: Order,
}

/// In the order in which they arrived, which never changes: nobody comes twice and nobody is left out while rows are changed.
const ARRIVAL: Order = Order {
    by: CustomerSort::Added,
    descending: false,
};

impl Selection {
    /// # Errors
    /// As the list: `Forbidden` for what rests on masked fields, `Malformed` for a filter that is none.
    pub async fn of(
        db: &impl ConnectionTrait,
        business: &business::Model,
        chosen: &Chosen,
        masked: bool,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let order = super::order(&chosen.query, masked)?;
        let ids = chosen.ids()?;
        let filter = if ids.is_empty() {
            let products = products(db, business.team_id).await?;
            let others: Vec<&Product> = products.iter().filter(|product| product.id != business.id).collect();
            Filter::asked(&chosen.query, business, masked, &others, now)?
        } else {
            Filter::only(ids, chosen.query.deleted, now)
        };
        Ok(Self {
            business: business.clone(),
            filter,
            order,
        })
    }

    /// For one look at the database after the other.
    pub async fn among<'a, C: ConnectionTrait>(&self, db: &'a C) -> Result<Among<'a, C>> {
        let list = List {
            db,
            team: self.business.team_id,
            business: self.business.id,
            filter: self.filter.clone(),
        };
        let total = list.total(&self.business).await?;
        Ok(Among {
            order: self.order,
            way: list.way(total),
            total,
            list,
        })
    }
}

/// The selection, and how it is best read.
pub(crate) struct Among<'a, C> {
    list: List<'a, C>,
    order: Order,
    way: Way,
    total: Total,
}

impl<C: ConnectionTrait> Among<'_, C> {
    /// How many they are, counted to the end.
    pub async fn count(&self) -> Result<u64> {
        if let Total::Exactly(counted) = self.total {
            return Ok(counted);
        }
        let mut sql = self.list.sql();
        sql.push("SELECT count(*) AS n");
        self.list.matching(&mut sql, Way::Gather);
        let row = self.list.db.query_one_raw(sql.statement()).await?;
        let counted: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
        Ok(counted.unsigned_abs())
    }

    /// As the list counts them.
    pub const fn total(&self) -> Total {
        self.total
    }

    /// The first ones in the list's order.
    pub async fn first(&self, max: usize) -> Result<Vec<CustomerId>> {
        let (rows, _) = self.list.part(self.order, None, max, self.total).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// The next ones by arrival; `columns` of `c`, the id among them.
    pub async fn after<R: FromQueryResult>(&self, columns: &str, after: Option<CustomerId>, limit: usize) -> Result<Vec<R>> {
        let part = Part::Valued(after.map(|id| (Key::Id, id)));
        self.list.rows(columns, self.way, ARRIVAL, false, &part, limit).await
    }

    /// Names of their custom columns, no more than `max`.
    pub async fn attributes(&self, max: usize) -> Result<Vec<String>> {
        let mut sql = self.list.sql();
        let keys = if sql.is_sqlite() {
            "json_each(m.a) k"
        } else {
            "jsonb_object_keys(m.a) AS k(key)"
        };
        sql.push("SELECT DISTINCT k.key AS key FROM (SELECT c.attributes AS a");
        self.list.matching(&mut sql, self.way);
        sql.push(" AND c.attributes IS NOT NULL) m, ").push(keys);
        sql.push(&format!(" ORDER BY 1 LIMIT {max}"));
        let rows = self.list.db.query_all_raw(sql.statement()).await?;
        Ok(rows.iter().map(|row| row.try_get("", "key")).collect::<Result<_, _>>()?)
    }
}
