//! Sign in, and go on where one was led here from.

use super::{focus_refused, skip_if_signed_in, typed, whole};
use crate::{
    api::accounts::SignIn,
    components::{Button, Checkbox, ErrorNote, Field, Kind, Post, PostForm, Size, error_of},
    layouts::AccountCard,
    paths,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn SignInPage() -> impl IntoView {
    let action = Post::<SignIn>::new();
    let error = error_of(action);
    let typed = typed();
    focus_refused(action);
    // The server looks at it again: only paths of this site count.
    let query = use_query_map();
    let next = move || query.with(|q| q.get("next").unwrap_or_default());
    let lead = || {
        view! {
            "New here? "
            <a class="link" href=paths::SIGN_UP>
                "Create an account"
            </a>
        }
    };
    view! {
        <AccountCard title="Sign in" lead>
            {skip_if_signed_in(move || paths::local(&next()).unwrap_or(paths::TEAMS).to_owned())}
            <PostForm action attr:class="grid gap-4" attr:novalidate="">
                <ErrorNote error=whole(error)/>
                <input type="hidden" name="next" value=next/>
                <Field name="email" label="E-mail" kind="email" autocomplete="username" required=true value=typed.get("email") error/>
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    beside=(paths::FORGOT, "Forgot it?")
                    error
                />
                <Checkbox name="stay" label="Stay signed in on this computer" checked=true/>
                <Button kind=Kind::Primary size=Size::Decide submit=true class="w-full mt-1" busy=action.pending()>
                    "Sign in"
                </Button>
            </PostForm>
            <p class="hint mt-6">"Invited by a colleague? Open the link in the mail, it brings you straight to the team."</p>
        </AccountCard>
    }
    .into_any()
}
