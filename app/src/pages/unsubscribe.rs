//! The page behind the link in every outreach. Opening it changes nothing; its button posts to the same address, without a script.

use crate::{
    api::outreach::OfferUnsubscribe,
    components::{Button, Kind, Size},
    layouts::PublicLayout,
    pages::fetched::{fetched, loaded},
    paths,
};
use domain::outreach::UnsubscribeOffer;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// What the link in a test mail holds instead of a token.
const TEST: &str = "test";

#[component]
pub fn UnsubscribePage() -> impl IntoView {
    let params = use_params_map();
    let token = move || params.with(|p| p.get("token").unwrap_or_default());
    if token() == TEST {
        let text = "This link came in a test. In the e-mail that a customer gets, it ends further e-mails of your business to them.";
        return note("A test e-mail", text);
    }
    let offer = fetched(move || Ok(OfferUnsubscribe { token: token() }));
    loaded(offer, move |offer: UnsubscribeOffer| {
        if offer.done {
            let from = if offer.business.is_empty() {
                String::new()
            } else {
                format!(" from {}", offer.business)
            };
            note("You are unsubscribed", &format!("You will get no further e-mails{from}."))
        } else {
            ask(&offer, &token())
        }
    })
}

fn note(title: &'static str, text: &str) -> AnyView {
    let text = text.to_owned();
    view! {
        <PublicLayout title>
            <div class="max-w-md mx-auto text-center pt-24">
                <h1 class="text-xl font-semibold text-balance">{title}</h1>
                <p class="text-base sub mt-2 text-balance" role="status">
                    {text}
                </p>
            </div>
        </PublicLayout>
    }
    .into_any()
}

fn ask(offer: &UnsubscribeOffer, token: &str) -> AnyView {
    let (business, email, action) = (offer.business.clone(), offer.email.clone(), paths::unsubscribe(token));
    view! {
        <PublicLayout title="Unsubscribe">
            <div class="max-w-md mx-auto text-center pt-24">
                <h1 class="text-xl font-semibold text-balance">"No more e-mails from " {business} "?"</h1>
                <p class="text-base sub mt-2 text-balance">"It is about " {email} ". You can’t undo it here; write to the sender if you change your mind."</p>
                <form method="post" action=action class="mt-8">
                    <input type="hidden" name="from" value="page"/>
                    <Button kind=Kind::Primary size=Size::Decide submit=true>
                        "Unsubscribe"
                    </Button>
                </form>
            </div>
        </PublicLayout>
    }
    .into_any()
}
