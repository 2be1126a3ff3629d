//! One file or folder per page.

pub mod account;
pub mod batch;
pub mod customers;
pub mod development;
pub mod fetched;
pub mod gallery;
pub mod home;
pub mod import;
pub mod insights;
pub mod join;
pub mod landing;
pub mod not_found;
pub mod outreach;
pub mod pricing;
pub mod replies;
pub mod sender_verify;
pub mod settings;
pub mod team;
pub mod teams;
pub mod unsubscribe;
