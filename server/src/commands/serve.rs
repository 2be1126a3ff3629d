//! `serve`: the website, with the worker inside.

use super::migrate;
use crate::{
    config::{Loaded, Sources},
    router, shutdown,
    state::AppState,
};
use anyhow::{Context, bail};
use services::Services;
use std::{io::Write, net::SocketAddr};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serve the website until a stop signal; then running requests may finish.
///
/// An embedded SQLite file is brought up to date at the start. SIGTERM or Ctrl-C stops in order, a second one at once.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  server --dev serve\n  server --config /etc/askusers.toml serve --migrate")]
pub struct Args {
    /// Bring a PostgreSQL schema up to date at the start, too.
    #[arg(long)]
    migrate: bool,
}

pub async fn run(args: &Args, sources: &Sources) -> anyhow::Result<()> {
    let loaded = super::configure(sources)?;
    loaded.require_site()?;
    let services = super::services(&loaded).await?;
    prepare_schema(&services, &loaded, args.migrate).await?;
    let stop = shutdown::on_signal()?;
    let address = loaded.config.http.address;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("http.address: {address} can't be listened on; is another server running there?"))?;
    announce(&loaded, listener.local_addr()?);
    serve(listener, services, &loaded, stop).await
}

/// Serves until the token is cancelled, then drains within the configured bound.
async fn serve(listener: TcpListener, services: Services, loaded: &Loaded, stop: CancellationToken) -> anyhow::Result<()> {
    let site = router::build(AppState::new(services, loaded)).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, site).with_graceful_shutdown(stop.clone().cancelled_owned());
    let bound = async {
        stop.cancelled().await;
        tokio::time::sleep(loaded.config.http.drain()).await;
    };
    tokio::select! {
        ended = serving => ended.context("serving ended")?,
        () = bound => tracing::warn!("some requests did not finish in time"),
    }
    tracing::info!("stopped");
    Ok(())
}

/// An embedded file follows the program by itself; a shared database only when told so.
async fn prepare_schema(services: &Services, loaded: &Loaded, migrate: bool) -> anyhow::Result<()> {
    let db = services.db();
    if db.is_sqlite() || loaded.dev || migrate {
        let applied = migrate::up(db).await?;
        if !applied.is_empty() {
            tracing::info!(migrations = applied.len(), "the schema was brought up to date");
        }
        return Ok(());
    }
    let missing = migrate::pending(db).await?;
    if !missing.is_empty() {
        bail!(
            "the database lacks {} migrations. Run `server migrate`, or start with `serve --migrate`",
            missing.len()
        );
    }
    Ok(())
}

/// Says where to go. With port 0 the configured address is no use, so the real one is named.
fn announce(loaded: &Loaded, address: SocketAddr) {
    tracing::info!(%address, base_url = loaded.config.http.base_url, dev = loaded.dev, "serving");
    if loaded.dev {
        // Whoever closed standard output does not want to read this.
        let _ = writeln!(std::io::stdout(), "\n  AskUsers is running: http://{address}\n");
        if !address.ip().is_loopback() {
            tracing::warn!("--dev on an address that others can reach: everybody can read every mail in /dev/mailbox");
        }
    }
}
