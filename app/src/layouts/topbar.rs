//! The bar above a team's pages: team switcher, search, credits left, theme, account; the banner of a low balance.

use super::public::ThemeSwitch;
use crate::{
    components::{Avatar, Banner, Icon, MenuLink, Tone, icon},
    focus::focus,
    paths,
};
use domain::{
    money::group_thousands,
    permission::Permission,
    team::{BusinessLink, TeamFrame},
};
use leptos::prelude::*;

#[component]
pub(super) fn TopBar(frame: Signal<TeamFrame>, business: Memo<Option<BusinessLink>>) -> impl IntoView {
    view! {
        <header class="topbar">
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-square lg:hidden -ml-1.5"
                popovertarget="nav"
                aria-label="Open navigation"
            >
                <Icon name=icon::MENU/>
            </button>
            {move || teams(&frame.get())}
            {move || search(&frame.get(), business.get())}
            <div class="flex items-center gap-1 ml-auto flex-none">
                {move || business.get().is_some().then(find)}
                {move || frame.with(credits)} <ThemeSwitch class="hidden sm:inline-flex"/> {move || frame.with(account)}
            </div>
        </header>
    }
    .into_any()
}

fn teams(frame: &TeamFrame) -> AnyView {
    let lines = frame
        .teams
        .iter()
        .map(|t| {
            let here = t.id == frame.id;
            view! {
                <li>
                    <a href=paths::team(t.id) aria-current=here.then_some("true")>
                        <Avatar name=t.name.clone() me=here/>
                        <span class="grow truncate">{t.name.clone()}</span>
                        <span class="sub text-xs">{t.role.label()}</span>
                        {here.then(|| view! { <Icon name=icon::CHECK/> })}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <details class="dropdown">
            <summary class="btn btn-ghost btn-sm -ml-1 lg:-ml-2 max-w-44" aria-label=format!("Team: {}. Switch team", frame.name)>
                <span class="truncate">{frame.name.clone()}</span>
                <Icon name=icon::UPDOWN class="sub"/>
            </summary>
            <ul class="menu dropdown-content w-60">
                {lines} <MenuLink href=paths::NEW_TEAM label="Create team" icon=icon::PLUS apart=true/>
            </ul>
        </details>
    }
    .into_any()
}

/// On a phone the search is behind its button.
fn find() -> AnyView {
    view! {
        <button
            type="button"
            class="btn btn-ghost btn-sm btn-square md:hidden"
            popovertarget="find"
            aria-label="Search customers"
            on:click=|_| focus("#search")
        >
            <Icon name=icon::SEARCH/>
        </button>
    }
    .into_any()
}

/// Searches the customers of the business; a plain form, so that it works before the page is alive.
fn search(frame: &TeamFrame, business: Option<BusinessLink>) -> AnyView {
    let Some(business) = business else {
        return ().into_any();
    };
    let action = paths::customers(frame.id, business.id);
    view! {
        <form id="find" popover="" role="search" class="find" method="get" action=action>
            <label class="flex items-center gap-2 h-8 px-2.5 rounded-field bg-base-200 border border-line focus-within:outline-2 focus-within:outline-primary focus-within:-outline-offset-1">
                <Icon name=icon::SEARCH class="sub"/>
                <span class="sr-only">{format!("Search customers of {}", business.name)}</span>
                <input
                    id="search"
                    type="search"
                    name="search"
                    autocomplete="off"
                    class="grow min-w-0 w-full h-full bg-transparent outline-none placeholder:text-muted"
                    placeholder="Search customers"
                />
                <span class="flex-none max-lg:hidden">
                    <kbd class="kbd">"Ctrl K"</kbd>
                </span>
            </label>
        </form>
    }
    .into_any()
}

fn credits(frame: &TeamFrame) -> AnyView {
    let left = u64::try_from(frame.balance.available().0).unwrap_or(0);
    let title = format!(
        "{} monthly credits, {} bought, {} reserved",
        frame.balance.monthly.0, frame.balance.bought.0, frame.balance.held.0
    );
    view! {
        <a class="btn btn-ghost btn-sm" href=paths::credits(frame.id) title=title>
            <Icon name=icon::COINS class="sub"/>
            <span>
                <span class="tabular-nums" data-testid="credits-left">
                    {group_thousands(left)}
                </span>
                <span class="hidden sm:inline">" credits left"</span>
                <span class="sr-only sm:hidden">" credits left"</span>
            </span>
        </a>
    }
    .into_any()
}

fn account(frame: &TeamFrame) -> AnyView {
    view! {
        <details class="dropdown dropdown-end">
            <summary class="btn btn-ghost btn-sm btn-circle" aria-label=format!("Account: {}", frame.person_name)>
                <Avatar name=frame.person_name.clone() me=true/>
            </summary>
            <ul class="menu dropdown-content w-60">
                <li class="px-2 py-1.5">
                    <span class="!p-0 !min-h-0 !block">
                        <b class="font-semibold block truncate">{frame.person_name.clone()}</b>
                        <span class="sub text-xs block truncate">{frame.person_email.clone()} " · " {frame.role.label()}</span>
                    </span>
                </li>
                <MenuLink href=paths::TEAMS label="Your teams" icon=icon::TEAM apart=true/>
                <li>
                    <button type="button" data-theme-toggle="">
                        <Icon name=icon::MOON class="sub"/>
                        "Switch theme"
                    </button>
                </li>
                <li>
                    <form method="post" action=paths::SIGN_OUT class="!p-0 !block">
                        <button type="submit" class="flex items-center gap-2 w-full px-2 py-1.5 min-h-8 text-left cursor-pointer">
                            <Icon name=icon::OUT class="sub"/>
                            "Sign out"
                        </button>
                    </form>
                </li>
            </ul>
        </details>
    }
    .into_any()
}

/// For owner and admins, who can do something about it.
pub(super) fn low_credits(frame: &TeamFrame) -> Option<AnyView> {
    (frame.low_balance && frame.may(Permission::PurchaseAddons, None)).then(|| {
        let left = u64::try_from(frame.balance.available().0).unwrap_or(0);
        let title = format!("{} credits left.", group_thousands(left));
        view! {
            <div class="px-4 lg:px-5 pt-4">
                <Banner
                    tone=Tone::Warning
                    icon=icon::COINS
                    title
                    text="Analyses stop when they end, sending goes on."
                    action=(paths::credits(frame.id), String::from("See credits"))
                />
            </div>
        }
        .into_any()
    })
}
