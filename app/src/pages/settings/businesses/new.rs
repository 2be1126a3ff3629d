//! Create a business: what it is and how it speaks. Sender and mail server follow on its own page.

use super::fields::BusinessFields;
use crate::{
    api::{
        businesses::{BusinessDefaults, CreateBusiness},
        members::TeamPlan,
    },
    components::{
        Banner, Breadcrumb, Button, ErrorNote, Kind, LinkButton, LockedAction, PageHead, Post, PostForm, Size, Tone, error_of,
        locked_reason,
    },
    pages::{
        account::focus_refused,
        fetched::{both_loaded, fetched},
        settings::{frame, hidden, team_id},
    },
    paths,
};
use domain::{business::BusinessSettings, permission::Permission, plan::Limit, team::TeamOverview};
use leptos::prelude::*;

#[component]
pub fn NewBusinessPage() -> impl IntoView {
    let team = team_id();
    let defaults = fetched(move || Ok(BusinessDefaults { team: team()? }));
    let plan = fetched(move || Ok(TeamPlan { team: team()? }));
    let action = Post::<CreateBusiness>::new();
    focus_refused(action);
    let trail = vec![(paths::businesses(frame().id), String::from("Businesses"))];
    view! {
        <div class="page max-w-3xl">
            <Breadcrumb trail/>
            <div class="mt-1"><PageHead title="Create new business"/></div>
            {both_loaded(defaults, plan, move |settings: BusinessSettings, plan: TeamOverview| form(settings, &plan, action))}
        </div>
    }
    .into_any()
}

fn form(settings: BusinessSettings, plan: &TeamOverview, action: Post<CreateBusiness>) -> AnyView {
    let frame = frame();
    if !frame.may(Permission::CreateBusiness, None) {
        let reason = locked_reason(Permission::CreateBusiness);
        return view! { <p class="mt-6"><LockedAction id="why-create" label="Create business" reason/></p> }.into_any();
    }
    if let Some(slots) = plan.slots.filter(|slots| plan.slots_used >= *slots) {
        let text = sentence(&Limit::Businesses.reached(slots));
        return view! {
            <div class="mt-6">
                <Banner tone=Tone::Warning title="No slot is free." text action=(paths::businesses(frame.id), "See the businesses".into())/>
            </div>
        }
        .into_any();
    }
    let error = error_of(action);
    view! {
        <PostForm action attr:class="panel mt-6 p-4 grid gap-5">
            {hidden("team", frame.id)}
            <ErrorNote error/>
            <BusinessFields settings error/>
            <div class="flex flex-wrap gap-3">
                <Button kind=Kind::Primary size=Size::Decide submit=true busy=action.pending()>"Create business"</Button>
                <LinkButton kind=Kind::Ghost size=Size::Decide href=paths::businesses(frame.id)>"Cancel"</LinkButton>
            </div>
        </PostForm>
    }
    .into_any()
}

/// "all 5 …" → "All 5 ….".
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
