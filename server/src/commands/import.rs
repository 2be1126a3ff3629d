//! `import`: a file of customers, without a browser.

use super::migrate;
use crate::config::Sources;
use anyhow::Context;
use domain::{ids::BusinessId, import::MergeMode};
use services::{customers::import::FileImport, operator};
use std::path::PathBuf;

/// Import a CSV file of customers into a business: the same recognition, checks and writing as in the browser.
///
/// With --as it happens with that person's rights, and is refused where they lack them; without it as `system`, and the audit log
/// says so.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  server import --business 0190f7e2-5b1c-7cc3-9d3a-0c2f6f2a9b10 --file customers.csv --as jane@example.com --json"
)]
pub struct Args {
    /// The id of the business: the last part of its address under Settings → Businesses.
    #[arg(long, value_name = "ID")]
    business: BusinessId,

    /// The file: comma, semicolon, tab or bar between the columns, with a column of e-mail addresses.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,

    /// Whose rights count; not given: the system's.
    #[arg(long = "as", value_name = "EMAIL")]
    acting: Option<String>,

    /// replace: the file holds totals. add: it holds new payments only, which are added.
    #[arg(long, value_enum, default_value = "replace")]
    merge: Merge,

    /// Also a file that was imported before.
    #[arg(long)]
    again: bool,

    /// {"rows":…,"new":…,"updated":…,"duplicates":…,"invalid":…}; the last four add up to the first.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Merge {
    Replace,
    Add,
}

pub async fn run(args: &Args, sources: &Sources) -> anyhow::Result<()> {
    let loaded = super::configure(sources)?;
    let services = super::services(&loaded).await?;
    migrate::require_current(services.db()).await?;
    let file = FileImport {
        path: &args.file,
        merge: match args.merge {
            Merge::Replace => MergeMode::Replace,
            Merge::Add => MergeMode::Add,
        },
        again: args.again,
    };
    let report = operator::import_file(&services, args.acting.as_deref(), args.business, file)
        .await
        .with_context(|| format!("{} was not imported", args.file.display()))?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!(
            "{} rows: {} new, {} updated, {} duplicates, {} invalid",
            report.rows, report.new, report.updated, report.duplicates, report.invalid
        );
    }
    Ok(())
}
