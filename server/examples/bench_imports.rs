//! How fast a file becomes customers, beside the bare multi-row INSERT of the same rows into the same table with the same indexes.
//!
//! `cargo run --release -p server --example bench_imports -- DATABASE_URL [ROWS] [bare|import]`: migrates a new database and prints one
//! figure a line: rows per second as a whole, of the first and of the last tenth, and the most memory that was held. Run it once for
//! each kind, on databases of their own: memory is that of the process.

use anyhow::{Context, Result, ensure};
use domain::{
    business::BusinessSettings,
    ids::{BusinessId, CustomerId, PersonId, SessionId, TeamId},
    import::MergeMode,
    permission::perm,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::json;
use server::config::{Loaded, Sources};
use services::{
    Clock, Db, Member, Services,
    accounts::Session,
    businesses,
    customers::{
        import::{FileImport, run_file_as_system},
        search,
    },
    teams,
};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    time::{Duration, Instant},
};

/// Rows of a statement, statements of a transaction.
const STATEMENT: usize = 500;
const TRANSACTION: usize = 20;
const LOOK: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut arguments = std::env::args().skip(1);
    let url = arguments
        .next()
        .context("name the database: sqlite://file?mode=rwc or postgres://…")?;
    let rows: usize = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let kind = arguments.next().unwrap_or_else(|| "import".to_owned());
    let db = Db::connect(&url, 8, Duration::from_secs(10)).await?;
    Migrator::up(db.write(), None).await?;
    let folder = tempfile::tempdir()?;
    let variables = [
        ("ASKUSERS_STORAGE__DATA_DIR".to_owned(), folder.path().display().to_string()),
        ("ASKUSERS_STORAGE__UPLOAD_MAX_MB".to_owned(), "4000".to_owned()),
    ];
    let sources = Sources {
        dev: true,
        ..Sources::default()
    };
    let settings = Loaded::from_variables(&sources, variables.into_iter())?.settings()?;
    let services = Services::new(db, Clock::System, settings);
    let (team, business) = prepare(&services).await?;
    let file = folder.path().join("generated.csv");
    write_file(&file, rows)?;
    let begun = Instant::now();
    let marks = if kind == "bare" {
        bare(&services, team, business, rows).await?
    } else {
        imported(&services, business, &file, rows).await?
    };
    let took = begun.elapsed().as_secs_f64();
    println!("{kind} rows {rows} per_s {:.0}", rows as f64 / took);
    let tenth = rows / 10;
    for (name, from, to) in [("first_tenth", 0, tenth), ("last_tenth", rows - tenth, rows)] {
        println!("{kind} {name}_per_s {:.0}", tenth as f64 / (at(&marks, to) - at(&marks, from)));
    }
    println!("{kind} memory_max_kb {}", memory_max()?);
    Ok(())
}

/// When so many rows were there, between two looks.
fn at(marks: &[(usize, f64)], rows: usize) -> f64 {
    let after = marks.iter().position(|mark| mark.0 >= rows).unwrap_or(marks.len() - 1);
    let (to, before) = (marks[after], marks[after.saturating_sub(1)]);
    if to.0 == before.0 {
        return to.1;
    }
    before.1 + (to.1 - before.1) * (rows - before.0) as f64 / (to.0 - before.0) as f64
}

fn memory_max() -> Result<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no figure")?;
    Ok(line.trim().trim_end_matches(" kB").to_owned())
}

async fn prepare(services: &Services) -> Result<(TeamId, BusinessId)> {
    let clock = services.clock();
    let person = PersonId(clock.new_id());
    let sql = "INSERT INTO person (id, email, name, password_hash, verified_at, created_at) VALUES ($1, $2, 'Bench', '-', $3, $3)";
    let email = format!("{person}@example.com");
    run(
        services.db().write(),
        sql,
        vec![person.0.into(), email.clone().into(), clock.now().into()],
    )
    .await?;
    let session = Session {
        id: SessionId(clock.new_id()),
        person,
        name: "Bench".into(),
        email,
        verified: true,
        prolonged: false,
    };
    let team = teams::create(services, &session, "Bench", "UTC").await?;
    let member = Member::find(services.db().read(), team, person, None).await?;
    let settings = businesses::defaults(services, &member.require::<perm::ViewBusinesses>(services).await?).await?;
    let settings = BusinessSettings {
        name: "Shop".into(),
        ..settings
    };
    let grant = member.require::<perm::CreateBusiness>(services).await?;
    Ok((team, businesses::create(services, &grant, settings).await?))
}

/// A row that every run gives to the same number; addresses are in no order.
struct Generated {
    email: String,
    name: String,
    company: String,
    cents: i64,
    payments: i64,
    first: String,
    last: String,
    city: &'static str,
}

