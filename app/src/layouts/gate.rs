//! Opens a team's pages once its frame has arrived, and keeps them mounted while it is fetched again.

use super::{ErrorPage, TeamLayout, team::FrameSource};
use crate::components::Skeleton;
use domain::{Error, team::TeamFrame};
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// `<TeamGate frame=resource/>`: the view of the route `/t/:team`; its pages appear in the middle. An error (signed out, another
/// team) shows in their place.
#[component]
pub fn TeamGate(frame: Resource<Result<TeamFrame, Error>>) -> impl IntoView {
    provide_context(FrameSource(frame));
    view! {
        <Transition fallback=|| {
            view! {
                <div class="page">
                    <Skeleton rows=8 label="Loading the team"/>
                </div>
            }
        }>{opened(frame)}</Transition>
    }
    .into_any()
}

fn opened(frame: Resource<Result<TeamFrame, Error>>) -> impl IntoView {
    // Changes only with the kind of answer: a frame fetched again must not mount the page again.
    let state = Memo::new(move |_| frame.with(|f| f.as_ref().map(|r| r.as_ref().err().cloned())));
    let kept = StoredValue::new(None::<TeamFrame>);
    move || {
        state.get().map(|error| match error {
            Some(error) => view! { <ErrorPage error/> }.into_any(),
            None => {
                let shown = Memo::new(move |_| {
                    if let Some(Ok(newer)) = frame.get() {
                        kept.set_value(Some(newer));
                    }
                    kept.get_value()
                });
                match shown.get_untracked() {
                    Some(first) => {
                        let signal = Signal::derive(move || shown.get().unwrap_or_else(|| first.clone()));
                        view! {
                            <TeamLayout frame=signal>
                                <Outlet/>
                            </TeamLayout>
                        }
                        .into_any()
                    }
                    None => ().into_any(),
                }
            }
        })
    }
}
