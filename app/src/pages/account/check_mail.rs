//! "A mail is on its way": after sign-up and "forgot", and all that somebody sees whose address is not confirmed.

use super::{tip, whole};
use crate::{
    api::{
        accounts::{GetMe, ResendVerification, SignOut},
        development::HasMailbox,
    },
    components::{Button, ErrorNote, Icon, Kind, LinkButton, Post, PostForm, Size, error_of, icon},
    layouts::{AccountCard, ErrorPage},
    pages::fetched::fetched,
    paths,
};
use domain::person::Me;
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_query_map};

#[component]
pub fn CheckMailPage() -> impl IntoView {
    let me = fetched(|| Ok(GetMe {}));
    let mailbox = fetched(|| Ok(HasMailbox {}));
    let resend = Post::<ResendVerification>::new();
    let sign_out = Post::<SignOut>::new();
    view! {
        <AccountCard title="Check your mail">
            <Transition>
                {move || Suspend::new(async move {
                    let mailbox = mailbox.wait().await.unwrap_or(false);
                    let body = match me.wait().await {
                        Ok(None) => mailed(),
                        Ok(Some(me)) if me.verified => view! { <Redirect path=paths::TEAMS/> }.into_any(),
                        Ok(Some(me)) => waiting(me, resend, sign_out),
                        Err(error) => view! { <ErrorPage error/> }.into_any(),
                    };
                    view! {
                        {body}
                        {mailbox.then(development)}
                    }
                })}
            </Transition>
        </AccountCard>
    }
    .into_any()
}

/// For whoever is not signed in: says nothing about the account.
fn mailed() -> AnyView {
    view! {
        <p class="text-base">"We mailed a link to the address you gave. Open it to go on."</p>
        <p class="mt-6">
            <LinkButton href=paths::SIGN_IN size=Size::Decide class="w-full">
                "Sign in"
            </LinkButton>
        </p>
        {tip("Nothing there after a few minutes? Look into the spam folder, or sign in to have it mailed again.")}
    }
    .into_any()
}

fn waiting(me: Me, resend: Post<ResendVerification>, sign_out: Post<SignOut>) -> AnyView {
    let error = error_of(resend);
    let query = use_query_map();
    let done = Memo::new(move |_| query.with(|q| q.get("sent").is_some()));
    view! {
        <p class="text-base">
            "Confirm that " <b class="font-semibold break-all">{me.email}</b> " is yours: open the link that we mailed to it."
        </p>
        <div class="mt-6 grid gap-3">
            <ErrorNote error=whole(error)/>
            {move || {
                done.get()
                    .then(|| {
                        view! {
                            <p class="flex gap-2 items-center" role="status">
                                <Icon name=icon::CHECK class="text-success"/>
                                "A new link is on its way."
                            </p>
                        }
                    })
            }}
            <PostForm action=resend>
                <Button kind=Kind::Primary size=Size::Decide submit=true class="w-full" busy=resend.pending()>
                    "Mail the link again"
                </Button>
            </PostForm>
            <PostForm action=sign_out>
                <Button kind=Kind::Ghost size=Size::Decide submit=true class="w-full" busy=sign_out.pending()>
                    "Sign out"
                </Button>
            </PostForm>
        </div>
        {tip("Until then your account can do nothing else.")}
    }
    .into_any()
}

fn development() -> AnyView {
    view! {
        <p class="hint mt-6">
            "No mail server is configured: mails land in the "
            <a class="link" href=paths::MAILBOX>
                "mailbox of development"
            </a> "."
        </p>
    }
    .into_any()
}
