//! Importing customers from a file: recognising it, reading its rows.
//!
//! Must not write a customer before somebody started the import.

pub mod cells;
pub mod columns;
pub mod format;
pub mod reader;
pub mod records;
pub mod rows;
pub mod sniff;
