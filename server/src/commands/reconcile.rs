//! `reconcile`: the ledger, added up again.

use super::migrate;
use crate::config::Sources;
use anyhow::bail;
use services::ledger::reconcile::reconcile;

/// Add every credit transfer up again and compare with the balances; name holds whose work died.
///
/// Changes nothing. Prints JSON: `ok`, the numbers of teams and transfers, `differences` (what an account says and what its
/// transfers add up to) and `stale_holds`. Ends with status 1 if anything is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  server --config /etc/askusers.toml reconcile || mail -s 'credits' ops@example.com")]
pub struct Args {
    /// The same on one line.
    #[arg(long)]
    json: bool,
}

pub async fn run(args: &Args, sources: &Sources) -> anyhow::Result<()> {
    let loaded = super::configure(sources)?;
    let services = super::services(&loaded).await?;
    migrate::require_current(services.db()).await?;
    let found = reconcile(&services).await?;
    let text = if args.json {
        serde_json::to_string(&found)?
    } else {
        serde_json::to_string_pretty(&found)?
    };
    println!("{text}");
    if !found.ok {
        bail!(
            "{} accounts differ from their transfers, {} holds are stale",
            found.differences.len(),
            found.stale_holds.len()
        );
    }
    Ok(())
}
