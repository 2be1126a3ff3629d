//! Settings of a team: one heading, tabs, the page below.

use super::use_frame;
use crate::{
    components::{PageHead, Tab, Tabs},
    paths,
};
use domain::permission::Permission;
use leptos::prelude::*;

/// `<SettingsLayout title="Members">…</SettingsLayout>`, inside the team's frame: Team → Overview, Members, Invitations, Credits,
/// Roles, Audit log; Businesses. `actions=|| view! {…}` stand beside the heading.
#[component]
pub fn SettingsLayout(
    #[prop(into)] title: String,
    #[prop(optional, into)] actions: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    let frame = use_frame();
    let tabs = frame.with_untracked(|f| {
        let team = f.id;
        let mut tabs = vec![
            Tab::new(paths::team_settings(team), "Team"),
            Tab::new(paths::members(team), "Members"),
        ];
        if f.may(Permission::InviteMembers, None) {
            tabs.push(Tab::new(paths::invitations(team), "Invitations"));
        }
        tabs.push(Tab::new(paths::credits(team), "Credits"));
        tabs.push(Tab::new(paths::roles(team), "Roles"));
        tabs.push(Tab::new(paths::businesses(team), "Businesses"));
        if f.may(Permission::EditTeamSettings, None) {
            tabs.push(Tab::new(paths::audit(team), "Audit log"));
        }
        tabs
    });
    view! {
        <div class="page max-w-5xl">
            {match actions {
                Some(actions) => view! { <PageHead title>{actions.run()}</PageHead> }.into_any(),
                None => view! { <PageHead title/> }.into_any(),
            }}
            <Tabs label="Settings" tabs class="mt-2"/>
            <div class="mt-6 grid gap-6">{children()}</div>
        </div>
    }
    .into_any()
}
