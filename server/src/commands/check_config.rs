//! `check-config`: what is in force and where each value came from.

use crate::config::{Loaded, Sources};
use std::io::Write;

/// Print every setting in force and where it came from; fail on what would be refused at start.
///
/// Secrets are never printed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ASKUSERS_HTTP__ADDRESS=0.0.0.0:8080 server --config /etc/askusers.toml check-config")]
pub struct Args {}

pub fn run(sources: &Sources) -> anyhow::Result<()> {
    let loaded = Loaded::read(sources)?;
    std::io::stdout().write_all(loaded.report().as_bytes())?;
    loaded.accept()?;
    println!("\nNothing would be refused.");
    Ok(())
}
