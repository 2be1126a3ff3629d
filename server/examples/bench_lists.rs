//! How fast the list of customers is, beside the bare SQL of the same facts over the same connection.
//!
//! `cargo run --release -p server --example bench_lists -- DATABASE_URL [CUSTOMERS]`: fills a new database with generated
//! customers (1,000,000 unless told) and prints one figure a line: `name p50 p95 bare_p95 ratio`, in milliseconds.

use anyhow::{Context, Result, ensure};
use domain::{
    customer::{CustomerQuery, CustomerSort},
    ids::{BusinessId, CustomerId, TeamId},
    permission::perm,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::json;
use server::config::{Loaded, Sources};
use services::{
    Clock, Db, Grant, Member, Services,
    accounts::Session,
    businesses,
    customers::{list, search},
    teams,
};
use std::time::{Duration, Instant};

const ROUNDS: usize = 200;
const BATCH: usize = 10_000;
const FIRST: [&str; 16] = [
    "Helena", "Richard", "Luis", "Hugh", "Ladislav", "Frank", "Fynn", "Julia", "Victor", "Astrid", "Terhi", "Johannes", "Isabelle", "Jörg",
    "Zoë", "Dan",
];
const SYLLABLES: [&str; 24] = [
    "ka", "ro", "mi", "len", "sta", "ne", "vo", "ri", "tan", "jo", "el", "ber", "gar", "mu", "no", "pe", "sch", "wi", "la", "do", "fra",
    "hel", "lu", "is",
];

#[tokio::main]
async fn main() -> Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut arguments = std::env::args().skip(1);
    let url = arguments
        .next()
        .context("name the database: sqlite://file?mode=rwc or postgres://…")?;
    let rows: usize = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let db = Db::connect(&url, 8, Duration::from_secs(10)).await?;
    Migrator::up(db.write(), None).await?;
    let folder = tempfile::tempdir()?;
    let variables = [("ASKUSERS_STORAGE__DATA_DIR".to_owned(), folder.path().display().to_string())];
    let sources = Sources {
        dev: true,
        ..Sources::default()
    };
    let settings = Loaded::from_variables(&sources, variables.into_iter())?.settings()?;
    let services = Services::new(db, Clock::System, settings);
    let bench = Bench::prepare(&services).await?;
    let start = Instant::now();
    bench.fill(rows).await?;
    println!("rows {rows} filled_per_s {:.0}", rows as f64 / start.elapsed().as_secs_f64());
    bench.measure(rows).await
}

struct Bench<'a> {
    services: &'a Services,
    grant: Grant<perm::ViewCustomers>,
    team: TeamId,
    business: BusinessId,
    other: BusinessId,
}

/// A name that every run gives to the same number.
fn name(n: usize) -> String {
    let part = |k: usize| SYLLABLES[(n / k + n * 7) % SYLLABLES.len()];
    format!("{} {}{}{}", FIRST[n % FIRST.len()], part(16), part(400), part(9_000))
}

fn email(n: usize) -> String {
    format!(
        "{}{n}@{}",
        search::fold(&name(n)).replace(' ', "."),
        ["gmail.com", "yahoo.com", "apple.com"][n % 3]
    )
}

impl<'a> Bench<'a> {
    async fn prepare(services: &'a Services) -> Result<Self> {
        let (clock, db) = (services.clock(), services.db());
        let person = domain::ids::PersonId(clock.new_id());
        run(
            db.write(),
            "INSERT INTO person (id, email, name, password_hash, verified_at, created_at) VALUES ($1, $2, 'Bench', '-', $3, $3)",
            vec![person.0.into(), format!("{person}@example.com").into(), clock.now().into()],
        )
        .await?;
        let session = Session {
            id: domain::ids::SessionId(clock.new_id()),
            person,
            name: "Bench".into(),
            email: format!("{person}@example.com"),
            verified: true,
            prolonged: false,
        };
        let team = teams::create(services, &session, "Bench", "UTC").await?;
        let member = Member::find(db.read(), team, person, None).await?;
        let create = member.require::<perm::CreateBusiness>(services).await?;
        let settings = businesses::defaults(services, &member.require::<perm::ViewBusinesses>(services).await?).await?;
        let business = async |name: &str| {
            let settings = domain::business::BusinessSettings {
                name: name.into(),
                ..settings.clone()
            };
            businesses::create(services, &create, settings).await
        };
        let shop = business("Shop").await?;
        let other = business("Other").await?;
        Ok(Self {
            services,
            grant: member.require::<perm::ViewCustomers>(services).await?,
            team,
            business: shop,
            other,
        })
    }

