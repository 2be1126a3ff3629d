//! The page behind the link that shows an address is somebody's. Opening it changes nothing, because mail filters open links;
//! the button does.

use super::{expired, once_expired, whole};
use crate::{
    api::accounts::VerifyEmail,
    components::{Button, ErrorNote, Kind, Post, PostForm, Size, error_of},
    layouts::AccountCard,
    paths,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn VerifyPage() -> impl IntoView {
    let action = Post::<VerifyEmail>::new();
    let error = error_of(action);
    let expired = expired(error);
    let params = use_params_map();
    let token = move || params.with(|p| p.get("token").unwrap_or_default());
    view! {
        <AccountCard title="Confirm your address" lead=|| "One press, then you are signed in.">
            <PostForm action attr:class="grid gap-4">
                <input type="hidden" name="token" value=token/>
                <ErrorNote error=whole(error)/>
                <Button kind=Kind::Primary size=Size::Decide submit=true class="w-full" busy=action.pending()>
                    "Confirm and go on"
                </Button>
            </PostForm>
            {once_expired(expired, || {
                view! {
                    <a class="link" href=paths::SIGN_IN>
                        "Sign in"
                    </a>
                    " to have a new link mailed to you, or to go on if the address is confirmed already."
                }
                    .into_any()
            })}
        </AccountCard>
    }
    .into_any()
}
