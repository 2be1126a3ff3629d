//! The first run: what is done and what comes next, until the first e-mail has left.

use crate::{
    api,
    components::{Icon, Kind, LinkButton, icon},
    layouts::use_frame,
    pages::settings::{loaded, team_id},
    paths,
};
use domain::{
    permission::Permission,
    team::{Checklist, TeamFrame},
};
use leptos::prelude::*;
use leptos_meta::Title;

struct Step {
    done: bool,
    title: &'static str,
    text: String,
    href: Option<String>,
    /// What the button of the next step says.
    act: &'static str,
}

fn steps(frame: &TeamFrame, list: Checklist) -> Vec<Step> {
    let team = frame.id;
    let business = frame.businesses.first();
    let in_business = |path: fn(domain::ids::TeamId, domain::ids::BusinessId) -> String| business.map(|b| path(team, b.id));
    let credits = domain::money::group_thousands(u64::try_from(frame.balance.available().0).unwrap_or(0));
    vec![
        Step {
            done: true,
            title: "Create your team",
            text: format!("{}, {credits} credits", frame.name),
            href: Some(paths::team_settings(team)),
            act: "Open",
        },
        Step {
            done: list.business,
            title: "Create a business",
            text: business.map_or_else(
                || String::from("A product with its own customers, texts and sender. About 3 minutes."),
                |b| b.name.clone(),
            ),
            href: in_business(paths::business_settings).or_else(|| Some(paths::new_business(team))),
            act: "Create new business",
        },
        Step {
            done: list.sender,
            title: "Verify a sender",
            text: String::from("We mail a link to the address your customers will see. About 2 minutes."),
            href: in_business(paths::business_settings),
            act: "Add a sender",
        },
        Step {
            done: list.import,
            title: "Import customers",
            text: String::from("A CSV file in any shape. You see what happens before anything is written."),
            href: if list.import {
                in_business(paths::customers)
            } else {
                in_business(paths::import)
            },
            act: "Choose a file",
        },
        Step {
            done: list.outreach,
            title: "Send your first e-mail",
            text: String::from("Pick a customer, read the persona, change the draft, send."),
            href: in_business(paths::customers),
            act: "Pick a customer",
        },
    ]
}

fn heading(left: usize) -> &'static str {
    match left {
        0 => "Everything is set up",
        1 => "One step to your first e-mail",
        2 => "Two steps to your first e-mail",
        3 => "Three steps to your first e-mail",
        _ => "Four steps to your first e-mail",
    }
}

/// The page at `/t/{team}`.
#[component]
pub fn HomePage() -> impl IntoView {
    let team = team_id();
    let list = Resource::new(team, |team| async move { api::teams::checklist(team?).await });
    loaded(list, |list: Checklist| view! { <FirstRun list/> }.into_any())
}

/// `<FirstRun list=checklist/>`, inside the team's frame.
#[component]
pub fn FirstRun(list: Checklist) -> impl IntoView {
    let frame = use_frame();
    move || frame.with(|f| page(f, list))
}

fn page(frame: &TeamFrame, list: Checklist) -> AnyView {
    let steps = steps(frame, list);
    let next = steps.iter().position(|s| !s.done);
    let left = steps.iter().filter(|s| !s.done).count();
    let done = list.done();
    let invite = frame.may(Permission::InviteMembers, None).then(|| {
        view! {
            <p class="sub mt-8">
                "Not alone? "
                <a class="link" href=paths::invitations(frame.id)>
                    "Invite your team"
                </a>
                "."
            </p>
        }
    });
    view! {
        <Title text="Getting started · AskUsers"/>
        <div class="page max-w-3xl sm:!pt-14">
            <h1 class="text-xl font-semibold text-balance">{heading(left)}</h1>
            <p class="text-base sub mt-2 max-w-prose">
                "Verify an address to send from, bring in your customers, and AskUsers writes the first draft with you."
            </p>
            <div class="flex items-center gap-4 mt-8">
                <progress class="progress flex-1 min-w-0" value=done.to_string() max="5" aria-label="Getting started"></progress>
                <span class="sub tabular-nums whitespace-nowrap">{done.to_string()} " of 5 done"</span>
            </div>
            <ol class="panel mt-4 divide-y divide-line overflow-hidden">
                {steps.into_iter().enumerate().map(|(i, s)| line(i, s, next)).collect_view()}
            </ol>
            {invite}
        </div>
    }
    .into_any()
}

fn line(i: usize, step: Step, next: Option<usize>) -> AnyView {
    let Step {
        done,
        title,
        text,
        href,
        act,
    } = step;
    let now = next == Some(i);
    let ring = if done {
        "bg-primary text-primary-content"
    } else if now {
        "border-2 border-primary text-link"
    } else {
        "border border-edge sub"
    };
    let number = if done {
        view! {
            <Icon name=icon::CHECK class="size-3.5"/>
            <span class="sr-only">"Done"</span>
        }
        .into_any()
    } else {
        (i + 1).to_string().into_any()
    };
    let end = match href {
        Some(href) if now => view! { <LinkButton href kind=Kind::Primary class="max-sm:w-full self-center">{act}</LinkButton> }.into_any(),
        Some(href) if done => view! { <LinkButton href kind=Kind::Ghost class="-my-1">"Open"</LinkButton> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <li class=if now { "flex flex-wrap sm:flex-nowrap gap-4 p-5 bg-base-200" } else { "flex gap-4 p-5" }>
            <span class=icon::joined("grid place-items-center size-6 rounded-full flex-none text-xs font-semibold tabular-nums", ring)>
                {number}
            </span>
            <div class="min-w-0 grow basis-0">
                <h2 class=if done { "font-semibold leading-6 sub" } else { "font-semibold leading-6" }>{title}</h2>
                <p class="sub">{text}</p>
            </div>
            {end}
        </li>
    }
    .into_any()
}
