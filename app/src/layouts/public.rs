//! Pages for everybody: header and footer around the site, the two-column card of sign-in and its kin.

use crate::{
    components::{AlsoIn, Avatar, Icon, LinkButton, Product, SegmentDot, Timeline, icon},
    paths,
};
use domain::persona::Segment;
use leptos::prelude::*;
use leptos_meta::Title;

/// Sign and name, leading home.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <a href=paths::HOME class="flex items-center gap-2 font-semibold text-base">
            <svg class="size-6 text-primary" viewBox="0 0 24 24" aria-hidden="true">
                <path
                    fill="currentColor"
                    d="M7 2.5h10A4.5 4.5 0 0 1 21.5 7v7a4.5 4.5 0 0 1-4.5 4.5h-5L6.5 22v-3.53A4.5 4.5 0 0 1 2.5 14V7A4.5 4.5 0 0 1 7 2.5z"
                ></path>
                <circle cx="9" cy="10.5" r="1.6" class="fill-primary-content"></circle>
                <circle cx="15" cy="10.5" r="1.6" class="fill-primary-content"></circle>
            </svg>
            "AskUsers"
        </a>
    }
    .into_any()
}

/// Switches between light and dark; the document's script listens to `data-theme-toggle`.
#[component]
pub(crate) fn ThemeSwitch(#[prop(optional)] class: &'static str) -> impl IntoView {
    view! {
        <button
            type="button"
            class=icon::joined("btn btn-ghost btn-sm btn-square", class)
            data-theme-toggle=""
            aria-label="Switch between light and dark"
        >
            <Icon name=icon::MOON class="theme-moon"/>
            <Icon name=icon::SUN class="theme-sun"/>
        </button>
    }
    .into_any()
}

#[component]
pub(crate) fn SkipLink() -> impl IntoView {
    view! {
        // The browser's own jump: it moves the start of the Tab key, which the router's would not.
        <a class="skip" href="#main" rel="external">
            "Skip to content"
        </a>
    }
    .into_any()
}

/// `<PublicLayout title="Pricing">…</PublicLayout>`: header, main, footer. `title` names the document.
#[component]
pub fn PublicLayout(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <Title text=format!("{title} · AskUsers")/>
        <SkipLink/>
        <header class="border-b border-line">
            <div class="mx-auto max-w-5xl px-4 sm:px-6 h-14 flex items-center gap-2">
                <Wordmark/>
                <nav class="ml-auto flex items-center gap-1" aria-label="Site">
                    <a class="btn btn-ghost btn-sm" href=paths::PRICING>
                        "Pricing"
                    </a>
                    <a class="btn btn-ghost btn-sm" href=paths::SIGN_IN>
                        "Sign in"
                    </a>
                    <ThemeSwitch/>
                </nav>
            </div>
        </header>
        <main id="main" class="mx-auto max-w-5xl px-4 sm:px-6 pb-24">
            {children()}
        </main>
        <footer class="border-t border-line">
            <div class="mx-auto max-w-5xl px-4 sm:px-6 py-6 flex flex-wrap gap-x-6 gap-y-2 sub">
                <span>"AskUsers"</span>
                <a class="hover:text-base-content" href=paths::PRICING>
                    "Pricing"
                </a>
                <a class="hover:text-base-content" href=paths::SIGN_UP>
                    "Create an account"
                </a>
            </div>
        </footer>
    }
    .into_any()
}

/// `<AccountCard title="Sign in" lead=|| view!{…}>form</AccountCard>`: sign-in, sign-up, reset, join, check your mail, new team.
/// The form stands at the left, what AskUsers is for at the right. The lead is one sentence below the heading.
#[component]
pub fn AccountCard(#[prop(into)] title: String, #[prop(optional, into)] lead: Option<ViewFnOnce>, children: Children) -> impl IntoView {
    view! {
        <Title text=format!("{title} · AskUsers")/>
        <SkipLink/>
        <div class="min-h-dvh grid lg:grid-cols-2">
            <div class="flex flex-col px-6 py-6">
                <header class="flex items-center">
                    <Wordmark/>
                    <ThemeSwitch class="ml-auto"/>
                </header>
                <main id="main" class="m-auto w-full max-w-80 py-12">
                    <h1 class="h-page">{title}</h1>
                    {lead.map(|l| view! { <p class="sub mt-1">{l.run()}</p> })}
                    <div class="mt-7">{children()}</div>
                </main>
                <footer class="flex gap-5 text-xs sub">
                    <a class="hover:text-base-content" href=paths::PRICING>
                        "Pricing"
                    </a>
                    <a class="hover:text-base-content" href=paths::SIGN_IN>
                        "Sign in"
                    </a>
                </footer>
            </div>
            <aside class="hidden lg:grid place-items-center bg-base-200 border-l border-line p-12" aria-label="What AskUsers does">
                <div class="w-full max-w-md">
                    <p class="text-lg font-semibold text-balance">
                        "Two colleagues, two products, one customer. Now you know before you press Send."
                    </p>
                    <Example/>
                </div>
            </aside>
        </div>
    }
    .into_any()
}

/// A customer as the product shows one, with made-up names.
#[component]
pub(crate) fn Example() -> impl IntoView {
    let others = vec![String::from("Ticket Shop"), String::from("Vinyl Club")];
    view! {
        <div class="panel shadow-1 mt-8 p-4">
            <div class="flex items-center gap-3">
                <Avatar name="Helena Holý" size="av-md"/>
                <div class="grow min-w-0">
                    <p class="font-medium">"Helena Holý"</p>
                    <p class="sub text-xs flex gap-3">
                        <span>"Prague"</span>
                        <SegmentDot segment=Segment::Champion/>
                    </p>
                </div>
                <AlsoIn names=others/>
            </div>
            <div class="alert alert-warning mt-4 items-start flex">
                <Icon name=icon::ALERT class="text-warning mt-0.5"/>
                <p>
                    <b class="font-semibold">"Margaret e-mailed Helena about Ticket Shop 5 days ago."</b>
                    " "
                    <span class="sub">"Your team waits 14 days between products."</span>
                </p>
            </div>
            <div class="mt-5">
                <Timeline>
                    {example_line(icon::SEND, "“Your seats for the spring season”", "Ticket Shop", 2)}
                    {example_line(icon::REPLY, "Helena replied", "Music Store", 1)}
                </Timeline>
            </div>
        </div>
    }
    .into_any()
}

fn example_line(symbol: &'static str, text: &'static str, product: &'static str, mark: u8) -> AnyView {
    view! {
        <li>
            <span class="tl-mark">
                <Icon name=symbol class="size-3.5"/>
            </span>
            <div class="pt-1 flex gap-2 min-w-0">
                <span class="truncate">{text}</span>
                <span class="ml-auto sub text-xs leading-5">
                    <Product name=product mark/>
                </span>
            </div>
        </li>
    }
    .into_any()
}

/// The centred end of a way that is not a form: a link was used, a sender is verified.
#[component]
pub(crate) fn PublicNote(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    href: &'static str,
    label: &'static str,
) -> impl IntoView {
    view! {
        <PublicLayout title=title.clone()>
            <div class="text-center pt-24">
                <h1 class="text-xl font-semibold text-balance">{title}</h1>
                <p class="text-base sub mt-2 text-balance">{text}</p>
                <p class="mt-8">
                    <LinkButton href=href kind=crate::components::Kind::Primary size=crate::components::Size::Decide>
                        {label}
                    </LinkButton>
                </p>
            </div>
        </PublicLayout>
    }
    .into_any()
}
