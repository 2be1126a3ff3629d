//! Waiting: progress with figures, skeletons of the height of what comes.

use leptos::prelude::*;

/// `<Progress label="Analysing 64 customers" value=41 max=64 note="Goes on when you close the page."><Button>"Stop"</Button></Progress>`.
/// Value and max may be signals.
#[component]
pub fn Progress(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<u64>,
    #[prop(into)] max: Signal<u64>,
    #[prop(optional, into)] note: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let words = move || format!("{} of {}", group(value.get()), group(max.get()));
    view! {
        <div>
            <div class="flex">
                <span class="font-medium">{label.clone()}</span>
                <span class="ml-auto sub tabular-nums">{words}</span>
            </div>
            <progress
                class="progress mt-2 block w-full"
                aria-label=label
                max=move || max.get().max(1).to_string()
                value=move || value.get().to_string()
            ></progress>
            <div class="flex items-center gap-2 mt-2">
                <span class="sub text-xs">{move || note.get()}</span>
                {children.map(|c| view! { <span class="ml-auto">{c()}</span> })}
            </div>
        </div>
    }
    .into_any()
}

fn group(n: u64) -> String {
    domain::money::group_thousands(n)
}

/// `<Skeleton rows=8 label="Loading customers"/>`: rows of a list before they arrive, 40 px each.
#[component]
pub fn Skeleton(rows: usize, #[prop(into)] label: String) -> impl IntoView {
    let row = |i: usize| {
        let width = ["h-3 skeleton w-32", "h-3 skeleton w-24", "h-3 skeleton w-28"][i % 3];
        view! {
            <div class="flex items-center gap-3 h-10">
                <span class="skeleton size-6 !rounded-full"></span>
                <span class=width></span>
                <span class="skeleton h-3 w-16 ml-auto"></span>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="grid" aria-busy="true" aria-label=label role="group">
            {(0..rows).map(row).collect_view()}
        </div>
    }
    .into_any()
}
