//! Settings → Businesses.

mod edit;
mod ending;
mod fields;
mod list;
mod new;
mod read;
mod senders;
mod smtp;
mod stripe;

pub(crate) use fields::zones;

pub use edit::EditBusinessPage;
pub use list::BusinessesPage;
pub use new::NewBusinessPage;
