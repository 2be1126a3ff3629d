//! In which order the list stands, and where a page begins. Customers without a value come last in either direction, and equal
//! values stand by id, so that every row has one place.

use super::{Line, Sql};
use crate::error::Result;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    Error,
    customer::{CustomerQuery, CustomerSort},
    ids::CustomerId,
};
use sea_orm::prelude::Date;
use serde::{Deserialize, Serialize};

/// By what, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub by: CustomerSort,
    pub descending: bool,
}

/// A stretch of the order that one index serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Rows with a value, beyond this one.
    Valued(Option<(Key, CustomerId)>),
    /// Rows without, beyond this one.
    Without(Option<CustomerId>),
}

/// What a row is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    Number(i64),
    Day(Date),
    Text(String),
    /// The id alone: it begins with the time.
    Id,
}

/// A row that a page begins behind, or ends before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    by: CustomerSort,
    descending: bool,
    pub backward: bool,
    key: Option<Key>,
    id: CustomerId,
}

impl Order {
    /// What was asked for, or the usual: the highest spender first, for viewers the latest payment.
    pub fn asked(query: &CustomerQuery, masked: bool) -> Self {
        let usual = if masked { CustomerSort::LastPayment } else { CustomerSort::Spent };
        let by = query.sort.unwrap_or(usual);
        Self {
            by,
            descending: query.descending.unwrap_or_else(|| by.starts_descending()),
        }
    }

    const fn column(self) -> &'static str {
        match self.by {
            CustomerSort::Spent => "c.total_spent",
            CustomerSort::LastPayment => "c.last_payment",
            CustomerSort::Name => "c.search",
            CustomerSort::Email => "c.email",
            CustomerSort::Opportunity => "c.opportunity",
            CustomerSort::Added => "c.id",
        }
    }

    /// Whether rows may have no value.
    const fn has_gaps(self) -> bool {
        matches!(self.by, CustomerSort::Spent | CustomerSort::LastPayment | CustomerSort::Opportunity)
    }

    /// The stretches to read for a page, in the direction it is read.
    pub fn parts(self, cursor: Option<&Cursor>) -> (Part, Option<Part>) {
        let without = || self.has_gaps().then_some(Part::Without(None));
        let Some(cursor) = cursor else {
            return (Part::Valued(None), without());
        };
        match (&cursor.key, cursor.backward) {
            (Some(key), false) => (Part::Valued(Some((key.clone(), cursor.id))), without()),
            (Some(key), true) => (Part::Valued(Some((key.clone(), cursor.id))), None),
            (None, false) => (Part::Without(Some(cursor.id)), None),
            (None, true) => (Part::Without(Some(cursor.id)), Some(Part::Valued(None))),
        }
    }

    /// `AND … ORDER BY …` of one stretch, as its index has it.
    pub fn narrow(self, sql: &mut Sql, part: &Part, backward: bool) {
        let column = self.column();
        let than = if self.descending != backward { " < " } else { " > " };
        match part {
            Part::Valued(from) => {
                if self.has_gaps() {
                    sql.push(&format!(" AND {column} IS NOT NULL"));
                }
                if let Some((key, id)) = from {
                    sql.push(" AND ");
                    self.beyond(sql, than, key, *id);
                }
            }
            Part::Without(from) => {
                sql.push(&format!(" AND {column} IS NULL"));
                if let Some(id) = from {
                    sql.push(" AND c.id").push(than).bind(id.0);
                }
            }
        }
        // Also where no row has a value: the index is found by the whole of its order.
        self.sort(sql, backward, false);
    }

    /// `AND …` for all stretches behind a cursor, where rows are sorted anyway.
    pub fn narrow_gathered(self, sql: &mut Sql, cursor: Option<&Cursor>) {
        let Some(cursor) = cursor else { return };
        let column = self.column();
        let than = if self.descending != cursor.backward { " < " } else { " > " };
        match &cursor.key {
            Some(key) => {
                sql.push(" AND (");
                self.beyond(sql, than, key, cursor.id);
                if self.has_gaps() && !cursor.backward {
                    sql.push(&format!(" OR {column} IS NULL"));
                }
                sql.push(")");
            }
            None if cursor.backward => {
                sql.push(&format!(" AND ({column} IS NOT NULL OR c.id")).push(than);
                sql.bind(cursor.id.0).push(")");
            }
            None => {
                sql.push(&format!(" AND {column} IS NULL AND c.id")).push(than).bind(cursor.id.0);
            }
        }
    }

    /// `ORDER BY …`; over all stretches where rows are gathered.
    pub fn sort(self, sql: &mut Sql, backward: bool, gathered: bool) {
        let column = self.column();
        let direction = |down: bool| if down { "DESC" } else { "ASC" };
        sql.push(" ORDER BY ");
        if gathered && self.has_gaps() {
            sql.push(&format!("({column} IS NULL) {}, ", direction(backward)));
        }
        let own = direction(self.descending != backward);
        if self.by != CustomerSort::Added {
            sql.push(&format!("{column} {own}, "));
        }
        sql.push(&format!("c.id {own}"));
    }

    fn beyond(self, sql: &mut Sql, than: &str, key: &Key, id: CustomerId) {
        if *key == Key::Id {
            sql.push("c.id").push(than).bind(id.0);
            return;
        }
        sql.push(&format!("({}, c.id)", self.column())).push(than).push("(");
        match key {
            Key::Number(number) if self.by == CustomerSort::Opportunity => sql.bind(i32::try_from(*number).unwrap_or_default()),
            Key::Number(number) => sql.bind(*number),
            Key::Day(day) => sql.bind(*day),
            Key::Text(text) => sql.bind(text.as_str()),
            Key::Id => sql,
        };
        sql.push(", ").bind(id.0).push(")");
    }
}

