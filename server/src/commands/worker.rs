//! `worker`: background work in a process of its own.

use super::migrate;
use crate::{config::Sources, shutdown};
use anyhow::bail;
use services::{Services, jobs};
use tokio_util::sync::CancellationToken;

/// Do background work only, from the queue. Several may share one PostgreSQL.
///
/// `serve` has a worker inside; this command is for more of them, beside `serve --no-worker` or in addition.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  server --config /etc/askusers.toml worker")]
pub struct Args {}

pub async fn run(sources: &Sources) -> anyhow::Result<()> {
    let loaded = super::configure(sources)?;
    let services = super::services(&loaded).await?;
    migrate::require_current(services.db()).await?;
    let stop = shutdown::on_signal()?;
    tracing::info!(concurrency = loaded.config.worker.concurrency, "working");
    shutdown::within(loaded.config.http.drain(), &stop, work(services, stop.clone())).await
}

/// Works until the token is cancelled and what was begun is finished. Ending before is an error: nobody would do the work.
pub async fn work(services: Services, stop: CancellationToken) -> anyhow::Result<()> {
    let ended = tokio::spawn(jobs::run(services, stop.clone())).await;
    match ended {
        Ok(()) if stop.is_cancelled() => Ok(()),
        Ok(()) => bail!("the worker ended by itself"),
        Err(error) => bail!("the worker broke: {error}"),
    }
}
