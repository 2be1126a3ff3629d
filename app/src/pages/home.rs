//! The first run: what is done and what comes next, until the first e-mail has left.

use crate::{
    api::businesses::AddSender,
    components::{
        Button, ErrorNote, Field, Icon, Kind, LinkButton, LockedAction, Mark, Post, PostForm, Size, error_of, icon, locked_reason,
    },
    layouts::{refresh_frame, use_frame},
    pages::settings::{after, hidden},
    paths,
};
use domain::{
    Error,
    ids::{BusinessId, TeamId},
    permission::Permission,
    team::{BusinessLink, Checklist, TeamFrame},
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
    /// What it takes, in which business.
    needs: (Permission, Option<BusinessId>),
}

/// The business to begin with: one's own, if there is one.
fn first(frame: &TeamFrame) -> Option<&BusinessLink> {
    frame.businesses.iter().find(|b| b.own).or_else(|| frame.businesses.first())
}

fn steps(frame: &TeamFrame) -> [Step; Checklist::STEPS as usize] {
    let (team, list) = (frame.id, frame.steps);
    let business = first(frame);
    let id = business.map(|b| b.id);
    let in_business = |path: fn(TeamId, BusinessId) -> String| id.map(|id| path(team, id));
    let unaddressed = !list.outreach && business.is_some_and(|b| !b.addressed);
    let credits = domain::money::group_thousands(u64::try_from(frame.balance.available().0).unwrap_or(0));
    [
        Step {
            done: true,
            title: "Create your team",
            text: format!("{}, {credits} credits", frame.name),
            href: Some(paths::team_settings(team)),
            act: "Open",
            needs: (Permission::ViewTeamSettings, None),
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
            needs: (Permission::CreateBusiness, None),
        },
        Step {
            done: list.sender,
            title: "Verify a sender",
            text: String::from(if list.sender_mailed {
                "We mailed a link to the address. Open it to go on."
            } else {
                "We mail a link to the address your customers will see. About 2 minutes."
            }),
            href: in_business(paths::business_settings),
            act: if list.sender_mailed { "Open the senders" } else { "Add a sender" },
            needs: (Permission::ConfigureSender, id),
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
            needs: (Permission::ImportCsv, id),
        },
        Step {
            done: list.outreach,
            title: "Send your first e-mail",
            text: String::from(if unaddressed {
                "The business has no postal address yet. Every e-mail must carry one: write it in the business’s settings first."
            } else {
                "Pick a customer, read the persona, change the draft, send."
            }),
            href: in_business(if unaddressed { paths::business_settings } else { paths::customers }),
            act: if unaddressed {
                "Write the postal address"
            } else {
                "Pick a customer"
            },
            needs: (
                if unaddressed {
                    Permission::EditOwnBusiness
                } else {
                    Permission::SendEmails
                },
                id,
            ),
        },
    ]
}

const fn heading(left: usize) -> &'static str {
    match left {
        0 | 1 => "One step to your first e-mail",
        2 => "Two steps to your first e-mail",
        3 => "Three steps to your first e-mail",
        _ => "Four steps to your first e-mail",
    }
}

/// What is next, in a sentence.
fn lead(frame: &TeamFrame) -> String {
    let name = first(frame).map(|b| b.name.as_str());
    match (frame.steps, name) {
        (Checklist { sender: true, .. }, Some(name)) => {
            format!("{name} may send. Bring in your customers, and AskUsers writes the first draft with you.")
        }
        (_, Some(name)) => {
            format!(
                "{name} is ready. Verify an address to send from, bring in your customers, and AskUsers writes the first draft with you."
            )
        }
        (_, None) => String::from(
            "Name the product you write for, verify an address to send from, bring in its customers, and AskUsers writes the first draft with you.",
        ),
    }
}

/// The page at `/t/{team}`, inside the team's frame.
#[component]
pub fn HomePage() -> impl IntoView {
    let frame = use_frame();
    let add = Post::<AddSender>::new();
    after(add, refresh_frame());
    let title = move || {
        frame.with(|f| {
            let what = if f.steps.done() == Checklist::STEPS {
                &f.name
            } else {
                "Getting started"
            };
            format!("{what} · AskUsers")
        })
    };
    view! {
        <Title text=title/>
        {move || {
            frame.with(|f| if f.steps.done() == Checklist::STEPS { running(f) } else { page(f, add) })
        }}
    }
    .into_any()
}