fn generated(n: usize) -> Generated {
    const CITIES: [&str; 6] = ["Stuttgart", "Montréal", "Oslo", "São Paulo", "Prague", "Dublin"];
    let mixed = (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24;
    let day = |n: usize| {
        let day = chrono::NaiveDate::from_ymd_opt(2021, 1, 1).unwrap_or_default() + chrono::Days::new((n % 1_800) as u64);
        day.to_string()
    };
    Generated {
        email: format!("{mixed:x}.{n}@example.org"),
        name: format!("Customer {:x} {}", mixed % 4_096, n % 997),
        company: if n.is_multiple_of(3) {
            format!("Company {}", mixed % 10_000)
        } else {
            String::new()
        },
        cents: (mixed % 1_000_000) as i64,
        payments: (mixed % 40) as i64,
        first: day(n % 900),
        last: day(900 + n % 900),
        city: CITIES[n % 6],
    }
}

fn write_file(path: &Path, rows: usize) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(
        out,
        "email,name,company,total spent,orders,first payment,last payment,currency,city"
    )?;
    for n in 0..rows {
        let row = generated(n);
        let (whole, cents) = (row.cents / 100, row.cents % 100);
        let Generated { email, name, company, .. } = &row;
        writeln!(
            out,
            "{email},{name},{company},{whole}.{cents:02},{},{},{},USD,{}",
            row.payments, row.first, row.last, row.city
        )?;
    }
    Ok(out.flush()?)
}

/// What the import would write, in the order of the file and without anything around it; the index for searching is not filled.
async fn bare(services: &Services, team: TeamId, business: BusinessId, rows: usize) -> Result<Vec<(usize, f64)>> {
    const OWN: usize = 11;
    let begun = Instant::now();
    let mut marks = vec![(0, 0.0)];
    let numbers: Vec<usize> = (0..rows).collect();
    for transaction in numbers.chunks(STATEMENT * TRANSACTION) {
        let txn = services.db().begin().await?;
        for statement in transaction.chunks(STATEMENT) {
            let now = services.clock().now();
            let mut values: Vec<Value> = Vec::with_capacity(OWN * statement.len() + 3);
            let shared = OWN * statement.len();
            let mut tuples = String::new();
            for (i, n) in statement.iter().enumerate() {
                let row = generated(*n);
                let comma = if i == 0 { "" } else { ", " };
                tuples.push_str(&format!(
                    "{comma}(${}, ${}, 'USD', ${}, ${}",
                    shared + 1,
                    shared + 2,
                    shared + 3,
                    shared + 3
                ));
                for place in i * OWN + 1..=(i + 1) * OWN {
                    // SQLite is slow with thousands of names.
                    tuples.push_str(&if services.db().is_sqlite() {
                        ", ?".to_owned()
                    } else {
                        format!(", ${place}")
                    });
                }
                tuples.push(')');
                let first: chrono::NaiveDate = row.first.parse()?;
                let last: chrono::NaiveDate = row.last.parse()?;
                let words = search::text::<&str>(&row.name, &row.company, &[]);
                values.extend::<[Value; OWN]>([
                    CustomerId(services.clock().new_id()).0.into(),
                    row.email.into(),
                    row.name.into(),
                    row.company.into(),
                    row.cents.into(),
                    row.payments.into(),
                    first.into(),
                    last.into(),
                    json!({ "city": row.city }).into(),
                    words.into(),
                    "".into(),
                ]);
            }
            values.extend([team.0.into(), business.0.into(), now.into()]);
            let sql = format!(
                "INSERT INTO customer (team_id, business_id, currency, created_at, updated_at, id, email, name, company, total_spent, \
                 payment_count, first_payment, last_payment, attributes, search, notes) VALUES {tuples}"
            );
            run(&txn, &sql, values).await?;
        }
        txn.commit().await?;
        let done = marks.last().map_or(0, |mark: &(usize, f64)| mark.0) + transaction.len();
        marks.push((done, begun.elapsed().as_secs_f64()));
    }
    Ok(marks)
}

/// The whole way of a file, its reading included. Marks are taken while it is written.
async fn imported(services: &Services, business: BusinessId, path: &Path, rows: usize) -> Result<Vec<(usize, f64)>> {
    let begun = Instant::now();
    let watching = {
        let services = services.clone();
        tokio::spawn(async move {
            let mut marks = vec![(0, 0.0)];
            loop {
                tokio::time::sleep(LOOK).await;
                let done = written(&services).await.unwrap_or(0);
                if done == 0 {
                    // Reading and grouping: writing begins with the next look.
                    marks[0] = (0, begun.elapsed().as_secs_f64());
                } else if marks.last().is_some_and(|mark| mark.0 != done) {
                    marks.push((done, begun.elapsed().as_secs_f64()));
                }
                if done >= rows {
                    return marks;
                }
            }
        })
    };
    let file = FileImport {
        path,
        merge: MergeMode::Replace,
        again: false,
    };
    let report = run_file_as_system(services, business, file).await?;
    ensure!(report.new == rows as u64, "{report:?}");
    let marks = watching.await?;
    println!("import read_s {:.2}", marks[0].1);
    Ok(marks)
}

async fn written(services: &Services) -> Result<usize> {
    let db = services.db().read();
    let statement = Statement::from_string(db.get_database_backend(), "SELECT new_count FROM import");
    let row = db.query_one_raw(statement).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(usize::try_from(count)?)
}

async fn run(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<()> {
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await?;
    Ok(())
}
