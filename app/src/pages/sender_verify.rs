//! The page behind the link mailed to a new sender. Opening it changes nothing; the button does.

use crate::{
    api::{self, businesses::VerifySender},
    components::{Button, ErrorNote, Kind, Size, error_of},
    pages::settings::loaded,
    paths,
};
use domain::{Error, business::SenderOffer};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn SenderVerifyPage() -> impl IntoView {
    let params = use_params_map();
    let token = move || params.with(|p| p.get("token").unwrap_or_default());
    let offer = Resource::new(token, |token| async move { api::businesses::sender_offer(token).await });
    let action = ServerAction::<VerifySender>::new();
    view! {
        <Title text="Confirm a sender"/>
        {loaded(offer, move |offer: SenderOffer| ask(offer, token(), action))}
    }
    .into_any()
}

fn ask(offer: SenderOffer, token: String, action: ServerAction<VerifySender>) -> AnyView {
    let error: Signal<Option<Error>> = error_of(action);
    view! {
        <h1 class="h-page">"Confirm this address"</h1>
        <p class="mt-3">
            {offer.team_name} " wants to send e-mails for " <b>{offer.business_name}</b> " from " <b>{offer.email}</b> " as " {offer.name} "."
        </p>
        <ActionForm action attr:class="mt-5 grid gap-3">
            <input type="hidden" name="token" value=token/>
            <ErrorNote error/>
            <Button kind=Kind::Primary size=Size::Decide submit=true busy=action.pending()>"Confirm the address"</Button>
            <p class="hint">"If you don't know them, close this page: nothing will be sent from your address."</p>
        </ActionForm>
    }
    .into_any()
}

/// Where the confirmation leads, also without JavaScript.
#[component]
pub fn SenderVerifiedPage() -> impl IntoView {
    view! {
        <Title text="The address is confirmed"/>
        <h1 class="h-page">"The address is confirmed"</h1>
        <p class="mt-3" role="status">"E-mails may now be sent from it."</p>
        <p class="mt-5">
            <a class="btn" href=paths::HOME>
                "Open AskUsers"
            </a>
        </p>
    }
    .into_any()
}
