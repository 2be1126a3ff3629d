//! The preview: every row in its group, the first rows, and the button that starts to write.

use super::{About, counted, name_of, run::Actions};
use crate::{
    components::{Banner, Button, Dot, Icon, Kind, Meter, Part, PostForm, Tone, Viz, icon},
    pages::settings::hidden,
    paths,
};
use domain::{
    import::{ImportCounts, ImportDetail, ImportGroup, MergeMode, PreviewRow},
    money::group_thousands,
};
use leptos::prelude::*;

const WRITTEN: [ImportGroup; 5] = [
    ImportGroup::New,
    ImportGroup::Update,
    ImportGroup::InOtherProducts,
    ImportGroup::ContactedRecently,
    ImportGroup::Suppressed,
];
const LEFT_OUT: [ImportGroup; 3] = [ImportGroup::Duplicate, ImportGroup::Erased, ImportGroup::Invalid];

const fn colour(group: ImportGroup) -> Viz {
    match group {
        ImportGroup::New => Viz::One,
        ImportGroup::Update => Viz::Soft,
        ImportGroup::InOtherProducts => Viz::Two,
        ImportGroup::ContactedRecently => Viz::Amber,
        ImportGroup::Suppressed => Viz::Slate,
        ImportGroup::Duplicate => Viz::Gray,
        ImportGroup::Erased => Viz::Three,
        ImportGroup::Invalid => Viz::Red,
    }
}

const fn meaning(group: ImportGroup) -> &'static str {
    match group {
        ImportGroup::New => "Created here",
        ImportGroup::Update => "Blanks never erase",
        ImportGroup::InOtherProducts => "Written, with the badge “Also in …”",
        ImportGroup::ContactedRecently => "Written, warned before an e-mail",
        ImportGroup::Suppressed => "Written, never mailed",
        ImportGroup::Duplicate => "The last row of each address counts",
        ImportGroup::Erased => "Asked to be forgotten",
        ImportGroup::Invalid => "Refused with a reason, as CSV",
    }
}

pub(super) fn panel(about: About, import: &ImportDetail, actions: Actions) -> AnyView {
    let counts = import.counts;
    let groups = ImportGroup::ALL.iter().filter(|group| counts.of(**group) > 0).count();
    let said = format!(
        "Nothing has been written yet. {} in {}.",
        counted(counts.rows(), "row", "rows"),
        counted(groups as u64, "group", "groups")
    );
    let merge = RwSignal::new(import.merge.as_str().to_owned());
    let rows = import.preview.iter().cloned().map(|row| line(row, merge)).collect_view();
    let again = import.seen_before.is_some().then(|| hidden("again", true));
    let seen = hidden("seen", &import.version);
    let footer = footer(about, import, actions);
    view! {
        {seen_before(import)}
        <section class="panel mt-4" aria-labelledby="pre-h">
            <div class="panel-head">
                <h2 id="pre-h" class="h-sec">"Preview"</h2>
                <span class="sub">{said}</span>
            </div>
            <PostForm action=actions.start>
                {about.fields()}
                {seen}
                {again}
                <div class="panel-body border-t border-line">
                    {shares(&counts)}
                    <div class="grid md:grid-cols-2 gap-x-10 gap-y-5 mt-5">
                        {list(format!("{} will be written", counted(counts.written(), "row", "rows")), &WRITTEN, &counts)}
                        {list(format!("{} left out", counted(counts.left_out(), "row is", "rows are")), &LEFT_OUT, &counts)}
                    </div>
                    {modes(merge)}
                </div>
                <div class="scroll-x border-t border-line" tabindex="0" role="region" aria-label="Preview rows">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col" class="num !text-right w-14">"Line"</th>
                                <th scope="col">"E-mail"</th>
                                <th scope="col" class="max-md:hidden">"Name"</th>
                                <th scope="col" class="num max-sm:hidden">"Total spent"</th>
                                <th scope="col" class="max-sm:hidden">"Group"</th>
                                <th scope="col" class="max-lg:hidden">"What happens"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {footer}
            </PostForm>
        </section>
    }
    .into_any()
}

fn seen_before(import: &ImportDetail) -> Option<AnyView> {
    import.seen_before.clone().map(|at| {
        view! {
            <div class="mt-4">
                <Banner
                    tone=Tone::Warning
                    title="This file was imported before."
                    text=format!("The same file came in {}. Adding its figures once more would count them twice.", at.relative)
                />
            </div>
        }
        .into_any()
    })
}

