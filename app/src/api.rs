//! Server functions, one file per noun.

pub mod audit;
pub mod businesses;
#[cfg(feature = "ssr")]
mod request;
pub mod teams;
