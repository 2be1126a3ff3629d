//! The list at the left: groups with their rows.

use super::{Place, link};
use crate::{
    components::{Avatar, Icon, Pips, Withheld, icon},
    focus::key_of,
};
use domain::{
    outreach::{OutreachCounts, OutreachGroup, OutreachPage as Data, OutreachRow, OutreachSection, OutreachState, WaitReason},
    page::Total,
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

pub(super) fn list(data: &Data, place: &Place) -> AnyView {
    let open = data.open.as_ref().map(|open| open.row.id);
    let sections = data
        .sections
        .iter()
        .filter(|section| !section.rows.is_empty())
        .map(|section| {
            let rows = section
                .rows
                .iter()
                .enumerate()
                .map(|(n, row)| line(row, n, place, open == Some(row.id)))
                .collect_view();
            view! {
                <section>
                    {head(section, &data.counts)} <ul class="divide-y divide-line border-b border-line">{rows}</ul> {more(section, place)}
                </section>
            }
            .into_any()
        })
        .collect_view();
    view! { <div id="outreach-list">{sections}</div> }.into_any()
}

fn head(section: &OutreachSection, counts: &OutreachCounts) -> AnyView {
    let note = match section.group {
        OutreachGroup::Waiting => section.rows.first().and_then(first_in_line).unwrap_or_default(),
        OutreachGroup::Unknown => String::from("Never sent again by itself"),
        _ => String::from("Newest first"),
    };
    view! {
        <h2 class="flex items-center gap-2 px-4 h-8 text-xs bg-base-200 border-b border-line sticky top-0 z-[1]">
            <span class="font-semibold">{section.group.label()}</span>
            <span class="sub tabular-nums">{counts.of(section.group).to_string()}</span>
            <span class="sub ml-auto truncate font-normal">{note}</span>
        </h2>
    }
    .into_any()
}

fn first_in_line(row: &OutreachRow) -> Option<String> {
    let why = short(row.wait?);
    Some(
        row.due
            .as_ref()
            .map_or_else(|| why.to_owned(), |due| format!("{why}, next {}", due.relative)),
    )
}

/// The reason in a word or two.
const fn short(wait: WaitReason) -> &'static str {
    match wait {
        WaitReason::Next => "Next",
        WaitReason::SenderHour => "Hourly limit",
        WaitReason::SenderDay => "Daily limit",
        WaitReason::Gap => "Pause between two",
        WaitReason::Retry => "Tried again",
        WaitReason::NotBefore => "For later",
        WaitReason::NoWorker => "No worker",
        WaitReason::Server => "Mail server",
        WaitReason::Sending => "Sending",
    }
}

/// What follows: the whole group from its beginning, or the pages of one.
fn more(section: &OutreachSection, place: &Place) -> AnyView {
    let group = Some(section.group);
    let at = |key: &'static str, cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|cursor| link(place.team, place.business, group, &[(key, cursor.clone())]))
    };
    let (next, previous) = (at("after", &section.next), at("before", &section.previous));
    if place.query.group.is_none() {
        return next
            .map(|_| {
                view! {
                    <p class="px-4 py-2 border-b border-line">
                        <a class="link" href=place.group(group)>
                            "Show all " {section.group.label().to_lowercase()}
                        </a>
                    </p>
                }
            })
            .into_any();
    }
    if next.is_none() && previous.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="flex justify-end gap-2 p-3" aria-label="Pages">
            {previous.map(|href| view! { <a class="btn btn-sm" rel="prev" href=href>"Previous"</a> })}
            {next.map(|href| view! { <a class="btn btn-sm" rel="next" href=href>"Next"</a> })}
        </nav>
    }
    .into_any()
}

