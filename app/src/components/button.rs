//! Buttons and links that look like buttons. The label says what happens and how many ("Send 12 e-mails").

use super::{Icon, icon::joined};
use leptos::prelude::*;

/// How loud a button is. One primary per view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Plain,
    Primary,
    /// In toolbars.
    Ghost,
    /// Red text: the start of something destructive.
    Danger,
    /// Solid red: only its last step.
    LastStep,
}

/// How large: 32 px where people work, 40 px where they decide, 24 px in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    #[default]
    Work,
    Decide,
    Row,
}

/// The classes of a button of that kind and size.
#[must_use]
pub const fn classes(kind: Kind, size: Size) -> &'static str {
    match (kind, size) {
        (Kind::Plain, Size::Work) => "btn btn-sm",
        (Kind::Plain, Size::Decide) => "btn",
        (Kind::Plain, Size::Row) => "btn btn-xs",
        (Kind::Primary, Size::Work) => "btn btn-sm btn-primary",
        (Kind::Primary, Size::Decide) => "btn btn-primary",
        (Kind::Primary, Size::Row) => "btn btn-xs btn-primary",
        (Kind::Ghost, Size::Work) => "btn btn-sm btn-ghost",
        (Kind::Ghost, Size::Decide) => "btn btn-ghost",
        (Kind::Ghost, Size::Row) => "btn btn-xs btn-ghost",
        (Kind::Danger, Size::Work) => "btn btn-sm text-error",
        (Kind::Danger, Size::Decide) => "btn text-error",
        (Kind::Danger, Size::Row) => "btn btn-xs text-error",
        (Kind::LastStep, Size::Work) => "btn btn-sm btn-error",
        (Kind::LastStep, Size::Decide) => "btn btn-error",
        (Kind::LastStep, Size::Row) => "btn btn-xs btn-error",
    }
}

/// `<Button kind=Kind::Primary icon=icon::SEND on:click=…>"Send 12 e-mails"</Button>`; `submit=true` in forms.
/// `busy` keeps the width, shows a spinner and refuses clicks; other attributes by `attr:name="…"`.
#[component]
pub fn Button(
    #[prop(optional)] kind: Kind,
    #[prop(optional)] size: Size,
    #[prop(optional)] icon: &'static str,
    #[prop(optional)] class: &'static str,
    /// Sends the form around it.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=joined(classes(kind, size), class)
            disabled=move || disabled.get()
            // Not `disabled` while busy: that would take the focus away from whoever pressed it.
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:click=move |ev| {
                if busy.get_untracked() {
                    ev.prevent_default();
                }
            }
        >
            {move || {
                if busy.get() {
                    view! { <span class="loading loading-spinner size-3.5" aria-hidden="true"></span> }.into_any()
                } else if icon.is_empty() {
                    ().into_any()
                } else {
                    view! { <Icon name=icon/> }.into_any()
                }
            }}
            {children()}
        </button>
    }
    .into_any()
}

/// `<LinkButton href=paths::PRICING kind=Kind::Primary>"Start"</LinkButton>`: a link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] size: Size,
    #[prop(optional)] icon: &'static str,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=joined(classes(kind, size), class)>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon/> })}
            {children()}
        </a>
    }
    .into_any()
}

/// `<IconButton icon=icon::MORE label="More"/>`: a square without a word; `label` is its name.
#[component]
pub fn IconButton(
    icon: &'static str,
    #[prop(into)] label: String,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] size: Size,
    #[prop(optional)] class: &'static str,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=joined(&joined(classes(kind, size), "btn-square"), class)
            title=label.clone()
            aria-label=label
            disabled=move || disabled.get()
        >
            <Icon name=icon/>
        </button>
    }
    .into_any()
}
