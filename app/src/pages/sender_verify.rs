//! The page behind the link mailed to a new sender. Opening it changes nothing; the button does.

use crate::{
    api::businesses::{OfferSender, VerifySender},
    components::{Button, ErrorNote, Kind, LinkButton, Post, PostForm, Size, Skeleton, error_of, error_sentence},
    layouts::{AccountCard, answer_with},
    pages::{account::dead_link, fetched::fetched, settings::hidden},
    paths,
};
use domain::{Error, business::SenderOffer, error::Conflict};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn SenderVerifyPage() -> impl IntoView {
    let params = use_params_map();
    let token = move || params.with(|p| p.get("token").unwrap_or_default());
    let offer = fetched(move || Ok(OfferSender { token: token() }));
    let action = Post::<VerifySender>::new();
    view! {
        <Transition fallback=|| {
            view! {
                <AccountCard title="Confirm this address">
                    <Skeleton rows=3 label="Loading"/>
                </AccountCard>
            }
        }>
            {move || Suspend::new(async move {
                match offer.wait().await {
                    Ok(offer) => ask(offer, token(), action),
                    Err(error) => refused(&error),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn ask(offer: SenderOffer, token: String, action: Post<VerifySender>) -> AnyView {
    let error: Signal<Option<Error>> = error_of(action);
    view! {
        <AccountCard title="Confirm this address">
            <p class="-mt-4">
                {offer.team_name} " wants to send e-mails for " <b class="font-semibold">{offer.business_name}</b> " from "
                <b class="font-semibold">{offer.email}</b> " as " {offer.name} "."
            </p>
            <PostForm action attr:class="mt-6 grid gap-4">
                {hidden("token", token)}
                <ErrorNote error/>
                <Button kind=Kind::Primary size=Size::Decide submit=true busy=action.pending()>"Confirm the address"</Button>
            </PostForm>
            <p class="hint mt-5">"If you don't know them, close this page: nothing will be sent from your address."</p>
        </AccountCard>
    }
    .into_any()
}

fn refused(error: &Error) -> AnyView {
    answer_with(error);
    let (title, text) = match error {
        Error::Conflict(Conflict::LinkExpired) => (
            "This link no longer works",
            String::from(
                "It works once, for seven days, and a newer one replaces it. If the address is not confirmed yet, ask for another link in the business's settings.",
            ),
        ),
        other => ("The address can’t be confirmed", error_sentence(other)),
    };
    dead_link(title, text)
}

/// Where the confirmation leads, also without JavaScript.
#[component]
pub fn SenderVerifiedPage() -> impl IntoView {
    view! {
        <AccountCard title="The address is confirmed">
            <div class="grid gap-4 -mt-4">
                <p role="status">"E-mails may now be sent from it."</p>
                <LinkButton href=paths::TEAMS size=Size::Decide>"Open your teams"</LinkButton>
            </div>
        </AccountCard>
    }
    .into_any()
}
