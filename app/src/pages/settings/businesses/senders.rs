//! The senders of a business: From addresses and whether they are confirmed.

use super::edit::Actions;
use crate::{
    components::{AskFirst, Button, ErrorNote, Field, Icon, LockedAction, PostForm, Size, Time, error_of, icon, locked_reason},
    pages::settings::{frame, hidden, succeeded},
};
use domain::{
    Error,
    business::{BusinessDetail, SenderRow, SenderState},
    ids::{BusinessId, TeamId},
    permission::Permission,
};
use leptos::prelude::*;

#[component]
pub fn SendersPanel(detail: BusinessDetail, may: bool, actions: Actions) -> impl IntoView {
    let (team, business) = (frame().id, detail.id);
    let none = detail.senders.is_empty();
    let rows = detail
        .senders
        .into_iter()
        .map(|sender| row(sender, team, business, may, actions))
        .collect_view();
    // Without scripts: on the page that came after.
    let problem = {
        let (resend, remove) = (error_of(actions.resend_sender), error_of(actions.remove_sender));
        let before = resend.get_untracked().or_else(|| remove.get_untracked());
        Signal::derive(move || before.clone().filter(|_| actions.asked.get().is_none()))
    };
    let form = if may {
        add(team, business, actions)
    } else {
        let reason = locked_reason(Permission::ConfigureSender);
        view! { <div class="p-4 border-t border-line"><LockedAction id="why-sender" label="Add sender" reason/></div> }.into_any()
    };
    view! {
        <section class="panel mt-6" aria-labelledby="senders-h">
            <div class="panel-head">
                <h2 id="senders-h" class="h-sec" tabindex="-1">"Senders"</h2>
                <span class="sub">"The addresses that customers see. Each confirms a link first."</span>
            </div>
            {if none {
                view! { <p class="p-4 sub border-t border-line">"No sender yet."</p> }.into_any()
            } else {
                view! { <ul class="divide-y divide-line border-t border-line">{rows}</ul> }.into_any()
            }}
            {move || problem.get().map(|error| view! { <div class="p-4 border-t border-line"><ErrorNote error=Signal::stored(Some(error))/></div> })}
            {form}
        </section>
    }
    .into_any()
}

fn row(sender: SenderRow, team: TeamId, business: BusinessId, may: bool, actions: Actions) -> AnyView {
    let id = sender.id;
    let refused = {
        let resend = error_of(actions.resend_sender);
        Signal::derive(move || resend.get().filter(|_| actions.asked.get() == Some(id)))
    };
    let verified = sender.state == SenderState::Verified;
    let state = if verified {
        view! { <span class="badge badge-success"><Icon name=icon::CHECK class="size-3.5"/>"Verified"</span> }.into_any()
    } else {
        view! { <span class="badge badge-warning">"Waiting for its link"</span> }.into_any()
    };
    let about = move || view! { {hidden("team", team)}{hidden("business", business)}{hidden("sender", sender.id)} };
    let (again, away) = (format!("Resend link to {}", sender.email), format!("Remove {}", sender.email));
    let resend = (may && !verified).then(|| {
        view! {
            <PostForm action=actions.resend_sender on:submit:capture=move |_| actions.asked.set(Some(id))>
                {about()}
                <button type="submit" class="btn btn-ghost btn-sm" aria-label=again>"Resend link"</button>
            </PostForm>
        }
    });
    let title = format!("Remove {}?", sender.email);
    let remove = may.then(|| {
        view! {
            <AskFirst
                id=format!("remove-{}", sender.id)
                action=actions.remove_sender
                label="Remove"
                name=away
                title
                lead="Nothing leaves from this address any more. It can be added again and confirms a new link then."
                keep="Keep it"
                last="Remove sender"
            >
                {about()}
            </AskFirst>
        }
    });
    view! {
        <li class="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
            <span class="grow min-w-0 basis-56">
                <span class="font-medium block truncate">{sender.email}</span>
                <span class="block sub text-xs">{sender.name} " · added " <Time at=sender.added/></span>
            </span>
            {state}
            <span class="flex justify-end sm:w-44 max-sm:ml-auto">{resend}{remove}</span>
            <ErrorNote error=refused class="basis-full my-1"/>
        </li>
    }
    .into_any()
}

fn add(team: TeamId, business: BusinessId, actions: Actions) -> AnyView {
    let error: Signal<Option<Error>> = error_of(actions.add_sender);
    let (done, resent) = (succeeded(actions.add_sender), succeeded(actions.resend_sender));
    view! {
        <PostForm
            action=actions.add_sender
            attr:class="grid gap-3 p-4 border-t border-line sm:grid-cols-[1fr_1fr_auto] items-start"
            attr:novalidate=""
        >
            {hidden("team", team)}
            {hidden("business", business)}
            <Field
                id="sender-name"
                name="name"
                label="Name"
                hint="As recipients see it."
                small=true
                required=true
                autocomplete="off"
                bind=actions.sender_name
                error
            />
            <Field
                id="sender-email"
                name="email"
                label="Address"
                kind="email"
                hint="Gets a link to confirm."
                small=true
                required=true
                autocomplete="off"
                bind=actions.sender_email
                error
            />
            <span class="sm:pt-6.5">
                <Button size=Size::Work submit=true busy=actions.add_sender.pending()>"Add sender"</Button>
            </span>
            <div class="sm:col-span-3">
                <ErrorNote error/>
                {move || {
                    (done.get() || resent.get())
                        .then(|| view! { <p class="sub" role="status">"The link is on its way. Open it to confirm the address."</p> })
                }}
            </div>
        </PostForm>
    }
    .into_any()
}
