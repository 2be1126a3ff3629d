//! Understanding a customer: segment, signals, opportunity, persona and a first draft.
//!
//! Owns the tables `persona` and `business_stats`. Who writes is a port (`writer`); it never sees the database.

mod analyse;
pub mod built_in;
pub mod distribution;
pub mod stats;
pub mod writer;

pub use analyse::analyse;
pub(crate) use analyse::{DEAD_AFTER, Run, attributes, subject};
