//! Everything below `/t/{team}`: the frame, and fetching it again with each move so that balance and counts stay true.

use crate::{
    api::{
        self,
        ask::{self, Ask},
        teams::OpenTeam,
    },
    layouts::{Refresh, TeamGate},
    pages::settings::team_id,
};
use domain::{Error, ids::TeamId, team::TeamFrame};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

#[component]
pub fn TeamPage() -> impl IntoView {
    let team = team_id();
    let path = use_location().pathname;
    // The server has it before the page is rendered; a browser that comes from elsewhere fetches it.
    let first = SharedValue::new(api::teams::preloaded).into_inner();
    let frame = RwSignal::new(first);
    let round = RwSignal::new(0_u32);
    provide_context(Refresh(round));
    Effect::new(move |before: Option<()>| {
        let (team, now) = (team(), round.get());
        // Left for another page, which this one outlives for a moment.
        let inside = path.with(|path| path.starts_with("/t/"));
        let rendered = before.is_none() && frame.with_untracked(Option::is_some);
        if inside && !rendered {
            spawn_local(async move {
                let answer = match team {
                    Ok(team) => frame_of(team).await,
                    Err(error) => Err(error),
                };
                // Gone, or asked again meanwhile.
                let current = round.try_get_untracked() == Some(now);
                if current && !passing(&answer, frame) {
                    frame.set(Some(answer));
                }
            });
        }
    });
    let team = Signal::derive(move || team().ok());
    view! { <TeamGate team frame=frame.into()/> }.into_any()
}

async fn frame_of(team: TeamId) -> Result<TeamFrame, Error> {
    ask::read(&Ask::of(&OpenTeam { team })?.answer().await?)
}

/// A failure that says nothing about the team: what is shown stays.
fn passing(answer: &Result<TeamFrame, Error>, frame: RwSignal<Option<Result<TeamFrame, Error>>>) -> bool {
    matches!(answer, Err(Error::Unavailable | Error::Internal { .. })) && frame.with_untracked(|f| matches!(f, Some(Ok(_))))
}
