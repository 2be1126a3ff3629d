//! The rows. On a phone each is two lines and a figure.

use super::{Picking, Place};
use crate::{
    components::{
        AlsoIn, Avatar, Button, EmptyState, Icon, IconButton, Kind, LinkButton, Mark, Pagination, Pips, SegmentDot, Time, Withheld, icon,
        locked_reason,
    },
    pages::customers::query::{self, href},
    paths,
};
use domain::{
    customer::{CustomerQuery, CustomerRow, CustomerSort, LastContact},
    page::Page,
    permission::Permission,
};
use leptos::prelude::*;

pub fn list(page: Page<CustomerRow>, at: Place, query: &CustomerQuery, picking: Picking) -> AnyView {
    picking.shows(page.rows.iter().map(|row| row.id).collect());
    if page.rows.is_empty() {
        return empty(at, query);
    }
    let shown = page.rows.len();
    let caption = format!("{} customers, {}", page.total, {
        let (by, down) = query::order(query, at.masked);
        query::order_words(by, down)
    });
    let go = |cursor: Option<String>| {
        cursor.map(|cursor| {
            let there = CustomerQuery {
                cursor: Some(cursor),
                ..query.clone()
            };
            href(at.team, at.business, &there)
        })
    };
    let (previous, next) = (go(page.previous), go(page.next));
    let rows = page
        .rows
        .into_iter()
        .enumerate()
        .map(|(place, row)| line(at, place, row, picking))
        .collect_view();
    view! {
        <div class="relative grow min-h-40">
            <div class="absolute inset-0 overflow-auto" tabindex="0" role="region" aria-label="Customer list">
                {at
                    .masked
                    .then(|| {
                        view! {
                            <p class="px-4 lg:px-5 py-2 border-b border-line text-xs">
                                <Withheld text="Viewers see shortened addresses, and no money figures or what rests on them."/>
                            </p>
                        }
                    })}
                <table class="table table-rows">
                    <caption class="sr-only">{caption}</caption>
                    {head(at, query, picking, shown)}
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {picked(picking)}
        </div>
        <Pagination shown total=page.total noun="customers" previous next>
            <span class="max-lg:hidden flex items-center gap-1.5 text-xs">
                <kbd class="kbd">"J"</kbd>
                <kbd class="kbd">"K"</kbd>
                " move "
                <kbd class="kbd">"X"</kbd>
                " select "
                <kbd class="kbd">"↵"</kbd>
                " open"
            </span>
        </Pagination>
    }
    .into_any()
}

fn head(at: Place, query: &CustomerQuery, picking: Picking, shown: usize) -> AnyView {
    let sort = |by: CustomerSort, class: &'static str| heading(at, query, by, class);
    let plain = |label: &'static str, class: &'static str| view! { <th scope="col" class=class>{label}</th> }.into_any();
    let full = !at.masked;
    view! {
        <thead class="sticky top-0 z-10 bg-base-100">
            <tr>
                <th scope="col" class="w-9 !pl-4 lg:!pl-5 !pr-0">
                    <input
                        type="checkbox"
                        class="checkbox"
                        aria-label=format!("Select all {shown} on this page")
                        prop:checked=move || picking.of_all()
                        on:change=move |ev| picking.tick_all(event_target_checked(&ev))
                    />
                </th>
                {sort(CustomerSort::Name, "")}
                {if full { sort(CustomerSort::Email, "hidden xl:table-cell") } else { plain("E-mail", "hidden xl:table-cell") }}
                {full.then(|| plain("Persona segment", "hidden md:table-cell"))}
                {full.then(|| sort(CustomerSort::Opportunity, "hidden md:table-cell"))}
                {full.then(|| sort(CustomerSort::Spent, "num"))}
                {full.then(|| plain("Payments", "num hidden 2xl:table-cell"))}
                {sort(CustomerSort::LastPayment, "hidden lg:table-cell")}
                {plain("Last contact", "hidden md:table-cell")}
                {plain("Other products", "hidden md:table-cell")}
            </tr>
        </thead>
    }
    .into_any()
}

/// A heading that sorts.
fn heading(at: Place, query: &CustomerQuery, by: CustomerSort, class: &'static str) -> AnyView {
    let (now, down) = query::order(query, at.masked);
    let here = now == by;
    let label = if by == CustomerSort::Name {
        "Customer"
    } else {
        query::sort_label(by)
    };
    let there = href(at.team, at.business, &query::sorted(query, by, at.masked));
    let state = here.then_some(if down { "descending" } else { "ascending" });
    view! {
        <th scope="col" class=class aria-sort=state>
            <a href=there class="inline-flex items-center gap-1 hover:text-base-content" class:text-base-content=here>
                {label}
                {here
                    .then(|| view! { <Icon name=if down { icon::ARROW_DOWN } else { icon::ARROW_UP } class="size-3"/> })}
            </a>
        </th>
    }
    .into_any()
}

