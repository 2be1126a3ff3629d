//! One person of the team: what they may do and why, their role, and taking them out with what is theirs handed over.

use crate::{
    api::members::{ChangeRole, OpenMember, RemoveMember},
    components::{Breadcrumb, Button, ErrorNote, Kind, LockedAction, Post, PostForm, Select, Time, error_of, locked_reason},
    layouts::{SettingsLayout, use_frame},
    pages::{
        fetched::{fetched, loaded},
        settings::{after, frame, hidden, succeeded, team_id},
    },
    paths,
};
use domain::{
    Error,
    permission::{Group, Permission, Scope},
    role::Role,
    team::{Belongings, COUNTED_MAX, Heir},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn MemberPage() -> impl IntoView {
    let allowed = use_frame().with_untracked(|f| f.may(Permission::RemoveMembers, None));
    if !allowed {
        // Asking without the right would be recorded as a refused attempt.
        let reason = locked_reason(Permission::RemoveMembers);
        let body = view! { <p><LockedAction id="why-member" label="Manage this person" reason/></p> };
        return view! { <SettingsLayout title="Member">{body}</SettingsLayout> }.into_any();
    }
    let (team, params) = (team_id(), use_params_map());
    let change = Post::<ChangeRole>::new();
    let remove = Post::<RemoveMember>::new();
    let who = fetched(move || {
        let member = params.with(|p| p.get("member").and_then(|id| id.parse().ok()));
        Ok(OpenMember {
            team: team()?,
            member: member.ok_or(Error::NotFound)?,
        })
    });
    after(change, move || who.refetch());
    view! {
        <SettingsLayout title="Member">
            {loaded(who, move |who: Belongings| page(who, change, remove))}
        </SettingsLayout>
    }
    .into_any()
}

fn page(who: Belongings, change: Post<ChangeRole>, remove: Post<RemoveMember>) -> AnyView {
    let trail = vec![(paths::members(frame().id), String::from("Members"))];
    view! {
        <Breadcrumb trail/>
        <h2 class="h-sec flex items-center gap-2">
            <bdi>{who.name.clone()}</bdi>
            <span class="badge">{who.role.label()}</span>
            {who.is_me.then(|| view! { <span class="badge badge-soft">"You"</span> })}
        </h2>
        {role(who.clone(), change)}
        {removal(who.clone(), remove)}
        {rights(&who)}
    }
    .into_any()
}

/// Why this person stays as they are.
fn fixed(who: &Belongings) -> Option<&'static str> {
    match who.role {
        Role::Owner => Some("A team always has one owner. Only they can transfer the ownership to somebody else."),
        _ if who.is_me => {
            Some("Nobody changes or removes themselves here. Ask another admin or the owner, or leave the team under Settings, Team.")
        }
        _ => None,
    }
}

fn role(who: Belongings, change: Post<ChangeRole>) -> AnyView {
    let body = if let Some(reason) = fixed(&who) {
        view! { <LockedAction id="why-role" label="Change role" reason/> }.into_any()
    } else {
        let error = error_of(change);
        let done = succeeded(change);
        let choices = frame()
            .role
            .grantable()
            .iter()
            .map(|role| (role.to_string(), role.label().to_owned()));
        let choices: Vec<_> = choices.collect();
        view! {
            <PostForm action=change attr:class="grid gap-4">
                {hidden("team", frame().id)}
                {hidden("member", who.member)}
                <ErrorNote error/>
                <div class="flex flex-wrap items-start gap-3">
                    <div class="w-40 max-sm:w-full">
                        <Select name="role" label="Role" options=choices value=who.role.to_string() small=true error/>
                    </div>
                    {heirs("role-heir", &who, "Businesses, if the person becomes a viewer, go to", error)}
                </div>
                <div class="flex flex-wrap items-center gap-3">
                    <Button submit=true busy=change.pending()>"Change role"</Button>
                    <span class="sub">
                        {move || if done.get() { "Changed. It counts from their next click on." } else { "Counts from their next click on, also for work that runs." }}
                    </span>
                </div>
            </PostForm>
        }
        .into_any()
    };
    panel("role-h", "Role", body)
}

fn removal(who: Belongings, remove: Post<RemoveMember>) -> AnyView {
    let body = if let Some(reason) = fixed(&who) {
        view! { <LockedAction id="why-remove" label="Remove from the team" reason/> }.into_any()
    } else {
        let error = error_of(remove);
        view! {
            <PostForm action=remove attr:class="grid gap-4">
                {hidden("team", frame().id)}
                {hidden("member", who.member)}
                <ErrorNote error/>
                {left_behind(&who)}
                {heirs("remove-heir", &who, "Businesses go to", error)}
                <div><Button kind=Kind::LastStep submit=true busy=remove.pending()>{format!("Remove {}", who.name)}</Button></div>
            </PostForm>
        }
        .into_any()
    };
    panel("remove-h", "Remove from the team", body)
}

pub fn panel(id: &'static str, title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="panel" aria-labelledby=id>
            <div class="panel-head"><h2 id=id class="h-sec">{title}</h2></div>
            <div class="p-4 border-t border-line">{body}</div>
        </section>
    }
    .into_any()
}

/// Whoever takes the businesses over; nothing to choose without any.
pub fn heirs(id: &'static str, who: &Belongings, label: &'static str, error: Signal<Option<Error>>) -> Option<AnyView> {
    (!who.businesses.is_empty()).then(|| {
        view! { <div class="w-64 max-sm:w-full"><Select id name="hand_to" label options=choices(&who.heirs) small=true error/></div> }
            .into_any()
    })
}

