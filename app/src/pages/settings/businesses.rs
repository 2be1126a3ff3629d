//! Settings → Businesses.

mod edit;
mod fields;
mod list;
mod new;
mod read;
mod senders;
mod smtp;

pub use edit::EditBusinessPage;
pub use list::BusinessesPage;
pub use new::NewBusinessPage;
