//! `seed`: the demo team.

use super::migrate;
use crate::config::Sources;
use services::operator::demo;

/// Make a demo team: four people (owner, admin, member, viewer), two businesses with customers, analyses, drafts, sent e-mails, replies.
///
/// Mails nobody. Run again, it finds the team and says so, or goes on where a run broke off. With --dev everybody's password is the same and is printed each time;
/// without it each password is random and printed once.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  server --dev seed\n  server --dev seed --json | jq -r '.users[] | select(.role == \"owner\") | .email'"
)]
pub struct Args {
    /// {"team":{"id","name"},"businesses":[{"id","name","created_by"}],"users":[{"role","email","password"}]}; created_by is an address.
    #[arg(long)]
    json: bool,
}

pub async fn run(args: &Args, sources: &Sources) -> anyhow::Result<()> {
    let loaded = super::configure(sources)?;
    let services = super::services(&loaded).await?;
    if services.db().is_sqlite() || loaded.dev {
        migrate::up(services.db()).await?;
    }
    migrate::require_current(services.db()).await?;
    let demo = demo::seed(&services).await?;
    if args.json {
        println!("{}", serde_json::to_string(&demo)?);
        return Ok(());
    }
    let verb = if demo.found { "is here already" } else { "was made" };
    println!(
        "The team {} {verb}: {}/t/{}",
        demo.team.name, loaded.config.http.base_url, demo.team.id
    );
    for business in &demo.businesses {
        println!("  {}, created by {}", business.name, business.created_by);
    }
    for user in &demo.users {
        let password = user.password.as_deref().unwrap_or("(printed when the team was made)");
        println!("  {:8} {:22} {password}", user.role, user.email);
    }
    Ok(())
}
