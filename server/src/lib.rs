//! The process: command line, configuration, HTTP. Owns nothing of what the product does: that is `services`.

pub mod cli;
mod commands;
pub mod config;
pub mod http;
pub mod router;
mod shutdown;
pub mod state;
mod telemetry;
