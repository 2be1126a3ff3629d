//! The outreach of a business: what waits and why, what was sent, what failed. List and place live in the URL.

mod detail;
mod list;

use crate::{
    api::outreach::{ActOnOutreach, PauseSending, ResumeSending, ShowOutreach},
    components::{EmptyState, ErrorNote, Icon, LinkButton, Post, PostForm, Skeleton, Tab, Tabs, error_of, icon},
    focus::focus,
    layouts::{ErrorPage, refresh_frame, use_frame},
    pages::{
        fetched::{Fetched, fetched},
        settings::{after, after_conflict, business_id, hidden, team_id},
    },
    paths,
};
use domain::{
    ids::{BusinessId, OutreachId, TeamId},
    outreach::{OutreachCounts, OutreachGroup, OutreachPage as Data, OutreachQuery, OutreachState, SenderUse, WaitReason},
    permission::Permission,
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use std::time::Duration;

/// What the page does; each success reloads it.
#[derive(Clone, Copy)]
struct Actions {
    act: Post<ActOnOutreach>,
    pause: Post<PauseSending>,
    resume: Post<ResumeSending>,
    /// The e-mail beside the list, and in a review the one that comes after it.
    shown: StoredValue<(Option<OutreachId>, Option<String>)>,
    /// Something was pressed: the focus goes to what came of it.
    pressed: StoredValue<bool>,
}

/// Where the page stands, for links and forms.
#[derive(Clone)]
struct Place {
    team: TeamId,
    business: BusinessId,
    query: OutreachQuery,
    may: bool,
}

impl Place {
    /// The page at this group.
    fn group(&self, group: Option<OutreachGroup>) -> String {
        link(self.team, self.business, group, &[])
    }

    /// The same list with this one open.
    fn open(&self, id: OutreachId) -> String {
        let mut parts = vec![("open", id.to_string())];
        if let Some(cursor) = &self.query.after {
            parts.push(("after", cursor.clone()));
        } else if let Some(cursor) = &self.query.before {
            parts.push(("before", cursor.clone()));
        }
        link(self.team, self.business, self.query.group, &parts)
    }
}

fn link(team: TeamId, business: BusinessId, group: Option<OutreachGroup>, more: &[(&str, String)]) -> String {
    let mut parts: Vec<String> = group.map(|group| format!("group={group}")).into_iter().collect();
    parts.extend(more.iter().map(|(key, value)| format!("{key}={}", paths::escape(value))));
    let path = paths::outreach(team, business);
    if parts.is_empty() {
        path
    } else {
        format!("{path}?{}", parts.join("&"))
    }
}

#[component]
pub fn OutreachPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let map = use_query_map();
    let query = Memo::new(move |_| {
        map.with(|map| OutreachQuery {
            group: map.get("group").and_then(|group| OutreachGroup::parse(&group)),
            open: map.get("open").and_then(|id| id.parse().ok()),
            after: map.get("after"),
            before: map.get("before"),
        })
    });
    let page = fetched(move || {
        Ok(ShowOutreach {
            team: team()?,
            business: business()?,
            query: query.get(),
        })
    });
    let actions = Actions {
        act: Post::new(),
        pause: Post::new(),
        resume: Post::new(),
        shown: StoredValue::new((None, None)),
        pressed: StoredValue::new(false),
    };
    let (navigate, refresh_frame) = (use_navigate(), refresh_frame());
    let reload = move || {
        actions.pressed.set_value(true);
        refresh_frame();
        page.refetch();
    };
    after(actions.act, move || match actions.shown.get_value() {
        (_, Some(next)) => {
            actions.pressed.set_value(true);
            navigate(&next, NavigateOptions::default());
        }
        _ => reload(),
    });
    after(actions.pause, reload);
    after(actions.resume, reload);
    after_conflict(actions.act, reload);
    list::keys();
    ask_while_waiting(page);
    view! {
        <Title text="Outreach · AskUsers"/>
        <Transition fallback=|| {
            view! {
                <div class="page">
                    <Skeleton rows=8 label="Loading the outreach"/>
                </div>
            }
        }>{opened(page, query, actions)}</Transition>
    }
    .into_any()
}

