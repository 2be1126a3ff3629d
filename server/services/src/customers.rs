//! The customers of a business.

pub mod import;
