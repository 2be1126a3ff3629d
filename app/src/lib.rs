//! The web application that server and browser both compile.

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("build `app` for one half at a time: name the packages instead of --workspace or --all-features");

pub mod api;
mod app;
pub mod components;
#[cfg(feature = "ssr")]
pub mod cookie;
mod focus;
pub mod layouts;
pub mod pages;
pub mod paths;
mod shell;
pub mod typed;

pub use app::App;
pub use shell::shell;
