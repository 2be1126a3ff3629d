//! How the file is read: its format, and what its columns become. Both can be corrected; then the file is read again.

use super::{About, counted, run::Actions, size};
use crate::{
    components::{Badge, Button, Checkbox, ErrorNote, Icon, Kind, PostForm, Select, Tone, icon},
    paths,
};
use domain::{
    Error,
    error::Conflict,
    import::{
        Column, ColumnTarget, DELIMITERS, DateOrder, Encoding, FileFormat, ImportDetail, ImportField, ImportState, delimiter_label,
        delimiter_name,
    },
};
use leptos::prelude::*;

/// The file, how it was recognised, and the form to correct that.
pub(super) fn file_bar(about: About, import: &ImportDetail, actions: Actions) -> AnyView {
    let format = import.format.clone();
    let rows = import.counts.rows();
    let facts = match rows {
        0 => size(import.bytes),
        rows => format!("{} · {}", counted(rows, "row", "rows"), size(import.bytes)),
    };
    let encoding = format!("{}{}", format.encoding.label(), if format.bom { " with BOM" } else { "" });
    let heading = if format.heading { "First row is the heading" } else { "No heading" };
    let delimiter = delimiter_label(format.delimiter);
    view! {
        <div class="panel mt-6">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-2 p-3 pl-4">
                <Icon name=icon::FILE class="sub"/>
                <span class="font-medium break-all">{import.file_name.clone()}</span>
                <span class="sub">{facts}</span>
                <span class="flex flex-wrap gap-1.5">
                    <Badge tone=Tone::Soft>{encoding}</Badge>
                    <Badge tone=Tone::Soft>{delimiter}</Badge>
                    <Badge tone=Tone::Soft>{heading}</Badge>
                </span>
                <span class="ml-auto flex flex-wrap gap-1">
                    <details class="dropdown dropdown-end">
                        <summary class="btn btn-ghost btn-sm" title="How the file is read">
                            "Correct"
                        </summary>
                        <div class="dropdown-content w-72 p-4">{format_form(about, format, actions)}</div>
                    </details>
                    <a class="btn btn-ghost btn-sm" href=paths::import(about.team, about.business)>
                        "Other file"
                    </a>
                </span>
            </div>
        </div>
    }
    .into_any()
}

fn format_form(about: About, format: FileFormat, actions: Actions) -> AnyView {
    let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let encodings = Encoding::ALL.iter().map(|e| pair(e.as_str(), e.label())).collect();
    let delimiters = DELIMITERS
        .into_iter()
        .map(|d| pair(delimiter_name(d), delimiter_label(d)))
        .collect();
    let orders = DateOrder::ALL.iter().map(|order| pair(order.as_str(), order.label())).collect();
    let marks = vec![pair("point", "Point, 1,234.50"), pair("comma", "Comma, 1.234,50")];
    let mark = if format.decimal_comma { "comma" } else { "point" };
    view! {
        <PostForm action=actions.format attr:class="grid gap-4">
            {about.fields()}
            <Select name="encoding" label="Encoding" options=encodings value=format.encoding.as_str() small=true/>
            <Select name="delimiter" label="Between cells" options=delimiters value=delimiter_name(format.delimiter) small=true/>
            <Select name="date_order" label="Dates" options=orders value=format.date_order.as_str() small=true/>
            <Select name="decimal" label="Decimal mark" options=marks value=mark small=true/>
            <Checkbox name="heading" label="The first row is the heading" checked=format.heading/>
            <Button submit=true busy=actions.format.pending()>"Read the file again"</Button>
        </PostForm>
    }
    .into_any()
}

/// What each column becomes.
pub(super) fn panel(about: About, import: &ImportDetail, actions: Actions) -> AnyView {
    let known = import
        .columns
        .iter()
        .filter(|column| matches!(column.target, ColumnTarget::Field(_)))
        .count();
    let found = format!("{known} of {} found", import.columns.len());
    let missing = import.state == ImportState::Uploaded;
    let rows = import
        .columns
        .iter()
        .cloned()
        .enumerate()
        .map(|(i, column)| row(i, column))
        .collect_view();
    let why = missing.then(|| {
        let error = Signal::stored(Some(Error::Conflict(Conflict::NoEmailColumn)));
        view! { <div class="px-4 pb-4"><ErrorNote error/></div> }
    });
    let kind = if missing { Kind::Primary } else { Kind::Plain };
    view! {
        <section class="panel mt-4" aria-labelledby="map-h">
            <div class="panel-head">
                <h2 id="map-h" class="h-sec">"Columns"</h2>
                <span class="sub">{found}</span>
            </div>
            {why}
            <PostForm action=actions.columns>
                {about.fields()}
                <div class="scroll-x border-t border-line" tabindex="0" role="region" aria-label="Columns of the file">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Column in the file"</th>
                                <th scope="col" class="max-sm:hidden">"Example"</th>
                                <th scope="col" class="w-8 max-sm:hidden"><span class="sr-only">"becomes"</span></th>
                                <th scope="col" class="w-64">"Field"</th>
                                <th scope="col" class="max-md:hidden w-52">"Read as"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <div class="flex flex-wrap items-center gap-2 px-4 py-3 border-t border-line">
                    <span class="sub grow max-sm:w-full">"Changed a field? Then the file is read again."</span>
                    <Button kind submit=true busy=actions.columns.pending()>"Use these columns"</Button>
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}

fn row(index: usize, column: Column) -> AnyView {
    let Column {
        heading,
        example,
        target,
        read_as,
    } = column;
    let shown = if heading.is_empty() {
        format!("Column {}", index + 1)
    } else {
        heading
    };
    let mut options: Vec<(String, String)> = ImportField::ALL
        .iter()
        .map(|field| (field.as_str().to_owned(), field.label().to_owned()))
        .collect();
    options.push((String::from("attribute"), format!("Keep as “{shown}”")));
    options.push((String::from("skip"), String::from("Do not import")));
    let attribute = target == ColumnTarget::Attribute;
    view! {
        <tr>
            <td class="font-medium max-sm:max-w-0 max-sm:w-1/2">
                <span class="block truncate">{shown.clone()}</span>
                <span class="block truncate sub text-xs font-normal sm:hidden">{example.clone()}</span>
            </td>
            <td class="sub max-sm:hidden max-w-56 truncate">{example}</td>
            <td class="sub max-sm:hidden"><Icon name=icon::RIGHT class="size-3.5"/></td>
            <td class="!py-1.5">
                <Select
                    name=format!("targets[{index}]")
                    label=format!("Field for {shown}")
                    options
                    value=target.as_str()
                    small=true
                    hidden_label=true
                />
            </td>
            <td class="max-md:hidden sub">
                {if attribute { view! { <Badge>"Custom attribute"</Badge> }.into_any() } else { read_as.into_any() }}
            </td>
        </tr>
    }
    .into_any()
}
