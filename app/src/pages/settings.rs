//! Settings → Team and Settings → Businesses, and what their pages share.

pub mod businesses;
pub mod team;

use crate::{
    components::{ErrorNote, Outcome},
    layouts::use_frame,
};
use domain::{
    Error,
    ids::{BusinessId, TeamId},
    team::TeamFrame,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The team of the URL; one that can't be read is not found.
pub fn team_id() -> impl Fn() -> Result<TeamId, Error> + Copy + Send + Sync + 'static {
    let params = use_params_map();
    move || params.with(|p| p.get("team").and_then(|id| id.parse().ok())).ok_or(Error::NotFound)
}

/// The business of the URL.
pub fn business_id() -> impl Fn() -> Result<BusinessId, Error> + Copy + Send + Sync + 'static {
    let params = use_params_map();
    move || {
        params
            .with(|p| p.get("business").and_then(|id| id.parse().ok()))
            .ok_or(Error::NotFound)
    }
}

/// The frame's data as of now, which the layout around the page has loaded. `use_frame()` also tells when it changes.
pub fn frame() -> TeamFrame {
    use_frame().get_untracked()
}

/// What a form sends without showing it.
pub fn hidden(name: &'static str, value: impl ToString) -> AnyView {
    view! { <input type="hidden" name=name value=value.to_string()/> }.into_any()
}

/// What was refused, in the row whose button was pressed.
pub fn refused_at(error: Signal<Option<Error>>, asked: RwSignal<String>, row: &impl ToString) -> AnyView {
    refused(error, asked, row.to_string())
}

fn refused(error: Signal<Option<Error>>, asked: RwSignal<String>, row: String) -> AnyView {
    let here = Signal::derive(move || error.get().filter(|_| asked.with(|asked| *asked == row)));
    view! { <ErrorNote error=here class="basis-full my-1"/> }.into_any()
}

/// What a list's buttons were refused with on the page before: without scripts nobody knows in which row.
pub fn refused_before(one: Signal<Option<Error>>, other: Signal<Option<Error>>, asked: RwSignal<String>) -> Signal<Option<Error>> {
    let before = one.get_untracked().or_else(|| other.get_untracked());
    Signal::derive(move || before.clone().filter(|_| asked.with(String::is_empty)))
}

/// Whether the form was taken the last time.
pub fn succeeded(action: impl Outcome) -> Signal<bool> {
    let (outcome, waits) = (action.outcome(), action.waits());
    Signal::derive(move || !waits.get() && outcome.with(|o| matches!(o, Some(Ok(())))))
}

/// Does something after each success. Only in the browser: without JavaScript the page is new anyway.
pub fn after(action: impl Outcome, then: impl Fn() + 'static) {
    let outcome = action.outcome();
    Effect::new(move || {
        if outcome.with(|o| matches!(o, Some(Ok(())))) {
            then();
        }
    });
}

/// Does something after each conflict: somebody was faster, and what the page shows is of before.
pub fn after_conflict(action: impl Outcome, then: impl Fn() + 'static) {
    let outcome = action.outcome();
    Effect::new(move || {
        if outcome.with(|o| matches!(o, Some(Err(Error::Conflict(_))))) {
            then();
        }
    });
}
