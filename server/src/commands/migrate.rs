//! `migrate`: brings the database's schema up to this program's.

use crate::config::Sources;
use anyhow::{Context, bail};
use migration::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;
use services::Db;

/// Bring the database's schema up to date, or show what is missing.
///
/// `serve` does this by itself for an embedded SQLite file; for PostgreSQL it wants `--migrate`, or this command before the start.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  server migrate\n  server migrate --status")]
pub struct Args {
    /// Change nothing, only list what is applied and what is missing.
    #[arg(long)]
    status: bool,
}

pub async fn run(args: &Args, sources: &Sources) -> anyhow::Result<()> {
    let loaded = super::configure(sources)?;
    let db = super::connect(&loaded).await?;
    if args.status {
        let pending = pending(&db).await?;
        for migration in Migrator::migrations() {
            let state = if pending.iter().any(|name| name == migration.name()) {
                "missing"
            } else {
                "applied"
            };
            println!("{state}  {}", migration.name());
        }
        return Ok(());
    }
    let applied = up(&db).await?;
    match applied.as_slice() {
        [] => println!("The schema was up to date already."),
        names => println!("Applied {}.", names.join(", ")),
    }
    Ok(())
}

/// Names of migrations that the database lacks.
pub async fn pending(db: &Db) -> anyhow::Result<Vec<String>> {
    let missing = Migrator::get_pending_migrations_read_only(db.read())
        .await
        .context("the state of the schema can't be read")?;
    Ok(missing.iter().map(|m| m.name().to_owned()).collect())
}

/// Says whose turn it is among the processes of one PostgreSQL; any number that nothing else uses.
const TURN: i64 = 0x61_73_6b_75_73_65_72_73;

/// Applies what is missing and names it, all or nothing. Processes that start together wait for each other: on SQLite for the
/// writer, on PostgreSQL for a lock that ends with the transaction.
pub async fn up(db: &Db) -> anyhow::Result<Vec<String>> {
    if pending(db).await?.is_empty() {
        return Ok(Vec::new());
    }
    let txn = db.begin().await.context("the schema can't be locked")?;
    if !db.is_sqlite() {
        let turn = format!("SELECT pg_advisory_xact_lock({TURN})");
        txn.execute_unprepared(&turn).await.context("the schema can't be locked")?;
    }
    // Whoever came first may have done it.
    let missing = Migrator::get_pending_migrations(&txn)
        .await
        .context("the state of the schema can't be read")?;
    Migrator::up(&txn, None)
        .await
        .context("the schema could not be brought up to date")?;
    txn.commit().await.context("the schema could not be brought up to date")?;
    Ok(missing.iter().map(|m| m.name().to_owned()).collect())
}

/// Refuses to work on a schema that is not this program's.
pub async fn require_current(db: &Db) -> anyhow::Result<()> {
    match pending(db).await?.len() {
        0 => Ok(()),
        missing => bail!("the database lacks {missing} migrations. Run `server migrate`, or start with `serve --migrate`"),
    }
}
