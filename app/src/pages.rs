//! One file or folder per page.

pub mod sender_verify;
pub mod settings;
