//! The customers of a business.

pub mod detail;
pub mod erased;
pub mod import;
pub mod list;
pub mod search;
pub mod timeline;
