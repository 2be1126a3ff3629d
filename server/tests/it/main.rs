//! The integration tests: one binary, each test on a fresh database of its own, on SQLite and on PostgreSQL.

mod accounts;
mod accounts_http;
mod architecture;
mod businesses;
mod config;
mod cookie;
mod harness;
mod http;
mod ledger;
mod process;
mod stage;
mod support;
