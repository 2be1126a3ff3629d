//! An import at work: how far it is, and how to stop it.

use super::{
    About,
    run::{Actions, Loaded},
};
use crate::components::{Button, Icon, PostForm, icon};
use domain::{
    import::{ImportDetail, ImportState},
    money::group_thousands,
};
use leptos::prelude::*;

/// A browser without scripts asks by itself. Set as a text: with scripts the browser reads nothing in there.
const RELOAD: &str = "<meta http-equiv=\"refresh\" content=\"2\"><p class=\"sub\">This page reloads every two seconds.</p>";

pub(super) fn panel(about: About, import: &ImportDetail, detail: Loaded, actions: Actions) -> AnyView {
    let running = import.state == ImportState::Running;
    let title = if running {
        format!("Importing {}", import.file_name)
    } else {
        format!("Reading {}", import.file_name)
    };
    // An answer that did not come leaves the figures as they were.
    let now = Memo::new(move |before: Option<&[u64; 4]>| match detail.get() {
        Some(Ok(d)) => [d.processed, d.rows, d.new, d.updated],
        _ => before.copied().unwrap_or_default(),
    });
    let [done, rows, new, updated] = [0, 1, 2, 3].map(|n| Signal::derive(move || now.get()[n]));
    let left_out = import.counts.left_out();
    let figure = |value: Signal<u64>, word: &'static str| {
        view! {
            <span>
                <b class="font-semibold tabular-nums">{move || group_thousands(value.get())}</b>
                " "
                <span class="sub">{word}</span>
            </span>
        }
    };
    let figures = running.then(|| {
        view! {
            {figure(new, "new")}
            {figure(updated, "updated")}
            {figure(Signal::stored(left_out), "left out")}
        }
    });
    let label = if running { "Import progress" } else { "Reading progress" };
    let stop = if running { "Stop the import" } else { "Cancel" };
    let note = if running {
        "It goes on when you close this page. You get a mail when it is done. Stopping keeps what is written so far."
    } else {
        "Nothing is written yet. It goes on when you close this page."
    };
    view! {
        <section class="panel panel-body mt-6" aria-labelledby="run-h">
            <h2 id="run-h" class="h-sec flex items-center gap-2 min-w-0">
                <Icon name=icon::FILE class="sub"/>
                <span class="truncate">{title}</span>
            </h2>
            <progress
                class="progress mt-3 block w-full"
                aria-label=label
                max=move || rows.get().max(1).to_string()
                value=move || done.get().to_string()
            ></progress>
            <div class="flex flex-wrap items-center gap-x-5 gap-y-2 mt-3">
                <span>
                    <b class="font-semibold tabular-nums">{move || group_thousands(done.get())}</b>
                    " "
                    <span class="sub tabular-nums">{move || format!("of {} rows", group_thousands(rows.get()))}</span>
                </span>
                {figures}
                <PostForm action=actions.cancel attr:class="ml-auto">
                    {about.fields()}
                    <Button submit=true busy=actions.cancel.pending()>{stop}</Button>
                </PostForm>
            </div>
            <p class="sub text-xs mt-3">{note}</p>
            <noscript inner_html=RELOAD></noscript>
        </section>
    }
    .into_any()
}
