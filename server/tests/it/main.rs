//! The integration tests: one binary.

mod businesses;
mod stage;
