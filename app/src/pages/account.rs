//! Signing up, in and out, and mailed links. Every form works without scripts.

mod check_mail;
mod forgot;
mod reset;
mod sign_in;
mod sign_up;
mod verify;

pub use check_mail::CheckMailPage;
pub use forgot::ForgotPage;
pub use reset::ResetPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
pub use verify::VerifyPage;

use crate::{
    api::{self, accounts::GetMe},
    components::{Icon, LinkButton, Outcome, Size, icon},
    layouts::AccountCard,
    pages::fetched::fetched,
    paths,
    typed::Typed,
};
use domain::{Error, error::Conflict};
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// What the form held before it was refused without scripts.
pub(crate) fn typed() -> Typed {
    SharedValue::new(api::typed).into_inner()
}

/// Leads on whoever is signed in already.
fn skip_if_signed_in(there: impl Fn() -> String + Copy + Send + Sync + 'static) -> AnyView {
    let me = fetched(|| Ok(GetMe {}));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match me.wait().await {
                    Ok(Some(_)) => view! { <Redirect path=there()/> }.into_any(),
                    _ => ().into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// Moves the focus to the first refused field, for whoever does not see the red.
pub(crate) fn focus_refused(action: impl Outcome) {
    let outcome = action.outcome();
    Effect::new(move || {
        if outcome.with(|o| matches!(o, Some(Err(Error::Invalid(_))))) {
            request_animation_frame(|| {
                use wasm_bindgen::JsCast;
                let field = document().query_selector("[aria-invalid=true]").ok().flatten();
                if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
                    let _ = field.focus();
                }
            });
        }
    });
}

/// An error that belongs to no field of the form.
pub(crate) fn whole(error: Signal<Option<Error>>) -> Signal<Option<Error>> {
    Signal::derive(move || error.get().filter(|e| !matches!(e, Error::Invalid(_))))
}

/// A used or old link: says so, with the way to a new one below.
fn expired(error: Signal<Option<Error>>) -> Signal<bool> {
    Signal::derive(move || error.with(|e| matches!(e, Some(Error::Conflict(Conflict::LinkExpired)))))
}

/// What stands below a form once its link turned out to be used or old.
fn once_expired(expired: Signal<bool>, way: fn() -> AnyView) -> AnyView {
    view! { {move || expired.get().then(|| view! { <p class="hint mt-6">{way()}</p> })} }.into_any()
}

/// In place of a page whose mailed link can't be followed.
pub(crate) fn dead_link(title: &'static str, text: String) -> AnyView {
    view! {
        <AccountCard title>
            <div class="grid gap-4 -mt-4">
                <p class="sub">{text}</p>
                <LinkButton href=paths::TEAMS size=Size::Decide>"Open your teams"</LinkButton>
            </div>
        </AccountCard>
    }
    .into_any()
}

/// A line of help with its sign.
fn tip(text: &'static str) -> AnyView {
    view! {
        <p class="hint mt-6 flex gap-2">
            <Icon name=icon::INFO class="mt-0.5 size-3.5 flex-none"/>
            <span>{text}</span>
        </p>
    }
    .into_any()
}
