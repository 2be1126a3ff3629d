//! Settings → Team.

mod audit;
mod roles;

pub use audit::AuditPage;
pub use roles::RolesPage;

use super::frame;
use crate::{
    components::{PageHead, Tab, Tabs},
    paths,
};
use domain::permission::Permission;
use leptos::prelude::*;

/// Heading and tabs of Settings → Team; `sub` names the page. The audit log only shows for who may open it.
fn tabs(sub: &'static str) -> AnyView {
    let frame = frame();
    let team = frame.id;
    let mut tabs = vec![
        (paths::team_settings(team), "Plan"),
        (paths::members(team), "Members"),
        (paths::invitations(team), "Invitations"),
        (paths::roles(team), "Roles"),
        (paths::credits(team), "Credits"),
        (paths::businesses(team), "Businesses"),
    ];
    if frame.may(Permission::EditTeamSettings, None) {
        tabs.push((paths::audit(team), "Audit log"));
    }
    let tabs = tabs.into_iter().map(|(href, label)| Tab::new(href, label)).collect();
    view! {
        <PageHead title="Team" sub=sub/>
        <Tabs label="Team settings" tabs class="mt-2"/>
    }
    .into_any()
}
