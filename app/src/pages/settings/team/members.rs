//! Settings → Members: who is in the team.

use super::tabs;
use crate::{
    api,
    components::{Avatar, Can, Kind, LinkButton, LockedAction, Size, Time, icon, locked_reason},
    pages::settings::{frame, loaded, team_id},
    paths,
};
use domain::{permission::Permission, role::Role, team::MemberRow};
use leptos::prelude::*;

#[component]
pub fn MembersPage() -> impl IntoView {
    let team = team_id();
    let rows = Resource::new(team, |team| async move { api::members::list(team?).await });
    view! {
        <div class="page max-w-5xl">
            {tabs("Members")}
            {loaded(rows, list)}
        </div>
    }
    .into_any()
}

fn list(rows: Vec<MemberRow>) -> AnyView {
    let frame = frame();
    let team = frame.id;
    let may_invite = frame.may(Permission::InviteMembers, None);
    let owner = rows
        .iter()
        .find(|row| row.role == Role::Owner)
        .map(|row| row.name.clone())
        .unwrap_or_default();
    let count = rows.len();
    let rows = rows.into_iter().map(|row| member(row, &owner)).collect_view();
    view! {
        <section class="panel mt-6" aria-labelledby="mem-h">
            <div class="panel-head">
                <h2 id="mem-h" class="h-sec">"Members"</h2>
                <span class="sub">{count}</span>
                <a class="link ml-auto" href=paths::roles(team)>"What each role may do"</a>
                <Can allowed=may_invite permission=Permission::InviteMembers id="why-invite" label="Invite member" tip=true>
                    <LinkButton href=paths::invitations(team) kind=Kind::Primary icon=icon::PLUS>"Invite member"</LinkButton>
                </Can>
            </div>
            <table class="table border-t border-line">
                <thead>
                    <tr>
                        <th scope="col">"Member"</th>
                        <th scope="col" class="max-md:hidden">"Joined"</th>
                        <th scope="col" class="max-md:hidden">"Last seen"</th>
                        <th scope="col" class="!text-right">"Role"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn member(row: MemberRow, owner: &str) -> AnyView {
    let seen = row
        .last_active
        .map(|at| view! { <Time at=at/> }.into_any())
        .unwrap_or_else(|| view! { "never" }.into_any());
    let reason = match (row.role, row.is_me) {
        (Role::Owner, _) => Some(format!("There is always one owner. Only {owner} can hand over the team.")),
        (_, true) => Some(format!("You cannot change your own role. Ask {owner}.")),
        _ if !frame().may(Permission::ChangeRoles, None) => Some(locked_reason(Permission::ChangeRoles)),
        _ => None,
    };
    let role = match reason {
        Some(reason) => {
            view! { <LockedAction id=format!("why-{}", row.id) label=row.role.label() reason size=Size::Work tip=true/> }.into_any()
        }
        None => view! { <span class="badge badge-soft">{row.role.label()}</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="max-md:max-w-0 max-md:w-full">
                <span class="flex items-center gap-3">
                    <Avatar name=row.name.clone() size="av-md" me=row.is_me/>
                    <span class="min-w-0">
                        <span class="font-medium whitespace-nowrap">{row.name}</span>
                        {row.is_me.then(|| view! { <span class="badge badge-soft ml-1">"You"</span> })}
                        <span class="block sub text-xs truncate">{row.email}</span>
                    </span>
                </span>
            </td>
            <td class="max-md:hidden sub"><Time at=row.joined/></td>
            <td class="max-md:hidden sub whitespace-nowrap">{seen}</td>
            <td class="text-right sm:w-36">{role}</td>
        </tr>
    }
    .into_any()
}
