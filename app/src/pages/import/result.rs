//! What an import came to.

use super::{About, name_of};
use crate::{
    components::{Banner, Kind, LinkButton, StatTile, Stats, Time, Tone, icon},
    paths,
};
use domain::{
    import::{ImportDetail, ImportState},
    money::group_thousands,
};
use leptos::prelude::*;

pub(super) fn panel(about: About, import: &ImportDetail) -> AnyView {
    let report = import.report();
    let business = name_of(about.business);
    let (by, at) = (import.by.clone(), import.at.clone());
    let reason = import.reason.clone().unwrap_or_default();
    let written = import.new + import.updated;
    let kept = match written {
        0 => String::from("Nothing was written."),
        n => format!("{} rows were written before and stay.", group_thousands(n)),
    };
    let note = match import.state {
        ImportState::Done => view! {
            <Banner tone=Tone::Success title=format!("{} is imported.", import.file_name) text=format!("{} customers of {business} are up to date.", group_thousands(written))/>
        }
        .into_any(),
        ImportState::Failed => view! {
            <Banner tone=Tone::Error title=format!("{} could not be imported.", import.file_name) text=format!("{reason} {kept}")/>
        }
        .into_any(),
        _ => view! {
            <Banner tone=Tone::Warning title=format!("{} was not imported to its end.", import.file_name) text=format!("{reason} {kept}")/>
        }
        .into_any(),
    };
    let left_out = report.duplicates + report.invalid;
    let download = (left_out > 0 && import.has_files).then(|| {
        view! {
            <a
                class="btn btn-sm"
                href=paths::left_out(about.team, about.business, about.import)
                download=""
                rel="external"
            >
                <crate::components::Icon name=icon::DOWNLOAD/>
                {format!("Download {} left out", group_thousands(left_out))}
            </a>
        }
    });
    let tile = |label: &'static str, value: u64, note: &'static str| view! { <StatTile label value=group_thousands(value) note/> };
    view! {
        <section class="mt-6 grid gap-4" aria-labelledby="result-h">
            <h2 id="result-h" class="sr-only">"Result"</h2>
            {note}
            <Stats>
                {tile("New", report.new, "customers")}
                {tile("Updated", report.updated, "customers")}
                {tile("Duplicates", report.duplicates, "rows left out")}
                {tile("Invalid", report.invalid, "rows left out")}
            </Stats>
            <div class="flex flex-wrap items-center gap-2">
                <span class="sub max-sm:w-full grow">
                    {format!("{} rows in the file. ", group_thousands(report.rows))}
                    {by} ", " <Time at/>
                </span>
                {download}
                <LinkButton href=paths::import(about.team, about.business)>"Import another file"</LinkButton>
                <LinkButton kind=Kind::Primary href=paths::customers(about.team, about.business)>"See customers"</LinkButton>
            </div>
        </section>
    }
    .into_any()
}
