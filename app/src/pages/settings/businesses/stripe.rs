//! A business's connection to Stripe.

use crate::{
    api::businesses::{ConnectStripe, DisconnectStripe},
    components::{Button, ErrorNote, Field, LockedAction, Post, PostForm, Time, error_of, locked_reason},
    pages::{
        account::whole,
        settings::{frame, hidden, succeeded},
    },
};
use domain::{business::BusinessDetail, permission::Permission};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct StripeActions {
    pub connect: Post<ConnectStripe>,
    pub disconnect: Post<DisconnectStripe>,
}

#[component]
pub fn StripePanel(detail: BusinessDetail, may: bool, actions: StripeActions) -> impl IntoView {
    let (team, business) = (frame().id, detail.id);
    let error = error_of(actions.connect);
    let done = succeeded(actions.connect);
    let body = if !may {
        view! { <LockedAction id="why-stripe" label="Connect Stripe" reason=locked_reason(Permission::ConfigureStripe)/> }.into_any()
    } else if let Some(stripe) = detail.stripe {
        let mode = if stripe.live { "live" } else { "test" };
        view! {
            <PostForm action=actions.disconnect attr:class="flex flex-wrap items-center gap-3">
                {hidden("team", team)}
                {hidden("business", business)}
                <span>
                    {format!("Restricted key of {mode} mode, ending in {}, stored ", stripe.ending)}
                    <Time at=stripe.connected/>
                    "."
                </span>
                <Button submit=true busy=actions.disconnect.pending()>"Disconnect"</Button>
                <ErrorNote error=error_of(actions.disconnect)/>
            </PostForm>
        }
        .into_any()
    } else {
        view! {
            <PostForm action=actions.connect attr:class="grid gap-4 max-w-xl" attr:novalidate="">
                {hidden("team", team)}
                {hidden("business", business)}
                <ErrorNote error=whole(error)/>
                <Field
                    name="key"
                    label="Restricted key"
                    kind="password"
                    placeholder="rk_live_…"
                    autocomplete="off"
                    hint="From Stripe’s dashboard, with read access to customers, charges and subscriptions. Stored encrypted, never shown again."
                    required=true
                    small=true
                    error
                />
                <div class="flex flex-wrap items-center gap-3">
                    <Button submit=true busy=actions.connect.pending()>"Connect Stripe"</Button>
                    {move || done.get().then(|| view! { <span class="sub" role="status">"Stored"</span> })}
                </div>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <section class="panel mt-6" aria-labelledby="stripe-h">
            <div class="panel-head">
                <h2 id="stripe-h" class="h-sec">"Stripe"</h2>
                <span class="sub">"The key is kept for importing customers from Stripe, which this version does not do yet."</span>
            </div>
            <div class="p-4 border-t border-line">{body}</div>
        </section>
    }
    .into_any()
}
