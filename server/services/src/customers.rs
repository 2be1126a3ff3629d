//! The customers of a business.

pub mod import;
pub mod search;
