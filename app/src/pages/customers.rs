//! Customers of a business: one of them, with persona, draft and history.

pub mod detail;
