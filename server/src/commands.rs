//! One file per command. A command reads the configuration, opens what it needs and calls a use case.

pub mod check_config;
pub mod import;
pub mod migrate;
pub mod permissions;
pub mod reconcile;
pub mod seed;
pub mod serve;
pub mod worker;

use crate::config::{Loaded, Sources};
use anyhow::Context;
use services::{Clock, Db, Services};

/// Runs a command that waits for things.
pub fn block_on(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime could not start")?
        .block_on(command)
}

/// The configuration, refused where it is insecure or incomplete; logging starts with it.
fn configure(sources: &Sources) -> anyhow::Result<Loaded> {
    let loaded = Loaded::read(sources)?.accept()?;
    crate::telemetry::start(&loaded.config.log)?;
    Ok(loaded)
}

/// The database of a configuration.
async fn connect(loaded: &Loaded) -> anyhow::Result<Db> {
    let database = &loaded.config.database;
    loaded.prepare_data_dir()?;
    Db::connect(&database.url, database.max_connections, database.acquire_timeout())
        .await
        .with_context(|| format!("the database {} can't be reached", crate::config::without_password(&database.url)))
}

/// Everything the use cases need.
async fn services(loaded: &Loaded) -> anyhow::Result<Services> {
    let db = connect(loaded).await?;
    Ok(Services::new(db, Clock::System, loaded.settings()?))
}
