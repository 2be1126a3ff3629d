//! The customers of a business: views, search, filters, order and place, all of it in the address, so that a link shows the
//! same rows and everything works as plain links and forms.

mod bar;
mod picking;
mod table;

use super::query::{self, href};
use crate::{
    api::customers::{ListCustomers, RestoreCustomer},
    components::{ErrorNote, Kind, LinkButton, LockedAction, Post, Tab, Tabs, error_of, icon, locked_reason},
    layouts::{refresh_frame, use_frame},
    pages::{
        fetched::{fetched, loaded},
        settings::{after, business_id, team_id},
    },
    paths,
};
use domain::{
    customer::{CustomerQuery, CustomerRow},
    ids::{BusinessId, TeamId},
    page::Page,
    permission::Permission,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use picking::Picking;

/// Where the list is and who looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    team: TeamId,
    business: BusinessId,
    /// Addresses are shortened, money is hidden.
    masked: bool,
    may_import: bool,
    /// For many at once.
    may_analyse: bool,
    may_send: bool,
    may_delete: bool,
    /// Of the whole business.
    customers: u64,
}

#[component]
pub fn CustomersPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let frame = use_frame();
    let map = use_query_map();
    let query = Memo::new(move |_| map.with(query::read));
    let place = Memo::new(move |_| {
        let (team, business) = (team().ok()?, business().ok()?);
        frame.with(|frame| {
            let link = frame.businesses.iter().find(|link| link.id == business)?;
            let may = |permission| frame.may(permission, Some(business));
            let many = may(Permission::UseBatch);
            Some(Place {
                team,
                business,
                masked: frame.role.sight().is_masked(),
                may_import: may(Permission::ImportCsv),
                may_analyse: many && may(Permission::DraftEmails),
                may_send: many && may(Permission::SendEmails),
                may_delete: many && may(Permission::DeleteCustomers),
                customers: link.customers,
            })
        })
    });
    let page = fetched(move || {
        Ok(ListCustomers {
            team: team()?,
            business: business()?,
            query: query.get(),
        })
    });
    let picking = Picking::new();
    picking.listen();
    let restore = Post::<RestoreCustomer>::new();
    let refresh_frame = refresh_frame();
    after(restore, move || {
        page.refetch();
        refresh_frame();
    });
    let list = loaded(page, move |page: Page<CustomerRow>| {
        let shown = place.get_untracked();
        shown.map_or_else(
            || ().into_any(),
            |place| table::list(page, place, &query.get_untracked(), picking, restore),
        )
    });
    view! {
        <Title text="Customers · AskUsers"/>
        <div class="fills">
            {move || place.get().map(|place| head(place, &query.get()))}
            {move || place.get().map(|place| views(place, &query.get()))}
            {bar::bar(place, query)}
            <ErrorNote error=error_of(restore)/>
            {list}
        </div>
    }
    .into_any()
}

fn head(place: Place, query: &CustomerQuery) -> AnyView {
    let file = query::at(&paths::export(place.team, place.business), &query::first(query));
    let import = if place.may_import {
        view! {
            <LinkButton href=paths::import(place.team, place.business) kind=Kind::Primary icon=icon::UPLOAD>
                "Import customers"
            </LinkButton>
        }
        .into_any()
    } else {
        let reason = locked_reason(Permission::ImportCsv);
        view! { <LockedAction id="why-import" label="Import customers" reason tip=true/> }.into_any()
    };
    view! {
        <div class="px-4 lg:px-5 pt-4 flex flex-wrap items-center gap-x-3 gap-y-2 flex-none">
            <h1 class="h-page">"Customers"</h1>
            <div class="ml-auto flex items-center gap-2">
                <LinkButton href=file icon=icon::DOWNLOAD attr:download="" attr:rel="external">
                    "Export CSV"
                </LinkButton>
                {import}
            </div>
        </div>
    }
    .into_any()
}

fn views(place: Place, query: &CustomerQuery) -> AnyView {
    let tabs = query::views(place.masked, place.may_delete)
        .into_iter()
        .map(|(label, view)| {
            let current = query::is_view(
                &CustomerQuery {
                    search: String::new(),
                    ..query.clone()
                },
                &view,
            );
            let tab = Tab::new(href(place.team, place.business, &view), label).current(current);
            if query::is_narrowed(&view) {
                tab
            } else {
                tab.count(domain::money::group_thousands(place.customers))
            }
        })
        .collect();
    view! { <Tabs label="Views" tabs class="px-4 lg:px-5 mt-2 flex-none"/> }.into_any()
}
