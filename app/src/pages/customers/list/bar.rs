//! Search, active filters, the menu that adds one, and the order. GET forms and links.

use super::Place;
use crate::{
    components::{Button, Checkbox, Chip, Field, Icon, Kind, Select, icon},
    pages::customers::query::{self, first, href},
    paths,
};
use domain::{
    customer::{CustomerQuery, CustomerSort},
    persona::Segment,
};
use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

pub fn bar(place: Memo<Option<Place>>, query: Memo<CustomerQuery>) -> AnyView {
    let submit = submit(place);
    // The menu shows the filters of the address, also where somebody had chosen others.
    let menu = NodeRef::<html::Form>::new();
    Effect::new(move || {
        query.track();
        request_animation_frame(move || {
            if let Some(form) = menu.get_untracked() {
                form.reset();
            }
        });
    });
    let action = move || place.get().map_or_else(String::new, |at| paths::customers(at.team, at.business));
    view! {
        <div class="px-4 lg:px-5 py-2.5 flex items-center gap-2 flex-none border-b border-line" class:hidden=move || place.get().is_none()>
            <div class="flex items-center gap-2 min-w-0 overflow-x-auto no-scrollbar p-0.5 -m-0.5">
                <form method="get" action=action on:submit=submit.clone()>
                    <label class="flex items-center gap-2 h-7 px-2 rounded-field border border-edge w-44 flex-none focus-within:outline-2 focus-within:outline-primary focus-within:-outline-offset-1">
                        <Icon name=icon::SEARCH class="sub size-3.5"/>
                        <span class="sr-only">"Search in this view"</span>
                        <input
                            type="search"
                            name="search"
                            autocomplete="off"
                            maxlength="200"
                            class="grow min-w-0 w-full h-full bg-transparent outline-none placeholder:text-muted"
                            placeholder="Search in this view"
                            value=query.get_untracked().search
                            prop:value=move || query.with(|query| query.search.clone())
                        />
                    </label>
                    {move || query.with(|query| kept(query, &["search"]))}
                </form>
                {move || place.get().map(|at| chips(at, &query.get()))}
            </div>
            {move || place.get().map(|at| filters(at, &query.get(), menu, submit.clone()))}
            {move || place.get().map(|at| order(at, &query.get()))}
        </div>
    }
    .into_any()
}

/// With a script a form only changes the address.
fn submit(place: Memo<Option<Place>>) -> impl Fn(ev::SubmitEvent) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |event| {
        let form = event.target().map(JsCast::unchecked_into::<web_sys::HtmlFormElement>);
        let data = form.and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        if let (Some(at), Some(data)) = (place.get_untracked(), data) {
            event.prevent_default();
            let query = query::submitted(&data, at.masked);
            navigate(&href(at.team, at.business, &query), NavigateOptions::default());
        }
    }
}

/// The rest of the query, sent along by a form that asks for some parts itself. The list begins anew.
fn kept(query: &CustomerQuery, asked: &[&str]) -> AnyView {
    query::pairs(&first(query))
        .into_iter()
        .filter(|(key, _)| !asked.contains(key))
        .map(|(key, value)| view! { <input type="hidden" name=key value=value/> })
        .collect_view()
        .into_any()
}

fn chips(at: Place, query: &CustomerQuery) -> AnyView {
    query::chips(query)
        .into_iter()
        .map(|(field, value, without)| view! { <Chip field value remove=href(at.team, at.business, &without)/> })
        .collect_view()
        .into_any()
}

/// A menu with a form; what is chosen replaces the filters.
fn filters(at: Place, query: &CustomerQuery, menu: NodeRef<html::Form>, submit: impl Fn(ev::SubmitEvent) + Clone + 'static) -> AnyView {
    let choice = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let mut segments = vec![choice("", "Any")];
    segments.extend(Segment::ALL.iter().map(|segment| choice(segment.as_str(), segment.label())));
    let mut scores = vec![choice("", "Any")];
    scores.extend((2..=5).rev().map(|score| {
        (
            score.to_string(),
            format!("{score} of 5{}", if score < 5 { " or more" } else { "" }),
        )
    }));
    let drafts = vec![choice("", "Any"), choice("ready", "Ready"), choice("none", "None")];
    let orders = CustomerSort::ALL
        .iter()
        .filter(|by| !(at.masked && by.is_masked()))
        .map(|by| (by.to_string(), query::order_words(*by, by.starts_descending())))
        .collect();
    let (by, _) = query::order(query, at.masked);
    let segment = query.segment.map(|segment| segment.to_string()).unwrap_or_default();
    let score = query.opportunity.map(|score| score.to_string()).unwrap_or_default();
    let search = query.search.clone();
    let draft = query.draft.clone().unwrap_or_default();
    let tag = query.tag.clone().unwrap_or_default();
    let also = query.also_elsewhere;
    let money = (!at.masked).then(|| {
        view! {
            <Select name="segment" label="Segment" options=segments value=segment small=true/>
            <Select name="opportunity" label="Opportunity" options=scores value=score small=true/>
        }
    });
    view! {
        <details class="dropdown dropdown-end flex-none">
            <summary class="btn btn-ghost btn-xs h-7 text-sm sub">
                <Icon name=icon::PLUS class="size-3.5"/>
                "Filter"
            </summary>
            <div class="dropdown-content w-64 p-3">
                <form node_ref=menu method="get" action=paths::customers(at.team, at.business) on:submit=submit>
                    <div class="grid gap-3">
                        {(!search.is_empty()).then(|| view! { <input type="hidden" name="search" value=search/> })} {money}
                        <Select name="draft" label="Draft" options=drafts value=draft small=true/>
                        <Field name="tag" label="Tag" value=tag small=true/>
                        <Checkbox name="also" label="In other products too" checked=also/>
                        <Select name="sort" label="Order" options=orders value=by.to_string() small=true/>
                        <Button submit=true kind=Kind::Primary>
                            "Show customers"
                        </Button>
                    </div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn order(at: Place, query: &CustomerQuery) -> AnyView {
    let (by, down) = query::order(query, at.masked);
    let turned = href(at.team, at.business, &query::sorted(query, by, at.masked));
    view! {
        <a class="btn btn-ghost btn-xs h-7 text-sm sub ml-auto max-lg:hidden flex-none" href=turned title="Turn the order round">
            <Icon name=if down { icon::ARROW_DOWN } else { icon::ARROW_UP } class="size-3.5"/>
            {query::order_words(by, down)}
        </a>
    }
    .into_any()
}
