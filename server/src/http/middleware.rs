//! Layers around every request. Their order is in `router`.

pub mod body_bound;
pub mod error_status;
pub mod headers;
pub mod request;
pub mod session;
pub mod team;
pub mod time_limit;
