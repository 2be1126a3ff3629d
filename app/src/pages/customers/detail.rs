//! A customer's page. Mounted once: fetching it again changes what it shows, and keeps what is being typed.

mod analyse;
mod aside;
mod draft;
mod edit;
mod head;
mod language;
mod panels;
mod regenerate;
mod versions;

use crate::{
    api::customer_detail::OpenCustomer,
    components::{Banner, Skeleton, Tone, icon},
    layouts::ErrorPage,
    pages::{
        customers::{
            reply_panel::{ReplyOptionsOf, reply_options},
            send_panel::{SendOptionsOf, send_options},
            timeline::{TimelinePage, TimelinePanel, timeline},
        },
        fetched::{Fetched, fetched},
        settings::{business_id, team_id},
    },
};
use analyse::Analysing;
use domain::{
    Error,
    business::Language,
    customer::CustomerDetail,
    ids::{BusinessId, CustomerId, TeamId},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use panels::ReplyPanel;
use versions::Versions;

/// The customer of the URL; one that can't be read is not found.
pub fn customer_id() -> impl Fn() -> Result<CustomerId, Error> + Copy + Send + Sync + 'static {
    let params = use_params_map();
    move || {
        params
            .with(|p| p.get("customer").and_then(|id| id.parse().ok()))
            .ok_or(Error::NotFound)
    }
}

/// What the panels of the page share.
#[derive(Clone, Copy)]
pub struct Customer {
    pub team: TeamId,
    pub business: BusinessId,
    pub id: CustomerId,
    /// As of the last time it was fetched.
    pub detail: Signal<CustomerDetail>,
    /// Fetches it again, with the frame around (balance, counts).
    pub reload: Callback<()>,
}

#[component]
pub fn CustomerPage() -> impl IntoView {
    let (team, business, customer) = (team_id(), business_id(), customer_id());
    let map = use_query_map();
    // Of the persona; what the page does not know is like none.
    let language = Memo::new(move |_| map.with(|map| map.get("language").and_then(|name| Language::parse(&name))));
    let detail = fetched(move || {
        Ok(OpenCustomer {
            team: team()?,
            business: business()?,
            customer: customer()?,
            language: language.get(),
        })
    });
    let of = move || Ok((team()?, business()?, customer()?));
    let events = timeline(of);
    provide_context(events);
    let (sending, replying) = (send_options(of), reply_options(of));
    provide_context(sending);
    provide_context(replying);
    let versions = Versions::new(team, customer);
    let refresh_frame = crate::layouts::refresh_frame();
    let reload = Callback::new(move |()| {
        detail.refetch();
        events.refetch();
        versions.refetch();
        sending.refetch();
        replying.refetch();
        refresh_frame();
    });
    view! {
        <Transition fallback=|| {
            view! {
                <div class="page">
                    <Skeleton rows=8 label="Loading the customer"/>
                </div>
            }
        }>{opened(detail, versions, (events, sending, replying), team, reload)}</Transition>
    }
    .into_any()
}

fn opened(
    detail: Fetched<CustomerDetail>,
    versions: Versions,
    (events, sending, replying): (TimelinePage, SendOptionsOf, ReplyOptionsOf),
    team: impl Fn() -> Result<TeamId, Error> + Copy + Send + Sync + 'static,
    reload: Callback<()>,
) -> impl IntoView {
    // Changes with the customer only: fetching again must not mount the page again. Everything that the page reads is waited for here: what a
    // panel fetched by itself, deeper inside, would not be there when the browser takes the page over.
    let which = Memo::new(move |_| {
        if !(versions.have_come() && events.is_here() && sending.is_here() && replying.is_here()) {
            return None;
        }
        detail.with(|d| Some(d?.as_ref().map(|d| (d.business, d.id)).map_err(Clone::clone)))
    });
    let kept = StoredValue::new(None::<CustomerDetail>);
    move || {
        which.get().map(|found| match (found, team()) {
            (Err(error), _) | (_, Err(error)) => view! { <ErrorPage error/> }.into_any(),
            (Ok((business, id)), Ok(team)) => {
                let shown = Memo::new(move |_| {
                    if let Some(Ok(newer)) = detail.get()
                        && newer.id == id
                    {
                        kept.set_value(Some(newer));
                    }
                    kept.get_value()
                });
                let Some(first) = shown.get_untracked() else { return ().into_any() };
                let customer = Customer {
                    team,
                    business,
                    id,
                    detail: Signal::derive(move || shown.get().unwrap_or_else(|| first.clone())),
                    reload,
                };
                page(customer, versions)
            }
        })
    }
}

fn page(customer: Customer, versions: Versions) -> AnyView {
    let detail = customer.detail;
    let analysing = Analysing::new(customer);
    // Fixed for this mount: the document keeps the title's text longer than the page keeps its signals.
    let title = format!("{} · AskUsers", detail.with_untracked(shown_name));
    view! {
        <Title text=title/>
        <div class="page">
            {head::head(customer)}
            <div class="grid lg:grid-cols-[minmax(0,1fr)_19rem] gap-x-8 gap-y-6 mt-6 items-start">
                <div class="grid gap-6 min-w-0 max-lg:contents">
                    <div class="max-lg:order-1 min-w-0 empty:hidden">{edit::panel(customer)}</div>
                    <div class="max-lg:order-1 grid gap-4 empty:hidden">{move || detail.with(notices)}</div>
                    <div class="max-lg:order-2 min-w-0">{draft::panel(customer, analysing, versions)}</div>
                    <div class="max-lg:order-2 min-w-0 empty:hidden">
                        <ReplyPanel customer/>
                    </div>
                    <div class="max-lg:order-4 min-w-0 empty:hidden">
                        <TimelinePanel/>
                    </div>
                </div>
                <aside class="grid gap-6 max-lg:order-3 lg:sticky lg:top-20" aria-label="Persona and facts">
                    {aside::aside(customer, analysing)}
                </aside>
            </div>
        </div>
    }
    .into_any()
}

/// The name, or the address where there is none.
fn shown_name(detail: &CustomerDetail) -> String {
    if detail.name.trim().is_empty() {
        detail.email.clone()
    } else {
        detail.name.clone()
    }
}

/// What whoever is about to write should know first.
fn notices(detail: &CustomerDetail) -> AnyView {
    let suppressed = detail.suppressed.as_ref().map(|reason| {
        view! {
            <Banner
                tone=Tone::Warning
                icon=icon::BAN
                title="This address must not be mailed."
                text=format!("Reason: {reason}. A draft can be written, it will not be sent.")
            />
        }
    });
    let contact = detail.last_contact.as_ref().filter(|contact| contact.warn).map(|contact| {
        view! {
            <Banner
                tone=Tone::Warning
                title=format!(
                    "{} e-mailed {} about {} {}.",
                    contact.person,
                    shown_name(detail),
                    contact.business,
                    contact.at.relative,
                )
                text=contact.at.exact.clone()
            />
        }
    });
    view! {
        {suppressed}
        {contact}
    }
    .into_any()
}
