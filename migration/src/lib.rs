//! The schema's history: frozen, tables by name, never entities. One schema for both databases; `sql.rs` holds what differs.
//!
//! `team_id` leads every key and index: a team is the unit of sharding, and composite foreign keys make links
//! across teams impossible.

mod m0001_people;
mod m0002_teams;
mod m0003_businesses;
mod m0004_customers;
mod m0005_ledger;
mod m0006_jobs_and_mail;
mod m0007_outreach;
mod m0008_audit;
mod m0011_import_runs;
mod m0012_search;
mod m0013_timeline;
mod m0014_business_stats;
mod m0015_draft_claims;
mod m0016_sending;
mod m0018_sender_refusals;
mod m0019_outreach_line;
mod m0020_team_renewal;
mod m0021_email_order;
mod m0022_team_life;
mod m0023_stripe_connection;
mod m0024_draft_variants;
mod m0025_persona_languages;
mod m0026_persona_edits;
mod sql;

pub use sea_orm_migration::prelude::*;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_teams::Migration),
            Box::new(m0003_businesses::Migration),
            Box::new(m0004_customers::Migration),
            Box::new(m0005_ledger::Migration),
            Box::new(m0006_jobs_and_mail::Migration),
            Box::new(m0007_outreach::Migration),
            Box::new(m0008_audit::Migration),
            Box::new(m0011_import_runs::Migration),
            Box::new(m0012_search::Migration),
            Box::new(m0013_timeline::Migration),
            Box::new(m0014_business_stats::Migration),
            Box::new(m0015_draft_claims::Migration),
            Box::new(m0016_sending::Migration),
            Box::new(m0018_sender_refusals::Migration),
            Box::new(m0019_outreach_line::Migration),
            Box::new(m0020_team_renewal::Migration),
            Box::new(m0021_email_order::Migration),
            Box::new(m0022_team_life::Migration),
            Box::new(m0023_stripe_connection::Migration),
            Box::new(m0024_draft_variants::Migration),
            Box::new(m0025_persona_languages::Migration),
            Box::new(m0026_persona_edits::Migration),
        ]
    }
}