/// Inside the suspense, or the server would not wait for the page's data.
fn opened(page: Fetched<Data>, query: Memo<OutreachQuery>, actions: Actions) -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    // Asking again makes the page anew only when something has moved, so that nobody loses their place.
    let moved = Memo::new(move |_| page.with(|p| p.map(|p| p.as_ref().map(essence).map_err(Clone::clone))));
    let frame = use_frame();
    move || {
        moved.get().map(|moved| {
            let data = page.get_untracked();
            match (moved, data, team(), business()) {
                (Ok(_), Some(Ok(data)), Ok(team), Ok(business)) => {
                    let may = frame.with_untracked(|f| f.may(Permission::SendEmails, Some(business)));
                    let query = query.get_untracked();
                    let place = Place {
                        team,
                        business,
                        query,
                        may,
                    };
                    if actions.pressed.get_value() {
                        actions.pressed.set_value(false);
                        focus(":is(#open-h, main h1)");
                    }
                    shown(data, &place, actions)
                }
                (Err(error), ..) | (_, Some(Err(error)), ..) | (.., Err(error), _) | (.., Err(error)) => {
                    view! { <ErrorPage error/> }.into_any()
                }
                (Ok(_), None, ..) => ().into_any(),
            }
        })
    }
}

/// What a person would notice: which e-mails, where they stand, why.
type Essence = (
    OutreachCounts,
    Vec<(OutreachId, OutreachState, Option<WaitReason>)>,
    Option<(OutreachId, OutreachState, Option<String>)>,
);

fn essence(data: &Data) -> Essence {
    let rows = data.sections.iter().flat_map(|section| &section.rows);
    let open = data.open.as_ref().map(|open| &open.row);
    (
        data.counts,
        rows.map(|row| (row.id, row.state, row.wait)).collect(),
        open.map(|row| (row.id, row.state, row.error.clone())),
    )
}

/// While something waits the page asks again: often for what leaves next, seldom for what leaves in an hour.
fn ask_while_waiting(page: Fetched<Data>) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        let soonest = page.with(|p| {
            let data = p?.as_ref().ok()?;
            let waits = data.sections.iter().flat_map(|section| &section.rows).filter_map(|row| row.wait);
            waits.map(patience).min().or_else(|| elsewhere(data))
        });
        if let Some(after) = soonest {
            waiting.set_value(set_timeout_with_handle(move || page.refetch(), after).ok());
        }
    });
    on_cleanup(move || {
        if let Some(Some(handle)) = waiting.try_get_value() {
            handle.clear();
        }
    });
}

/// While another list is shown, one that is empty too: what leaves comes or goes there.
fn elsewhere(data: &Data) -> Option<Duration> {
    let next = |sender: &SenderUse| patience(sender.rests.as_ref().map_or(WaitReason::Next, |(_, why)| *why));
    let soonest = data.senders.iter().map(next).min().filter(|_| !data.counts.waiting.is_none())?;
    Some(soonest.max(Duration::from_secs(3)))
}

pub(crate) const fn patience(wait: WaitReason) -> Duration {
    match wait {
        WaitReason::Next | WaitReason::Sending | WaitReason::Gap => Duration::from_secs(1),
        WaitReason::Retry | WaitReason::Server | WaitReason::NoWorker => Duration::from_secs(10),
        WaitReason::SenderHour | WaitReason::SenderDay | WaitReason::NotBefore => Duration::from_secs(60),
    }
}

