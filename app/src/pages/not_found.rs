//! No page has this address.

use crate::layouts::ErrorPage;
use domain::Error;
use leptos::prelude::*;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <ErrorPage error=Error::NotFound/> }.into_any()
}
