//! The integration tests: one binary, each test on a fresh database of its own, on SQLite and on PostgreSQL.

mod accounts;
mod accounts_http;
mod analysis;
mod architecture;
mod businesses;
mod config;
mod cookie;
mod credits;
mod customers;
mod drafts;
mod harness;
mod http;
mod invitations;
mod imports;
mod ledger;
mod process;
mod stage;
mod support;
