//! Settings → Team → Members: who is in the team, what is theirs, and when they were last here.

use crate::{
    api::members::ListMembers,
    components::{Avatar, Can, Kind, LinkButton, Pagination, Product, Time, icon},
    layouts::{SettingsLayout, use_frame},
    pages::{
        fetched::{fetched, loaded},
        settings::{frame, team_id},
    },
    paths,
};
use domain::{
    page::Page,
    permission::Permission,
    role::Role,
    team::{MemberQuery, MemberRow},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn MembersPage() -> impl IntoView {
    let team = team_id();
    let map = use_query_map();
    let query = Memo::new(move |_| {
        map.with(|map| MemberQuery {
            after: map.get("after"),
            before: map.get("before"),
        })
    });
    let page = fetched(move || {
        Ok(ListMembers {
            team: team()?,
            query: query.get(),
        })
    });
    let (team, may_invite) = use_frame().with_untracked(|f| (f.id, f.may(Permission::InviteMembers, None)));
    let invite = move || {
        view! {
            <Can allowed=may_invite permission=Permission::InviteMembers id="why-invite" label="Invite member">
                <LinkButton href=paths::invitations(team) kind=Kind::Primary icon=icon::PLUS>
                    "Invite member"
                </LinkButton>
            </Can>
        }
    };
    view! {
        <SettingsLayout title="Members" actions=invite>
            {loaded(page, list)}
        </SettingsLayout>
    }
    .into_any()
}

fn list(page: Page<MemberRow>) -> AnyView {
    let team = frame().id;
    let path = paths::members(team);
    let place = |key: &str, cursor: String| format!("{path}?{key}={}", paths::escape(&cursor));
    let several = page.next.is_some() || page.previous.is_some();
    let previous = page.previous.map(|cursor| place("before", cursor));
    let next = page.next.map(|cursor| place("after", cursor));
    let (shown, total) = (page.rows.len(), page.total);
    let pages = several.then(|| view! { <Pagination shown total noun="members" previous next/> });
    let rows = page.rows.into_iter().map(member).collect_view();
    view! {
        <section class="panel" aria-labelledby="mem-h">
            <div class="panel-head">
                <h2 id="mem-h" class="h-sec">"Members"</h2>
                <span class="sub tabular-nums">{total.to_string()}</span>
                <a class="link ml-auto" href=paths::roles(team)>"What each role may do"</a>
            </div>
            <table class="table border-t border-line">
                <thead>
                    <tr>
                        <th scope="col">"Member"</th>
                        <th scope="col" class="max-md:hidden">"Businesses"</th>
                        <th scope="col" class="max-lg:hidden">"Joined"</th>
                        <th scope="col" class="max-md:hidden">"Last seen"</th>
                        <th scope="col" class="!text-right">"Role"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {pages}
        </section>
    }
    .into_any()
}

fn member(row: MemberRow) -> AnyView {
    let seen = match row.last_active.clone() {
        Some(at) => view! { <Time at/> }.into_any(),
        None => "never".into_any(),
    };
    let businesses = businesses(&row);
    let place = place(&row);
    view! {
        <tr>
            <td class="max-md:max-w-0 max-md:w-full">
                <span class="flex items-center gap-3">
                    <Avatar name=row.name.clone() size="av-md" me=row.is_me/>
                    <span class="min-w-0">
                        <span class="flex items-center gap-1.5 font-medium">
                            <span class="truncate">{row.name}</span>
                            {row.is_me.then(|| view! { <span class="badge badge-soft">"You"</span> })}
                        </span>
                        <span class="block sub text-xs truncate">{row.email}</span>
                    </span>
                </span>
            </td>
            <td class="max-md:hidden">{businesses}</td>
            <td class="max-lg:hidden sub whitespace-nowrap"><Time at=row.joined/></td>
            <td class="max-md:hidden sub whitespace-nowrap">{seen}</td>
            <td class="text-right">{place}</td>
        </tr>
    }
    .into_any()
}

/// The role, and where it is changed; one's own and the owner's only read.
fn place(row: &MemberRow) -> AnyView {
    let frame = frame();
    let (label, about) = (row.role.label(), row.role.description());
    if frame.may(Permission::ChangeRoles, None) {
        let name = format!("{label}, manage {}", row.name);
        view! { <a class="btn btn-sm" href=paths::member(frame.id, row.id) title=about aria-label=name>{label}</a> }.into_any()
    } else {
        view! { <span class="badge" title=about>{label}</span> }.into_any()
    }
}

/// Whose word counts where: owner and admins everywhere, members in what is theirs, viewers nowhere.
fn businesses(row: &MemberRow) -> AnyView {
    match row.role {
        Role::Owner | Role::Admin => "All".into_any(),
        Role::Viewer => view! { <span class="sub">"Reads all"</span> }.into_any(),
        Role::Member if row.businesses.is_empty() => view! { <span class="sub">"None yet"</span> }.into_any(),
        Role::Member => {
            let products = row
                .businesses
                .iter()
                .map(|business| view! { <Product name=business.name.clone() mark=business.mark/> })
                .collect_view();
            view! { <span class="inline-flex flex-wrap gap-x-3 gap-y-1">{products}</span> }.into_any()
        }
    }
}
