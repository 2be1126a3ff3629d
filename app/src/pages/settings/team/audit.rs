//! The audit log: who did what, newest first. Filter and place live in the URL, so that a link shows the same rows.

use crate::{
    api::audit::ListAudit,
    components::{Button, LockedAction, Select, Time, locked_reason},
    layouts::SettingsLayout,
    pages::{
        fetched::{fetched, loaded},
        settings::{frame, team_id},
    },
    paths,
};
use domain::{
    audit::{AuditKind, AuditQuery, AuditRow},
    ids::TeamId,
    page::Page,
    permission::Permission,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn AuditPage() -> impl IntoView {
    let team = team_id();
    let map = use_query_map();
    let query = Memo::new(move |_| {
        map.with(|map| AuditQuery {
            kind: map.get("kind").and_then(|kind| AuditKind::parse(&kind)),
            person: map.get("person").and_then(|id| id.parse().ok()),
            after: map.get("after"),
            before: map.get("before"),
        })
    });
    let frame = frame();
    // Asking without the right would be recorded as a refused attempt.
    let body = if frame.may(Permission::EditTeamSettings, None) {
        let page = fetched(move || {
            Ok(ListAudit {
                team: team()?,
                query: query.get(),
            })
        });
        loaded(page, move |page: Page<AuditRow>| log(page, &query.get_untracked()))
    } else {
        let reason = locked_reason(Permission::EditTeamSettings);
        view! { <p><LockedAction id="why-audit" label="Open the audit log" reason/></p> }.into_any()
    };
    view! {
        <SettingsLayout title="Audit log">
            {body}
        </SettingsLayout>
    }
    .into_any()
}

fn log(page: Page<AuditRow>, query: &AuditQuery) -> AnyView {
    let team = frame().id;
    let total = page.total.to_string();
    let place = |key: &str, cursor: String| link(team, query, Some((key, cursor)));
    let newer = page
        .previous
        .map(|cursor| view! { <a class="btn btn-sm" rel="prev" href=place("before", cursor)>"Newer"</a> });
    let older = page
        .next
        .map(|cursor| view! { <a class="btn btn-sm" rel="next" href=place("after", cursor)>"Older"</a> });
    let several = newer.is_some() || older.is_some();
    let empty = page.rows.is_empty();
    let rows = page.rows.into_iter().map(|event| row(team, query, event)).collect_view();
    view! {
        <section class="panel" aria-labelledby="audit-h">
            <div class="panel-head">
                <h2 id="audit-h" class="h-sec">"Events"</h2>
                <span class="sub">{total}</span>
                {filter(team, query)}
            </div>
            {if empty {
                view! { <p class="p-4 sub border-t border-line">"No event matches."</p> }.into_any()
            } else {
                view! {
                    <table class="table border-t border-line">
                        <thead>
                            <tr>
                                <th scope="col">"When"</th>
                                <th scope="col">"Who and what"</th>
                                <th scope="col">"Customer"</th>
                                <th scope="col" class="max-md:hidden">"Business"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                    .into_any()
            }}
            {several.then(|| view! { <div class="flex gap-2 justify-end p-3 border-t border-line">{newer}{older}</div> })}
        </section>
    }
    .into_any()
}

/// The page with these filters, at a place of the list.
fn link(team: TeamId, query: &AuditQuery, place: Option<(&str, String)>) -> String {
    let mut parts = Vec::new();
    if let Some(kind) = query.kind {
        parts.push(format!("kind={kind}"));
    }
    if let Some(person) = query.person {
        parts.push(format!("person={person}"));
    }
    if let Some((key, cursor)) = place {
        parts.push(format!("{key}={}", paths::escape(&cursor)));
    }
    let path = paths::audit(team);
    if parts.is_empty() {
        path
    } else {
        format!("{path}?{}", parts.join("&"))
    }
}

/// A plain GET form: works without JavaScript.
fn filter(team: TeamId, query: &AuditQuery) -> AnyView {
    let mut options = vec![(String::new(), String::from("All events"))];
    options.extend(AuditKind::ALL.iter().map(|kind| (kind.to_string(), capital(kind.label()))));
    let value = query.kind.map(|kind| kind.to_string()).unwrap_or_default();
    let person = query
        .person
        .map(|person| view! { <input type="hidden" name="person" value=person.to_string()/> });
    view! {
        <form class="flex items-end gap-2 ml-auto" method="get" action=paths::audit(team)>
            {person}
            <Select name="kind" label="Kind of event" options value small=true hidden_label=true/>
            <Button submit=true>"Filter"</Button>
        </form>
    }
    .into_any()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn row(team: TeamId, query: &AuditQuery, event: AuditRow) -> AnyView {
    let person = event.person.map_or_else(
        || view! { <span class="font-medium">{event.person_name.clone()}</span> }.into_any(),
        |id| {
            let only = AuditQuery {
                person: Some(id),
                ..query.clone()
            };
            view! { <a class="font-medium" href=link(team, &only, None)>{event.person_name.clone()}</a> }.into_any()
        },
    );
    let business = match (event.business, event.business_name) {
        (Some(id), Some(name)) => view! { <a class="link" href=paths::business_settings(team, id)>{name}</a> }.into_any(),
        _ => ().into_any(),
    };
    let customer = event.customer.map(|who| match who.place {
        Some((business, id)) => view! { <a class="link" href=paths::customer(team, business, id)>{who.name}</a> }.into_any(),
        None => view! { <span class="sub">{who.name}</span> }.into_any(),
    });
    view! {
        <tr>
            <td class="sub whitespace-nowrap"><Time at=event.at exact=true/></td>
            <td>{person} " " {event.what}</td>
            <td>{customer}</td>
            <td class="max-md:hidden">{business}</td>
        </tr>
    }
    .into_any()
}
