//! A page that could not be shown: what happened and where to go. Signed-out people are led to the sign-in page and back.

use super::public::PublicNote;
use crate::{components::error_sentence, paths};
use domain::Error;
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_location};

/// `<ErrorPage error/>`: also sets the answer's status on the server.
#[component]
pub fn ErrorPage(error: Error) -> impl IntoView {
    #[cfg(feature = "ssr")]
    set_status(error.status());
    match error {
        Error::Unauthenticated => {
            let here = use_location().pathname.get_untracked();
            view! { <Redirect path=paths::sign_in_then(&here)/> }.into_any()
        }
        Error::Unverified => view! { <Redirect path=paths::CHECK_MAIL/> }.into_any(),
        Error::NotFound => view! {
            <PublicNote
                title="There is nothing here"
                text="The address may be mistyped, or what it led to was deleted or belongs to another team."
                href=paths::TEAMS
                label="Go to your teams"
            />
        }
        .into_any(),
        other => {
            view! { <PublicNote title="This page can’t be shown" text=error_sentence(&other) href=paths::TEAMS label="Go to your teams"/> }
                .into_any()
        }
    }
}

#[cfg(feature = "ssr")]
fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}
