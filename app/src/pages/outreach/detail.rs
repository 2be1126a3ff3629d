//! One e-mail beside the list: to whom, why it waits, its text, what may be done with it.

use super::{Actions, Place, list::Step};
use crate::{
    components::{Avatar, Icon, LinkButton, LockedAction, MailPreview, Pips, PostForm, SegmentDot, Time, Withheld, icon, locked_reason},
    pages::settings::hidden,
    paths,
};
use domain::{
    outreach::{OutreachAction, OutreachDetail, OutreachGroup, OutreachRow, OutreachState},
    permission::Permission,
};
use leptos::prelude::*;

pub(super) fn detail(open: OutreachDetail, step: Option<Step>, refused: AnyView, place: &Place, actions: Actions) -> AnyView {
    let OutreachDetail {
        row,
        from,
        body,
        footer,
        segment,
        figures,
    } = open;
    let reviewed = row.state == OutreachState::Review;
    let next = step.as_ref().and_then(|step| step.next.clone());
    if actions.shown.with_value(|(before, _)| *before != Some(row.id)) {
        // What was refused was another e-mail.
        actions.act.forget();
    }
    actions.shown.set_value((Some(row.id), next.clone().filter(|_| reviewed)));
    let at = step.and_then(|step| Some(format!("{} of {}", step.at?, step.of)));
    let back = place.query.group.map_or("Queue", OutreachGroup::label);
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
                        <h2 id="open-h" class="h-sec" tabindex="-1">
                            <a class="hover:underline" href=customer.clone()>
                                <bdi>{name}</bdi>
                            </a>
                        </h2>
                        <p class="flex flex-wrap items-center gap-x-3 gap-y-1 sub">
                            {segment.map(|segment| view! { <SegmentDot segment/> })}
                            {row
                                .opportunity
                                .map(|opportunity| {
                                    view! {
                                        <span class="inline-flex items-center gap-1.5">"Opportunity " <Pips opportunity/></span>
                                    }
                                })}
                            {figures.map(|figures| view! { <span>{figures}</span> })}
                            {(!reviewed)
                                .then(|| view! { <span>"Queued by " {row.queued_by.clone()} " " <Time at=row.queued_at.clone()/></span> })}
                        </p>
                    </div>
                    <span class="flex gap-2 text-xs whitespace-nowrap pt-1">
                        {at.map(|at| view! { <span class="sub tabular-nums">{at}</span> })}
                        <a class="link lg:hidden" href=place.group(place.query.group)>
                            {back}
                        </a>
                    </span>
                </header>
                {note(&row)}
                <div class="mt-4">{mail}</div>
            </div>
        </div>
        {refused}
        {foot(&row, next, place, actions, customer)}
    }
    .into_any()
}

/// Where it stands and why.
fn note(row: &OutreachRow) -> AnyView {
    let (symbol, colour, title, text) = match row.state {
        OutreachState::Review => (
            icon::CLOCK,
            "sub mt-0.5",
            "Why is it waiting?",
            format!("For a review by somebody who may send. {} put it up:", row.queued_by),
        ),
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
    let reviewed = (row.state == OutreachState::Review).then(|| row.queued_at.clone());
    let when = row.sent_at.clone().or_else(|| row.due.clone()).or(reviewed);
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

fn foot(row: &OutreachRow, next: Option<String>, place: &Place, actions: Actions, customer: String) -> AnyView {
    let fitting: Vec<OutreachAction> = OutreachAction::ALL
        .iter()
        .copied()
        .filter(|action| action.fits(row.state))
        .collect();
    let inside = if fitting.is_empty() {
        view! { <LinkButton href=customer>"Open the customer"</LinkButton> }.into_any()
    } else if place.may {
        let (team, id, last) = (place.team, row.id, fitting.len() - 1);
        let reviewed = row.state == OutreachState::Review;
        // What one would do first stands at the right.
        let mut buttons: Vec<AnyView> = fitting
            .into_iter()
            .rev()
            .enumerate()
            .map(|(n, action)| button(action, n == last, reviewed))
            .collect();
        if reviewed {
            buttons.insert(1, skip(next));
            buttons.insert(2, edit(&customer));
        }
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

const KEY: &str = "kbd max-lg:hidden";

/// To the next one in review; nothing after the last.
fn skip(next: Option<String>) -> AnyView {
    next.map(|href| {
        view! {
            <a class="btn btn-sm btn-ghost max-sm:flex-1" data-key="s" href=href>
                "Skip"
                <kbd class=KEY>"S"</kbd>
            </a>
        }
    })
    .into_any()
}

/// The draft is where the words are changed; from there they take the place of these.
fn edit(customer: &str) -> AnyView {
    view! {
        <a class="btn btn-sm max-sm:flex-1" data-key="e" href=format!("{customer}#draft-h")>
            <Icon name=icon::PENCIL/>
            "Edit"
            <kbd class=KEY>"E"</kbd>
        </a>
    }
    .into_any()
}

fn button(action: OutreachAction, main: bool, reviewed: bool) -> AnyView {
    if reviewed && action == OutreachAction::Cancel {
        return view! {
            <button
                type="submit"
                class="btn btn-sm btn-ghost max-sm:flex-1"
                name="action"
                value=action.as_str()
                data-key="x"
                title="It is not sent. From the customer's page it can be put up again."
            >
                "Leave out"
                <kbd class=KEY>"X"</kbd>
            </button>
        }
        .into_any();
    }
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
        <button type="submit" class=class name="action" value=action.as_str() data-key=reviewed.then_some("Enter")>
            <Icon name=symbol/>
            {action.label()}
            {reviewed.then(|| view! { <kbd class="kbd max-lg:hidden !bg-transparent !text-inherit">"Ctrl ↵"</kbd> })}
        </button>
    }
    .into_any()
}
