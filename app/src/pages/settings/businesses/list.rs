//! Settings → Businesses: all of the team, whose they are, and what is missing before they can send.

use crate::{
    api::businesses::ListBusinesses,
    components::{Can, EmptyState, Icon, Kind, LinkButton, Mark, Time, icon},
    layouts::{SettingsLayout, use_frame},
    pages::{
        fetched::{fetched, loaded},
        settings::{frame, team_id},
    },
    paths,
};
use domain::{business::BusinessRow, ids::TeamId, money::group_thousands, permission::Permission};
use leptos::prelude::*;

#[component]
pub fn BusinessesPage() -> impl IntoView {
    let team = team_id();
    let rows = fetched(move || Ok(ListBusinesses { team: team()? }));
    let (team, may_create) = use_frame().with_untracked(|f| (f.id, f.may(Permission::CreateBusiness, None)));
    let create = move || {
        view! {
            <Can allowed=may_create permission=Permission::CreateBusiness id="why-create" label="Create new business">
                <LinkButton href=paths::new_business(team) kind=Kind::Primary icon=icon::PLUS>
                    "Create new business"
                </LinkButton>
            </Can>
        }
    };
    view! {
        <SettingsLayout title="Businesses" actions=create>
            {loaded(rows, move |rows: Vec<BusinessRow>| list(rows))}
        </SettingsLayout>
    }
    .into_any()
}

fn list(rows: Vec<BusinessRow>) -> AnyView {
    let team = frame().id;
    if rows.is_empty() {
        let may_create = frame().may(Permission::CreateBusiness, None);
        return view! {
            <EmptyState
                icon=icon::SHOP
                title="No business yet"
                text="A business is a product with its own customers, outreach and senders."
            >
                {may_create.then(|| view! { <LinkButton href=paths::new_business(team)>"Create the first one"</LinkButton> })}
            </EmptyState>
        }
        .into_any();
    }
    let rows = rows.into_iter().map(|row| business(team, row)).collect_view();
    view! {
        <section class="panel" aria-label="Businesses">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Business"</th>
                        <th scope="col" class="num">"Customers"</th>
                        <th scope="col" class="max-md:hidden">"Owner"</th>
                        <th scope="col" class="max-md:hidden">"Sender"</th>
                        <th scope="col" class="max-lg:hidden">"Created"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn business(team: TeamId, row: BusinessRow) -> AnyView {
    let verified = row.sender_verified;
    let sender = move || {
        if verified {
            view! { <span class="badge badge-success"><Icon name=icon::CHECK class="size-3.5"/>"Verified"</span> }.into_any()
        } else {
            view! { <span class="badge badge-warning">"Not verified"</span> }.into_any()
        }
    };
    view! {
        <tr>
            <td class="max-md:max-w-0 max-md:w-full">
                <a class="flex items-center gap-3 font-medium" href=paths::business_settings(team, row.id)>
                    <Mark name=row.name.clone() mark=row.mark/>
                    <span class="truncate">{row.name}</span>
                    {row.own.then(|| view! { <span class="badge badge-soft">"Yours"</span> })}
                </a>
                <span class="md:hidden flex flex-wrap items-center gap-2 mt-1 pl-8 sub text-xs">{row.owner_name.clone()} {sender()}</span>
            </td>
            <td class="num">{group_thousands(row.customers)}</td>
            <td class="max-md:hidden">{row.owner_name}</td>
            <td class="max-md:hidden">{sender()}</td>
            <td class="max-lg:hidden sub"><Time at=row.created/></td>
        </tr>
    }
    .into_any()
}
