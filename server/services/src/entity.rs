//! Rows of the database, one file per noun. Private to the use cases.

pub mod attempt;
pub mod audit_event;
pub mod business;
pub mod business_stats;
pub mod customer;
pub mod customer_change;
pub mod dev_mail;
pub mod draft;
pub mod draft_version;
pub mod import;
pub mod invitation;
pub mod job;
pub mod ledger_account;
pub mod ledger_transfer;
pub mod mail;
pub mod mailed_link;
pub mod member;
pub mod outreach;
pub mod person;
pub mod persona;
pub mod reply;
pub mod sender;
pub mod session;
pub mod smtp_server;
pub mod suppression;
pub mod team;
