//! Opens a team's pages once its frame is there, and keeps them mounted while it is fetched again.
//!
//! No suspense here: around an outlet the server would build the pages twice, and the data that the browser takes over would be
//! the first ones', which nobody waited for.

use super::{ErrorPage, TeamLayout};
use crate::components::Skeleton;
use domain::{Error, ids::TeamId, team::TeamFrame};
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// `<TeamGate team frame/>`: its pages appear in the middle. `frame` is `None` until it has arrived; one of another team than the
/// address names counts as none. An error (signed out, another team) shows in its place.
#[component]
pub fn TeamGate(team: Signal<Option<TeamId>>, frame: Signal<Option<Result<TeamFrame, Error>>>) -> impl IntoView {
    // Changes only with the kind of answer: a frame fetched again must not mount the page again.
    let state = Memo::new(move |_| {
        frame.with(|frame| match frame {
            None => None,
            Some(Err(error)) => Some(Err(error.clone())),
            Some(Ok(frame)) => (team.get() == Some(frame.id)).then_some(Ok(frame.id)),
        })
    });
    move || match state.get() {
        None => view! {
            <div class="page">
                <Skeleton rows=8 label="Loading the team"/>
            </div>
        }
        .into_any(),
        Some(Err(error)) => view! { <ErrorPage error/> }.into_any(),
        Some(Ok(_)) => opened(frame),
    }
}

fn opened(frame: Signal<Option<Result<TeamFrame, Error>>>) -> AnyView {
    let Some(Ok(first)) = frame.get_untracked() else {
        return ().into_any();
    };
    let shown = Memo::new(move |before: Option<&TeamFrame>| {
        frame.with(|frame| match frame {
            Some(Ok(frame)) => frame.clone(),
            _ => before.unwrap_or(&first).clone(),
        })
    });
    view! {
        <TeamLayout frame=shown>
            <Outlet/>
        </TeamLayout>
    }
    .into_any()
}
