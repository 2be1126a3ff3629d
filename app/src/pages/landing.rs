//! The first page: what AskUsers is, in one screen, and how it goes.

use crate::{
    components::{Icon, Kind, LinkButton, Size, icon},
    layouts::{Example, PublicLayout},
    paths,
};
use leptos::prelude::*;

/// Icon, what one does, what it brings.
const STEPS: &[(&str, &str, &str)] = &[
    (
        icon::UPLOAD,
        "Import your customers",
        "From a CSV file in any shape. You see what every row does before anything is written, and can undo it.",
    ),
    (
        icon::SPARK,
        "Understand each one",
        "An analysis reads spend, recency and refunds and says who is loyal, who is slipping away and what each claim rests on.",
    ),
    (
        icon::SEND,
        "Write one personal e-mail",
        "A draft is ready to edit. It leaves from your own verified address, at a pace mail servers accept.",
    ),
    (
        icon::REPLY,
        "Log the answer",
        "Replies stand on the customer’s timeline, so that the next colleague knows what was said.",
    ),
];

#[component]
pub fn LandingPage() -> impl IntoView {
    let steps = STEPS
        .iter()
        .map(|(symbol, title, text)| {
            view! {
                <li class="p-5">
                    <Icon name=symbol class="sub"/>
                    <h3 class="font-semibold mt-3">{*title}</h3>
                    <p class="sub mt-1">{*text}</p>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <PublicLayout title="Personal e-mail to the customers you have">
            <div class="grid lg:grid-cols-2 gap-x-12 gap-y-8 items-center pt-16">
                <div>
                    <h1 class="text-xl font-semibold text-balance">"Write to the customers you already have, one at a time"</h1>
                    <p class="text-base sub mt-3">
                        "AskUsers is for teams with several products. Import the customers, understand each one, send a personal e-mail, and never step on a colleague’s toes."
                    </p>
                    <p class="flex flex-wrap gap-2 mt-7">
                        <LinkButton href=paths::SIGN_UP kind=Kind::Primary size=Size::Decide>
                            "Create an account"
                        </LinkButton>
                        <LinkButton href=paths::PRICING size=Size::Decide>
                            "See the price"
                        </LinkButton>
                    </p>
                    <p class="hint mt-3">"Invited by a colleague? Open the link in the mail, it brings you straight to the team."</p>
                </div>
                <div class="max-lg:-mt-4">
                    <Example/>
                </div>
            </div>
            <section class="mt-14" aria-labelledby="how-h">
                <h2 id="how-h" class="h-page">
                    "How it goes"
                </h2>
                <ol class="panel mt-5 grid sm:grid-cols-2 lg:grid-cols-4 max-sm:divide-y lg:divide-x divide-line">{steps}</ol>
            </section>
            <section class="mt-14 max-w-prose" aria-labelledby="own-h">
                <h2 id="own-h" class="h-page">
                    "Your data stays yours"
                </h2>
                <p class="text-base sub mt-2">
                    "AskUsers runs on your own machine with one command and an embedded database. The built-in writer works offline. Viewers see masked addresses and no money, and every change stands in the audit log."
                </p>
            </section>
        </PublicLayout>
    }
    .into_any()
}