fn line(at: Place, place: usize, row: CustomerRow, picking: Picking) -> AnyView {
    let id = row.id;
    let full = !at.masked;
    let name = if row.name.is_empty() { row.email.clone() } else { row.name.clone() };
    let segment = row.segment;
    view! {
        <tr
            data-row=place.to_string()
            class:is-selected=move || picking.is_ticked(id)
            class:is-cursor=move || picking.is_at(place)
        >
            <td class="w-9 !pl-4 lg:!pl-5 !pr-0">
                <input
                    type="checkbox"
                    class="checkbox"
                    aria-label=format!("Select {name}")
                    prop:checked=move || picking.is_ticked(id)
                    on:change=move |_| picking.toggle(id)
                />
            </td>
            <td class="max-w-0 w-[22%] max-md:w-full">
                <a href=paths::customer(at.team, at.business, id) class="flex items-center gap-2.5 min-w-0">
                    <Avatar name=name.clone()/>
                    <span class="min-w-0">
                        <span class="flex items-center gap-1.5 min-w-0">
                            <bdi class="truncate font-medium">{name}</bdi>
                            {mail_state(&row)}
                        </span>
                        <span class="md:hidden flex items-center gap-2 sub text-xs mt-0.5">
                            {match segment {
                                Some(segment) => view! { <SegmentDot segment/> }.into_any(),
                                None if full => "Not analysed".into_any(),
                                None => ().into_any(),
                            }}
                            {row.last_contact.as_ref().map(contacted)}
                        </span>
                    </span>
                </a>
            </td>
            <td class="hidden xl:table-cell max-w-0 w-[20%] sub">
                <span class="block truncate">{row.email}</span>
            </td>
            {full
                .then(|| {
                    view! {
                        <td class="hidden md:table-cell">{segment.map(|segment| view! { <SegmentDot segment/> })}</td>
                        <td class="hidden md:table-cell">{row.opportunity.map(|opportunity| view! { <Pips opportunity/> })}</td>
                        <td class="num">{row.spent}</td>
                        <td class="num sub hidden 2xl:table-cell">{row.payments}</td>
                    }
                })}
            <td class="hidden lg:table-cell sub whitespace-nowrap">{row.last_payment.map(|day| view! { <Time at=day/> })}</td>
            <td class="hidden md:table-cell whitespace-nowrap">{contact(row.last_contact)}</td>
            <td class="hidden md:table-cell !pr-5">
                <AlsoIn names=row.also_in/>
            </td>
        </tr>
    }
    .into_any()
}

/// A draft that waits, or a mail on its way.
fn mail_state(row: &CustomerRow) -> AnyView {
    let (symbol, title) = match (row.open_outreach, row.has_draft) {
        (Some(state), _) => (icon::SEND, format!("E-mail: {}", state.label().to_lowercase())),
        (None, true) => (icon::PENCIL, String::from("Draft ready")),
        (None, false) => return ().into_any(),
    };
    let said = title.clone();
    view! {
        <span class="sub inline-flex flex-none" title=title>
            <Icon name=symbol class="size-3.5"/>
            <span class="sr-only">{said}</span>
        </span>
    }
    .into_any()
}

/// On a phone: only when.
fn contacted(contact: &LastContact) -> AnyView {
    let class = if contact.warn { "truncate text-warning" } else { "truncate" };
    view! { <span class=class>{contact.at.relative.clone()}</span> }.into_any()
}

fn contact(contact: Option<LastContact>) -> AnyView {
    let Some(contact) = contact else {
        return view! { <span class="sub">"Never"</span> }.into_any();
    };
    let first = contact.person.split_whitespace().next().unwrap_or_default().to_owned();
    let warning = contact.warn.then(|| {
        view! {
            <span class="text-warning inline-flex" title="Contacted recently for another product">
                <Icon name=icon::ALERT class="size-3.5"/>
                <span class="sr-only">"Contacted recently"</span>
            </span>
        }
    });
    view! {
        <span class="inline-flex items-center gap-1.5 align-top">
            <Mark name=contact.business.clone() mark=contact.mark/>
            <span class="sr-only">{contact.business} ":"</span>
            <Time at=contact.at/>
            <span class="sub">{first}</span>
            {warning}
        </span>
    }
    .into_any()
}

/// How many are ticked. What can be done with them comes here.
fn picked(picking: Picking) -> AnyView {
    view! {
        <Show when=move || { picking.count() > 0 }>
            <div class="absolute inset-x-0 bottom-4 z-20 flex justify-center pointer-events-none">
                <div class="dockbar pointer-events-auto" role="status">
                    <IconButton icon=icon::X label="Clear the selection" kind=Kind::Ghost on:click=move |_| picking.clear()/>
                    <span class="px-2 tabular-nums">{move || picking.count()} " selected"</span>
                    <Show when=move || !picking.of_all()>
                        <Button kind=Kind::Ghost on:click=move |_| picking.tick_all(true)>
                            "Select the whole page"
                        </Button>
                    </Show>
                </div>
            </div>
        </Show>
    }
    .into_any()
}

fn empty(at: Place, query: &CustomerQuery) -> AnyView {
    let all = paths::customers(at.team, at.business);
    let inside = if query::is_narrowed(query) || query.cursor.is_some() {
        view! {
            <EmptyState icon=icon::SEARCH title="No customer matches" text="Search for less of the name, or take a filter away." bare=true>
                <LinkButton href=all>"Show all customers"</LinkButton>
            </EmptyState>
        }
        .into_any()
    } else if at.may_import {
        view! {
            <EmptyState
                icon=icon::USERS
                title="No customers yet"
                text="Import them from a CSV file. You see what will happen before anything is written."
                bare=true
            >
                <LinkButton href=paths::import(at.team, at.business) kind=Kind::Primary icon=icon::UPLOAD>
                    "Import customers"
                </LinkButton>
            </EmptyState>
        }
        .into_any()
    } else {
        let text = locked_reason(Permission::ImportCsv);
        view! { <EmptyState icon=icon::USERS title="No customers yet" text bare=true/> }.into_any()
    };
    view! { <div class="grow grid place-items-center">{inside}</div> }.into_any()
}