impl Cursor {
    pub fn of(row: &Line, order: Order, backward: bool) -> Self {
        let key = match order.by {
            CustomerSort::Spent => row.total_spent.map(Key::Number),
            CustomerSort::LastPayment => row.last_payment.map(Key::Day),
            CustomerSort::Opportunity => row.opportunity.map(|score| Key::Number(score.into())),
            CustomerSort::Name => Some(Key::Text(row.search.clone())),
            CustomerSort::Email => Some(Key::Text(row.email.clone())),
            CustomerSort::Added => Some(Key::Id),
        };
        Self {
            by: order.by,
            descending: order.descending,
            backward,
            key,
            id: row.id,
        }
    }

    pub fn write(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// # Errors
    /// `Malformed` for what is no cursor, and for one of another order.
    pub fn read(text: &str, order: Order) -> Result<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::Malformed)?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| Error::Malformed)?;
        let fits = matches!(
            (cursor.by, &cursor.key),
            (CustomerSort::Spent | CustomerSort::Opportunity, Some(Key::Number(_)) | None)
                | (CustomerSort::LastPayment, Some(Key::Day(_)) | None)
                | (CustomerSort::Name | CustomerSort::Email, Some(Key::Text(_)))
                | (CustomerSort::Added, Some(Key::Id))
        );
        if !fits || (cursor.by, cursor.descending) != (order.by, order.descending) {
            return Err(Error::Malformed.into());
        }
        Ok(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const SPENT: Order = Order {
        by: CustomerSort::Spent,
        descending: true,
    };

    fn cursor(key: Option<Key>, backward: bool) -> Cursor {
        Cursor {
            by: SPENT.by,
            descending: true,
            backward,
            key,
            id: CustomerId(Uuid::nil()),
        }
    }

    #[test]
    fn a_cursor_belongs_to_its_order() {
        let text = cursor(Some(Key::Number(5)), false).write();
        assert_eq!(Cursor::read(&text, SPENT).expect("its own"), cursor(Some(Key::Number(5)), false));
        let other = Order {
            descending: false,
            ..SPENT
        };
        assert!(Cursor::read(&text, other).is_err());
        for bad in ["", "x", "!!", "e30", &cursor(Some(Key::Text("x".into())), false).write()] {
            assert!(Cursor::read(bad, SPENT).is_err(), "{bad}");
        }
    }

    #[test]
    fn rows_without_a_value_come_last_whichever_way_a_page_is_read() {
        let id = CustomerId(Uuid::nil());
        let five = || Part::Valued(Some((Key::Number(5), id)));
        let part = |key, backward| SPENT.parts(Some(&cursor(key, backward)));
        assert_eq!(SPENT.parts(None), (Part::Valued(None), Some(Part::Without(None))));
        assert_eq!(part(Some(Key::Number(5)), false), (five(), Some(Part::Without(None))));
        assert_eq!(part(Some(Key::Number(5)), true), (five(), None));
        assert_eq!(part(None, true), (Part::Without(Some(id)), Some(Part::Valued(None))));
    }
}
