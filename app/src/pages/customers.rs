//! Customers of a business: their list, and one of them with persona, draft and history.

pub mod detail;
pub mod list;
mod query;
pub mod timeline;
