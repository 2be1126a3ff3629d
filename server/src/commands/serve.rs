//! `serve`: the website, with the worker inside.

use super::{migrate, worker};
use crate::{
    config::{Loaded, Sources},
    router, shutdown,
    state::AppState,
};
use anyhow::Context;
use services::Services;
use std::{io::Write, net::SocketAddr};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serve the website until a stop signal; then running requests and jobs may finish.
///
/// An embedded SQLite file is brought up to date at the start. SIGTERM or Ctrl-C stops in order, a second one at once.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  server --dev serve\n  server --config /etc/askusers.toml serve --migrate")]
pub struct Args {
    /// Bring a PostgreSQL schema up to date at the start, too.
    #[arg(long)]
    migrate: bool,

    /// Leave imports, mails and other background work to separate `server worker` processes.
    #[arg(long)]
    no_worker: bool,
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
    let site = serve(listener, AppState::new(services.clone(), &loaded), stop.clone());
    if args.no_worker {
        return shutdown::within(loaded.config.http.drain(), &stop, site).await;
    }
    let worker = worker::work(services, stop.clone());
    let both = async { tokio::try_join!(site, worker).map(|_| ()) };
    shutdown::within(loaded.config.http.drain(), &stop, both).await
}

/// Serves until the token is cancelled and the last running request was answered.
async fn serve(listener: TcpListener, state: AppState, stop: CancellationToken) -> anyhow::Result<()> {
    let site = router::build(state).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, site)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
        .context("serving ended")
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
    migrate::require_current(db).await
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
