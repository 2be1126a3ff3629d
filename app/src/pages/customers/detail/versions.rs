//! The versions of a draft, on `?versions`: read them, or make one of them the newest again.

use super::{Customer, analyse::locked};
use crate::{
    api::{self, drafts::RestoreDraft},
    components::{Button, ErrorNote, Panel, Size, Time, Withheld, error_of},
    layouts::use_frame,
    pages::settings::{after, hidden, loaded},
    paths,
};
use domain::draft::DraftVersion;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// The address of the page with its versions open, or without.
pub fn address(customer: Customer, open: bool) -> String {
    let path = paths::customer(customer.team, customer.business, customer.id);
    if open { format!("{path}?versions=1#versions") } else { path }
}

pub fn versions(customer: Customer) -> AnyView {
    let map = use_query_map();
    let open = Memo::new(move |_| map.with(|map| map.get("versions").is_some()));
    listed(customer, open)
}

fn listed(customer: Customer, open: Memo<bool>) -> AnyView {
    let current = Memo::new(move |_| customer.detail.with(|d| d.draft.as_ref().map_or(0, |draft| draft.version)));
    let list = Resource::new(
        move || (open.get(), current.get()),
        move |(open, _)| async move {
            if open {
                api::drafts::versions(customer.team, customer.id).await
            } else {
                Ok(Vec::new())
            }
        },
    );
    let restore = ServerAction::<RestoreDraft>::new();
    after(restore, move || customer.reload.run(()));
    let body = move || {
        open.get().then(|| {
            view! {
                <div id="versions" class="mt-6">
                    <Panel title="Versions" note="Every saved text is kept" flush=true>
                        <ErrorNote error=error_of(restore) class="m-4"/>
                        {loaded(list, move |all: Vec<DraftVersion>| lines(customer, restore, all))}
                    </Panel>
                </div>
            }
        })
    };
    view! { {body} }.into_any()
}

fn lines(customer: Customer, restore: ServerAction<RestoreDraft>, all: Vec<DraftVersion>) -> AnyView {
    let may = use_frame().with_untracked(|frame| locked(frame, customer).is_none());
    let newest = all.first().map_or(0, |version| version.version);
    let items = all
        .into_iter()
        .map(|version| {
            let use_again = (may && version.version != newest).then(|| {
                view! {
                    <ActionForm action=restore attr:class="ml-auto">
                        {hidden("team", customer.team)} {hidden("customer", customer.id)} {hidden("version", newest)}
                        {hidden("chosen", version.version)}
                        <Button submit=true size=Size::Row busy=restore.pending()>
                            "Use this version"
                        </Button>
                    </ActionForm>
                }
            });
            let words = match (version.subject, version.body) {
                (Some(subject), Some(body)) => view! {
                    <details class="mt-1.5">
                        <summary class="link text-xs">"Read it"</summary>
                        <p class="font-medium mt-2">{subject}</p>
                        <p class="whitespace-pre-line break-words mt-2">{body}</p>
                    </details>
                }
                .into_any(),
                _ => view! { <Withheld text="Texts are hidden for viewers"/> }.into_any(),
            };
            view! {
                <li class="px-4 py-3">
                    <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                        <span class="font-medium">{format!("Version {}", version.version)}</span>
                        <span class="sub text-xs">{version.edited_by} " · " <Time at=version.edited_at/></span>
                        {use_again}
                    </div>
                    {words}
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="divide-y divide-line">{items}</ul> }.into_any()
}
