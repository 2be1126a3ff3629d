//! The page behind the link for a new password.

use super::{expired, focus_refused, once_expired, whole};
use crate::{
    api::accounts::ResetPassword,
    components::{Button, ErrorNote, Field, Kind, Post, PostForm, Size, error_of},
    layouts::AccountCard,
    paths,
};
use domain::person::PASSWORD_MIN;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn ResetPage() -> impl IntoView {
    let action = Post::<ResetPassword>::new();
    let error = error_of(action);
    let expired = expired(error);
    focus_refused(action);
    let params = use_params_map();
    let token = move || params.with(|p| p.get("token").unwrap_or_default());
    view! {
        <AccountCard title="Choose a new password" lead=|| "Every device that is signed in will be signed out.">
            <PostForm action attr:class="grid gap-4" attr:novalidate="">
                <input type="hidden" name="token" value=token/>
                <ErrorNote error=whole(error)/>
                <Field
                    name="password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    required=true
                    hint=format!("At least {PASSWORD_MIN} characters.")
                    error
                />
                <Button kind=Kind::Primary size=Size::Decide submit=true class="w-full mt-1" busy=action.pending()>
                    "Save and sign in"
                </Button>
            </PostForm>
            {once_expired(expired, || {
                view! {
                    <a class="link" href=paths::FORGOT>
                        "Have a new link mailed to you"
                    </a>
                }
                    .into_any()
            })}
        </AccountCard>
    }
    .into_any()
}
