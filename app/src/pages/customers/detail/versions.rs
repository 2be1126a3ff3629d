//! The versions of a draft, on `?versions`: read them, or make one of them the newest again.

use super::{Customer, analyse::locked};
use crate::{
    api::drafts::{DraftVersions, RestoreDraft},
    components::{Button, ErrorNote, Panel, Post, PostForm, Size, Time, Withheld, error_of},
    layouts::use_frame,
    pages::{
        fetched::{Fetched, fetched_or},
        settings::{after, hidden},
    },
    paths,
};
use domain::{
    Error,
    draft::DraftVersion,
    ids::{CustomerId, TeamId},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The address of the page with its versions open, or without.
pub fn address(customer: Customer, open: bool) -> String {
    let path = paths::customer(customer.team, customer.business, customer.id);
    if open { format!("{path}?versions=1#versions") } else { path }
}

/// The versions, fetched while they are open.
#[derive(Clone, Copy)]
pub struct Versions {
    open: Memo<bool>,
    list: Fetched<Vec<DraftVersion>>,
}

impl Versions {
    pub fn new(
        team: impl Fn() -> Result<TeamId, Error> + Copy + Send + Sync + 'static,
        customer: impl Fn() -> Result<CustomerId, Error> + Copy + Send + Sync + 'static,
    ) -> Self {
        let map = use_query_map();
        let open = Memo::new(move |_| map.with(|map| map.get("versions").is_some()));
        let list = fetched_or("[]", move || {
            let (team, customer) = (team()?, customer()?);
            Ok(open.get().then_some(DraftVersions { team, customer }))
        });
        Self { open, list }
    }

    pub fn refetch(self) {
        if self.open.get_untracked() {
            self.list.refetch();
        }
    }

    pub fn have_come(self) -> bool {
        self.list.is_here()
    }
}

pub fn panel(customer: Customer, versions: Versions) -> AnyView {
    let restore = Post::<RestoreDraft>::new();
    after(restore, move || customer.reload.run(()));
    let body = move || {
        versions.open.get().then(|| {
            view! {
                <div id="versions" class="mt-6">
                    <Panel title="Versions" note="Every saved text is kept" flush=true>
                        <ErrorNote error=error_of(restore) class="m-4"/>
                        {move || shown(customer, restore, versions)}
                    </Panel>
                </div>
            }
        })
    };
    body.into_any()
}

fn shown(customer: Customer, restore: Post<RestoreDraft>, versions: Versions) -> AnyView {
    match versions.list.get() {
        Some(Ok(all)) => lines(customer, restore, all),
        Some(Err(error)) => view! { <ErrorNote error=Signal::stored(Some(error)) class="m-4"/> }.into_any(),
        None => ().into_any(),
    }
}

fn lines(customer: Customer, restore: Post<RestoreDraft>, all: Vec<DraftVersion>) -> AnyView {
    let may = use_frame().with_untracked(|frame| locked(frame, customer).is_none());
    let newest = all.first().map_or(0, |version| version.version);
    let items = all
        .into_iter()
        .map(|version| {
            let use_again = (may && version.version != newest).then(|| {
                view! {
                    <PostForm action=restore attr:class="ml-auto">
                        {hidden("team", customer.team)} {hidden("customer", customer.id)} {hidden("version", newest)}
                        {hidden("chosen", version.version)}
                        <Button submit=true size=Size::Row busy=restore.pending()>
                            "Use this version"
                        </Button>
                    </PostForm>
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