pub fn choices(heirs: &[Heir]) -> Vec<(String, String)> {
    let choice = |heir: &Heir| (heir.member.to_string(), format!("{} ({})", heir.name, heir.role.label()));
    heirs.iter().map(choice).collect()
}

/// What happens to what is theirs, line by line.
pub fn left_behind(who: &Belongings) -> AnyView {
    let mut lines = Vec::new();
    if !who.businesses.is_empty() {
        let names: Vec<_> = who.businesses.iter().map(|business| business.name.as_str()).collect();
        lines.push(format!("{}: handed over with customers and drafts.", names.join(", ")));
    }
    match who.waiting {
        0 => {}
        1 => lines.push(String::from("1 e-mail waits in their name: it is paused for review.")),
        waiting => lines.push(format!("{waiting} e-mails wait in their name: they are paused for review.")),
    }
    match who.drafts {
        0 => {}
        1 => lines.push(String::from("1 draft that they wrote stays with its customer.")),
        drafts if drafts >= COUNTED_MAX => lines.push(String::from("1,000 or more drafts that they wrote stay with their customers.")),
        drafts => lines.push(format!("{drafts} drafts that they wrote stay with their customers.")),
    }
    let running = who.running.iter().map(|work| {
        view! { <li>{work.what.clone()} ", begun " <Time at=work.since.clone()/> ": stops with the reason, whoever takes over can start it again."</li> }
            .into_any()
    });
    let running = running.collect_view();
    view! {
        <ul class="grid gap-1 list-disc pl-5">
            {lines.into_iter().map(|line| view! { <li>{line}</li> }.into_any()).collect_view()}
            {running}
            <li>"Access ends with the next click, on every device. The name stays in the audit log, the credits’ history and on timelines."</li>
        </ul>
    }
    .into_any()
}

/// What this person may do, and why.
fn rights(who: &Belongings) -> AnyView {
    let groups = Group::ALL.iter().map(|group| {
        let rows = Permission::ALL
            .iter()
            .filter(|permission| permission.group() == *group)
            .map(|permission| {
                let (says, why) = decided(who, *permission);
                view! { <tr><th scope="row" class="font-normal">{permission.label()}</th><td class="whitespace-nowrap">{says}</td><td class="sub max-md:hidden">{why}</td></tr> }
                    .into_any()
            })
            .collect_view();
        view! { <tbody>{rows}</tbody> }.into_any()
    });
    let groups = groups.collect_view();
    view! {
        <section class="panel" aria-labelledby="rights-h">
            <div class="panel-head"><h2 id="rights-h" class="h-sec">{format!("What {} may do, and why", who.name)}</h2></div>
            <table class="table border-t border-line">
                <thead>
                    <tr><th scope="col">"Permission"</th><th scope="col">"May"</th><th scope="col" class="max-md:hidden">"Why"</th></tr>
                </thead>
                {groups}
            </table>
        </section>
    }
    .into_any()
}

/// The decision in words, from the same function that the server asks.
fn decided(who: &Belongings, permission: Permission) -> (&'static str, String) {
    let role = who.role.label();
    let masked = permission == Permission::ViewCustomerData && who.role.sight().is_masked();
    match who.role.scope(permission) {
        _ if masked => ("Masked", format!("The role {role} sees masked addresses and no money figures.")),
        Some(Scope::Any) => ("Yes", format!("The role {role} has this right.")),
        Some(Scope::Own) if who.businesses.is_empty() => ("No", format!("The role {role} has it in own businesses, and none is theirs.")),
        Some(Scope::Own) => {
            let names: Vec<_> = who.businesses.iter().map(|business| business.name.as_str()).collect();
            ("Own", format!("The role {role} has it in own businesses: {}.", names.join(", ")))
        }
        None => ("No", format!("The role {role} lacks it. Granted to {}.", permission.granted_by())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::team::OwnedBusiness;

    const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

    fn jane(role: Role, businesses: &[&str]) -> Belongings {
        let owned = |name: &&str| OwnedBusiness {
            id: NOBODY.parse().expect("an id"),
            name: (*name).to_owned(),
            mark: 1,
        };
        Belongings {
            member: NOBODY.parse().expect("an id"),
            person: NOBODY.parse().expect("an id"),
            name: String::from("Jane"),
            role,
            is_me: false,
            businesses: businesses.iter().map(owned).collect(),
            waiting: 0,
            drafts: 0,
            running: Vec::new(),
            heirs: Vec::new(),
        }
    }

    #[test]
    fn a_decision_names_role_businesses_and_who_grants_it() {
        let (says, why) = decided(&jane(Role::Member, &["Music Store"]), Permission::SendEmails);
        assert_eq!(
            (says, why.as_str()),
            ("Own", "The role Member has it in own businesses: Music Store.")
        );
        assert_eq!(decided(&jane(Role::Member, &[]), Permission::SendEmails).0, "No");
        assert_eq!(decided(&jane(Role::Viewer, &[]), Permission::ViewCustomerData).0, "Masked");
        let (says, why) = decided(&jane(Role::Admin, &[]), Permission::DeleteTeam);
        assert_eq!((says, why.as_str()), ("No", "The role Admin lacks it. Granted to the owner."));
    }
}
