//! The parts of a page: head, panel, breadcrumb, steps.

use super::{Icon, icon};
use leptos::prelude::*;
use leptos_meta::Title;

/// `<PageHead title="Customers" sub="…"><Button>…</Button></PageHead>`: the heading with actions at the right; also names the document.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional, into)] sub: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <Title text=format!("{title} · AskUsers")/>
        <div class="flex flex-wrap items-center gap-x-3 gap-y-2">
            <h1 class="h-page">{title}</h1>
            {sub.map(|s| view! { <span class="sub">{s}</span> })}
            {children.map(|c| view! { <div class="ml-auto flex flex-wrap items-center gap-2">{c()}</div> })}
        </div>
    }
    .into_any()
}

/// "Plan and seats" → "plan-and-seats".
fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    out
}

/// `<Panel title="Members" note="5" actions=|| view!{…}>…</Panel>`: a thing with its own head. `flush=true` for tables and
/// lists, whose cells bring their own space.
#[component]
pub fn Panel(
    #[prop(into)] title: String,
    #[prop(optional, into)] note: Option<String>,
    #[prop(optional, into)] actions: Option<ViewFnOnce>,
    #[prop(optional)] flush: bool,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    let id = format!("p-{}", slug(&title));
    view! {
        <section class=icon::joined("panel", class) aria-labelledby=id>
            <div class="panel-head">
                <h2 id=id.clone() class="h-sec">
                    {title}
                </h2>
                {note.map(|n| view! { <span class="sub">{n}</span> })}
                {actions.map(|a| view! { <span class="ml-auto flex flex-wrap items-center gap-2">{a.run()}</span> })}
            </div>
            <div class=if flush { "border-t border-line overflow-x-auto" } else { "panel-body border-t border-line" }>{children()}</div>
        </section>
    }
    .into_any()
}

/// `<Breadcrumb trail=vec![(href, "Customers".into())] here="Import"/>`.
#[component]
pub fn Breadcrumb(
    /// Link and word of each step above.
    trail: Vec<(String, String)>,
    #[prop(optional, into)] here: Option<String>,
    /// At the right: "1 of 312" with arrows.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let steps = trail
        .into_iter()
        .enumerate()
        .map(|(i, (href, label))| {
            view! {
                {(i > 0).then(|| view! { <Icon name=icon::RIGHT class="size-3"/> })}
                <a class="hover:text-base-content" href=href>
                    {label}
                </a>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <nav aria-label="Breadcrumb" class="flex items-center gap-1.5 sub">
            {steps}
            {here
                .map(|h| {
                    view! {
                        <Icon name=icon::RIGHT class="size-3"/>
                        <bdi aria-current="page">{h}</bdi>
                    }
                })}
            {children.map(|c| view! { <span class="ml-auto flex items-center gap-1">{c()}</span> })}
        </nav>
    }
    .into_any()
}

/// `<Steps labels=vec!["File", "Columns", "Preview", "Import"] current=2/>`: counted from 0.
#[component]
pub fn Steps(labels: Vec<&'static str>, current: usize) -> impl IntoView {
    const ROUND: &str = "grid place-items-center size-5 rounded-full text-xs font-semibold";
    let steps = labels
        .into_iter()
        .enumerate()
        .map(|(i, label)| {
            let (word, look, inside) = if i < current {
                ("", "bg-base-300", view! { <Icon name=icon::CHECK class="size-3"/> }.into_any())
            } else if i == current {
                ("font-semibold", "bg-primary text-primary-content", (i + 1).to_string().into_any())
            } else {
                ("sub", "border border-edge", (i + 1).to_string().into_any())
            };
            view! {
                <li class=icon::joined("flex items-center gap-2", word) aria-current=(i == current).then_some("step")>
                    <span class=icon::joined(ROUND, look)>{inside}</span>
                    {label}
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <ol class="flex flex-wrap items-center gap-x-5 gap-y-2" aria-label="Steps">
            {steps}
        </ol>
    }
    .into_any()
}
