//! The integration tests: one binary, each test on a fresh database of its own, on SQLite and on PostgreSQL.

mod accounts;
mod base;
mod businesses;
mod ledger;
mod stage;
