//! The page behind the link of an invitation. Opening it changes nothing; the button does. Works without JavaScript.

use crate::{
    api::invitations::{AcceptInvitation, JoinTeam, OfferInvitation, SwitchAccount},
    components::{Banner, Button, ErrorNote, Field, Kind, LinkButton, Post, PostForm, Size, Skeleton, Tone, error_of, error_sentence},
    layouts::{AccountCard, answer_with},
    pages::{
        account::{dead_link, focus_refused, typed, whole},
        fetched::fetched,
        settings::{after, hidden},
    },
    paths,
};
use domain::{
    Error,
    error::Conflict,
    invitation::{InvitationOffer, Visitor},
    person::PASSWORD_MIN,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[derive(Clone, Copy)]
struct Actions {
    accept: Post<AcceptInvitation>,
    join: Post<JoinTeam>,
    switch: Post<SwitchAccount>,
}

#[component]
pub fn JoinPage() -> impl IntoView {
    let params = use_params_map();
    let token = move || params.with(|p| p.get("token").unwrap_or_default());
    let offer = fetched(move || Ok(OfferInvitation { token: token() }));
    let actions = Actions {
        accept: Post::new(),
        join: Post::new(),
        switch: Post::new(),
    };
    after(actions.switch, move || offer.refetch());
    focus_refused(actions.join);
    let name = StoredValue::new(typed().get("name"));
    view! {
        <Transition fallback=|| {
            view! {
                <AccountCard title="Join a team">
                    <Skeleton rows=4 label="Loading the invitation"/>
                </AccountCard>
            }
        }>
            {move || Suspend::new(async move {
                match offer.wait().await {
                    Ok(offer) => card(offer, token(), name.get_value(), actions),
                    Err(error) => refused(&error),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn card(offer: InvitationOffer, token: String, typed: String, actions: Actions) -> AnyView {
    let title = format!("Join {}", offer.team_name);
    let lead = {
        let (inviter, role) = (offer.invited_by.clone(), offer.role);
        move || format!("{inviter} invites you as {}.", role.label().to_lowercase())
    };
    let what = format!("{}: {}.", offer.role.label(), lowered(offer.role.description()));
    let expires = offer.expires.clone();
    let body = match offer.visitor.clone() {
        Visitor::Invited { name } => accept(&offer, token, name, actions),
        Visitor::Another { email } => switch(&offer, token, email, actions),
        Visitor::HasAccount => sign_in(&offer, &token),
        Visitor::New => join(&offer, token, typed, actions),
    };
    view! {
        <AccountCard title lead>
            <p class="sub -mt-4 mb-6">{what}</p>
            {body}
            <p class="hint mt-5" title=expires.exact>"The invitation expires " {expires.relative} "."</p>
        </AccountCard>
    }
    .into_any()
}

/// Goes on in the middle of a sentence.
fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_lowercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// What went wrong with joining. That the team is full is for others to solve.
fn problem(offer: &InvitationOffer, error: Signal<Option<Error>>) -> AnyView {
    let full = format!(
        "All seats of {} are taken. Ask {} to make room, then open this link again.",
        offer.team_name, offer.invited_by
    );
    view! {
        {move || match error.get() {
            Some(Error::LimitReached { .. }) => {
                view! { <Banner tone=Tone::Error title="You could not join." text=full.clone()/> }.into_any()
            }
            other => view! { <ErrorNote error=Signal::stored(other)/> }.into_any(),
        }}
    }
    .into_any()
}

fn accept(offer: &InvitationOffer, token: String, name: String, actions: Actions) -> AnyView {
    let problem = problem(offer, error_of(actions.accept));
    let (label, email) = (format!("Join {}", offer.team_name), offer.email.clone());
    view! {
        <PostForm action=actions.accept attr:class="grid gap-4">
            {hidden("token", token)}
            {problem}
            <p>"You are signed in as " <b class="font-semibold">{name}</b> ", " {email} "."</p>
            <Button kind=Kind::Primary size=Size::Decide submit=true busy=actions.accept.pending()>{label}</Button>
        </PostForm>
    }
    .into_any()
}

fn switch(offer: &InvitationOffer, token: String, signed_in_as: String, actions: Actions) -> AnyView {
    let error = error_of(actions.switch);
    let title = format!("This invitation is for {}.", offer.email);
    let text = format!("You are signed in as {signed_in_as}.");
    view! {
        <PostForm action=actions.switch attr:class="grid gap-4">
            {hidden("token", token)}
            <ErrorNote error/>
            <Banner tone=Tone::Warning title text/>
            <Button kind=Kind::Primary size=Size::Decide submit=true busy=actions.switch.pending()>"Sign out and go on"</Button>
            <LinkButton href=paths::TEAMS kind=Kind::Ghost size=Size::Decide>"Stay signed in"</LinkButton>
        </PostForm>
    }
    .into_any()
}

fn sign_in(offer: &InvitationOffer, token: &str) -> AnyView {
    let there = paths::sign_in_then(&paths::join(token));
    view! {
        <div class="grid gap-4">
            <p><b class="font-semibold">{offer.email.clone()}</b> " has an account already. Sign in with it; you come back here."</p>
            <LinkButton href=there kind=Kind::Primary size=Size::Decide>"Sign in to join"</LinkButton>
        </div>
    }
    .into_any()
}

fn join(offer: &InvitationOffer, token: String, typed: String, actions: Actions) -> AnyView {
    let error = error_of(actions.join);
    let problem = problem(offer, whole(error));
    let email = offer.email.clone();
    let hint = format!("At least {PASSWORD_MIN} characters.");
    view! {
        <PostForm action=actions.join attr:class="grid gap-4" attr:novalidate="">
            {hidden("token", token)}
            {problem}
            // For password managers: the account is of the invited address, whatever is typed.
            <div class="field">
                <label for="email">"E-mail"</label>
                <input id="email" class="input" type="email" value=email autocomplete="username" readonly=true/>
            </div>
            <Field name="name" label="Your name" value=typed autocomplete="name" required=true error/>
            <Field name="password" label="Password" kind="password" autocomplete="new-password" hint required=true error/>
            <Button kind=Kind::Primary size=Size::Decide submit=true busy=actions.join.pending()>"Create account and join"</Button>
        </PostForm>
    }
    .into_any()
}

/// Each kind of a dead link has its own words and next step.
fn refused(error: &Error) -> AnyView {
    answer_with(error);
    let (title, text) = match error {
        Error::Conflict(Conflict::InvitationUsed) => (
            "This invitation was used already",
            String::from("Each link works once. If it was you who joined, open your teams."),
        ),
        Error::Conflict(Conflict::InvitationExpired) => (
            "This invitation has expired",
            String::from("It was valid for seven days. Ask whoever invited you for a new one."),
        ),
        Error::Conflict(Conflict::InvitationRevoked) => (
            "This invitation was revoked",
            String::from("The team took it back. Ask whoever invited you if that was not meant."),
        ),
        Error::Conflict(Conflict::LinkExpired) => (
            "This link leads nowhere",
            String::from("It may have been cut off, or a newer invitation was mailed to you: use the link in the newest mail."),
        ),
        other => ("The invitation can’t be shown", error_sentence(other)),
    };
    dead_link(title, text)
}
