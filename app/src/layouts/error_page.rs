//! A page that could not be shown: what happened and where to go. Signed-out people are led to the sign-in page and back.
//! Inside a team's frame the frame stays.

use super::public::PublicNote;
use crate::{
    components::{EmptyState, LinkButton, error_sentence, icon},
    paths,
};
use domain::{Error, team::TeamFrame};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_location};

/// `<ErrorPage error/>`: also sets the answer's status on the server.
#[component]
pub fn ErrorPage(error: Error) -> impl IntoView {
    answer_with(&error);
    match error {
        Error::Unauthenticated => {
            let here = use_location().pathname.get_untracked();
            view! { <Redirect path=paths::sign_in_then(&here)/> }.into_any()
        }
        Error::Unverified => view! { <Redirect path=paths::CHECK_MAIL/> }.into_any(),
        Error::NotFound => note(
            "There is nothing here",
            "The address may be mistyped, or what it led to was deleted or belongs to another team.",
        ),
        other => note("This page can’t be shown", &error_sentence(&other)),
    }
}

fn note(title: &'static str, text: &str) -> AnyView {
    match use_context::<Signal<TeamFrame>>() {
        Some(frame) => view! {
            <div class="page">
                <EmptyState icon=icon::ALERT title text>
                    <LinkButton href=frame.with_untracked(|f| paths::team(f.id))>"Go to the team’s start page"</LinkButton>
                </EmptyState>
            </div>
        }
        .into_any(),
        None => view! { <PublicNote title text href=paths::TEAMS label="Go to your teams"/> }.into_any(),
    }
}

/// Gives the page the status of the error that it tells of; in the browser there is nothing to do.
pub fn answer_with(error: &Error) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) = (
        use_context::<leptos_axum::ResponseOptions>(),
        http::StatusCode::from_u16(error.status()),
    ) {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}
