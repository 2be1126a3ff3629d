//! Understanding a customer: segment, signals, opportunity, persona and a first draft.
//!
//! Owns the tables `persona` and `business_stats`. Who writes is a port (`writer`); it never sees the database.

mod analyse;
pub mod built_in;
pub mod distribution;
mod edit;
mod regenerate;
mod spend;
pub mod stats;
mod translate;
pub mod writer;

pub use analyse::analyse;
pub(crate) use analyse::{attributes, newest};
pub use edit::{edit, to_generated};
pub use regenerate::regenerate;
pub use translate::translate;
