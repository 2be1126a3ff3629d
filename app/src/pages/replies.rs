//! The replies of a business, newest first. Filter and place live in the URL.

use crate::{
    api::replies::ListReplies,
    components::{Avatar, Badge, EmptyState, LinkButton, PageHead, Pagination, Tab, Tabs, Time, Tone, Withheld, icon},
    pages::{
        fetched::{fetched, loaded},
        settings::{business_id, team_id},
    },
    paths,
};
use domain::{
    ids::{BusinessId, TeamId},
    page::Page,
    reply::{ReplyQuery, ReplyRow, Sentiment},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn RepliesPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let map = use_query_map();
    let query = Memo::new(move |_| {
        map.with(|map| ReplyQuery {
            sentiment: map.get("sentiment").and_then(|word| Sentiment::parse(&word)),
            after: map.get("after"),
            before: map.get("before"),
        })
    });
    let page = fetched(move || {
        Ok(ListReplies {
            team: team()?,
            business: business()?,
            query: query.get(),
        })
    });
    view! {
        <div class="page max-w-4xl">
            <PageHead title="Replies" sub="What customers answered, as the team logged it."/>
            {loaded(page, move |page: Page<ReplyRow>| {
                let (Ok(team), Ok(business)) = (team(), business()) else { return ().into_any() };
                shown(page, team, business, &query.get_untracked())
            })}
        </div>
    }
    .into_any()
}

fn link(team: TeamId, business: BusinessId, sentiment: Option<Sentiment>, place: Option<(&str, &str)>) -> String {
    let mut parts: Vec<String> = sentiment.map(|s| format!("sentiment={s}")).into_iter().collect();
    if let Some((key, cursor)) = place {
        parts.push(format!("{key}={}", paths::escape(cursor)));
    }
    let path = paths::replies(team, business);
    if parts.is_empty() {
        path
    } else {
        format!("{path}?{}", parts.join("&"))
    }
}

fn shown(page: Page<ReplyRow>, team: TeamId, business: BusinessId, query: &ReplyQuery) -> AnyView {
    let mut tabs = vec![Tab::new(link(team, business, None, None), "All").current(query.sentiment.is_none())];
    for sentiment in Sentiment::ALL {
        let tab = Tab::new(link(team, business, Some(*sentiment), None), sentiment.label());
        tabs.push(tab.current(query.sentiment == Some(*sentiment)));
    }
    if page.rows.is_empty() {
        let (title, text) = match query.sentiment {
            None => (
                "No replies yet",
                "When a customer answers, log it on their page. It counts for this business only.",
            ),
            Some(_) => ("No reply of this kind", "Choose another kind, or all."),
        };
        let customers = paths::customers(team, business);
        return view! {
            <Tabs label="Sentiment" class="mt-2" tabs/>
            <div class="mt-6">
                <EmptyState icon=icon::INBOX title text>
                    <LinkButton href=customers>"Open the customers"</LinkButton>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let at = |key: &str, cursor: &Option<String>| {
        cursor
            .as_deref()
            .map(|cursor| link(team, business, query.sentiment, Some((key, cursor))))
    };
    let (previous, next) = (at("before", &page.previous), at("after", &page.next));
    let (count, total) = (page.rows.len(), page.total);
    let rows = page.rows.into_iter().map(|row| line(row, team, business)).collect_view();
    view! {
        <Tabs label="Sentiment" class="mt-2" tabs/>
        <div class="panel mt-6">
            <ul class="divide-y divide-line">{rows}</ul>
            <Pagination shown=count total noun="replies" previous next/>
        </div>
    }
    .into_any()
}

fn line(row: ReplyRow, team: TeamId, business: BusinessId) -> AnyView {
    let name = if row.name.is_empty() { row.email.clone() } else { row.name.clone() };
    let text = match row.text {
        Some(text) => view! { <p class="mt-1.5 whitespace-pre-line break-words" dir="auto">{text}</p> }.into_any(),
        None => view! { <p class="mt-1.5"><Withheld text="The words of replies are hidden for viewers"/></p> }.into_any(),
    };
    let about = row.subject.map(|subject| format!("Answers “{subject}” · ")).unwrap_or_default();
    view! {
        <li class="flex gap-3 px-4 py-3.5">
            <Avatar name=name.clone()/>
            <div class="min-w-0 grow">
                <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <a class="font-medium hover:underline" href=paths::customer(team, business, row.customer)>
                        <bdi>{name}</bdi>
                    </a>
                    <Badge tone=tone(row.sentiment)>{row.sentiment.label()}</Badge>
                    <span class="sub text-xs sm:ml-auto">
                        <Time at=row.received/>
                    </span>
                </p>
                {text}
                <p class="sub text-xs mt-1.5">{about} "logged by " {row.logged_by}</p>
            </div>
        </li>
    }
    .into_any()
}

const fn tone(sentiment: Sentiment) -> Tone {
    match sentiment {
        Sentiment::Positive => Tone::Success,
        Sentiment::Neutral => Tone::Plain,
        Sentiment::Negative => Tone::Warning,
    }
}
