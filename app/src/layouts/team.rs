//! The frame of a team's pages: sidebar with the business switcher, top bar, the page in the middle. On a phone the sidebar is a drawer
//! (the same element as a popover, no script).

use super::{
    public::SkipLink,
    topbar::{TopBar, low_credits},
};
use crate::{
    components::{Icon, Mark, MenuLink, icon},
    paths,
};
use domain::{
    ids::BusinessId,
    money::group_thousands,
    permission::Permission,
    team::{BusinessLink, Checklist, TeamFrame},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The frame of the team around: who is asking, businesses, balance. `use_frame().with(|f| f.may(…))`.
///
/// # Panics
/// Outside a `TeamLayout`.
#[must_use]
pub fn use_frame() -> Signal<TeamFrame> {
    expect_context::<Signal<TeamFrame>>()
}

/// Fetches the frame again: after a change of what it shows (businesses, name, balance) on a page that stays open.
/// A move to another page does so by itself.
pub fn refresh_frame() -> impl Fn() + Copy + Send + Sync + 'static {
    let round = use_context::<Refresh>();
    move || {
        if let Some(Refresh(round)) = round {
            round.update(|n| *n += 1);
        }
    }
}

/// Counts how often the frame was asked for again.
#[derive(Clone, Copy)]
pub(crate) struct Refresh(pub(crate) RwSignal<u32>);

/// The business that an address is about: `/t/…/b/{business}/…` or its settings.
fn business_in(path: &str) -> Option<BusinessId> {
    let mut parts = path.split('/').skip_while(|p| *p != "b" && *p != "businesses");
    parts.next()?;
    parts.next()?.parse().ok()
}

/// `<TeamLayout frame=signal_of_frame>page</TeamLayout>`: also gives the frame to the pages (`use_frame`). The business is the one
/// in the address, else the last one seen, else the first. Pages bring their own space: `<div class="page">`.
#[component]
pub fn TeamLayout(#[prop(into)] frame: Signal<TeamFrame>, children: Children) -> impl IntoView {
    provide_context(frame);
    let path = use_location().pathname;
    let business = Memo::new(move |before: Option<&Option<BusinessLink>>| {
        let named = path.with(|p| business_in(p));
        frame.with(|f| {
            let wanted = named.or_else(|| before.and_then(|b| b.as_ref()).map(|b| b.id));
            f.businesses
                .iter()
                .find(|b| Some(b.id) == wanted)
                .or_else(|| f.businesses.first())
                .cloned()
        })
    });
    view! {
        <SkipLink/>
        <div class="frame">
            <Sidebar frame business/>
            <div class="pane">
                <TopBar frame business/>
                {move || frame.with(low_credits)}
                <main id="main" class="grow min-h-0 flex flex-col">
                    {children()}
                </main>
            </div>
        </div>
        {shortcuts()}
    }
    .into_any()
}

#[component]
fn Sidebar(frame: Signal<TeamFrame>, business: Memo<Option<BusinessLink>>) -> impl IntoView {
    view! {
        <nav id="nav" popover="" class="sidebar" aria-label="Main">
            {move || switcher(&frame.get(), business.get())}
            <ul class="grid gap-0.5">{move || work(&frame.get(), business.get())}</ul>
            <ul class="grid gap-0.5 mt-3 pt-3 border-t border-line">
                {move || {
                    let team = frame.with(|f| f.id);
                    view! {
                        <NavItem href=paths::team_settings(team) label="Team" icon=icon::TEAM/>
                        <NavItem href=paths::businesses(team) label="Settings" icon=icon::SETTINGS/>
                    }
                }}
            </ul>
            <button type="button" class="nav-item mt-auto w-full cursor-pointer" popovertarget="shortcuts">
                <Icon name=icon::KEYS/>
                "Shortcuts"
                <kbd class="kbd ml-auto">"?"</kbd>
            </button>
        </nav>
    }
    .into_any()
}

/// What the keys do, by the page that they work on. A popover: opens without a script.
const SHORTCUTS: [(&str, &str); 8] = [
    ("Ctrl K", "Search customers"),
    ("?", "Show these shortcuts"),
    ("J K", "Next and previous row of a list"),
    ("X", "Select a customer; leave an e-mail in review out"),
    ("Enter", "Open the row"),
    ("S", "Skip an e-mail in review"),
    ("E", "Edit it"),
    ("Ctrl Enter", "Approve it"),
];

fn shortcuts() -> AnyView {
    let lines = SHORTCUTS.map(|(keys, what)| {
        let keys = keys
            .split(' ')
            .map(|key| view! { <kbd class="kbd">{key}</kbd> }.into_any())
            .collect_view();
        view! {
            <div class="flex items-center justify-between gap-4 py-1.5">
                <dt>{what}</dt>
                <dd class="flex gap-1">{keys}</dd>
            </div>
        }
        .into_any()
    });
    view! {
        <div id="shortcuts" popover="" class="dialog" role="dialog" aria-labelledby="shortcuts-h">
            <h2 id="shortcuts-h" class="h-sec">
                "Shortcuts"
            </h2>
            <dl class="mt-3 divide-y divide-line">{lines.into_iter().collect_view()}</dl>
        </div>
    }
    .into_any()
}

