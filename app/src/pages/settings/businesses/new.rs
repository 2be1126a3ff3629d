//! Create a business: what it is and how it speaks. Sender and mail server follow on its own page.

use super::fields::BusinessFields;
use crate::{
    api::{self, businesses::CreateBusiness},
    components::{
        Banner, Breadcrumb, Button, ErrorNote, Kind, LinkButton, LockedAction, PageHead, Post, PostForm, Size, Tone, error_of,
        locked_reason,
    },
    pages::{
        account::focus_refused,
        settings::{frame, hidden, loaded, team_id},
    },
    paths,
};
use domain::{Error, business::BusinessSettings, permission::Permission, plan::Limit, team::TeamOverview};
use leptos::prelude::*;

#[component]
pub fn NewBusinessPage() -> impl IntoView {
    let team = team_id();
    let start = Resource::new(team, |team| async move {
        let team = team?;
        Ok::<_, Error>((api::businesses::defaults(team).await?, api::members::overview(team).await?))
    });
    let action = Post::<CreateBusiness>::new();
    focus_refused(action);
    let trail = vec![(paths::businesses(frame().id), String::from("Businesses"))];
    view! {
        <div class="page max-w-3xl">
            <Breadcrumb trail/>
            <div class="mt-1"><PageHead title="Create new business"/></div>
            {loaded(start, move |(settings, plan): (BusinessSettings, TeamOverview)| form(settings, &plan, action))}
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
