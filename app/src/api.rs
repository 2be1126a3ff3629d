//! Server functions, one file per noun.

pub mod audit;
pub mod businesses;
pub mod invitations;
pub mod members;
#[cfg(feature = "ssr")]
mod request;
pub mod teams;
