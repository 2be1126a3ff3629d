//! Settings → Businesses: all of the team, whose they are, and what is missing before they can send.

use crate::{
    api::businesses::{DeletedBusinesses, ListBusinesses, RestoreBusiness},
    components::{Can, EmptyState, ErrorNote, Icon, Kind, LinkButton, Mark, Post, PostForm, Time, error_of, icon},
    layouts::{SettingsLayout, refresh_frame, use_frame},
    pages::{
        fetched::{both_loaded, fetched},
        settings::{after, frame, hidden, team_id},
    },
    paths,
};
use domain::{
    business::{BusinessRow, DeletedBusiness},
    ids::TeamId,
    money::group_thousands,
    permission::Permission,
};
use leptos::prelude::*;

#[component]
pub fn BusinessesPage() -> impl IntoView {
    let team = team_id();
    let rows = fetched(move || Ok(ListBusinesses { team: team()? }));
    let gone = fetched(move || Ok(DeletedBusinesses { team: team()? }));
    let restore = Post::<RestoreBusiness>::new();
    let refresh = refresh_frame();
    after(restore, move || {
        rows.refetch();
        gone.refetch();
        refresh();
    });
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
            {both_loaded(rows, gone, move |rows: Vec<BusinessRow>, gone: Vec<DeletedBusiness>| {
                view! { {list(rows)} {deleted(gone, restore)} }.into_any()
            })}
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

/// What was deleted and can be restored.
fn deleted(gone: Vec<DeletedBusiness>, restore: Post<RestoreBusiness>) -> Option<AnyView> {
    if gone.is_empty() {
        return None;
    }
    let frame = frame();
    let (team, role) = (frame.id, frame.role);
    let row = |row: DeletedBusiness| {
        let label = format!("Restore {}", row.name);
        let act = if role.may(Permission::DeleteOwnBusiness, row.own) {
            view! {
                <PostForm action=restore>
                    {hidden("team", team)}
                    {hidden("business", row.id)}
                    <button type="submit" class="btn btn-sm" aria-label=label>"Restore"</button>
                </PostForm>
            }
            .into_any()
        } else {
            view! { <span class="sub">"Ask " {row.owner_name.clone()}</span> }.into_any()
        };
        view! {
            <li class="flex items-center gap-3 p-4">
                <Mark name=row.name.clone() mark=row.mark/>
                <span class="grow min-w-0">
                    <span class="block truncate">{row.name}</span>
                    <span class="block sub text-xs">
                        {group_thousands(row.customers)} " customers · deleted " {row.deleted.relative} " · restorable until " {row.until.exact}
                    </span>
                </span>
                {act}
            </li>
        }
        .into_any()
    };
    let rows = gone.into_iter().map(row).collect_view();
    Some(
        view! {
            <section class="panel" aria-labelledby="gone-h">
                <div class="panel-head"><h2 id="gone-h" class="h-sec">"Deleted"</h2></div>
                <ErrorNote error=error_of(restore)/>
                <ul class="divide-y divide-line border-t border-line">{rows}</ul>
            </section>
        }
        .into_any(),
    )
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
