//! The command line: what exists and what each option means. One file per command in `commands/` does the work.

use crate::{commands, config::Sources};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// AskUsers: grow the business you already have, as a team.
///
/// Without a configuration, `server --dev serve` runs everything on this machine.
#[derive(Debug, Parser)]
#[command(name = "server", version, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file [default: askusers.toml of the current folder, where it exists; or ASKUSERS_CONFIG].
    ///
    /// Each setting can also come from the environment: ASKUSERS_HTTP__ADDRESS sets `address` of `[http]`.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Development on this machine: makes its own secret key, mails land in /dev/mailbox, logs are plain text.
    ///
    /// Never use it where others can reach the address.
    #[arg(long, global = true)]
    dev: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(commands::serve::Args),
    Worker(commands::worker::Args),
    Migrate(commands::migrate::Args),
    Seed(commands::seed::Args),
    Import(commands::import::Args),
    Reconcile(commands::reconcile::Args),
    Permissions(commands::permissions::Args),
    CheckConfig(commands::check_config::Args),
}

/// Reads the arguments and does what they say.
///
/// # Errors
/// With everything that a person needs to know; `main` prints it.
pub fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let sources = Sources {
        file: cli.config,
        dev: cli.dev,
    };
    match cli.command {
        Command::Serve(args) => commands::block_on(commands::serve::run(&args, &sources)),
        Command::Worker(_) => commands::block_on(commands::worker::run(&sources)),
        Command::Migrate(args) => commands::block_on(commands::migrate::run(&args, &sources)),
        Command::Seed(args) => commands::block_on(commands::seed::run(&args, &sources)),
        Command::Import(args) => commands::block_on(commands::import::run(&args, &sources)),
        Command::Reconcile(args) => commands::block_on(commands::reconcile::run(&args, &sources)),
        Command::Permissions(args) => commands::permissions::run(&args),
        Command::CheckConfig(_) => commands::check_config::run(&sources),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent_and_every_command_shows_an_example() {
        let mut cli = Cli::command();
        cli.clone().debug_assert();
        for command in cli.get_subcommands_mut() {
            let name = command.get_name().to_owned();
            let help = command.render_long_help().to_string();
            assert!(help.contains("Example"), "{name} --help shows no example");
        }
    }
}
