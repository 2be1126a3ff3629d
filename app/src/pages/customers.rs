//! Customers of a business: their list, and one of them with persona, draft and history.

pub mod detail;
pub mod list;
pub mod query;
pub mod reply_panel;
pub mod send_panel;
pub mod timeline;