/// What one works with: of the business, or the first steps while there is nothing yet.
fn work(frame: &TeamFrame, business: Option<BusinessLink>) -> AnyView {
    let team = frame.id;
    let done = frame.steps.done();
    let fresh = done < Checklist::STEPS;
    let progress = format!("{done} of {}", Checklist::STEPS);
    let insights = frame.may(Permission::EditTeamSettings, None);
    view! {
        {fresh.then(|| view! { <NavItem href=paths::team(team) label="Getting started" icon=icon::FLAG count=progress/> })}
        {business
            .map(|b| {
                let count = if b.customers == 0 { String::new() } else { group_thousands(b.customers) };
                let (to_review, replies) = (few(b.to_review), few(b.replies));
                view! {
                    <NavItem href=paths::customers(team, b.id) label="Customers" icon=icon::USERS count/>
                    <NavItem href=paths::outreach(team, b.id) label="Outreach" icon=icon::SEND count=to_review of="to review"/>
                    <NavItem href=paths::replies(team, b.id) label="Replies" icon=icon::REPLY count=replies/>
                }
            })}
        {insights.then(|| view! { <NavItem href=paths::insights(team) label="Insights" icon=icon::CHART/> })}
    }
    .into_any()
}

/// "3", "99+", nothing for none.
fn few(count: u8) -> String {
    match count {
        0 => String::new(),
        1..=BusinessLink::COUNTED => count.to_string(),
        _ => format!("{}+", BusinessLink::COUNTED),
    }
}

/// A line of the sidebar; marked while its address or a page below it is open. `of` says what is counted, where that is not the label.
#[component]
fn NavItem(
    #[prop(into)] href: String,
    label: &'static str,
    icon: &'static str,
    #[prop(optional, into)] count: String,
    #[prop(optional)] of: &'static str,
) -> impl IntoView {
    let path = use_location().pathname;
    let here = href.clone();
    let current = move || {
        // Importing is a page of the customers.
        let at = path.get().replace("/import", "/customers");
        match at.strip_prefix(here.as_str()) {
            // The team's own page is a prefix of every other.
            Some(rest) => rest.is_empty() || (rest.starts_with('/') && here.matches('/').count() > 2),
            None => false,
        }
    };
    view! {
        <li>
            <a class="nav-item" href=href aria-current=move || current().then_some("page")>
                <Icon name=icon/>
                {label}
                {(!count.is_empty())
                    .then(|| {
                        view! {
                            <span class="count">
                                {count} {(!of.is_empty()).then(|| view! { <span class="sr-only">" " {of}</span> })}
                            </span>
                        }
                    })}
            </a>
        </li>
    }
    .into_any()
}

fn customers_word(count: u64) -> String {
    match count {
        0 => String::from("No customers yet"),
        1 => String::from("1 customer"),
        n => format!("{} customers", group_thousands(n)),
    }
}

fn switcher(frame: &TeamFrame, current: Option<BusinessLink>) -> AnyView {
    let team = frame.id;
    let create = frame.may(Permission::CreateBusiness, None);
    let Some(current) = current else {
        return view! {
            <a class="nav-item mb-2" href=if create { paths::new_business(team) } else { paths::businesses(team) }>
                <Icon name=icon::SHOP/>
                {if create { "Create your first business" } else { "No business yet" }}
            </a>
        }
        .into_any();
    };
    let lines = frame
        .businesses
        .iter()
        .map(|b| {
            let here = b.id == current.id;
            view! {
                <li>
                    <a href=paths::customers(team, b.id) aria-current=here.then_some("true")>
                        <Mark name=b.name.clone() mark=b.mark/>
                        <span class="grow truncate">{b.name.clone()}</span>
                        <span class="sub text-xs tabular-nums">{group_thousands(b.customers)}</span>
                        {here.then(|| view! { <Icon name=icon::CHECK/> })}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <details class="dropdown w-full mb-2">
            <summary
                class="flex items-center gap-2.5 p-1.5 rounded-field hover:bg-hover"
                aria-label=format!("Business: {}. Switch business", current.name)
            >
                <Mark name=current.name.clone() mark=current.mark large=true/>
                <span class="min-w-0 grow">
                    <span class="block font-semibold leading-tight truncate">{current.name.clone()}</span>
                    <span class="block sub text-xs truncate">{customers_word(current.customers)}</span>
                </span>
                <Icon name=icon::UPDOWN class="sub"/>
            </summary>
            <ul class="menu dropdown-content w-60">
                {lines} <MenuLink href=paths::businesses(team) label="All businesses" icon=icon::LAYERS/>
                {create
                    .then(|| view! { <MenuLink href=paths::new_business(team) label="Create new business" icon=icon::PLUS apart=true/> })}
            </ul>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_the_business() {
        let id = "0190f5fe-6a3e-7b30-9a4f-0123456789ab";
        let business = id.parse().ok();
        assert_eq!(business_in(&format!("/t/{id}/b/{id}/customers")), business);
        assert_eq!(business_in(&format!("/t/{id}/settings/businesses/{id}")), business);
        assert_eq!(business_in(&format!("/t/{id}/settings/businesses")), None);
        assert_eq!(business_in(&format!("/t/{id}/settings/businesses/new")), None);
        assert_eq!(business_in(&format!("/t/{id}")), None);
    }
}
