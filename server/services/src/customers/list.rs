//! The list of a business's customers: found, filtered and sorted by the database, in keyset pages, masked here for whoever may
//! not see everything. A page takes a constant number of queries.
//!
//! Two ways lead to a page. Few matches are gathered by the index that finds them, then sorted. Where more match than pages
//! count, the order's own index is walked and rows that don't match are passed over: at least one in a hundred of a million
//! does match. Which way it is, the count decides.

mod around;
mod filter;
mod order;

use crate::{Services, entity::business, error::Result, grant::Grant};
use domain::{
    Error,
    customer::{CustomerQuery, CustomerRow},
    ids::{BusinessId, CustomerId, TeamId},
    page::{Page, Total},
    permission::{Permission, perm},
    persona::Segment,
};
use filter::Filter;
use order::{Cursor, Order, Part};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Statement, Value, prelude::Date,
};

/// Rows of a page.
const PAGE: u32 = 25;
/// Most rows of a page.
const PAGE_MAX: u32 = 100;
/// Most businesses of a team that other products are looked for in.
const PRODUCTS_MAX: u64 = 500;

/// A part of the list.
///
/// # Errors
/// `NotFound` for another team's business, `Forbidden` for sorting or filtering by what is masked, `Malformed` for a cursor
/// that is none of this order.
pub async fn list(
    services: &Services,
    grant: &Grant<perm::ViewCustomers>,
    id: BusinessId,
    query: &CustomerQuery,
) -> Result<Page<CustomerRow>> {
    let db = services.db().read();
    let business = grant.read_business(db, id).await?;
    let masked = grant.sight().is_masked();
    let order = Order::asked(query, masked);
    let by_masked = query.segment.is_some() || query.opportunity.is_some();
    if masked && (by_masked || order.by.is_masked()) {
        let permission = Permission::ViewCustomerData;
        return Err(Error::Forbidden { permission }.into());
    }
    let cursor = query.cursor.as_deref().map(|text| Cursor::read(text, order)).transpose()?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX) as usize;
    let products = products(db, grant.team()).await?;
    let others: Vec<&Product> = products.iter().filter(|product| product.id != id).collect();
    let list = List {
        db,
        team: grant.team(),
        business: id,
        filter: Filter::asked(query, &business, masked, &others)?,
    };
    let (total, rows, place) = list.page(&business, order, cursor.as_ref(), limit).await?;
    let cursors = place.cursors(&rows, order);
    let rows = if rows.is_empty() {
        Vec::new()
    } else {
        let around = around::Around::of(services, grant, id, &products, &rows).await?;
        rows.into_iter().map(|row| around.row(row, grant.sight())).collect()
    };
    Ok(Page {
        rows,
        next: cursors.next,
        previous: cursors.previous,
        total,
    })
}

/// A row as the database holds it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Line {
    pub id: CustomerId,
    pub name: String,
    pub email: String,
    pub currency: Option<String>,
    pub total_spent: Option<i64>,
    pub payment_count: Option<i64>,
    pub last_payment: Option<Date>,
    pub segment: Option<Segment>,
    pub opportunity: Option<i32>,
    /// The order by name.
    pub search: String,
}

const COLUMNS: &str =
    "c.id, c.name, c.email, c.currency, c.total_spent, c.payment_count, c.last_payment, c.segment, c.opportunity, c.search";

/// A product of the team.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub id: BusinessId,
    pub name: String,
    pub customers: i64,
}

async fn products(db: &DatabaseConnection, team: TeamId) -> Result<Vec<Product>> {
    let rows: Vec<(BusinessId, String, i64)> = business::Entity::find()
        .select_only()
        .columns([business::Column::Id, business::Column::Name, business::Column::CustomerCount])
        .filter(business::Column::TeamId.eq(team))
        .filter(business::Column::DeletedAt.is_null())
        .order_by_asc(business::Column::CreatedAt)
        .limit(PRODUCTS_MAX)
        .into_tuple()
        .all(db)
        .await?;
    let product = |(id, name, customers)| Product { id, name, customers };
    Ok(rows.into_iter().map(product).collect())
}

/// How rows are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By what finds few of them.
    Gather,
    /// Along the order.
    Walk,
}

/// A list of one business with its filter.
struct List<'a> {
    db: &'a DatabaseConnection,
    team: TeamId,
    business: BusinessId,
    filter: Filter,
}

