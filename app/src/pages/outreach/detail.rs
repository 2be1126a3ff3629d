//! One e-mail beside the list: to whom, why it waits, its text, what may be done with it.

use super::{Actions, Place};
use crate::{
    components::{Avatar, Icon, LinkButton, LockedAction, MailPreview, Pips, PostForm, Time, Withheld, icon, locked_reason},
    pages::settings::hidden,
    paths,
};
use domain::{
    outreach::{OutreachAction, OutreachDetail, OutreachRow, OutreachState},
    permission::Permission,
};
use leptos::prelude::*;

pub(super) fn detail(open: OutreachDetail, place: &Place, actions: Actions) -> AnyView {
    let OutreachDetail { row, from, body, footer } = open;
    let name = if row.name.is_empty() { row.email.clone() } else { row.name.clone() };
    let customer = paths::customer(place.team, place.business, row.customer);
    let about = format!("E-mail to {name}");
    let mail = match (row.subject.clone(), body) {
        (Some(subject), Some(body)) => view! { <MailPreview subject from to=row.email.clone() body footer/> }.into_any(),
        _ => view! { <p><Withheld text="Texts of e-mails are hidden for viewers"/></p> }.into_any(),
    };
    view! {
        <div class="overflow-y-auto grow min-h-0" tabindex="0" role="region" aria-label=about>
            <div class="max-w-2xl mx-auto px-4 lg:px-6 py-6">
                <header class="flex items-start gap-3">
                    <Avatar name=name.clone() size="av-md"/>
                    <div class="min-w-0 grow">
                        <h2 id="open-h" class="h-sec">
                            <a class="hover:underline" href=customer.clone()>
                                {name}
                            </a>
                        </h2>
                        <p class="flex flex-wrap items-center gap-x-3 gap-y-1 sub">
                            {row
                                .opportunity
                                .map(|opportunity| {
                                    view! {
                                        <span class="inline-flex items-center gap-1.5">"Opportunity " <Pips opportunity/></span>
                                    }
                                })} <span>"Queued by " {row.queued_by.clone()} " " <Time at=row.queued_at.clone()/></span>
                        </p>
                    </div>
                    <a class="link text-xs whitespace-nowrap pt-1 lg:hidden" href=place.group(place.query.group)>
                        "All e-mails"
                    </a>
                </header>
                {note(&row)}
                <div class="mt-4">{mail}</div>
            </div>
        </div>
        {foot(&row, place, actions, customer)}
    }
    .into_any()
}

/// Where it stands and why.
fn note(row: &OutreachRow) -> AnyView {
    let (symbol, colour, title, text) = match row.state {
        OutreachState::Review => (icon::EYE, "sub mt-0.5", "Why is it waiting?", "Somebody who may send looks at it first.".into()),
        OutreachState::Queued | OutreachState::Sending => (icon::CLOCK, "sub mt-0.5", "Why is it waiting?", waiting(row)),
        OutreachState::Paused => (
            icon::PAUSE,
            "sub mt-0.5",
            "Paused.",
            row.error.clone().map_or_else(|| "Somebody held it back.".into(), |why| format!("{why}.")),
        ),
        OutreachState::Unknown => (
            icon::ALERT,
            "text-warning mt-0.5",
            "Nobody knows whether it arrived.",
            "The mail server got the text and no answer came, so it is never sent again by itself. Look into the mail server's log or ask the recipient, then say what happened.".into(),
        ),
        OutreachState::Sent => (icon::CHECK, "text-success mt-0.5", "Sent.", "The mail server has taken it.".into()),
        OutreachState::Failed => (
            icon::ALERT,
            "text-error mt-0.5",
            "It was not sent.",
            row.error.clone().map_or_else(|| "The mail server refused it.".into(), |why| format!("The reason: {why}")),
        ),
        OutreachState::Cancelled => (
            icon::BAN,
            "sub mt-0.5",
            "Cancelled.",
            row.error.clone().map_or_else(|| "Somebody stopped it before it left.".into(), |why| format!("{why}.")),
        ),
    };
    let when = row.sent_at.clone().or_else(|| row.due.clone());
    view! {
        <div class="flex gap-2.5 mt-5 p-3 rounded-box bg-base-200 border border-line">
            <Icon name=symbol class=colour/>
            <p class="min-w-0 break-words">
                <b class="font-semibold">{title}</b>
                " "
                <span class="sub">{text}</span>
                {when.map(|at| view! { <span class="sub">" " <Time at exact=true/></span> })}
            </p>
        </div>
    }
    .into_any()
}

fn waiting(row: &OutreachRow) -> String {
    let why = row.wait.map_or("It is next", domain::outreach::WaitReason::label);
    let tries = match row.attempts {
        0 | 1 => String::new(),
        n => format!(" Tried {n} times."),
    };
    let words = row.error.as_ref().map(|words| format!(" It said: {words}.")).unwrap_or_default();
    let until = if row.due.is_some() { " Next try:" } else { "" };
    format!("{why}.{words}{tries}{until}")
}

fn foot(row: &OutreachRow, place: &Place, actions: Actions, customer: String) -> AnyView {
    let fitting: Vec<OutreachAction> = OutreachAction::ALL
        .iter()
        .copied()
        .filter(|action| action.fits(row.state))
        .collect();
    let inside = if fitting.is_empty() {
        view! { <LinkButton href=customer>"Open the customer"</LinkButton> }.into_any()
    } else if place.may {
        let (team, id, last) = (place.team, row.id, fitting.len() - 1);
        // What one would do first stands at the right.
        let buttons = fitting
            .into_iter()
            .rev()
            .enumerate()
            .map(|(n, action)| button(action, n == last))
            .collect_view();
        view! {
            <PostForm action=actions.act attr:class="contents">
                {hidden("team", team)}
                {hidden("outreach", id)}
                {buttons}
            </PostForm>
        }
        .into_any()
    } else {
        let label = fitting[0].label();
        view! { <LockedAction id="why-act" label reason=locked_reason(Permission::SendEmails)/> }.into_any()
    };
    view! {
        <footer class="flex-none border-t border-line px-4 lg:px-5 py-2.5 flex flex-wrap items-center gap-2">
            <span class="hidden xl:flex items-center gap-1.5 sub text-xs">
                <kbd class="kbd">"J"</kbd>
                <kbd class="kbd">"K"</kbd>
                "next, previous"
            </span>
            <div class="ml-auto flex flex-wrap gap-2 max-sm:w-full justify-end">{inside}</div>
        </footer>
    }
    .into_any()
}

fn button(action: OutreachAction, main: bool) -> AnyView {
    let class = match (action, main) {
        (OutreachAction::Cancel, _) => "btn btn-sm btn-ghost text-error max-sm:flex-1",
        (OutreachAction::Approve | OutreachAction::Resume | OutreachAction::SendAgain, true) => "btn btn-sm btn-primary max-sm:w-full",
        _ => "btn btn-sm max-sm:flex-1",
    };
    let symbol = match action {
        OutreachAction::Approve | OutreachAction::MarkSent => icon::CHECK,
        OutreachAction::Pause => icon::PAUSE,
        OutreachAction::Resume | OutreachAction::SendAgain => icon::SEND,
        OutreachAction::Cancel => icon::BAN,
        OutreachAction::MarkFailed => icon::X,
    };
    view! {
        <button type="submit" class=class name="action" value=action.as_str()>
            <Icon name=symbol/>
            {action.label()}
        </button>
    }
    .into_any()
}