    /// In the order of addresses and in batches, as an import does.
    async fn fill(&self, rows: usize) -> Result<()> {
        let mut numbers: Vec<usize> = (0..rows).collect();
        numbers.sort_by_cached_key(|n| email(*n));
        for batch in numbers.chunks(BATCH) {
            let txn = self.services.db().begin().await?;
            let mut ids = Vec::with_capacity(batch.len());
            for part in batch.chunks(500) {
                let now = self.services.clock().now();
                let mut values: Vec<Value> = vec![self.team.0.into(), self.business.0.into(), now.into()];
                let mut tuples = Vec::with_capacity(part.len());
                for n in part {
                    let id = CustomerId(self.services.clock().new_id());
                    ids.push(id);
                    let at = values.len();
                    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default() + chrono::Days::new((n * 31 % 365) as u64);
                    let amount = (n % 10 > 0).then_some((n * 7_919 % 500_000) as i64);
                    let company = if n % 3 == 0 {
                        format!("{} GmbH", SYLLABLES[n % 24])
                    } else {
                        String::new()
                    };
                    let text = search::text::<&str>(&name(*n), &company, &[]);
                    values.extend::<[Value; 8]>([
                        id.0.into(),
                        email(*n).into(),
                        name(*n).into(),
                        company.into(),
                        amount.into(),
                        ((n % 40) as i64).into(),
                        day.into(),
                        text.into(),
                    ]);
                    let own: Vec<String> = (at + 1..=at + 8).map(|place| format!("${place}")).collect();
                    tuples.push(format!("($1, $2, 'USD', $3, $3, {})", own.join(", ")));
                }
                let sql = format!(
                    "INSERT INTO customer (team_id, business_id, currency, created_at, updated_at, id, email, name, company, total_spent, payment_count, last_payment, search) VALUES {}",
                    tuples.join(", ")
                );
                run(&txn, &sql, values).await?;
            }
            search::index(&txn, self.team, self.business, &ids).await?;
            txn.commit().await?;
        }
        let count = vec![i64::try_from(rows)?.into(), self.business.0.into()];
        run(
            self.services.db().write(),
            "UPDATE business SET customer_count = $1 WHERE id = $2",
            count,
        )
        .await?;
        if !self.services.db().is_sqlite() {
            run(self.services.db().write(), "ANALYZE", Vec::new()).await?;
        }
        Ok(())
    }

    async fn measure(&self, rows: usize) -> Result<()> {
        let every = |n: usize| n * 7_907 % rows;
        self.compare("first_page", |_| CustomerQuery::default()).await?;
        let by_name = |_| CustomerQuery {
            sort: Some(CustomerSort::Name),
            ..CustomerQuery::default()
        };
        self.compare("first_page_by_name", by_name).await?;
        let text = |search: String| CustomerQuery {
            search,
            ..CustomerQuery::default()
        };
        self.compare("search_full_name", |n| text(name(every(n)))).await?;
        self.compare("search_address", |n| text(email(every(n)))).await?;
        self.compare("search_last_name", |n| {
            text(name(every(n)).split(' ').nth(1).unwrap_or_default().to_owned())
        })
        .await?;
        self.compare("search_three_letters", |n| text(name(every(n)).chars().take(3).collect()))
            .await?;
        self.compare("search_two_letters", |n| text(FIRST[n % 16].chars().take(2).collect()))
            .await?;
        self.compare("search_common", |_| text("gmail".into())).await?;
        self.compare("search_nothing", |n| text(format!("zzq{n}"))).await
    }

    async fn compare(&self, what: &str, query: impl Fn(usize) -> CustomerQuery) -> Result<()> {
        let db = self.services.db().read();
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for n in 0..ROUNDS {
            let query = query(n);
            let start = Instant::now();
            let page = list::list(self.services, &self.grant, self.business, &query).await?;
            ours.push(start.elapsed());
            let ids: Vec<Value> = page.rows.iter().map(|row| row.id.0.into()).collect();
            let emails: Vec<Value> = page.rows.iter().map(|row| row.email.as_str().into()).collect();
            let statements = self.bare(&query, &ids, &emails);
            let start = Instant::now();
            let mut found = 0;
            for (place, statement) in statements.into_iter().enumerate() {
                let rows = db.query_all_raw(statement).await?.len();
                if place == 0 {
                    found = rows;
                }
            }
            bare.push(start.elapsed());
            ensure!(found.min(25) == page.rows.len(), "{what} {n}: {found} and {}", page.rows.len());
        }
        let (ours, bare) = (quantiles(ours), quantiles(bare));
        println!(
            "{}",
            json!({"what": what, "p50_ms": ours.0, "p95_ms": ours.1, "bare_p95_ms": bare.1, "ratio": ours.1 / bare.1})
        );
        Ok(())
    }

