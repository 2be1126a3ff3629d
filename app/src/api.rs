//! Server functions, one file per noun.

pub mod accounts;
pub mod analysis;
pub mod ask;
pub mod audit;
pub mod businesses;
pub mod credits;
pub mod customer_detail;
pub mod customers;
pub mod development;
pub mod drafts;
pub mod edits;
pub mod imports;
pub mod invitations;
pub mod members;
pub mod outreach;
pub mod replies;
#[cfg(feature = "ssr")]
mod request;
pub mod teams;
mod wire;

/// What was typed into the form that was refused just before, where the page is rendered for a browser without scripts.
#[must_use]
pub fn typed() -> crate::typed::Typed {
    #[cfg(feature = "ssr")]
    if let Some(parts) = leptos::prelude::use_context::<axum::http::request::Parts>()
        && let Some(text) = crate::cookie::read_typed(&parts.headers)
    {
        return crate::typed::Typed::decode(text);
    }
    crate::typed::Typed::default()
}
