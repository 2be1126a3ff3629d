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
mod imports;
mod invitations;
mod kill;
mod ledger;
mod mail;
mod members;
mod outreach;
mod process;
mod replies;
mod sending;
mod stage;
mod support;
mod unsubscribe;
