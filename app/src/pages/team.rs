//! Everything below `/t/{team}`: fetches the frame, and again with each move so that balance and counts stay true.

use crate::{api, layouts::TeamGate, pages::settings::team_id};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

#[component]
pub fn TeamPage() -> impl IntoView {
    let team = team_id();
    let path = use_location().pathname;
    let frame = Resource::new(
        move || (team(), path.get()),
        |(team, _)| async move { api::teams::frame(team?).await },
    );
    view! { <TeamGate frame/> }.into_any()
}
