//! A customer's timeline: the last panel of the customer's page. Older events are a link, `?earlier=…`, so that they read
//! without a script.

use crate::{
    api::customers::CustomerTimeline,
    components::{Badge, Timeline, TimelineItem, error_sentence, icon},
    pages::fetched::{Fetched, fetched},
    paths,
};
use domain::{
    Error,
    customer::{TimelineEvent, TimelineKind},
    ids::{BusinessId, CustomerId, TeamId},
    page::Page,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// A part of a customer's timeline, as fetched.
pub type TimelinePage = Fetched<Page<TimelineEvent>>;

/// What the panel shows. The page creates it beside its own resource, above every Suspense, and fetches it again with it.
pub fn timeline(of: impl Fn() -> Result<(TeamId, BusinessId, CustomerId), Error> + Send + Sync + 'static) -> TimelinePage {
    let map = use_query_map();
    fetched(move || {
        let (team, business, customer) = of()?;
        Ok(CustomerTimeline {
            team,
            business,
            customer,
            before: map.with(|map| map.get("earlier")),
        })
    })
}

/// `<TimelinePanel/>`: shows what the page above provided as context.
#[component]
pub fn TimelinePanel() -> impl IntoView {
    let events = expect_context::<TimelinePage>();
    let map = use_query_map();
    let earlier = Memo::new(move |_| map.with(|map| map.get("earlier").is_some()));
    let path = use_location().pathname;
    view! {
        <section id="timeline" aria-labelledby="timeline-h">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1 mb-4">
                <h2 id="timeline-h" class="h-sec">
                    "Timeline"
                </h2>
                {move || {
                    earlier
                        .get()
                        .then(|| view! { <a class="link" href=format!("{}#timeline", path.get())>"Back to the newest"</a> })
                }}
            </div>
            // The page has waited for it; a suspense inside the page's own would be built anew by the browser.
            {move || {
                events
                    .get()
                    .map(|events| match events {
                        Ok(page) => shown(page),
                        Err(error) => view! { <p class="sub">{error_sentence(&error)}</p> }.into_any(),
                    })
            }}
        </section>
    }
    .into_any()
}

fn shown(page: Page<TimelineEvent>) -> AnyView {
    let older = page.next.map(|cursor| {
        let href = format!("?earlier={}#timeline", paths::escape(&cursor));
        view! { <p class="mt-4"><a class="link" rel="next" href=href>"Show earlier events"</a></p> }
    });
    let items = page.rows.into_iter().map(item).collect_view();
    view! {
        <Timeline>{items}</Timeline>
        {older}
    }
    .into_any()
}

fn item(event: TimelineEvent) -> AnyView {
    let (icon, text) = words(&event);
    let quote = (event.kind == TimelineKind::Replied).then(|| event.detail.clone()).flatten();
    let badges = event
        .badges
        .into_iter()
        .map(|badge| view! { <Badge>{badge}</Badge> })
        .collect_view();
    view! {
        <TimelineItem icon actor=event.person.unwrap_or_default() text at=event.at product=Some((event.business, event.mark))>
            {quote.map(|quote| view! { <blockquote class="w-full border-l-2 border-line pl-3 whitespace-pre-line">{quote}</blockquote> })}
            {badges}
        </TimelineItem>
    }
    .into_any()
}

/// The symbol, and what goes on after the person's name.
fn words(event: &TimelineEvent) -> (&'static str, String) {
    let by = event.person.is_some();
    let pick = |with: &str, without: &str| if by { with.to_owned() } else { without.to_owned() };
    let subject = event
        .detail
        .as_ref()
        .map_or_else(|| String::from(" an e-mail"), |subject| format!(" “{subject}”"));
    match event.kind {
        TimelineKind::Imported => {
            let file = event.detail.as_ref().map(|file| format!(" from {file}")).unwrap_or_default();
            (icon::UPLOAD, format!("{}{file}", pick("imported this customer", "Added")))
        }
        TimelineKind::Updated => (icon::UPLOAD, changes(event, &pick("updated by import", "Updated by import"))),
        TimelineKind::Edited => (icon::PENCIL, changes(event, &pick("edited this customer", "Edited"))),
        TimelineKind::Analysed => (icon::SPARK, pick("analysed this customer", "Analysed")),
        TimelineKind::DraftEdited => (icon::PENCIL, pick("edited the draft", "Draft edited")),
        TimelineKind::Regenerated => (icon::REFRESH, pick("had another e-mail written", "Another e-mail written")),
        TimelineKind::PersonaEdited => (icon::PENCIL, changes(event, &pick("edited the analysis", "Analysis edited"))),
        TimelineKind::Translated => (
            icon::CHAT,
            pick("had the persona written in another language", "Persona written in another language"),
        ),
        TimelineKind::Queued => (icon::CLOCK, format!("{}{subject}", pick("queued", "Queued"))),
        TimelineKind::Sent => (icon::SEND, format!("{}{subject}", pick("sent", "Sent"))),
        TimelineKind::Failed => (icon::ALERT, format!("{}{subject}", pick("could not send", "Not sent"))),
        TimelineKind::Unknown => (
            icon::HELP,
            format!(
                "{}{subject}",
                pick("got no answer from the mail server for", "No answer from the mail server for")
            ),
        ),
        TimelineKind::Cancelled => (icon::BAN, format!("{}{subject}", pick("cancelled", "Cancelled"))),
        TimelineKind::Paused => (icon::PAUSE, format!("{}{subject}", pick("paused", "Paused"))),
        TimelineKind::Resolved => (
            icon::CHECK,
            format!("{}{subject}", pick("said what became of", "Settled what became of")),
        ),
        TimelineKind::Replied => (icon::REPLY, pick("logged a reply", "Reply logged")),
        TimelineKind::Suppressed => (icon::BAN, pick("suppressed this address", "This address must not be mailed")),
    }
}

fn changes(event: &TimelineEvent, what: &str) -> String {
    match &event.detail {
        Some(detail) => format!("{what}: {detail}"),
        None => what.to_owned(),
    }
}
