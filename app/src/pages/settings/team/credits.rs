//! Settings → Team → Credits: what is left, who used it, every transfer. Filter and place live in the URL.

use crate::{
    api::credits::OpenCredits,
    components::{Avatar, Bars, Button, Dot, Meter, Pagination, Part, Product, RowBar, Select, Time, Viz},
    layouts::{SettingsLayout, use_frame},
    pages::{
        fetched::{fetched, loaded},
        settings::team_id,
    },
    paths,
};
use domain::{
    credit::{CreditAction, CreditsPage as Data, CreditsQuery, PersonUse, TransferRow},
    ids::TeamId,
    money::group_thousands,
    page::Page,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn CreditsPage() -> impl IntoView {
    let team = team_id();
    let map = use_query_map();
    let query = Memo::new(move |_| {
        map.with(|map| CreditsQuery {
            person: map.get("person").and_then(|id| id.parse().ok()),
            business: map.get("business").and_then(|id| id.parse().ok()),
            action: map.get("action").and_then(|action| CreditAction::parse(&action)),
            after: map.get("after"),
            before: map.get("before"),
        })
    });
    let page = fetched(move || {
        Ok(OpenCredits {
            team: team()?,
            query: query.get(),
        })
    });
    let id = use_frame().with_untracked(|f| f.id);
    view! {
        <SettingsLayout title="Credits">
            {loaded(page, move |page: Data| shown(id, page, &query.get_untracked()))}
        </SettingsLayout>
    }
    .into_any()
}

fn figure(amount: i64) -> String {
    group_thousands(u64::try_from(amount).unwrap_or(0))
}

fn count(amount: i64) -> u64 {
    u64::try_from(amount).unwrap_or(0)
}

const fn colour(mark: u8) -> Viz {
    match mark {
        0 => Viz::Gray,
        2 => Viz::Two,
        3 => Viz::Three,
        _ => Viz::One,
    }
}

fn shown(team: TeamId, page: Data, query: &CreditsQuery) -> AnyView {
    let people = page
        .by_person
        .iter()
        .filter_map(|p| Some((p.person?.to_string(), p.name.clone())))
        .collect();
    view! {
        <div class="grid gap-6">
            {balance(&page)}
            <div class="grid lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-6">{by_person(&page)} {by_day(&page)}</div>
            {history(team, page.history, query, people)}
        </div>
    }
    .into_any()
}

fn balance(page: &Data) -> AnyView {
    let b = page.balance;
    let since = page.since.exact.clone();
    let until = page
        .next_grant
        .as_ref()
        .map_or_else(String::new, |at| format!(", expire {}", at.exact));
    let lines = [
        (Viz::Gray, page.used.0, format!("used since {since}")),
        (Viz::One, b.monthly.0, format!("monthly, spent first{until}")),
        (Viz::Soft, b.bought.0, String::from("bought, never expire")),
        (Viz::Amber, b.held.0, String::from("reserved for work that runs")),
    ];
    // What is reserved shows only while something is.
    let lines: Vec<_> = lines
        .into_iter()
        .filter(|(colour, amount, _)| *colour != Viz::Amber || *amount > 0)
        .collect();
    let total = lines.iter().map(|(_, amount, _)| count(*amount)).sum();
    let parts = lines
        .iter()
        .map(|(colour, amount, words)| Part::new(words.clone(), count(*amount), *colour))
        .collect();
    let legend = lines
        .into_iter()
        .map(|(colour, amount, words)| {
            view! {
                <li class="flex items-center gap-2">
                    <Dot colour/>
                    <b class="font-semibold tabular-nums">{figure(amount)}</b>
                    <span class="sub">{words}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let next = page.next_grant.as_ref().map(|at| {
        view! {
            {figure(page.monthly.0)}
            " new ones come on "
            <b class="font-semibold text-base-content">{at.exact.clone()}</b>
            "; what is left of the monthly ones expires then."
            <br class="max-sm:hidden"/>
            " "
        }
    });
    view! {
        <section class="panel" aria-labelledby="bal-h">
            <div class="p-5 flex flex-wrap items-end gap-x-8 gap-y-4">
                <div class="grow">
                    <h2 id="bal-h" class="sub">
                        "Credits left"
                    </h2>
                    <p class="figure mt-0.5">{figure(b.available().0)}</p>
                </div>
                <p class="sub text-right max-sm:text-left">
                    {next} "Owner and admins see a warning below " {figure(page.low_below.0)} "."
                </p>
            </div>
            <div class="px-5 pb-5">
                <Meter label="Credits of this month" parts total/>
                <ul class="flex flex-wrap gap-x-8 gap-y-1.5 mt-3">{legend}</ul>
            </div>
        </section>
    }
    .into_any()
}

fn by_person(page: &Data) -> AnyView {
    let longest = page.by_person.iter().map(|p| count(p.used.0)).max().unwrap_or(0).max(1);
    let products = page
        .by_business
        .iter()
        .map(|b| {
            view! {
                <li class="flex items-center gap-1.5">
                    <Dot colour=colour(b.mark)/>
                    {b.name.clone()}
                    <span class="tabular-nums text-base-content">{figure(b.used.0)}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let rows = page.by_person.iter().map(|p| person(p, longest)).collect_view();
    view! {
        <section class="panel min-w-0" aria-labelledby="bym-h">
            <div class="panel-head">
                <h2 id="bym-h" class="h-sec">
                    "Used by member"
                </h2>
                <ul class="ml-auto flex flex-wrap gap-3 text-xs sub" aria-label="Used by business">
                    {products}
                </ul>
            </div>
            <table class="table border-t border-line">
                <caption class="sr-only">{format!("Credits used by member since {}", page.since.exact)}</caption>
                <thead class="sr-only">
                    <tr>
                        <th scope="col">"Member"</th>
                        <th scope="col">"Share by business"</th>
                        <th scope="col">"Credits"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" class="!border-t border-line font-medium">
                            "Team"
                        </th>
                        <td class="!border-t border-line"></td>
                        <td class="num font-semibold !border-t border-line text-base-content">{figure(page.used.0)}</td>
                    </tr>
                </tfoot>
            </table>
        </section>
    }
    .into_any()
}

fn person(p: &PersonUse, longest: u64) -> AnyView {
    let parts: Vec<(Viz, u64)> = p.by_business.iter().map(|b| (colour(b.mark), count(b.used.0))).collect();
    let role = match p.role {
        Some(role) => role.label(),
        None if p.person.is_some() => "Not in the team any more",
        None => "",
    };
    let bar = if p.used.0 > 0 {
        view! { <RowBar parts longest/> }.into_any()
    } else {
        view! { <span class="sub text-xs">{role}</span> }.into_any()
    };
    view! {
        <tr>
            <td class="w-44">
                <span class="flex items-center gap-2.5">
                    <Avatar name=p.name.clone()/>
                    <span class="truncate">{p.name.clone()}</span>
                </span>
            </td>
            <td>{bar}</td>
            <td class="num w-16 font-medium">{figure(p.used.0)}</td>
        </tr>
    }
    .into_any()
}

fn by_day(page: &Data) -> AnyView {
    let bars: Vec<(String, u64)> = page.by_day.iter().map(|d| (d.day.clone(), count(d.used.0))).collect();
    let span = match (bars.first(), bars.last()) {
        (Some((first, _)), Some((last, _))) if first != last => format!("{first} to {last}"),
        (Some((only, _)), _) => only.clone(),
        _ => String::new(),
    };
    view! {
        <section class="panel min-w-0" aria-labelledby="day-h">
            <div class="panel-head">
                <h2 id="day-h" class="h-sec">
                    "Used by day"
                </h2>
                <span class="sub ml-auto">{span}</span>
            </div>
            <div class="panel-body">
                <Bars label="Credits used by day" unit="Credits" each="Day" bars/>
            </div>
        </section>
    }
    .into_any()
}

/// The page with these filters, at a place of the list.
fn link(team: TeamId, query: &CreditsQuery, place: &str, cursor: &str) -> String {
    let filters = [
        ("person", query.person.map(|id| id.to_string())),
        ("business", query.business.map(|id| id.to_string())),
        ("action", query.action.map(|action| action.to_string())),
        (place, Some(paths::escape(cursor))),
    ];
    let parts: Vec<String> = filters
        .into_iter()
        .filter_map(|(key, value)| Some(format!("{key}={}", value?)))
        .collect();
    format!("{}?{}", paths::credits(team), parts.join("&"))
}

fn history(team: TeamId, page: Page<TransferRow>, query: &CreditsQuery, people: Vec<(String, String)>) -> AnyView {
    let total = page.total.to_string();
    let with_left = page.rows.iter().any(|row| row.left.is_some());
    let shown = page.rows.len();
    let previous = page.previous.map(|cursor| link(team, query, "before", &cursor));
    let next = page.next.map(|cursor| link(team, query, "after", &cursor));
    let rows = page.rows.into_iter().map(|row| line(team, row, with_left)).collect_view();
    let body = if shown == 0 {
        view! { <p class="p-4 sub border-t border-line">"No transfer matches."</p> }.into_any()
    } else {
        view! {
            <div class="scroll-x" tabindex="0" role="region" aria-label="Credit history">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col" class="max-md:hidden">
                                "Time"
                            </th>
                            <th scope="col">"Action"</th>
                            <th scope="col" class="max-md:hidden">
                                "Member"
                            </th>
                            <th scope="col" class="max-lg:hidden">
                                "Business"
                            </th>
                            <th scope="col" class="max-lg:hidden">
                                "Customer"
                            </th>
                            <th scope="col" class="num">
                                "Credits"
                            </th>
                            {with_left
                                .then(|| {
                                    view! {
                                        <th scope="col" class="num">
                                            "Left"
                                        </th>
                                    }
                                })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="panel min-w-0" aria-labelledby="his-h">
            <div class="panel-head">
                <h2 id="his-h" class="h-sec">
                    "History"
                </h2>
                <span class="sub">{total} " transfers"</span>
                {filter(team, query, people)}
            </div>
            {body}
            <Pagination shown total=page.total noun="transfers" previous next/>
        </section>
    }
    .into_any()
}

/// A plain GET form: works without JavaScript.
fn filter(team: TeamId, query: &CreditsQuery, mut people: Vec<(String, String)>) -> AnyView {
    people.insert(0, (String::new(), String::from("All members")));
    let mut businesses = vec![(String::new(), String::from("All businesses"))];
    use_frame().with_untracked(|f| businesses.extend(f.businesses.iter().map(|b| (b.id.to_string(), b.name.clone()))));
    let mut actions = vec![(String::new(), String::from("All actions"))];
    actions.extend(
        CreditAction::ALL
            .iter()
            .map(|action| (action.to_string(), action.label().to_owned())),
    );
    let person = query.person.map(|id| id.to_string()).unwrap_or_default();
    let business = query.business.map(|id| id.to_string()).unwrap_or_default();
    let action = query.action.map(|action| action.to_string()).unwrap_or_default();
    view! {
        <form
            class="ml-auto flex flex-wrap gap-2 max-sm:w-full max-sm:grid max-sm:grid-cols-2 sm:[&_select]:w-36"
            method="get" action=paths::credits(team)>
            <Select name="person" label="Member" options=people value=person small=true hidden_label=true/>
            <Select name="business" label="Business" options=businesses value=business small=true hidden_label=true/>
            <Select name="action" label="Action" options=actions value=action small=true hidden_label=true/>
            <Button submit=true>"Filter"</Button>
        </form>
    }
    .into_any()
}

fn line(team: TeamId, row: TransferRow, with_left: bool) -> AnyView {
    let label = row.label();
    let who = row.person.clone().unwrap_or_else(|| String::from("AskUsers"));
    let amount = row.amount.0;
    let (class, words) = match amount {
        0 => ("num sub", String::from("0")),
        1.. => ("num font-medium text-success", format!("+{}", figure(amount))),
        _ => ("num", format!("−{}", figure(-amount))),
    };
    let member = match row.person {
        Some(name) => view! {
            <span class="inline-flex items-center gap-2">
                <Avatar name=name.clone()/>
                {name}
            </span>
        }
        .into_any(),
        None => view! { <span class="sub">"AskUsers"</span> }.into_any(),
    };
    let customer = row
        .customer
        .map(|(name, business, id)| view! { <a class="hover:underline" href=paths::customer(team, business, id)>{name}</a> });
    let left = with_left.then(|| view! { <td class="num sub">{row.left.map(|left| figure(left.0))}</td> });
    view! {
        <tr>
            <td class="sub whitespace-nowrap max-md:hidden">
                <Time at=row.at.clone()/>
            </td>
            <td>
                {label} <span class="md:hidden block sub text-xs">
                    <Time at=row.at/>
                    " · "
                    {who}
                </span>
            </td>
            <td class="max-md:hidden whitespace-nowrap">{member}</td>
            <td class="max-lg:hidden">{row.business.map(|(name, mark)| view! { <Product name mark/> })}</td>
            <td class="max-lg:hidden">{customer}</td>
            <td class=class>{words}</td>
            {left}
        </tr>
    }
    .into_any()
}
