//! `migrate`: brings the database's schema up to this program's.

use crate::config::Sources;
use anyhow::{Context, bail};
use migration::{Migrator, MigratorTrait};
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

/// Applies what is missing and names it.
pub async fn up(db: &Db) -> anyhow::Result<Vec<String>> {
    let missing = pending(db).await?;
    if !missing.is_empty() {
        Migrator::up(db.write(), None)
            .await
            .context("the schema could not be brought up to date")?;
    }
    Ok(missing)
}

/// Refuses to work on a schema that is not this program's.
pub async fn require_current(db: &Db) -> anyhow::Result<()> {
    match pending(db).await?.len() {
        0 => Ok(()),
        missing => bail!("the database lacks {missing} migrations. Run `server migrate`, or start with `serve --migrate`"),
    }
}
