//! What browser and server agree on: vocabulary, rules, shapes of data.
//!
//! Owns every rule that can be decided without a database. Must not do I/O, read a clock, or know a framework;
//! compiles for the server and for WebAssembly. Feature `web` lets errors travel through server functions,
//! feature `db` makes ids and closed enums column types.

#[macro_use]
mod closed_enum;

pub mod audit;
pub mod business;
pub mod credit;
pub mod customer;
pub mod draft;
pub mod edit;
pub mod email;
pub mod error;
pub mod ids;
pub mod import;
pub mod invitation;
pub mod mail;
pub mod money;
pub mod outreach;
pub mod page;
pub mod permission;
pub mod person;
pub mod persona;
pub mod plan;
pub mod reply;
pub mod role;
pub mod team;
pub mod time;

pub use error::Error;