fn shown(data: Data, place: &Place, actions: Actions) -> AnyView {
    let (act, pause, resume) = (error_of(actions.act), error_of(actions.pause), error_of(actions.resume));
    let problem = Signal::derive(move || pause.get().or_else(|| resume.get()));
    let refused = view! { <ErrorNote error=act class="mx-4 lg:mx-5 mb-2 flex-none"/> };
    let empty = data.sections.iter().all(|section| section.rows.is_empty());
    let chosen = place.query.open.is_some();
    let below = if empty {
        view! {
            {nothing(place)}
            {refused}
        }
        .into_any()
    } else {
        let list = list::list(&data, place);
        let step = list::step_of(&data, place);
        let open = data.open.map(|open| detail::detail(open, step, refused.into_any(), place, actions));
        view! {
            <div class="grow min-h-0 grid lg:grid-cols-[23rem_minmax(0,1fr)]">
                <div
                    class=if chosen { "border-r border-line overflow-y-auto min-h-0 max-lg:hidden" } else { "border-r border-line overflow-y-auto min-h-0" }
                    tabindex="0"
                    role="region"
                    aria-label="E-mails"
                >
                    {list}
                </div>
                <article class=if chosen { "min-h-0 min-w-0 flex flex-col" } else { "min-h-0 min-w-0 flex flex-col max-lg:hidden" } aria-labelledby="open-h">
                    {open}
                </article>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="fills">
            <div class="px-4 lg:px-5 pt-4 flex flex-wrap items-center gap-x-3 gap-y-2 flex-none">
                <h1 class="h-page" tabindex="-1">"Outreach"</h1>
                <div class="ml-auto flex flex-wrap items-center gap-2 min-h-8">
                    {used(&data.senders)} {switch(&data.counts, place, actions)}
                </div>
            </div>
            <Tabs label="States" class="px-4 lg:px-5 mt-2 flex-none" tabs=tabs(&data.counts, place)/>
            <ErrorNote error=problem class="m-4 flex-none"/>
            {below}
        </div>
    }
    .into_any()
}

fn tabs(counts: &OutreachCounts, place: &Place) -> Vec<Tab> {
    let in_queue = place.query.group.is_none_or(|group| OutreachGroup::QUEUE.contains(&group));
    let mut tabs = vec![Tab::new(place.group(None), "Queue").count(counts.queue()).current(in_queue)];
    for group in [OutreachGroup::Sent, OutreachGroup::Failed, OutreachGroup::Cancelled] {
        let tab = Tab::new(place.group(Some(group)), group.label()).count(counts.of(group));
        tabs.push(tab.current(place.query.group == Some(group)));
    }
    tabs
}

/// How much of the limits is used; with several senders the one that is nearest to them.
fn used(senders: &[SenderUse]) -> Option<AnyView> {
    let nearest = senders
        .iter()
        .max_by_key(|s| (u64::from(s.hour) * 1_000).checked_div(u64::from(s.per_hour)))?;
    let whose = if senders.len() > 1 {
        format!("Limit of {} ", nearest.email)
    } else {
        "Limit ".into()
    };
    let (hour, day) = (
        format!("{} of {} this hour", nearest.hour, nearest.per_hour),
        format!(", {} of {} today", nearest.day, nearest.per_day),
    );
    Some(view! { <span class="sub hidden sm:inline">{whose} <span class="text-base-content">{hour}</span> {day}</span> }.into_any())
}

/// Pauses everything that waits, or lets what is paused go on.
fn switch(counts: &OutreachCounts, place: &Place, actions: Actions) -> AnyView {
    let fields = move |team: TeamId, business: BusinessId| view! { {hidden("team", team)} {hidden("business", business)} }.into_any();
    let (team, business) = (place.team, place.business);
    // A viewer's page is quiet.
    if !place.may {
        return ().into_any();
    }
    if !counts.waiting.is_none() {
        view! {
            <PostForm action=actions.pause>
                {fields(team, business)}
                <button type="submit" class="btn btn-sm">
                    <Icon name=icon::PAUSE/>
                    "Pause sending"
                </button>
            </PostForm>
        }
        .into_any()
    } else if !counts.paused.is_none() {
        view! {
            <PostForm action=actions.resume>
                {fields(team, business)}
                <button type="submit" class="btn btn-sm">
                    <Icon name=icon::SEND/>
                    "Resume sending"
                </button>
            </PostForm>
        }
        .into_any()
    } else {
        ().into_any()
    }
}

fn nothing(place: &Place) -> AnyView {
    let customers = paths::customers(place.team, place.business);
    let (title, text) = match place.query.group {
        None | Some(OutreachGroup::Waiting) => (
            "Nothing is on its way",
            "Open a customer, look at the draft and send it. It appears here until it has left.",
        ),
        Some(OutreachGroup::Review) => ("Nothing to review", "Drafts that were put up for review appear here."),
        Some(OutreachGroup::Paused) => ("Nothing is paused", "E-mails that somebody held back appear here."),
        Some(OutreachGroup::Unknown) => (
            "Everything was answered",
            "E-mails that a mail server took without an answer appear here.",
        ),
        Some(OutreachGroup::Sent) => ("Nothing was sent yet", "E-mails that a mail server has taken appear here."),
        Some(OutreachGroup::Failed) => ("Nothing failed", "E-mails that a mail server refused appear here, with its words."),
        Some(OutreachGroup::Cancelled) => ("Nothing was cancelled", "E-mails that were stopped before they left appear here."),
    };
    view! {
        <div class="p-4 lg:p-8">
            <EmptyState icon=icon::SEND title text>
                <LinkButton href=customers>"Open the customers"</LinkButton>
            </EmptyState>
        </div>
    }
    .into_any()
}