fn line(row: &OutreachRow, n: usize, place: &Place, current: bool) -> AnyView {
    let class = if current {
        "flex gap-3 px-4 py-2.5 bg-tint shadow-[inset_2px_0_0_var(--color-primary)]"
    } else {
        "flex gap-3 px-4 py-2.5 hover:bg-hover"
    };
    let when = match (row.state, row.wait) {
        (OutreachState::Queued | OutreachState::Sending, Some(wait)) if n > 0 || row.due.is_none() => short(wait).to_owned(),
        (OutreachState::Queued | OutreachState::Sending, _) => row.due.as_ref().map(|due| due.relative.clone()).unwrap_or_default(),
        _ => row.sent_at.as_ref().unwrap_or(&row.queued_at).relative.clone(),
    };
    let title = row.sent_at.as_ref().unwrap_or(&row.queued_at).exact.clone();
    let said = match (row.state, &row.error, &row.subject) {
        (OutreachState::Failed, Some(error), _) => view! { <span class="truncate">{error.clone()}</span> }.into_any(),
        (OutreachState::Unknown, ..) => view! { <span class="truncate">"Handed over, no answer from the server"</span> }.into_any(),
        (_, _, Some(subject)) => view! { <span class="truncate">{subject.clone()}</span> }.into_any(),
        (_, _, None) => view! { <Withheld text="Words are hidden for viewers"/> }.into_any(),
    };
    let name = if row.name.is_empty() { row.email.clone() } else { row.name.clone() };
    let worry = (row.state == OutreachState::Unknown).then(|| {
        view! {
            <span class="text-warning inline-flex">
                <Icon name=icon::ALERT class="size-3.5"/>
            </span>
        }
    });
    view! {
        <li>
            <a href=place.open(row.id) class=class aria-current=current.then_some("true")>
                <Avatar name=name.clone()/>
                <span class="min-w-0 grow">
                    <span class="flex items-center gap-2">
                        <bdi class="font-medium truncate">{name}</bdi>
                        {worry}
                        <span class="ml-auto sub text-xs whitespace-nowrap" title=title>
                            {when}
                        </span>
                    </span>
                    <span class="flex items-center gap-1.5 sub">
                        {said} {row.opportunity.map(|opportunity| view! { <span class="ml-auto"><Pips opportunity/></span> })}
                    </span>
                </span>
            </a>
        </li>
    }
    .into_any()
}

/// Where the e-mail beside the list stands in its group.
pub(super) struct Step {
    /// From 1, on the first page of the group.
    pub at: Option<usize>,
    pub of: Total,
    /// The one after it.
    pub next: Option<String>,
}

pub(super) fn step_of(data: &Data, place: &Place) -> Option<Step> {
    let open = data.open.as_ref()?.row.id;
    let (section, at) = data.sections.iter().find_map(|section| {
        let at = section.rows.iter().position(|row| row.id == open)?;
        Some((section, at))
    })?;
    Some(Step {
        at: section.previous.is_none().then_some(at + 1),
        of: data.counts.of(section.group),
        next: section.rows.get(at + 1).map(|row| place.open(row.id)),
    })
}

/// J and K go to the next and the previous e-mail; what else a key does stands on its button.
pub(super) fn keys() {
    Effect::new(|| {
        let listening = window_event_listener(ev::keydown, |ev| match key_of(&ev).as_deref() {
            Some("j") => step(1),
            Some("k") => step(-1),
            Some(key @ ("s" | "e" | "x")) => press(key),
            None if ev.key() == "Enter" && (ev.ctrl_key() || ev.meta_key()) => press("Enter"),
            _ => {}
        });
        on_cleanup(move || listening.remove());
    });
}

fn press(key: &str) {
    if let Ok(Some(button)) = document().query_selector(&format!("[data-key={key}]")) {
        button.unchecked_into::<web_sys::HtmlElement>().click();
    }
}

fn step(by: i32) {
    let Ok(links) = document().query_selector_all("#outreach-list li > a") else {
        return;
    };
    let links: Vec<web_sys::HtmlElement> = (0..links.length())
        .filter_map(|n| links.item(n)?.dyn_into::<web_sys::HtmlElement>().ok())
        .collect();
    let current = links.iter().position(|link| link.has_attribute("aria-current"));
    let next = current.map_or(Some(0), |n| n.checked_add_signed(by as isize));
    if let Some(link) = next.and_then(|n| links.get(n)) {
        link.click();
        let _ = link.focus();
    }
}
