//! Leaving the team, and transferring its ownership: pages of their own, because each takes a decision.

use super::member::{choices, heirs, left_behind, panel};
use crate::{
    api::members::{LeaveTeam, OwnBelongings, TransferOwnership},
    components::{Button, ErrorNote, Field, Kind, LockedAction, Post, PostForm, Select, error_of, locked_reason},
    layouts::{SettingsLayout, use_frame},
    pages::{
        account::{focus_refused, typed, whole},
        fetched::{fetched, loaded},
        settings::{frame, hidden, team_id},
    },
};
use domain::{permission::Permission, role::Role, team::Belongings};
use leptos::prelude::*;

#[component]
pub fn LeavePage() -> impl IntoView {
    let team = team_id();
    let leave = Post::<LeaveTeam>::new();
    let own = fetched(move || Ok(OwnBelongings { team: team()? }));
    view! { <SettingsLayout title="Leave the team">{loaded(own, move |own: Belongings| leaving(own, leave))}</SettingsLayout> }.into_any()
}

fn leaving(own: Belongings, leave: Post<LeaveTeam>) -> AnyView {
    let body = if own.role == Role::Owner {
        let reason = "A team always has an owner. Transfer the ownership first, or delete the team.";
        view! { <LockedAction id="why-leave" label="Leave the team" reason/> }.into_any()
    } else {
        let error = error_of(leave);
        view! {
            <PostForm action=leave attr:class="grid gap-4">
                {hidden("team", frame().id)}
                <ErrorNote error/>
                {left_behind(&own)}
                {heirs("leave-heir", &own, "Your businesses go to", error)}
                <div><Button kind=Kind::LastStep submit=true busy=leave.pending()>{format!("Leave {}", frame().name)}</Button></div>
            </PostForm>
        }
        .into_any()
    };
    panel("leave-h", "What happens when you leave", body)
}

#[component]
pub fn TransferPage() -> impl IntoView {
    let team = team_id();
    let transfer = Post::<TransferOwnership>::new();
    focus_refused(transfer);
    let allowed = use_frame().with_untracked(|f| f.may(Permission::TransferOwnership, None));
    let typed = typed();
    let own = fetched(move || Ok(OwnBelongings { team: team()? }));
    let body = if allowed {
        loaded(own, move |own: Belongings| form(own, typed.get("confirmation"), transfer))
    } else {
        let reason = locked_reason(Permission::TransferOwnership);
        view! { <p><LockedAction id="why-transfer" label="Transfer ownership" reason/></p> }.into_any()
    };
    view! { <SettingsLayout title="Transfer ownership">{body}</SettingsLayout> }.into_any()
}

fn form(own: Belongings, confirmation: String, transfer: Post<TransferOwnership>) -> AnyView {
    let body = if own.heirs.is_empty() {
        view! { <p class="sub">"Nobody else is in the team who could own it. Invite somebody as admin or member first."</p> }.into_any()
    } else {
        let error = error_of(transfer);
        let people = choices(&own.heirs);
        view! {
            <PostForm action=transfer attr:class="grid gap-4 max-w-md" attr:novalidate="">
                {hidden("team", frame().id)}
                <ErrorNote error=whole(error)/>
                <p>"The person becomes the only owner, with every right over the team. You become an admin. Both of you get a mail."</p>
                <Select name="member" label="New owner" options=people small=true error/>
                <Field name="password" label="Your password" kind="password" autocomplete="current-password" required=true small=true error/>
                <Field
                    name="confirmation"
                    label="Name of the team"
                    hint=format!("Type {} to confirm.", frame().name)
                    value=confirmation.clone()
                    autocomplete="off"
                    required=true
                    small=true
                    error
                />
                <div><Button kind=Kind::LastStep submit=true busy=transfer.pending()>"Transfer ownership"</Button></div>
            </PostForm>
        }
        .into_any()
    };
    panel("transfer-h", "A new owner", body)
}
