//! The list of a business's customers: found, filtered and sorted by the database, in keyset pages, masked here for whoever may
//! not see everything. A page takes a constant number of queries.
//!
//! Two ways lead to a page. Few matches are gathered by the index that finds them, then sorted. Where more match than pages
//! count, the order's own index is walked and rows that don't match are passed over: at least one in a hundred of a million
//! does match. Which way it is, the count decides.

mod around;
mod chosen;
mod filter;
mod order;

pub(crate) use chosen::Selection;

use crate::{Services, entity::business, error::Result, grant::Grant};
use chrono::{DateTime, Utc};
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
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
    prelude::Date,
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
    if query.deleted {
        may_see_deleted(grant, &business)?;
    }
    let masked = grant.sight().is_masked();
    let order = order(query, masked)?;
    let cursor = query.cursor.as_deref().map(|text| Cursor::read(text, order)).transpose()?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX) as usize;
    let products = products(db, grant.team()).await?;
    let others: Vec<&Product> = products.iter().filter(|product| product.id != id).collect();
    let list = List {
        db,
        team: grant.team(),
        business: id,
        filter: Filter::asked(query, &business, masked, &others, services.clock().now())?,
    };
    let total = list.total(&business).await?;
    let (rows, place) = list.part(order, cursor.as_ref(), limit, total).await?;
    let cursors = place.cursors(&rows, order);
    let around = around::Around::of(services, grant, id, &products, &rows).await?;
    Ok(Page {
        rows: rows.into_iter().map(|row| around.row(row, grant.sight())).collect(),
        next: cursors.next,
        previous: cursors.previous,
        total,
    })
}

/// The order asked for.
///
/// # Errors
/// `Forbidden` where order or filters would tell somebody what they see masked.
fn order(query: &CustomerQuery, masked: bool) -> Result<Order> {
    let order = Order::asked(query, masked);
    let by_masked = query.segment.is_some() || query.opportunity.is_some();
    if masked && (by_masked || order.by.is_masked()) {
        let permission = Permission::ViewCustomerData;
        return Err(Error::Forbidden { permission }.into());
    }
    Ok(order)
}

/// Deleted customers are for whoever may restore them.
///
/// # Errors
/// `Forbidden` for everybody else.
pub(super) fn may_see_deleted(grant: &Grant<perm::ViewCustomers>, business: &business::Model) -> Result<()> {
    let permission = Permission::DeleteCustomers;
    if grant.role().may(permission, Some(business.owner_id) == grant.person()) {
        Ok(())
    } else {
        Err(Error::Forbidden { permission }.into())
    }
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
    pub deleted_at: Option<DateTime<Utc>>,
    /// The order by name.
    pub search: String,
}

const COLUMNS: &str =
    "c.id, c.name, c.email, c.currency, c.total_spent, c.payment_count, c.last_payment, c.segment, c.opportunity, c.deleted_at, c.search";

/// A product of the team.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub id: BusinessId,
    pub name: String,
    pub customers: i64,
}

async fn products(db: &impl ConnectionTrait, team: TeamId) -> Result<Vec<Product>> {
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
struct List<'a, C> {
    db: &'a C,
    team: TeamId,
    business: BusinessId,
    filter: Filter,
}

impl<C: ConnectionTrait> List<'_, C> {
    /// How many match: the kept number, or counted no further than pages say.
    async fn total(&self, business: &business::Model) -> Result<Total> {
        if self.filter.is_none() {
            return Ok(Total::Exactly(u64::try_from(business.customer_count).unwrap_or_default()));
        }
        let mut sql = self.sql();
        sql.push("SELECT count(*) AS n FROM (SELECT 1 AS one");
        self.matching(&mut sql, Way::Gather);
        sql.push(&format!(" LIMIT {}) AS bounded", Total::BOUND + 1));
        let row = self.db.query_one_raw(sql.statement()).await?;
        let counted: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
        let counted = u64::try_from(counted).unwrap_or_default();
        Ok(if counted > Total::BOUND {
            Total::AtLeast(Total::BOUND)
        } else {
            Total::Exactly(counted)
        })
    }

    fn way(&self, total: Total) -> Way {
        let few = !self.filter.is_none() && matches!(total, Total::Exactly(_));
        if few { Way::Gather } else { Way::Walk }
    }

    /// The rows of a part in the order of the list, and where they stand.
    async fn part(&self, order: Order, cursor: Option<&Cursor>, limit: usize, total: Total) -> Result<(Vec<Line>, Place)> {
        let way = self.way(total);
        let backward = cursor.is_some_and(|cursor| cursor.backward);
        let (first, second) = order.parts(cursor);
        let mut rows = self.stretch(way, order, backward, &first, limit + 1).await?;
        if let Some(second) = second
            && rows.len() <= limit
        {
            rows.extend(self.stretch(way, order, backward, &second, limit + 1 - rows.len()).await?);
        }
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
        Ok((rows, place))
    }

    /// Rows of one part of the order: those with a value, or those without.
    async fn stretch(&self, way: Way, order: Order, backward: bool, part: &Part, limit: usize) -> Result<Vec<Line>> {
        self.rows(COLUMNS, way, order, backward, part, limit).await
    }

    async fn rows<R: FromQueryResult>(
        &self,
        columns: &str,
        way: Way,
        order: Order,
        backward: bool,
        part: &Part,
        limit: usize,
    ) -> Result<Vec<R>> {
        let mut sql = self.sql();
        match way {
            Way::Gather => {
                sql.push("WITH hits AS MATERIALIZED (SELECT ").push(columns);
                self.matching(&mut sql, way);
                sql.push(") SELECT * FROM hits c WHERE 1 = 1");
            }
            Way::Walk => {
                sql.push("SELECT ").push(columns);
                self.matching(&mut sql, way);
            }
        }
        order.narrow(&mut sql, part, backward);
        sql.push(&format!(" LIMIT {limit}"));
        Ok(R::find_by_statement(sql.statement()).all(self.db).await?)
    }

    fn sql(&self) -> Sql {
        Sql::new(self.db)
    }

    /// `FROM … WHERE …`: the customers of this business that match, as `c`.
    fn matching(&self, sql: &mut Sql, way: Way) {
        self.filter.from(sql, way, self.team, self.business);
        sql.push(" AND c.team_id = ").bind(self.team.0);
        sql.push(" AND c.business_id = ").bind(self.business.0);
        self.filter.life(sql);
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
    fn new(db: &impl ConnectionTrait) -> Self {
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
