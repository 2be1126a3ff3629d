//! Ask for a link to choose a new password. The answer is the same whether the address has an account or not.

use super::{focus_refused, typed, whole};
use crate::{
    api::accounts::ForgotPassword,
    components::{Button, ErrorNote, Field, Kind, Post, PostForm, Size, error_of},
    layouts::AccountCard,
    paths,
};
use leptos::prelude::*;

#[component]
pub fn ForgotPage() -> impl IntoView {
    let action = Post::<ForgotPassword>::new();
    let error = error_of(action);
    let typed = typed();
    focus_refused(action);
    let lead = || {
        view! {
            "Remembered it? "
            <a class="link" href=paths::SIGN_IN>
                "Sign in"
            </a>
        }
    };
    view! {
        <AccountCard title="Choose a new password" lead>
            <PostForm action attr:class="grid gap-4" attr:novalidate="">
                <ErrorNote error=whole(error)/>
                <Field
                    name="email"
                    label="E-mail"
                    kind="email"
                    autocomplete="username"
                    required=true
                    hint="We mail a link to it, valid for an hour."
                    value=typed.get("email")
                    error
                />
                <Button kind=Kind::Primary size=Size::Decide submit=true class="w-full mt-1" busy=action.pending()>
                    "Mail me a link"
                </Button>
            </PostForm>
        </AccountCard>
    }
    .into_any()
}