fn shares(counts: &ImportCounts) -> AnyView {
    let parts = WRITTEN
        .iter()
        .chain(&LEFT_OUT)
        .filter(|group| counts.of(**group) > 0)
        .map(|group| Part::new(group.label(), counts.of(*group), colour(*group)))
        .collect();
    view! { <Meter label="Rows of the file" parts total=counts.rows() large=true/> }.into_any()
}

fn list(title: String, groups: &[ImportGroup], counts: &ImportCounts) -> AnyView {
    let lines = groups
        .iter()
        .filter(|group| counts.of(**group) > 0)
        .map(|group| {
            view! {
                <li class="flex items-center gap-2.5 py-1.5">
                    <Dot colour=colour(*group)/>
                    <span class="font-medium whitespace-nowrap">{group.label()}</span>
                    <span class="sub truncate max-sm:hidden">{meaning(*group)}</span>
                    <span class="ml-auto font-medium tabular-nums">{group_thousands(counts.of(*group))}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div>
            <h3 class="h-sub mb-1">{title}</h3>
            <ul class="divide-y divide-line">{lines}</ul>
        </div>
    }
    .into_any()
}

/// What happens with the figures of customers who exist already.
fn modes(merge: RwSignal<String>) -> AnyView {
    let chosen = merge.get_untracked();
    let radio = move |mode: MergeMode, label: &'static str, hint: &'static str| {
        view! {
            <label class="flex gap-2.5">
                <input
                    type="radio"
                    name="merge"
                    class="radio mt-0.5"
                    value=mode.as_str()
                    checked=chosen == mode.as_str()
                    on:change=move |_| merge.set(mode.as_str().to_owned())
                />
                <span>
                    <span class="font-medium">{label}</span>
                    <span class="block sub text-xs">{hint}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="mt-6 pt-5 border-t border-line">
            <legend class="sr-only">"When a customer exists already"</legend>
            <p class="h-sub mb-2" aria-hidden="true">"When a customer exists already"</p>
            <div class="grid sm:grid-cols-2 gap-x-10 gap-y-2">
                {radio.clone()(MergeMode::Replace, "Replace the figures", "The file holds totals. A blank cell never erases.")}
                {radio(MergeMode::Add, "Add to the figures", "The file holds new payments only. First and last date are kept.")}
            </div>
        </fieldset>
    }
    .into_any()
}

fn line(row: PreviewRow, merge: RwSignal<String>) -> AnyView {
    let PreviewRow {
        line,
        email,
        name,
        spent,
        group,
        what,
        what_added,
    } = row;
    let wrong = if group == ImportGroup::Invalid { "text-error" } else { "" };
    let says = Signal::derive(move || {
        if merge.with(|merge| merge == MergeMode::Add.as_str()) {
            what_added.clone()
        } else {
            what.clone()
        }
    });
    view! {
        <tr>
            <td class="num sub">{group_thousands(line)}</td>
            <td class="max-lg:max-w-0 max-lg:w-full lg:max-w-64">
                <span class=format!("block truncate {wrong}") title=email.clone()>{email.clone()}</span>
                <span class="lg:hidden block sub text-xs">
                    <span class="sm:hidden text-base-content"><Dot colour=colour(group)/> {group.label()} ". "</span>
                    {move || says.get()}
                </span>
            </td>
            <td class="max-md:hidden max-w-44 truncate" title=name.clone()><bdi>{name.clone()}</bdi></td>
            <td class="num max-sm:hidden">{spent}</td>
            <td class="max-sm:hidden">
                <span class="inline-flex items-center gap-2 whitespace-nowrap">
                    <Dot colour=colour(group)/>
                    {group.label()}
                </span>
            </td>
            <td class="max-lg:hidden sub">{move || says.get()}</td>
        </tr>
    }
    .into_any()
}

fn footer(about: About, import: &ImportDetail, actions: Actions) -> AnyView {
    let written = import.counts.written();
    let left_out = import.counts.left_out();
    let download = (left_out > 0).then(|| {
        view! {
            <a class="btn btn-sm" href=paths::left_out(about.team, about.business, about.import) download="" rel="external">
                <Icon name=icon::DOWNLOAD/>
                {format!("Download {} left out", group_thousands(left_out))}
            </a>
        }
    });
    let again = if import.seen_before.is_some() { " again" } else { "" };
    let label = format!("Import {}{again}", counted(written, "customer", "customers"));
    view! {
        <div class="flex flex-wrap items-center gap-2 px-4 py-3 border-t border-line">
            <span class="sub max-sm:w-full grow">{format!("Importing into {} is free.", name_of(about.business))}</span>
            {download}
            <Button kind=Kind::Primary icon=icon::UPLOAD class="max-sm:grow" submit=true busy=actions.start.pending() disabled=written == 0>
                {label}
            </Button>
        </div>
    }
    .into_any()
}
