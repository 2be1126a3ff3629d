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
    let drawing = drawing(&bars);
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
                <svg
                    class="plot h-36"
                    role="img"
                    aria-label=format!("Bar chart: {label}. The table below has every figure.")
                    inner_html=drawing
                ></svg>
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

/// What stands in the picture. As text: a view of each line would be three times the code in the browser's half.
fn drawing(bars: &[(String, u64)]) -> String {
    let top = ceiling(bars.iter().map(|(_, value)| *value).max().unwrap_or(0));
    // A few bars stay bars: they take no more room than a week's.
    let count = bars.len().max(7) as u64;
    // A tenth of a bar's room stays free on each side of it.
    let place = |i: usize, tenth: u64| percent(i as u64 * 10 + tenth, count * 10);
    let every = bars.len().div_ceil(5).max(1);
    let mut out = String::new();
    for i in 0..=3u64 {
        let (y, tick) = (percent(3 - i, 3), group_thousands(top / 3 * i));
        out += &format!(
            "<line class=\"grid-line\" x1=\"0\" x2=\"100%\" y1=\"{y}%\" y2=\"{y}%\"/>\
             <text x=\"-8\" y=\"{y}%\" dy=\"4\" text-anchor=\"end\">{tick}</text>"
        );
    }
    for (i, (name, value)) in bars.iter().enumerate() {
        let (x, y) = (place(i, 1), percent(top - value, top));
        let (width, height) = (percent(8, count * 10), percent(*value, top));
        out += &format!("<rect class=\"fill-viz-1\" x=\"{x}%\" y=\"{y}%\" width=\"{width}%\" height=\"{height}%\"/>");
        if i % every == 0 {
            let middle = place(i, 5);
            out += &format!(
                "<text x=\"{middle}%\" y=\"100%\" dy=\"22\" text-anchor=\"middle\">{}</text>",
                escaped(name)
            );
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_share_the_room_and_names_are_text() {
        let drawn = drawing(&[("<b>".into(), 3), ("2 Jan".into(), 0)]);
        assert!(drawn.contains("&lt;b>") && !drawn.contains("<b>"));
        assert!(
            drawn.contains("x=\"1.42%\" y=\"0.00%\" width=\"11.42%\" height=\"100.00%\""),
            "{drawn}"
        );
        assert!(drawing(&[]).contains(">0</text>"));
    }
}
