//! Figures: stat tiles and meters.

use super::{Dot, Icon, Viz, icon};
use leptos::prelude::*;

/// Against the period before. `good` decides the colour, `up` the arrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    pub up: bool,
    pub good: bool,
    /// "0.8 pts", "14%".
    pub text: String,
}

/// The frame around tiles: `<Stats><StatTile …/>…</Stats>`, two in a row on a phone, four on a desk.
#[component]
pub fn Stats(children: Children) -> impl IntoView {
    view! {
        <div class="panel grid grid-cols-2 lg:grid-cols-4 overflow-hidden max-lg:[&>*:nth-child(odd)]:border-r max-lg:[&>*:nth-child(n+3)]:border-t lg:divide-x divide-line [&>*]:border-line">
            {children()}
        </div>
    }
    .into_any()
}

/// `<StatTile label="Reply rate" value="10.6%" note="125 replies" trend href/>`: leads to its rows.
#[component]
pub fn StatTile(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(optional, into)] note: String,
    #[prop(optional)] trend: Option<Trend>,
    #[prop(optional, into)] href: Option<String>,
) -> impl IntoView {
    let inside = view! {
        <span class="sub">{label}</span>
        <span class="block figure mt-1">{value}</span>
        <span class="flex flex-wrap items-center gap-x-1.5 mt-1 text-xs">
            {trend.map(|t| {
                let class = if t.good { "text-success" } else { "text-error" };
                view! {
                    <span class=icon::joined("inline-flex items-center gap-0.5 font-medium whitespace-nowrap", class)>
                        <Icon name=if t.up { icon::ARROW_UP } else { icon::ARROW_DOWN } class="size-3"/>
                        <span class="sr-only">{if t.up { "up" } else { "down" }}</span>
                        {t.text}
                    </span>
                }
            })} <span class="sub">{note}</span>
        </span>
    };
    match href {
        Some(href) => view! { <a href=href class="block p-4 hover:bg-hover">{inside}</a> }.into_any(),
        None => view! { <div class="p-4">{inside}</div> }.into_any(),
    }
}

/// One part of a meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub label: String,
    pub value: u64,
    pub colour: Viz,
}

impl Part {
    #[must_use]
    pub fn new(label: impl Into<String>, value: u64, colour: Viz) -> Self {
        Self {
            label: label.into(),
            value,
            colour,
        }
    }
}

/// A share as a percentage with two decimals, in integers: float formatting costs the browser 10 kB.
pub(super) fn percent(value: u64, whole: u64) -> String {
    let hundredths = (value.min(whole) * 10_000).checked_div(whole).unwrap_or(0);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// `<Meter label="Seats" parts=vec![Part::new("taken", 6, Viz::One)] total=6/>`: parts of a named whole, what is left stays
/// empty. `legend=true` lists them below with their figures; `large=true` is 24 px high.
#[component]
pub fn Meter(
    /// What the whole is.
    #[prop(into)]
    label: String,
    parts: Vec<Part>,
    total: u64,
    #[prop(optional)] legend: bool,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let words = parts
        .iter()
        .map(|p| format!("{} {}", p.label, group(p.value)))
        .collect::<Vec<_>>()
        .join(", ");
    let name = format!("{label}: {words} of {}", group(total));
    let mut start = 0u64;
    let bars = parts
        .iter()
        .map(|p| {
            let x = format!("{}%", percent(start, total));
            start += p.value;
            let width = format!("{}%", percent(p.value, total));
            let gap =
                (start > p.value && p.value > 0).then(|| view! { <rect x=x.clone() width="2" height="100%" class="fill-base-100"></rect> });
            view! {
                <rect x=x width=width height="100%" class=p.colour.fill()></rect>
                {gap}
            }
            .into_any()
        })
        .collect_view();
    let below = legend.then(|| {
        let items = parts
            .into_iter()
            .map(|p| {
                view! {
                    <li class="inline-flex items-center gap-1.5">
                        <Dot colour=p.colour/>
                        {p.label}
                        <span class="tabular-nums text-base-content">{group(p.value)}</span>
                    </li>
                }
                .into_any()
            })
            .collect_view();
        view! { <ul class="flex flex-wrap gap-x-4 gap-y-1 mt-2 text-xs sub">{items}</ul> }
    });
    view! {
        <div>
            <svg class=if large { "meter meter-lg" } else { "meter" } role="img" aria-label=name>
                {bars}
            </svg>
            {below}
        </div>
    }
    .into_any()
}

fn group(n: u64) -> String {
    domain::money::group_thousands(n)
}
