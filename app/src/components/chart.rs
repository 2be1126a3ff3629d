//! A line chart in SVG, the period before as a dashed line, the table behind it.

use super::figures::percent;
use domain::money::group_thousands;
use leptos::prelude::*;

/// One day (or month) of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// "12 Jan".
    pub label: String,
    pub value: u64,
    /// The same place in the period before.
    pub before: Option<u64>,
}

/// The next round number at or above `highest` that three steps divide: 3, 6, 9, 15, 30, 60, 90, 150, …
pub(super) fn ceiling(highest: u64) -> u64 {
    let mut scale = 1;
    loop {
        for step in [3, 6, 9, 15] {
            if step * scale >= highest {
                return step * scale;
            }
        }
        scale *= 10;
    }
}

fn line(values: &[u64], top: u64) -> String {
    let last = values.len().saturating_sub(1).max(1) as u64;
    let mut path = String::new();
    for (i, value) in values.iter().enumerate() {
        path.push(if i == 0 { 'M' } else { 'L' });
        path.push_str(&percent(i as u64, last));
        path.push(' ');
        path.push_str(&percent(top - value, top));
    }
    path
}

/// `<Chart label="E-mails sent per day" unit="Sent" points/>`. Everything it shows also stands in the table below it.
#[component]
pub fn Chart(
    /// What it shows: its name.
    #[prop(into)]
    label: String,
    /// Heading of the figures in the table.
    #[prop(into)]
    unit: String,
    points: Vec<Point>,
) -> impl IntoView {
    let values: Vec<u64> = points.iter().map(|p| p.value).collect();
    let before: Vec<u64> = points.iter().filter_map(|p| p.before).collect();
    let top = ceiling(values.iter().chain(&before).copied().max().unwrap_or(0));
    let path = line(&values, top);
    let area = format!("{path}L100 100L0 100Z");
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
    let last = points.len().saturating_sub(1);
    // Five labels at most, the first and the last always.
    let every = points.len().div_ceil(4).max(1);
    let labels = points
        .iter()
        .enumerate()
        .filter(|(i, _)| *i == last || (i % every == 0 && last - i > every / 2))
        .map(|(i, p)| {
            let anchor = if i == 0 {
                "start"
            } else if i == last {
                "end"
            } else {
                "middle"
            };
            let x = format!("{}%", percent(i as u64, last.max(1) as u64));
            view! {
                <text x=x y="100%" dy="22" text-anchor=anchor>
                    {p.label.clone()}
                </text>
            }
            .into_any()
        })
        .collect_view();
    let end = values.last().map(|v| format!("{}%", percent(top - v, top)));
    let compared = !before.is_empty();
    let rows = points
        .into_iter()
        .map(|p| {
            view! {
                <tr>
                    <td>{p.label}</td>
                    <td class="num">{group_thousands(p.value)}</td>
                    {compared.then(|| view! { <td class="num">{p.before.map(group_thousands)}</td> })}
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div>
            <div class="pl-9 pt-2 pb-7 pr-1">
                <svg class="plot h-48" role="img" aria-label=format!("Line chart: {label}. The table below has every figure.")>
                    {ticks}
                    <svg width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none" overflow="visible">
                        {compared.then(|| view! { <path class="line-prev" d=line(&before, top)></path> })}
                        <path class="area" d=area></path>
                        <path class="line" d=path></path>
                    </svg>
                    {end.map(|y| view! { <circle class="last" cx="100%" cy=y r="5"></circle> })}
                    {labels}
                </svg>
            </div>
            <details class="mt-3">
                <summary class="link text-xs">"Show as a table"</summary>
                <div class="scroll-x" tabindex="0" role="region" aria-label=format!("{label}, as a table")>
                    <table class="table mt-2">
                        <thead>
                            <tr>
                                <th scope="col">"Period"</th>
                                <th scope="col" class="num">
                                    {unit}
                                </th>
                                {compared.then(|| view! { <th scope="col" class="num">"Before"</th> })}
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number() {
        assert_eq!([0, 3, 4, 84, 91, 1184].map(ceiling), [3, 3, 6, 90, 150, 1500]);
    }

    #[test]
    fn a_line_goes_from_edge_to_edge() {
        assert_eq!(line(&[0, 15, 30], 30), "M0.00 100.00L50.00 50.00L100.00 0.00");
        assert_eq!(line(&[], 30), "");
    }
}
