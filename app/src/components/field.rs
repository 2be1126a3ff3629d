//! Form fields: label above, hint or error below in the same place. Rendered by the server, they work in a plain form;
//! `bind` keeps a signal in step where a page needs the text while it is typed.

use super::{Icon, icon};
use domain::Error;
use leptos::{html, prelude::*};

/// What is wrong with the field of that name, if anything.
fn message(error: Signal<Option<Error>>, name: &str) -> Signal<Option<String>> {
    let name = name.to_owned();
    Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.field_message(&name))))
}

/// Label, control, and below it the error or else the hint, tied by `aria-describedby="{id}-note"`.
fn framed(id: &str, label: String, hint: String, problem: Signal<Option<String>>, control: AnyView) -> AnyView {
    framed_beside(id, label, None, hint, problem, control)
}

fn framed_beside(
    id: &str,
    label: String,
    beside: Option<(&'static str, &'static str)>,
    hint: String,
    problem: Signal<Option<String>>,
    control: AnyView,
) -> AnyView {
    let note = format!("{id}-note");
    view! {
        <div class="field">
            {match beside {
                None => view! { <label for=id.to_owned()>{label}</label> }.into_any(),
                Some((href, words)) => {
                    view! {
                        <span class="flex">
                            <label class="font-medium" for=id.to_owned()>
                                {label}
                            </label>
                            <a class="link ml-auto" href=href>
                                {words}
                            </a>
                        </span>
                    }
                    .into_any()
                }
            }}
            {control}
            {move || match problem.get() {
                Some(text) => {
                    view! {
                        <p class="err" id=note.clone()>
                            <Icon name=icon::ALERT/>
                            <span>{text}</span>
                        </p>
                    }
                    .into_any()
                }
                None if hint.is_empty() => ().into_any(),
                None => view! { <p class="hint" id=note.clone()>{hint.clone()}</p> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn described(id: &str, hint: &str, problem: Signal<Option<String>>) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
    let note = format!("{id}-note");
    let hinted = !hint.is_empty();
    move || (hinted || problem.with(Option::is_some)).then(|| note.clone())
}

fn invalid(problem: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    move || problem.with(Option::is_some).then_some("true")
}

/// `<Field name="email" label="E-mail" kind="email" error/>`: one line of text. `error` is the form's error; the field
/// finds its own part by `name`. `on:input=…` works (it bubbles to the frame).
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// Unique on the page; the name unless given.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(optional, into)] value: String,
    /// The input's type: "text" unless given.
    #[prop(optional)]
    kind: Option<&'static str>,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    /// 32 px, for pages where people work.
    #[prop(optional)]
    small: bool,
    #[prop(optional, into)] error: Signal<Option<Error>>,
    #[prop(optional)] bind: Option<RwSignal<String>>,
    #[prop(optional)] node: NodeRef<html::Input>,
    /// A link at the right of the label: where it leads and its words.
    #[prop(optional)]
    beside: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let problem = message(error, &name);
    let value = bind.map_or(value, |b| b.get_untracked());
    // Not as a property: an unbound field that is rendered again would show "undefined".
    if let Some(bind) = bind {
        Effect::new(move || {
            if let Some(input) = node.get() {
                input.set_value(&bind.get());
            }
        });
    }
    let base = if small { "input input-sm" } else { "input" };
    let control = view! {
        <input
            node_ref=node
            id=id.clone()
            name=name
            type=kind.unwrap_or("text")
            class=base
            class:input-error=move || problem.with(Option::is_some)
            value=value
            placeholder=placeholder
            autocomplete=autocomplete
            required=required
            autofocus=autofocus
            aria-invalid=invalid(problem)
            aria-describedby=described(&id, &hint, problem)
            on:input=move |ev| {
                if let Some(b) = bind {
                    b.set(event_target_value(&ev));
                }
            }
        />
    };
    framed_beside(&id, label, beside, hint, problem, control.into_any())
}

/// `<TextArea name="description" label="Description" rows=4 value/>`.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] placeholder: Option<String>,
    /// Lines: 3 unless given.
    #[prop(optional)]
    rows: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<Error>>,
    #[prop(optional)] bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let problem = message(error, &name);
    let value = bind.map_or(value, |b| b.get_untracked());
    let node = NodeRef::<html::Textarea>::new();
    if let Some(bind) = bind {
        Effect::new(move || {
            if let Some(area) = node.get() {
                area.set_value(&bind.get());
            }
        });
    }
    let control = view! {
        <textarea
            node_ref=node
            id=id.clone()
            name=name
            class="textarea"
            dir="auto"
            class:textarea-error=move || problem.with(Option::is_some)
            rows=rows.unwrap_or(3)
            placeholder=placeholder
            required=required
            aria-invalid=invalid(problem)
            aria-describedby=described(&id, &hint, problem)
            on:input=move |ev| {
                if let Some(b) = bind {
                    b.set(event_target_value(&ev));
                }
            }
        >
            {value}
        </textarea>
    };
    framed(&id, label, hint, problem, control.into_any())
}

/// `<Select name="role" label="Role" options=vec![("admin".into(), "Admin".into())] value="admin"/>`: pairs of value
/// and label. `hidden_label=true` keeps the label for screen readers only (toolbars, tables).
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] id: Option<String>,
    options: Vec<(String, String)>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] small: bool,
    #[prop(optional)] hidden_label: bool,
    #[prop(optional, into)] error: Signal<Option<Error>>,
    #[prop(optional)] bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let problem = message(error, &name);
    let value = bind.map_or(value, |b| b.get_untracked());
    let options = options
        .into_iter()
        .map(|(key, text)| {
            let chosen = key == value;
            view! { <option value=key selected=chosen>{text}</option> }.into_any()
        })
        .collect_view();
    let control = view! {
        <select
            id=id.clone()
            name=name
            class=if small { "select select-sm" } else { "select" }
            class:select-error=move || problem.with(Option::is_some)
            aria-invalid=invalid(problem)
            aria-describedby=described(&id, &hint, problem)
            on:change=move |ev| {
                if let Some(b) = bind {
                    b.set(event_target_value(&ev));
                }
            }
        >
            {options}
        </select>
    };
    if hidden_label {
        view! {
            <label>
                <span class="sr-only">{label}</span>
                {control}
            </label>
        }
        .into_any()
    } else {
        framed(&id, label, hint, problem, control.into_any())
    }
}