/// The team at work: the way to its businesses.
fn running(frame: &TeamFrame) -> AnyView {
    let team = frame.id;
    let rows = frame
        .businesses
        .iter()
        .map(|b| {
            let customers = domain::money::group_thousands(b.customers);
            view! {
                <li>
                    <a class="flex items-center gap-3 px-4 py-3 hover:bg-hover" href=paths::customers(team, b.id)>
                        <Mark name=b.name.clone() mark=b.mark/>
                        <span class="grow min-w-0 truncate font-medium">{b.name.clone()}</span>
                        <span class="sub tabular-nums whitespace-nowrap">{customers} " customers"</span>
                        <span class="sub max-sm:hidden">{b.owner_name.clone()}</span>
                        <Icon name=icon::RIGHT class="sub size-3.5"/>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let create = frame.may(Permission::CreateBusiness, None).then(|| {
        view! {
            <LinkButton href=paths::new_business(team) icon=icon::PLUS>
                "Create new business"
            </LinkButton>
        }
    });
    view! {
        <div class="page max-w-3xl">
            <div class="flex flex-wrap items-center gap-3">
                <h1 class="h-page">{frame.name.clone()}</h1>
                <span class="ml-auto">{create}</span>
            </div>
            <ul class="panel mt-5 divide-y divide-line overflow-hidden" aria-label="Businesses">
                {rows}
            </ul>
        </div>
    }
    .into_any()
}

fn page(frame: &TeamFrame, add: Post<AddSender>) -> AnyView {
    let steps = steps(frame);
    let next = steps.iter().position(|s| !s.done);
    let left = steps.iter().filter(|s| !s.done).count();
    let done = frame.steps.done().to_string();
    let of = Checklist::STEPS.to_string();
    let lines = steps
        .into_iter()
        .enumerate()
        .map(|(i, step)| {
            let now = next == Some(i);
            let asks_sender = now && i == 2 && !frame.steps.sender_mailed && frame.may(step.needs.0, step.needs.1);
            let form = asks_sender.then(|| sender_form(frame, add)).flatten();
            line(frame, i, step, now, form)
        })
        .collect_view();
    let invite = frame.may(Permission::InviteMembers, None).then(|| {
        view! {
            <p class="sub mt-8">
                "Not alone? "
                <a class="link" href=paths::invitations(frame.id)>
                    "Invite your team"
                </a> "."
            </p>
        }
    });
    view! {
        <div class="page max-w-3xl sm:!pt-14">
            <h1 class="text-xl font-semibold text-balance">{heading(left)}</h1>
            <p class="text-base sub mt-2 max-w-prose">{lead(frame)}</p>
            <div class="flex items-center gap-4 mt-8">
                <progress class="progress flex-1 min-w-0" value=done.clone() max=of.clone() aria-label="Getting started"></progress>
                <span class="sub tabular-nums whitespace-nowrap">{done} " of " {of} " done"</span>
            </div>
            <ol class="panel mt-4 divide-y divide-line overflow-hidden">{lines}</ol>
            {invite}
        </div>
    }
    .into_any()
}

/// The first sender, without a page in between.
fn sender_form(frame: &TeamFrame, add: Post<AddSender>) -> Option<AnyView> {
    let business = first(frame)?.id;
    let (team, name, email) = (frame.id, frame.person_name.clone(), frame.person_email.clone());
    let error = error_of(add);
    let whole = Signal::derive(move || error.get().filter(|e| !matches!(e, Error::Invalid(_))));
    let form = view! {
        <PostForm action=add attr:class="grid gap-3 mt-4" attr:novalidate="">
            {hidden("team", team)} {hidden("business", business)} {hidden("name", name)} <ErrorNote error=whole/>
            <div class="flex flex-wrap items-start gap-2">
                <div class="grow min-w-56">
                    <Field
                        name="email"
                        label="Send e-mails from"
                        kind="email"
                        autocomplete="email"
                        required=true
                        value=email
                        error
                    />
                </div>
                <Button kind=Kind::Primary size=Size::Decide submit=true class="max-sm:w-full sm:mt-[1.625rem]" busy=add.pending()>
                    "Mail me the link"
                </Button>
            </div>
        </PostForm>
    };
    Some(form.into_any())
}

fn number(i: usize, done: bool, now: bool) -> AnyView {
    let ring = if done {
        "bg-primary text-primary-content"
    } else if now {
        "border-2 border-primary text-link"
    } else {
        "border border-edge sub"
    };
    let inside = if done {
        view! {
            <Icon name=icon::CHECK class="size-3.5"/>
            <span class="sr-only">"Done"</span>
        }
        .into_any()
    } else {
        (i + 1).to_string().into_any()
    };
    view! {
        <span class=icon::joined("grid place-items-center size-6 rounded-full flex-none text-xs font-semibold tabular-nums", ring)>
            {inside}
        </span>
    }
    .into_any()
}

fn line(frame: &TeamFrame, i: usize, step: Step, now: bool, form: Option<AnyView>) -> AnyView {
    let (permission, business) = step.needs;
    let may = frame.may(permission, business);
    let inline = form.is_some();
    let end = match step.href {
        Some(href) if step.done => view! {
            <LinkButton href kind=Kind::Ghost class="-my-1">
                "Open"
                <span class="sr-only">{format!(": {}", step.title)}</span>
            </LinkButton>
        }
        .into_any(),
        Some(_) if now && !may => {
            view! { <LockedAction id="why-next" label=step.act reason=locked_reason(permission) size=Size::Decide/> }.into_any()
        }
        Some(href) if now && !inline => view! {
            <LinkButton href kind=Kind::Primary size=Size::Decide class="max-sm:w-full self-center">
                {step.act}
            </LinkButton>
        }
        .into_any(),
        Some(href) if !now && may => view! {
            <a class="btn btn-ghost btn-sm btn-square -my-1" href=href aria-label=step.act>
                <Icon name=icon::RIGHT class="sub"/>
            </a>
        }
        .into_any(),
        _ => ().into_any(),
    };
    let stacked = now && !inline;
    view! {
        <li
            class="flex gap-4 p-5"
            class=("bg-base-200", now)
            class=("flex-wrap", stacked)
            class=("sm:flex-nowrap", stacked)
            aria-current=now.then_some("step")
        >
            {number(i, step.done, now)}
            <div class="min-w-0 grow basis-0">
                <h2 class="font-semibold leading-6" class=("sub", step.done)>
                    {step.title}
                </h2>
                <p class="sub">{step.text}</p>
                {form}
            </div>
            {end}
        </li>
    }
    .into_any()
}
