//! Rows into `customer` and `customer_change`, hundreds by one statement. Lengths of statements come from a short list, so that the
//! few there are stay prepared and take little memory.

use super::merge::Origin;
use crate::{customers::search, entity::customer, error::Result};
use domain::ids::{CustomerId, PersonId};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde_json::{Map, Value as Json};
use std::fmt::Write;
use uuid::Uuid;

const LENGTHS: [usize; 5] = [500, 100, 20, 5, 1];

/// Which customers they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not there before; one that somebody else added meanwhile is not touched.
    New,
    /// There, and locked.
    Changed,
    /// There, deleted, and coming back.
    Revived,
}

const SHARED: &str = "team_id, business_id, created_at, updated_at, deleted_at, import_id";
const OWN: [&str; 16] = [
    "id",
    "email",
    "name",
    "company",
    "country",
    "currency",
    "total_spent",
    "monthly_spend",
    "payment_count",
    "first_payment",
    "last_payment",
    "refund_volume",
    "notes",
    "tags",
    "attributes",
    "search",
];

/// What happens with the row of the same address.
fn on_conflict(kind: Kind) -> String {
    let key = "ON CONFLICT (team_id, business_id, email)";
    if kind == Kind::New {
        return format!("{key} DO NOTHING");
    }
    let mut sql = format!("{key} DO UPDATE SET updated_at = excluded.updated_at");
    // Neither id nor address change.
    for column in &OWN[2..] {
        let _ = write!(sql, ", {column} = excluded.{column}");
    }
    if kind == Kind::Revived {
        // What was paid for stays: persona, segment and draft are the person's, not the file's.
        sql.push_str(", deleted_at = NULL");
    }
    sql
}

/// Writes customers; how many rows were touched.
pub async fn customers(db: &impl ConnectionTrait, kind: Kind, origin: &Origin, rows: Vec<customer::Model>) -> Result<u64> {
    let backend = db.get_database_backend();
    let mut touched = 0;
    let mut rows = rows.into_iter();
    for length in pieces(rows.len()) {
        let sql = format!(
            "INSERT INTO customer ({SHARED}, {}) VALUES {} {}",
            OWN.join(", "),
            tuples(backend, OWN.len(), length, |n| {
                format!("${}, ${}, ${}, ${}, NULL, ${}", n + 1, n + 2, n + 3, n + 3, n + 4)
            }),
            on_conflict(kind)
        );
        let mut values: Vec<Value> = Vec::with_capacity(4 + OWN.len() * length);
        for row in rows.by_ref().take(length) {
            let words = search::text(&row.name, &row.company, &search::tags_of(row.tags.as_ref()));
            values.extend::<[Value; OWN.len()]>([
                row.id.0.into(),
                row.email.into(),
                row.name.into(),
                row.company.into(),
                row.country.into(),
                row.currency.into(),
                row.total_spent.into(),
                row.monthly_spend.into(),
                row.payment_count.into(),
                row.first_payment.into(),
                row.last_payment.into(),
                row.refund_volume.into(),
                row.notes.into(),
                row.tags.into(),
                row.attributes.into(),
                words.into(),
            ]);
        }
        values.extend([
            origin.team.0.into(),
            origin.business.0.into(),
            origin.now.into(),
            origin.import.0.into(),
        ]);
        touched += execute(db, sql, values).await?;
    }
    Ok(touched)
}

/// What changed of a customer.
#[derive(Debug)]
pub struct Change {
    pub id: Uuid,
    pub customer: CustomerId,
    pub changes: Map<String, Json>,
}

/// Notes what changed, for timelines and for undoing.
pub async fn changes(db: &impl ConnectionTrait, origin: &Origin, person: Option<PersonId>, rows: Vec<Change>) -> Result<()> {
    let mut rows = rows.into_iter();
    for length in pieces(rows.len()) {
        let sql = format!(
            "INSERT INTO customer_change (team_id, import_id, person_id, at, id, customer_id, changes) VALUES {}",
            tuples(db.get_database_backend(), 3, length, |n| format!(
                "${}, ${}, ${}, ${}",
                n + 1,
                n + 2,
                n + 3,
                n + 4
            ))
        );
        let mut values: Vec<Value> = Vec::with_capacity(4 + 3 * length);
        for row in rows.by_ref().take(length) {
            values.extend::<[Value; 3]>([row.id.into(), row.customer.0.into(), Json::Object(row.changes).into()]);
        }
        values.extend([
            origin.team.0.into(),
            origin.import.0.into(),
            person.map(|person| person.0).into(),
            origin.now.into(),
        ]);
        execute(db, sql, values).await?;
    }
    Ok(())
}

async fn execute(db: &impl ConnectionTrait, sql: String, values: Vec<Value>) -> Result<u64> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

/// `(shared, own…), (shared, own…)`: the values of the rows come first, then what `shared` names by the number before it.
///
/// SQLite looks a parameter with a name up among all names, each time it is bound: thousands of them take longer than the rows.
/// There the rows' own have none.
fn tuples(backend: DbBackend, own: usize, rows: usize, shared: impl Fn(usize) -> String) -> String {
    let shared = shared(own * rows);
    let mut sql = String::with_capacity(rows * (shared.len() + own * 8));
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        sql.push_str(&shared);
        for column in 0..own {
            if backend == DbBackend::Sqlite {
                sql.push_str(", ?");
            } else {
                let _ = write!(sql, ", ${}", row * own + column + 1);
            }
        }
        sql.push(')');
    }
    sql
}

/// A number as a sum of few known ones.
fn pieces(mut count: usize) -> Vec<usize> {
    let mut pieces = Vec::new();
    for length in LENGTHS {
        while count >= length {
            pieces.push(length);
            count -= length;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_is_made_of_known_lengths() {
        for count in [0, 1, 499, 500, 1_337, 10_000] {
            let pieces = pieces(count);
            assert_eq!(pieces.iter().sum::<usize>(), count);
            assert!(pieces.len() <= count / 500 + 4 + 4 + 3 + 4, "{pieces:?}");
        }
        let shared = |n: usize| format!("${}", n + 1);
        assert_eq!(tuples(DbBackend::Postgres, 2, 2, shared), "($5, $1, $2), ($5, $3, $4)");
        assert_eq!(tuples(DbBackend::Sqlite, 2, 2, shared), "($5, ?, ?), ($5, ?, ?)");
    }
}