    /// The page, and what stands beside its rows, as somebody would ask by hand.
    fn bare(&self, query: &CustomerQuery, ids: &[Value], emails: &[Value]) -> Vec<Statement> {
        let sqlite = self.services.db().is_sqlite();
        let backend = self.services.db().read().get_database_backend();
        let (team, shop): (Value, Value) = (self.team.0.into(), self.business.0.into());
        let mut values = vec![team.clone(), shop.clone()];
        let columns = "c.id, c.name, c.email, c.currency, c.total_spent, c.payment_count, c.last_payment, c.segment, c.opportunity";
        let mine = "c.team_id = $1 AND c.business_id = $2 AND c.deleted_at IS NULL";
        let order = match query.sort {
            Some(CustomerSort::Name) => "c.search, c.id",
            _ if sqlite => "c.total_spent DESC, c.id DESC",
            _ => "c.total_spent DESC NULLS LAST, c.id DESC",
        };
        let page = match (search::needle(&query.search), sqlite) {
            (None, _) => format!(
                "SELECT {columns} FROM customer c WHERE {mine} {} ORDER BY {} LIMIT 26",
                if query.sort.is_none() {
                    "AND c.total_spent IS NOT NULL"
                } else {
                    ""
                },
                order.replace(" NULLS LAST", "")
            ),
            (Some(words), true) => {
                let address = search::address_needle(&query.search).map_or_else(String::new, |text| format!(" OR email : \"{text}\""));
                let text = format!("scope : \"{}\" AND (words : \"{words}\"{address})", search::scope(self.business));
                values.push(text.into());
                format!(
                    "SELECT {columns} FROM (SELECT rowid FROM customer_search WHERE customer_search MATCH $3 LIMIT 10001) f \
                     CROSS JOIN customer c ON c.seq = f.rowid WHERE {mine} ORDER BY {order} LIMIT 26"
                )
            }
            (Some(words), false) => {
                values.push(format!("%{words}%").into());
                let address = search::address_needle(&query.search);
                let or = if address.is_some() { "OR c.email LIKE $4" } else { "" };
                values.extend(address.map(|text| format!("%{text}%").into()));
                format!(
                    "WITH c AS MATERIALIZED (SELECT * FROM customer c WHERE {mine} AND (c.search LIKE $3 {or}) LIMIT 10001) \
                     SELECT {columns} FROM c ORDER BY {order} LIMIT 26"
                )
            }
        };
        let mut all = vec![Statement::from_sql_and_values(backend, page, values)];
        if !ids.is_empty() {
            let other: Value = self.other.0.into();
            let beside = [
                (
                    "SELECT email, business_id FROM customer WHERE team_id = $1 AND business_id = $2 AND email IN",
                    &other,
                    emails,
                ),
                (
                    "SELECT customer_id FROM draft WHERE team_id = $1 AND business_id = $2 AND customer_id IN",
                    &shop,
                    ids,
                ),
                (
                    "SELECT customer_id, state FROM outreach WHERE team_id = $1 AND business_id = $2 AND customer_id IN",
                    &shop,
                    ids,
                ),
                (
                    "SELECT email, max(queued_at) FROM outreach WHERE team_id = $1 AND business_id = $2 AND email IN",
                    &shop,
                    emails,
                ),
            ];
            for (sql, business, list) in beside {
                let marks: Vec<String> = (3..list.len() + 3).map(|place| format!("${place}")).collect();
                let group = if sql.contains("max(") { " GROUP BY email" } else { "" };
                let values = [team.clone(), business.clone()].into_iter().chain(list.iter().cloned());
                all.push(Statement::from_sql_and_values(
                    backend,
                    format!("{sql} ({}){group}", marks.join(", ")),
                    values,
                ));
            }
        }
        all
    }
}

async fn run(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<()> {
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await?;
    Ok(())
}

/// p50 and p95 in milliseconds.
fn quantiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |share: usize| {
        times
            .get(times.len() * share / 100)
            .map_or(0.0, |time| (time.as_secs_f64() * 100_000.0).round() / 100.0)
    };
    (at(50), at(95))
}
