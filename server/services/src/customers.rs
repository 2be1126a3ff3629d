//! The customers of a business.

pub mod detail;
pub mod import;
pub mod search;
