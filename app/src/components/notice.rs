//! What the page has to say: banners, errors, empty states.

use super::{Icon, LinkButton, Tone, icon};
use domain::Error;
use leptos::prelude::*;

const fn look(tone: Tone) -> (&'static str, &'static str, &'static str) {
    match tone {
        Tone::Warning => ("alert alert-warning flex flex-wrap", icon::ALERT, "text-warning"),
        Tone::Error => ("alert alert-error flex flex-wrap", icon::ALERT, "text-error"),
        Tone::Success => ("alert alert-success flex flex-wrap", icon::CHECK, "text-success"),
        Tone::Plain | Tone::Soft | Tone::Info => ("alert alert-info flex flex-wrap", icon::INFO, "text-link"),
    }
}

/// `<Banner tone=Tone::Warning title="196 credits left." text="Analyses stop when they end." action=("/…".into(), "Buy".into())/>`.
#[component]
pub fn Banner(
    #[prop(optional)] tone: Tone,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    #[prop(optional)] icon: Option<&'static str>,
    /// Where its button leads, and what that does.
    #[prop(optional)]
    action: Option<(String, String)>,
    /// More below, or buttons beside.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, usual, colour) = look(tone);
    view! {
        <div class=class role=matches!(tone, Tone::Error).then_some("alert")>
            <Icon name=icon.unwrap_or(usual) class=colour/>
            <div class="flex-1 min-w-60">
                <b class="font-semibold">{title}</b>
                " "
                <span class="sub">{text}</span>
            </div>
            {action.map(|(href, label)| view! { <LinkButton href>{label}</LinkButton> })}
            {children.map(|c| c())}
        </div>
    }
    .into_any()
}

/// What a form or a page says of an error as a whole: what to do, in a sentence.
#[must_use]
pub fn error_sentence(error: &Error) -> String {
    match error {
        Error::Invalid(_) => String::from("Check the marked fields."),
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
            format!("{first}{}.", letters.as_str())
        }
    }
}

/// `<ErrorNote error=signal_of_option_error/>`: the error as an alert, nothing while there is none.
/// Also takes a plain `Some(error)`.
#[component]
pub fn ErrorNote(#[prop(into)] error: Signal<Option<Error>>, #[prop(optional)] class: &'static str) -> impl IntoView {
    move || {
        error.with(|e| {
            e.as_ref().map(|e| {
                view! {
                    <div class=icon::joined("alert alert-error flex items-start", class) role="alert">
                        <Icon name=icon::ALERT class="text-error mt-0.5"/>
                        <p class="flex-1 min-w-0">{error_sentence(e)}</p>
                    </div>
                }
                .into_any()
            })
        })
    }
}

/// `<EmptyState icon=icon::INBOX title="No replies yet" text="Log an answer …"><Button>…</Button></EmptyState>`:
/// always with the next step.
#[component]
pub fn EmptyState(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    /// Without the panel's edge, inside one.
    #[prop(optional)]
    bare: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=if bare { "text-center px-6 py-10" } else { "panel text-center px-6 py-10" }>
            <span class="inline-grid place-items-center size-10 rounded-box bg-base-300 sub">
                <Icon name=icon class="size-5"/>
            </span>
            <h2 class="h-sec mt-3">{title}</h2>
            <p class="sub mt-1 max-w-xs mx-auto">{text}</p>
            {children.map(|c| view! { <div class="mt-4 flex flex-wrap justify-center gap-2">{c()}</div> })}
        </div>
    }
    .into_any()
}
