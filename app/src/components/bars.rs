//! A bar chart in SVG, the table behind it; and single bars in the rows of a table.

use super::{Viz, chart::ceiling, figures::percent};
use domain::money::group_thousands;
use leptos::prelude::*;

/// `<Bars label="Credits used by day" unit="Credits" bars=vec![("12 Jan".into(), 15)]/>`: a bar for each.
#[component]
pub fn Bars(
    /// What it shows: its name.
    #[prop(into)]
    label: String,
    /// Heading of the figures in the table.
    #[prop(into)]
    unit: String,
    /// What a bar stands for ("Day"), heading of the table's first column.
    #[prop(into)]
    each: String,
    bars: Vec<(String, u64)>,
) -> impl IntoView {
    let top = ceiling(bars.iter().map(|(_, value)| *value).max().unwrap_or(0));
    // A few bars stay bars: they take no more room than a week's.
    let count = bars.len().max(7) as u64;
    let ticks = (0..=3u64)
        .map(|i| {
            let y = format!("{}%", percent(3 - i, 3));
            view! {
                <line class="grid-line" x1="0" x2="100%" y1=y.clone() y2=y.clone()></line>
                <text x="-8" y=y dy="4" text-anchor="end">
                    {group_thousands(top / 3 * i)}
                </text>
            }
            .into_any()
        })
        .collect_view();
    // A tenth of a bar's room stays free on each side of it.
    let place = |i: usize, tenth: u64| format!("{}%", percent(i as u64 * 10 + tenth, count * 10));
    let columns = bars
        .iter()
        .enumerate()
        .map(|(i, (_, value))| {
            let y = format!("{}%", percent(top - value, top));
            let height = format!("{}%", percent(*value, top));
            view! { <rect class="fill-viz-1" x=place(i, 1) width=format!("{}%", percent(8, count * 10)) y=y height=height></rect> }
                .into_any()
        })
        .collect_view();
    let every = bars.len().div_ceil(5).max(1);
    let names = bars
        .iter()
        .enumerate()
        .filter(|(i, _)| i % every == 0)
        .map(|(i, (name, _))| {
            view! {
                <text x=place(i, 5) y="100%" dy="22" text-anchor="middle">
                    {name.clone()}
                </text>
            }
            .into_any()
        })
        .collect_view();
    let rows = bars
        .into_iter()
        .map(|(name, value)| {
            view! {
                <tr>
                    <td>{name}</td>
                    <td class="num">{group_thousands(value)}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div>
            <div class="pl-9 pt-2 pb-7 pr-1">
                <svg class="plot h-36" role="img" aria-label=format!("Bar chart: {label}. The table below has every figure.")>
                    {ticks}
                    {columns}
                    {names}
                </svg>
            </div>
            <details class="mt-3">
                <summary class="link text-xs">"Show as a table"</summary>
                <table class="table mt-2">
                    <thead>
                        <tr>
                            <th scope="col">{each}</th>
                            <th scope="col" class="num">
                                {unit}
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        </div>
    }
    .into_any()
}

/// `<RowBar parts=vec![(Viz::One, 412)] longest=412/>`: parts behind each other, as long as their share of the longest row. Decorative: the
/// figure stands beside it.
#[component]
pub fn RowBar(parts: Vec<(Viz, u64)>, longest: u64) -> impl IntoView {
    let mut start = 0;
    let bars = parts
        .into_iter()
        .map(|(colour, value)| {
            let x = format!("{}%", percent(start, longest));
            start += value;
            view! { <rect x=x width=format!("{}%", percent(value, longest)) height="100%" class=colour.fill()></rect> }.into_any()
        })
        .collect_view();
    view! {
        <svg class="block w-full h-2.5" aria-hidden="true">
            {bars}
        </svg>
    }
    .into_any()
}
