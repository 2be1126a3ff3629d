//! Around a list: tabs or saved views, filter chips, the footer with pages.

use super::{Icon, icon};
use domain::page::Total;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A tab. Without `current` the address decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub href: String,
    pub label: String,
    pub count: Option<String>,
    pub current: Option<bool>,
}

impl Tab {
    #[must_use]
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            label: label.into(),
            count: None,
            current: None,
        }
    }

    #[must_use]
    pub fn count(mut self, count: impl std::fmt::Display) -> Self {
        self.count = Some(count.to_string());
        self
    }

    #[must_use]
    pub fn current(mut self, current: bool) -> Self {
        self.current = Some(current);
        self
    }
}

/// `<Tabs label="Saved views" tabs=vec![Tab::new(href, "All").count(total).current(true)]/>`: links in a line.
#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>, #[prop(optional)] class: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let tabs = tabs
        .into_iter()
        .map(|t| {
            let here = t.href.clone();
            let current = t.current;
            view! {
                <a href=t.href aria-current=move || current.unwrap_or_else(|| path.get() == here).then_some("page")>
                    {t.label}
                    {t.count.map(|c| view! { <span class="sub font-normal ml-1.5 tabular-nums">{c}</span> })}
                </a>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <nav class=icon::joined("tabs-line", class) aria-label=label>
            {tabs}
        </nav>
    }
    .into_any()
}

/// `<Chip field="Segment" value="At risk" remove=href_without_it/>`: a filter; the state is the URL.
#[component]
pub fn Chip(#[prop(into)] field: String, #[prop(into)] value: String, #[prop(into)] remove: String) -> impl IntoView {
    view! {
        <span class="chip">
            <span class="sub">{field.clone()}</span>
            <span class="font-medium">{value}</span>
            <a href=remove aria-label=format!("Remove filter {field}")>
                <Icon name=icon::X class="size-3.5"/>
            </a>
        </span>
    }
    .into_any()
}

/// "1–1 of 1 reply".
fn counted(total: Total, plural: &'static str) -> &'static str {
    match (total, plural) {
        (Total::Exactly(1), "replies") => "reply",
        (Total::Exactly(1), plural) => plural.trim_end_matches('s'),
        _ => plural,
    }
}

/// `<Pagination shown=25 total=page.total noun="customers" previous next/>`: hrefs of the pages beside, `None` at an end.
#[component]
pub fn Pagination(
    shown: usize,
    total: Total,
    /// "customers".
    noun: &'static str,
    #[prop(optional_no_strip)] previous: Option<String>,
    #[prop(optional_no_strip)] next: Option<String>,
    /// Shortcuts or a page size, between figure and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let shown = domain::money::group_thousands(shown as u64);
    // Further on nobody knows which ones they are.
    let shown = if previous.is_none() { format!("1–{shown}") } else { shown };
    view! {
        <nav class="flex items-center gap-4 px-4 lg:px-5 h-11 border-t border-line sub flex-none" aria-label="Pages">
            <span class="tabular-nums">{shown} " of " {total.to_string()} " " {counted(total, noun)}</span>
            {children.map(|c| c())}
            <span class="ml-auto flex gap-2">
                {page_link(previous, icon::LEFT, "Previous page")} {page_link(next, icon::RIGHT, "Next page")}
            </span>
        </nav>
    }
    .into_any()
}

fn page_link(href: Option<String>, symbol: &'static str, label: &'static str) -> AnyView {
    match href {
        Some(href) => view! {
            <a class="btn btn-sm btn-square text-base-content" href=href aria-label=label>
                <Icon name=symbol/>
            </a>
        }
        .into_any(),
        None => view! {
            <button type="button" class="btn btn-sm btn-square" disabled=true aria-label=label>
                <Icon name=symbol/>
            </button>
        }
        .into_any(),
    }
}