impl List<'_> {
    /// How many match, the rows of a part in the order of the list, and where they stand.
    async fn page(
        &self,
        business: &business::Model,
        order: Order,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<(Total, Vec<Line>, Place)> {
        let backward = cursor.is_some_and(|cursor| cursor.backward);
        let (total, mut rows) = if self.filter.is_none() {
            let kept = u64::try_from(business.customer_count).unwrap_or_default();
            (Total::Exactly(kept), self.walk(order, cursor, limit + 1).await?)
        } else {
            let (total, rows) = self.gather(order, cursor, limit + 1, self.by_text_alone(business).await?).await?;
            match total {
                Total::Exactly(_) => (total, rows),
                Total::AtLeast(_) => (total, self.walk(order, cursor, limit + 1).await?),
            }
        };
        let more = rows.len() > limit;
        rows.truncate(limit);
        if backward {
            rows.reverse();
        }
        let place = if backward {
            Place { before: more, after: true }
        } else {
            Place {
                before: cursor.is_some(),
                after: more,
            }
        };
        Ok((total, rows, place))
    }

    /// Matches, counted no further than pages say, and the rows of a part, unless there are more than that.
    async fn gather(&self, order: Order, cursor: Option<&Cursor>, limit: usize, by_text: bool) -> Result<(Total, Vec<Line>)> {
        let bound = Total::BOUND;
        let backward = cursor.is_some_and(|cursor| cursor.backward);
        let mut sql = self.sql();
        sql.push("WITH hits AS MATERIALIZED (SELECT ").push(COLUMNS);
        self.matching(&mut sql, Way::Gather, by_text);
        // PostgreSQL plans what is inside as if all of it were read, and reads no further than it must. With a bound inside it
        // would read the table from its beginning, sure to come upon so many soon; but who is alike was often added together.
        if sql.is_sqlite() || !self.filter.is_text() {
            sql.push(&format!(" LIMIT {}", bound + 1));
        }
        let counted = "SELECT count(*) AS n FROM (SELECT 1 AS one FROM hits LIMIT";
        sql.push(&format!("), total AS ({counted} {}) AS bounded)", bound + 1));
        sql.push(" SELECT total.n, c.* FROM total LEFT JOIN (SELECT * FROM hits c");
        sql.push(&format!(" WHERE (SELECT n FROM total) <= {bound}"));
        order.narrow_gathered(&mut sql, cursor);
        order.sort(&mut sql, backward, true);
        sql.push(&format!(" LIMIT {limit}) c ON 1 = 1"));
        order.sort(&mut sql, backward, true);
        let found = self.db.query_all_raw(sql.statement()).await?;
        let counted: i64 = found.first().map_or(Ok(0), |row| row.try_get("", "n"))?;
        let mut rows = Vec::with_capacity(found.len());
        for row in &found {
            // Without a row of the list there is still the count.
            if row.try_get::<Option<CustomerId>>("", "id")?.is_some() {
                rows.push(Line::from_query_result(row, "")?);
            }
        }
        Ok((Total::counted(u64::try_from(counted).unwrap_or_default()), rows))
    }

    /// Along the order's index.
    async fn walk(&self, order: Order, cursor: Option<&Cursor>, limit: usize) -> Result<Vec<Line>> {
        let backward = cursor.is_some_and(|cursor| cursor.backward);
        let (first, second) = order.parts(cursor);
        let mut rows = self.stretch(order, backward, &first, limit).await?;
        if let Some(second) = second
            && rows.len() < limit
        {
            rows.extend(self.stretch(order, backward, &second, limit - rows.len()).await?);
        }
        Ok(rows)
    }

    /// Rows of one part of the order: those with a value, or those without.
    async fn stretch(&self, order: Order, backward: bool, part: &Part, limit: usize) -> Result<Vec<Line>> {
        let mut sql = self.sql();
        sql.push("SELECT ").push(COLUMNS);
        self.matching(&mut sql, Way::Walk, false);
        order.narrow(&mut sql, part, backward);
        sql.push(&format!(" LIMIT {limit}"));
        Ok(Line::find_by_statement(sql.statement()).all(self.db).await?)
    }

    /// Whether PostgreSQL should look for the text first and for the business afterwards: where most of the table belongs to it,
    /// reading the index's list of all its customers beside that of the text takes most of the time.
    async fn by_text_alone(&self, business: &business::Model) -> Result<bool> {
        if self.sql().is_sqlite() || !self.filter.is_text() {
            return Ok(false);
        }
        let sql = "SELECT reltuples::bigint AS n FROM pg_class WHERE oid = 'customer'::regclass";
        let row = self.db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        let rows: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
        Ok(business.customer_count.saturating_mul(2) > rows)
    }

    fn sql(&self) -> Sql {
        Sql::new(self.db)
    }

    /// `FROM … WHERE …`: the customers of this business that match, as `c`.
    fn matching(&self, sql: &mut Sql, way: Way, by_text: bool) {
        self.filter.from(sql, way, self.team, self.business);
        sql.push(" AND c.team_id = ").bind(self.team.0);
        // The longer form has no index.
        let is = if by_text { " IS NOT DISTINCT FROM " } else { " = " };
        sql.push(" AND c.business_id").push(is).bind(self.business.0);
        sql.push(" AND c.deleted_at IS NULL");
        self.filter.conditions(sql, way);
    }
}

/// Whether there is more on either side.
#[derive(Clone, Copy, Debug)]
struct Place {
    before: bool,
    after: bool,
}

struct Cursors {
    next: Option<String>,
    previous: Option<String>,
}

impl Place {
    fn cursors(self, rows: &[Line], order: Order) -> Cursors {
        let cursor = |row: &Line, backward| Cursor::of(row, order, backward).write();
        Cursors {
            next: rows.last().filter(|_| self.after).map(|row| cursor(row, false)),
            previous: rows.first().filter(|_| self.before).map(|row| cursor(row, true)),
        }
    }
}

/// A statement in the making; both databases number their parameters.
pub(super) struct Sql {
    backend: DbBackend,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    fn new(db: &DatabaseConnection) -> Self {
        Self {
            backend: db.get_database_backend(),
            text: String::new(),
            values: Vec::new(),
        }
    }

    fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let place = format!("${}", self.values.len());
        self.push(&place)
    }

    /// `$3, $4`.
    fn bind_all<T: Into<Value>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }

    fn is_sqlite(&self) -> bool {
        self.backend == DbBackend::Sqlite
    }

    fn statement(self) -> Statement {
        Statement::from_sql_and_values(self.backend, self.text, self.values)
    }
}
