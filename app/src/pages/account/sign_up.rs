//! Create an account.

use super::{focus_refused, skip_if_signed_in, typed, whole};
use crate::{
    api::accounts::SignUp,
    components::{Button, ErrorNote, Field, Kind, Post, PostForm, Size, error_of},
    layouts::AccountCard,
    paths,
};
use domain::person::PASSWORD_MIN;
use leptos::prelude::*;

#[component]
pub fn SignUpPage() -> impl IntoView {
    let action = Post::<SignUp>::new();
    let error = error_of(action);
    let typed = typed();
    focus_refused(action);
    let lead = || {
        view! {
            "Have an account? "
            <a class="link" href=paths::SIGN_IN>
                "Sign in"
            </a>
        }
    };
    view! {
        <AccountCard title="Create an account" lead>
            {skip_if_signed_in(|| paths::TEAMS.to_owned())}
            <PostForm action attr:class="grid gap-4" attr:novalidate="">
                <ErrorNote error=whole(error)/>
                <Field name="name" label="Your name" autocomplete="name" required=true value=typed.get("name") error/>
                <Field name="email" label="E-mail" kind="email" autocomplete="username" required=true value=typed.get("email") error/>
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    required=true
                    hint=format!("At least {PASSWORD_MIN} characters. A few words are easier to remember than signs.")
                    error
                />
                <Button kind=Kind::Primary size=Size::Decide submit=true class="w-full mt-1" busy=action.pending()>
                    "Create account"
                </Button>
            </PostForm>
            <p class="hint mt-6">"We mail you a link to show that the address is yours. Then you create your team."</p>
        </AccountCard>
    }
    .into_any()
}
