//! Settings → Team → Invitations: asking somebody into the team, and who has been asked.

use crate::{
    api::{
        invitations::{ListInvitations, ResendInvitation, RevokeInvitation, SendInvitation},
        members::TeamPlan,
    },
    components::{
        AskFirst, Button, EmptyState, ErrorNote, Field, Icon, Kind, LockedAction, Post, PostForm, Select, error_of, icon, locked_reason,
    },
    focus::focus,
    layouts::{SettingsLayout, use_frame},
    pages::{
        account::{focus_refused, typed, whole},
        fetched::{both_loaded, fetched},
        settings::{after, frame, hidden, succeeded, team_id},
    },
};
use domain::{
    ids::InvitationId,
    invitation::{InvitationRow, InvitationState},
    permission::Permission,
    plan::Limit,
    role::Role,
    team::TeamOverview,
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Actions {
    send: Post<SendInvitation>,
    resend: Post<ResendInvitation>,
    revoke: Post<RevokeInvitation>,
    /// Who was written to again: what is refused is said there.
    asked: RwSignal<Option<InvitationId>>,
    /// The address that is being typed.
    email: RwSignal<String>,
}

#[component]
pub fn InvitationsPage() -> impl IntoView {
    let allowed = use_frame().with_untracked(|f| f.may(Permission::InviteMembers, None));
    let body = if allowed {
        view! { <Invitations/> }.into_any()
    } else {
        let reason = locked_reason(Permission::InviteMembers);
        view! { <p><LockedAction id="why-invite" label="Invite member" reason/></p> }.into_any()
    };
    view! { <SettingsLayout title="Invitations">{body}</SettingsLayout> }.into_any()
}

/// Only for who may invite: asking without the right would be recorded as a refused attempt.
#[component]
fn Invitations() -> impl IntoView {
    let team = team_id();
    let typed = typed();
    let actions = Actions {
        send: Post::new(),
        resend: Post::new(),
        revoke: Post::new(),
        asked: RwSignal::new(None),
        email: RwSignal::new(typed.get("email")),
    };
    let rows = fetched(move || Ok(ListInvitations { team: team()? }));
    let plan = fetched(move || Ok(TeamPlan { team: team()? }));
    let reload = move || {
        rows.refetch();
        plan.refetch();
    };
    after(actions.send, move || {
        actions.email.set(String::new());
        reload();
    });
    after(actions.resend, reload);
    after(actions.revoke, move || {
        reload();
        focus("#inv-h");
    });
    focus_refused(actions.send);
    let role = Role::parse(&typed.get("role")).unwrap_or(Role::Member);
    both_loaded(rows, plan, move |rows: Vec<InvitationRow>, plan: TeamOverview| {
        page(rows, &plan, role, actions)
    })
}

fn page(rows: Vec<InvitationRow>, plan: &TeamOverview, role: Role, actions: Actions) -> AnyView {
    view! {
        {invite(plan, role, actions)}
        {open(rows, actions)}
    }
    .into_any()
}

fn invite(plan: &TeamOverview, role: Role, actions: Actions) -> AnyView {
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
    let seats = plan.seats.map(|seats| format!("{} of {seats} seats taken", plan.seats_used()));
    let submit = match plan.full() {
        Some(seats) => {
            let mut reason = Limit::Members.reached(seats);
            reason[..1].make_ascii_uppercase();
            view! { <LockedAction id="seat-why" label="Send invitation" reason/> }.into_any()
        }
        None => view! { <Button kind=Kind::Primary submit=true busy=actions.send.pending()>"Send invitation"</Button> }.into_any(),
    };
    view! {
        <section class="panel" aria-labelledby="invite-h">
            <div class="panel-head"><h2 id="invite-h" class="h-sec">"Invite member"</h2><span class="sub">{seats}</span></div>
            <PostForm action=actions.send attr:class="grid gap-4 p-4 border-t border-line" attr:novalidate="">
                {hidden("team", frame.id)}
                <ErrorNote error=whole(error)/>
                <div class="flex flex-wrap items-start gap-3">
                    <div class="grow min-w-52">
                        <Field
                            name="email"
                            label="E-mail"
                            kind="email"
                            placeholder="name@company.example"
                            hint="Gets a link that works once, for seven days, and only for this address."
                            small=true
                            required=true
                            bind=actions.email
                            error
                        />
                    </div>
                    <div class="w-32 max-sm:w-full"><Select name="role" label="Role" options=roles value=role.to_string() small=true error/></div>
                </div>
                <div class="flex flex-wrap items-center gap-3">
                    {submit}
                    {move || done.get().then(|| view! { <span class="sub" role="status">"The invitation is on its way."</span> })}
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}

fn open(rows: Vec<InvitationRow>, actions: Actions) -> AnyView {
    let count = |state| rows.iter().filter(|row| row.state == state).count();
    let said = match (count(InvitationState::Pending), count(InvitationState::Expired)) {
        (open, 0) => format!("{open} open"),
        (open, expired) => format!("{open} open, {expired} expired"),
    };
    // Without scripts: on the page that came after.
    let problem = {
        let (resend, revoke) = (error_of(actions.resend), error_of(actions.revoke));
        let before = resend.get_untracked().or_else(|| revoke.get_untracked());
        Signal::derive(move || before.clone().filter(|_| actions.asked.get().is_none()))
    };
    let body = if rows.is_empty() {
        view! {
            <div class="border-t border-line">
                <EmptyState icon=icon::MAIL title="Nobody is invited" text="Whoever you invite stands here until they have joined." bare=true/>
            </div>
        }
        .into_any()
    } else {
        let rows = rows.into_iter().map(|row| invitation(row, actions)).collect_view();
        view! {
            <table class="table border-t border-line">
                <thead class="sr-only">
                    <tr><th scope="col">"Invited"</th><th scope="col" class="max-md:hidden">"State"</th><th scope="col">"What can be done"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="inv-h">
            <div class="panel-head"><h2 id="inv-h" class="h-sec" tabindex="-1">"Invitations"</h2><span class="sub">{said}</span></div>
            {move || problem.get().map(|error| view! { <div class="p-4 border-t border-line"><ErrorNote error=Signal::stored(Some(error))/></div> })}
            {body}
        </section>
    }
    .into_any()
}

fn invitation(row: InvitationRow, actions: Actions) -> AnyView {
    let (team, id) = (frame().id, row.id);
    let about = move || view! { {hidden("team", team)}{hidden("invitation", id)} };
    let expired = row.state == InvitationState::Expired;
    let again = if expired { "Invite again" } else { "Resend" };
    let away = if expired { "Remove" } else { "Revoke" };
    let state = move || {
        let when = row.expires.clone();
        if expired {
            view! { <span class="badge badge-warning" title=when.exact>"Expired " {when.relative}</span> }.into_any()
        } else {
            view! { <span class="sub" title=when.exact>"Expires " {when.relative} " · holds a seat"</span> }.into_any()
        }
    };
    let (resend, revoke) = (format!("{again}: {}", row.email), format!("{away}: {}", row.email));
    let title = format!("{away} the invitation of {}?", row.email);
    let refused = {
        let resend = error_of(actions.resend);
        Signal::derive(move || resend.get().filter(|_| actions.asked.get() == Some(id)))
    };
    let said = format!("{} · invited by {} {}", row.role.label(), row.invited_by, row.sent.relative);
    view! {
        <tr>
            <td class="max-md:max-w-0 max-md:w-full">
                <span class="flex items-center gap-3">
                    <span class="tl-mark !size-8 flex-none"><Icon name=icon::MAIL class="size-3.5"/></span>
                    <span class="min-w-0">
                        <span class="font-medium block truncate">{row.email}</span>
                        <span class="block sub text-xs">{said}</span>
                        <span class="md:hidden block text-xs mt-0.5">{state()}</span>
                        <ErrorNote error=refused class="mt-2"/>
                    </span>
                </span>
            </td>
            <td class="max-md:hidden">{state()}</td>
            <td>
                <span class="flex flex-wrap justify-end">
                    <PostForm action=actions.resend on:submit:capture=move |_| actions.asked.set(Some(id))>
                        {about()}
                        <button type="submit" class="btn btn-ghost btn-sm" aria-label=resend>{again}</button>
                    </PostForm>
                    <AskFirst
                        id=format!("revoke-{id}")
                        action=actions.revoke
                        label=away
                        name=revoke
                        title
                        lead="The link that was mailed stops working and the seat is free. You can invite this address again."
                        keep="Keep it"
                        last="Revoke invitation"
                    >
                        {about()}
                    </AskFirst>
                </span>
            </td>
        </tr>
    }
    .into_any()
}
