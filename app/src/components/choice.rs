//! Things to tick.

use leptos::{html, prelude::*};

/// `<Checkbox name="analyse" label="Analyse, 1 credit" checked=true/>`: sends `name=true` when ticked, nothing otherwise.
/// `look="toggle"` for a switch.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional)] checked: bool,
    #[prop(optional, into)] hint: String,
    /// What is sent when ticked: "true" unless given.
    #[prop(optional, into)]
    value: Option<String>,
    #[prop(optional)] look: Option<&'static str>,
    #[prop(optional)] bind: Option<RwSignal<bool>>,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let checked = bind.map_or(checked, |b| b.get_untracked());
    let node = NodeRef::<html::Input>::new();
    if let Some(bind) = bind {
        Effect::new(move || {
            if let Some(input) = node.get() {
                input.set_checked(bind.get());
            }
        });
    }
    view! {
        <label class="flex gap-2.5 items-start">
            <input
                node_ref=node
                type="checkbox"
                class=super::icon::joined(look.unwrap_or("checkbox"), "mt-0.5")
                name=name
                value=value.unwrap_or_else(|| String::from("true"))
                checked=checked
                disabled=disabled
                on:change=move |ev| {
                    if let Some(b) = bind {
                        b.set(event_target_checked(&ev));
                    }
                }
            />
            <span>
                {label}
                {(!hint.is_empty()).then(|| view! { <span class="hint block">{hint}</span> })}
            </span>
        </label>
    }
    .into_any()
}

/// `<Radios name="merge" legend="Figures" options=vec![("replace", "Replace the figures", "")] value="replace"/>`:
/// triples of value, label and hint.
#[component]
pub fn Radios(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    options: Vec<(&'static str, &'static str, &'static str)>,
    #[prop(optional, into)] value: String,
    #[prop(optional)] bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let value = bind.map_or(value, |b| b.get_untracked());
    let options = options
        .into_iter()
        .map(|(key, label, hint)| {
            view! {
                <label class="flex gap-2.5 items-start">
                    <input
                        type="radio"
                        class="radio mt-0.5"
                        name=name.clone()
                        value=key
                        checked=key == value
                        on:change=move |_| {
                            if let Some(b) = bind {
                                b.set(key.to_owned());
                            }
                        }
                    />
                    <span>
                        {label}
                        {(!hint.is_empty()).then(|| view! { <span class="hint block">{hint}</span> })}
                    </span>
                </label>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <fieldset class="grid gap-2.5 content-start">
            <legend class="lab mb-1.5">{legend}</legend>
            {options}
        </fieldset>
    }
    .into_any()
}
