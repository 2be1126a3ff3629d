//! Settings → Invitations: who is asked to join, and asking somebody.

use super::tabs;
use crate::{
    api::{
        self,
        invitations::{ResendInvitation, RevokeInvitation, SendInvitation},
    },
    components::{Button, ErrorNote, Field, Icon, Kind, LockedAction, Select, error_of, icon, locked_reason},
    pages::settings::{after, frame, hidden, loaded, succeeded, team_id},
};
use domain::{
    Error,
    invitation::{InvitationRow, InvitationState},
    permission::Permission,
    plan::Limit,
    team::TeamOverview,
};
use leptos::{form::ActionForm, prelude::*};

#[derive(Clone, Copy)]
struct Actions {
    send: ServerAction<SendInvitation>,
    resend: ServerAction<ResendInvitation>,
    revoke: ServerAction<RevokeInvitation>,
}

#[component]
pub fn InvitationsPage() -> impl IntoView {
    let frame = frame();
    let body = if frame.may(Permission::InviteMembers, None) {
        view! { <Invitations/> }.into_any()
    } else {
        let reason = locked_reason(Permission::InviteMembers);
        view! { <p class="mt-6"><LockedAction id="why-invite" label="Invite member" reason/></p> }.into_any()
    };
    view! {
        <div class="page max-w-5xl">
            {tabs("Invitations")}
            {body}
        </div>
    }
    .into_any()
}

/// Only for who may invite: asking without the right would be recorded as a refused attempt.
#[component]
fn Invitations() -> impl IntoView {
    let team = team_id();
    let actions = Actions {
        send: ServerAction::new(),
        resend: ServerAction::new(),
        revoke: ServerAction::new(),
    };
    let rows = Resource::new(team, |team| async move {
        let team = team?;
        Ok::<_, Error>((api::invitations::list(team).await?, api::members::overview(team).await?))
    });
    let reload = move || rows.refetch();
    after(actions.send, reload);
    after(actions.resend, reload);
    after(actions.revoke, reload);
    loaded(rows, move |(rows, plan): (Vec<InvitationRow>, TeamOverview)| {
        panel(rows, &plan, actions)
    })
}

fn panel(rows: Vec<InvitationRow>, plan: &TeamOverview, actions: Actions) -> AnyView {
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    let said = format!(
        "{} open, {} expired",
        count(InvitationState::Pending),
        count(InvitationState::Expired)
    );
    let problem = {
        let (resend, revoke) = (error_of(actions.resend), error_of(actions.revoke));
        Signal::derive(move || resend.get().or_else(|| revoke.get()))
    };
    let rows = rows.into_iter().map(|row| invitation(row, actions)).collect_view();
    view! {
        <section class="panel mt-6" aria-labelledby="inv-h">
            <div class="panel-head"><h2 id="inv-h" class="h-sec">"Invitations"</h2><span class="sub">{said}</span></div>
            <table class="table border-t border-line"><tbody>{rows}</tbody></table>
            <ErrorNote error=problem/>
            {form(plan, actions)}
        </section>
    }
    .into_any()
}

fn form(plan: &TeamOverview, actions: Actions) -> AnyView {
    let frame = frame();
    let error = error_of(actions.send);
    let done = succeeded(actions.send);
    // Least rights first: what is chosen without thinking should not be an admin.
    let roles = frame
        .role
        .grantable()
        .iter()
        .rev()
        .map(|role| (role.to_string(), role.label().to_owned()))
        .collect();
    let full = plan.seats.filter(|seats| plan.seats_used >= *seats);
    let submit = match full {
        Some(seats) => {
            let mut reason = Limit::Members.reached(seats);
            reason[..1].make_ascii_uppercase();
            view! { <LockedAction id="seat-why" label="Send invitation" reason/> }.into_any()
        }
        None => view! { <Button kind=Kind::Primary submit=true busy=actions.send.pending()>"Send invitation"</Button> }.into_any(),
    };
    view! {
        <ActionForm action=actions.send attr:class="grid gap-3 p-4 border-t border-line">
            {hidden("team", frame.id)}
            <ErrorNote error/>
            <div class="flex flex-wrap items-start gap-3">
                <div class="grow min-w-52">
                    <Field name="email" label="Invite by e-mail" kind="email" placeholder="name@company.example" small=true required=true error/>
                </div>
                <div class="w-32"><Select name="role" label="Role" options=roles value="member" small=true error/></div>
            </div>
            <div class="flex flex-wrap items-center gap-3">
                {submit}
                {move || done.get().then(|| view! { <span class="sub" role="status">"The invitation is on its way."</span> })}
            </div>
        </ActionForm>
    }
    .into_any()
}

fn invitation(row: InvitationRow, actions: Actions) -> AnyView {
    let (team, id) = (frame().id, row.id);
    let about = move || view! { {hidden("team", team)}{hidden("invitation", id)} };
    let again = match row.state {
        InvitationState::Pending => Some("Resend"),
        InvitationState::Expired => Some("Invite again"),
        InvitationState::Accepted | InvitationState::Revoked => None,
    };
    let state = match row.state {
        InvitationState::Pending => view! { <span class="sub">"Expires " {row.expires.relative} " · holds a seat"</span> }.into_any(),
        InvitationState::Expired => view! { <span class="badge badge-warning">"Expired " {row.expires.relative}</span> }.into_any(),
        InvitationState::Accepted => view! { <span class="badge badge-success">"Accepted"</span> }.into_any(),
        InvitationState::Revoked => view! { <span class="badge badge-soft">"Revoked"</span> }.into_any(),
    };
    let email = row.email.clone();
    let buttons = again.map(|label| {
        let (resend, revoke) = (format!("{label}: {email}"), format!("Revoke: {email}"));
        view! {
            <ActionForm action=actions.resend>
                {about()}
                <button type="submit" class="btn btn-ghost btn-sm" aria-label=resend>{label}</button>
            </ActionForm>
            <ActionForm action=actions.revoke>
                {about()}
                <button type="submit" class="btn btn-ghost btn-sm text-error" aria-label=revoke>"Revoke"</button>
            </ActionForm>
        }
    });
    view! {
        <tr>
            <td class="max-md:max-w-0 max-md:w-full">
                <span class="flex items-center gap-3">
                    <span class="tl-mark !size-8 flex-none"><Icon name=icon::MAIL class="size-3.5"/></span>
                    <span class="min-w-0">
                        <span class="font-medium block truncate">{row.email.clone()}</span>
                        <span class="block sub text-xs">{format!("{} · invited by {} {}", row.role.label(), row.invited_by, row.sent.relative)}</span>
                    </span>
                </span>
            </td>
            <td class="max-md:hidden">{state}</td>
            <td><span class="flex flex-wrap justify-end">{buttons}</span></td>
        </tr>
    }
    .into_any()
}
