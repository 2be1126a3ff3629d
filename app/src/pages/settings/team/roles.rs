//! What each role may do: the matrix itself, as the server reads it.

use crate::{
    components::{Icon, icon},
    layouts::SettingsLayout,
    pages::settings::frame,
};
use domain::{
    permission::{Access, Group, Permission},
    role::Role,
};
use leptos::prelude::*;

#[component]
pub fn RolesPage() -> impl IntoView {
    let frame = frame();
    let groups = Group::ALL.iter().map(|group| table(*group, frame.role)).collect_view();
    view! {
        <SettingsLayout title="Roles">
            {groups}
        </SettingsLayout>
    }
    .into_any()
}

const fn heading(group: Group) -> &'static str {
    match group {
        Group::Business => "Businesses",
        Group::Customer => "Customers and outreach",
        Group::Team => "Team",
    }
}

fn table(group: Group, mine: Role) -> AnyView {
    let id = format!("{group}-h");
    let labelled = id.clone();
    let heads = Role::ALL
        .iter()
        .map(|role| {
            view! {
                <th scope="col" class="!text-center max-sm:!px-1">
                    {role.label()}
                    {(*role == mine).then(|| view! { <span class="badge badge-soft ml-1 max-sm:hidden">"You"</span> })}
                </th>
            }
        })
        .collect_view();
    let rows = Permission::ALL
        .iter()
        .filter(|permission| permission.group() == group)
        .map(|permission| {
            let cells = Role::ALL
                .iter()
                .map(|role| view! { <td class="!text-center max-sm:!px-1">{cell(role.access(*permission))}</td> })
                .collect_view();
            view! { <tr><th scope="row" class="font-normal max-sm:!pr-1">{permission.label()}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <section class="panel overflow-x-auto" aria-labelledby=labelled>
            <div class="panel-head"><h2 id=id class="h-sec">{heading(group)}</h2></div>
            <table class="table border-t border-line">
                <thead><tr><th scope="col">"Permission"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn cell(access: Access) -> AnyView {
    match access {
        Access::Yes => view! { <Icon name=icon::CHECK/><span class="sr-only">"Yes"</span> }.into_any(),
        Access::Own => view! { <span>"Own only"</span> }.into_any(),
        Access::No => view! { <span class="sub" aria-hidden="true">"–"</span><span class="sr-only">"No"</span> }.into_any(),
        Access::Masked => view! { <span>"Masked"</span> }.into_any(),
    }
}
