//! Choosing a file: drag it here or browse. A plain form, so that it works without scripts. Below it the earlier imports.

use super::{counted, head};
use crate::{
    api::imports::ListImports,
    components::{Badge, Button, ErrorNote, Icon, Kind, Size, Time, Tone, icon},
    pages::{
        fetched::{fetched, loaded},
        settings::{business_id, team_id},
    },
    paths,
};
use domain::{
    Error,
    error::Conflict,
    ids::{BusinessId, TeamId},
    import::{ImportList, ImportRow, ImportState},
    money::group_thousands,
};
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_query_map;

#[component]
pub fn ImportPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let query = use_query_map();
    let before = move || query.with(|q| q.get("before"));
    // Whoever may not import is refused here, with the reason.
    let list = fetched(move || {
        Ok(ListImports {
            team: team()?,
            business: business()?,
            before: before(),
        })
    });
    let problem = Signal::derive(move || {
        let code = query.with(|q| q.get("problem"));
        code.and_then(|code| Conflict::parse(&code)).map(Error::Conflict)
    });
    view! {
        <div class="page max-w-5xl">
            {loaded(
                list,
                move |list: ImportList| {
                    // The list came, so both are named.
                    let (Ok(team), Ok(business)) = (team(), business()) else { return ().into_any() };
                    view! {
                        {head(team, business, 0)}
                        <ErrorNote error=problem class="mt-6"/>
                        {chooser(team, business)}
                        {earlier(team, business, list)}
                    }
                        .into_any()
                },
            )}
        </div>
    }
    .into_any()
}

fn chooser(team: TeamId, business: BusinessId) -> AnyView {
    let (form, input) = (NodeRef::<html::Form>::new(), NodeRef::<html::Input>::new());
    let (over, sending) = (RwSignal::new(false), RwSignal::new(false));
    let send = move || {
        if let Some(form) = form.get_untracked() {
            // Refused only where the form is gone; then nobody waits for it.
            let _ = form.request_submit();
        }
    };
    let dropped = move |ev: ev::DragEvent| {
        ev.prevent_default();
        over.set(false);
        if let (Some(files), Some(input)) = (ev.data_transfer().and_then(|data| data.files()), input.get_untracked())
            && files.length() > 0
        {
            input.set_files(Some(&files));
            send();
        }
    };
    view! {
        <form
            node_ref=form
            method="post"
            enctype="multipart/form-data"
            action=paths::upload(team, business)
            class="panel mt-6 p-6 sm:p-10 text-center border-2 border-dashed border-edge"
            class:bg-hover=move || over.get()
            on:submit=move |_| sending.set(true)
            on:dragover=move |ev| {
                ev.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <span class="inline-grid place-items-center size-10 rounded-box bg-base-300 sub">
                <Icon name=icon::UPLOAD class="size-5"/>
            </span>
            <h2 class="h-sec mt-3" id="choose-h">"Drop a CSV file here, or browse"</h2>
            <p class="sub mt-1 max-w-md mx-auto" id="choose-note">
                "One row for each customer, one column with the e-mail address. You see a preview before anything is written."
            </p>
            <div class="mt-4 flex flex-wrap items-center justify-center gap-2">
                <input
                    node_ref=input
                    class="input input-sm h-auto py-1.5 w-auto max-w-full"
                    type="file"
                    name="file"
                    accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
                    required=true
                    aria-labelledby="choose-h"
                    aria-describedby="choose-note"
                    on:change=move |_| send()
                />
                <Button kind=Kind::Primary size=Size::Work icon=icon::UPLOAD submit=true busy=sending>
                    "Upload file"
                </Button>
            </div>
            <p class="sub text-xs mt-3" role="status">
                {move || if sending.get() { "Uploading. Keep this page open until the file is here." } else { "Importing is free." }}
            </p>
        </form>
    }
    .into_any()
}

fn earlier(team: TeamId, business: BusinessId, list: ImportList) -> AnyView {
    if list.rows.is_empty() {
        return ().into_any();
    }
    let older = list.next.map(|cursor| {
        let href = format!("{}?before={}", paths::import(team, business), paths::escape(&cursor));
        view! {
            <div class="px-4 py-3 border-t border-line">
                <a class="link" href=href>"Older imports"</a>
            </div>
        }
    });
    let rows = list.rows.into_iter().map(|row| line(team, business, row)).collect_view();
    view! {
        <section class="panel mt-6" aria-labelledby="earlier-h">
            <div class="panel-head">
                <h2 id="earlier-h" class="h-sec">"Earlier imports"</h2>
            </div>
            <table class="table border-t border-line">
                <thead>
                    <tr>
                        <th scope="col">"File"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="num max-sm:hidden">"Rows"</th>
                        <th scope="col" class="num max-sm:hidden">"New"</th>
                        <th scope="col" class="num max-sm:hidden">"Updated"</th>
                        <th scope="col" class="num max-md:hidden">"Left out"</th>
                        <th scope="col" class="max-md:hidden">"By"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {older}
        </section>
    }
    .into_any()
}

fn line(team: TeamId, business: BusinessId, row: ImportRow) -> AnyView {
    let tone = match row.state {
        ImportState::Done => Tone::Success,
        ImportState::Failed => Tone::Error,
        ImportState::Previewed | ImportState::Uploaded => Tone::Warning,
        ImportState::Reading | ImportState::Running => Tone::Info,
        ImportState::Cancelled => Tone::Plain,
    };
    let words = counted(row.rows, "row", "rows");
    view! {
        <tr>
            <td class="max-w-0 w-full">
                <a class="font-medium block truncate hover:underline" href=paths::import_run(team, business, row.id)>
                    {row.file_name}
                </a>
                <span class="sub text-xs block">
                    <Time at=row.at/>
                    <span class="sm:hidden">" · " {words}</span>
                </span>
            </td>
            <td class="whitespace-nowrap">
                <Badge tone>{row.state.label()}</Badge>
            </td>
            <td class="num max-sm:hidden">{group_thousands(row.rows)}</td>
            <td class="num max-sm:hidden">{group_thousands(row.new)}</td>
            <td class="num max-sm:hidden">{group_thousands(row.updated)}</td>
            <td class="num max-md:hidden">{group_thousands(row.left_out)}</td>
            <td class="max-md:hidden whitespace-nowrap sub">{row.by}</td>
        </tr>
    }
    .into_any()
}
