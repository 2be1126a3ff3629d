//! Plain HTTP around the pages: health, static files, layers.

pub mod files;
pub mod grants;
pub mod health;
pub mod middleware;
pub mod statics;
pub mod unsubscribe;
pub mod uploads;
