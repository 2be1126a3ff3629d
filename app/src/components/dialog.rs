//! The native dialog, opened modally. Title is a question with the number; what it touches; how to get it back; buttons right.

use super::{Button, ErrorNote, Kind, Outcome, Post, PostForm, error_of};
use leptos::{html, prelude::*, server_fn::ServerFn};
use wasm_bindgen::JsCast;

/// `<Dialog id="send" title="Send 12 e-mails?" open=rw_signal lead="…">…<DialogActs>…</DialogActs></Dialog>`.
/// Escape, a press beside it and `open.set(false)` close it.
#[component]
pub fn Dialog(
    /// Unique on the page.
    id: &'static str,
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] lead: Option<TextProp>,
    open: RwSignal<bool>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let wanted = open.get();
        if let Some(dialog) = node.get() {
            if wanted && !dialog.open() {
                // Refused only while it is not in the document; then it stays closed.
                let _ = dialog.show_modal();
            } else if !wanted && dialog.open() {
                dialog.close();
            }
        }
    });
    let label = format!("{id}-title");
    view! {
        <dialog
            node_ref=node
            id=id
            class="dialog"
            aria-labelledby=label
            on:close=move |_| open.set(false)
            on:click=move |ev| {
                // A press on the backdrop has the dialog itself as its target.
                let itself = node.get_untracked().zip(ev.target()).is_some_and(|(dialog, target)| {
                    let dialog: &web_sys::EventTarget = dialog.as_ref();
                    *dialog == target
                });
                if itself {
                    open.set(false);
                }
            }
        >
            <h2 class="h-sec" id=label.clone()>
                {move || title.get()}
            </h2>
            {lead.map(|lead| view! { <p class="sub mt-1">{move || lead.get()}</p> })}
            {children()}
        </dialog>
    }
    .into_any()
}

/// The row of buttons at a dialog's end.
#[component]
pub fn DialogActs(children: Children) -> impl IntoView {
    view! { <div class="dialog-acts">{children()}</div> }.into_any()
}

/// `<AskFirst id action label="Remove" name="Remove jane@…" title="Remove jane@…?" lead="…" keep="Keep it" last="Remove sender">fields</AskFirst>`:
/// a button of a row that asks before it does something. A popover: asks, closes and sends without a script. What is refused is said in it.
#[component]
pub fn AskFirst<S: ServerFn + 'static>(
    /// Unique on the page.
    id: String,
    action: Post<S>,
    /// The word on the row's button, and its whole name.
    label: &'static str,
    name: String,
    title: String,
    /// What it touches, how to get it back.
    lead: &'static str,
    keep: &'static str,
    last: &'static str,
    children: Children,
) -> impl IntoView {
    let hide = id.clone();
    let inside = view! {
        <PostForm action>
            {children()}
            <ErrorNote error=error_of(action) class="mt-3"/>
            <DialogActs>
                <button type="button" class="btn btn-sm btn-ghost" popovertarget=hide popovertargetaction="hide" autofocus=true>
                    {keep}
                </button>
                <Button submit=true kind=Kind::LastStep busy=action.pending()>
                    {last}
                </Button>
            </DialogActs>
        </PostForm>
    };
    let outcome = action.outcome();
    Effect::new(move || {
        if outcome.with(|o| matches!(o, Some(Ok(())))) {
            close_asking();
        }
    });
    asking(
        id,
        (label, name),
        title,
        lead,
        Callback::new(move |()| action.forget()),
        inside.into_any(),
    )
}

/// Done: what is shown next may stand in the same place.
fn close_asking() {
    if let Ok(Some(open)) = document().query_selector(".dialog:popover-open") {
        let _ = open.unchecked_into::<web_sys::HtmlElement>().hide_popover();
    }
}

fn asking(
    id: String,
    (label, name): (&'static str, String),
    title: String,
    lead: &'static str,
    afresh: Callback<()>,
    inside: AnyView,
) -> AnyView {
    let heading = format!("{id}-title");
    view! {
        <button type="button" class="btn btn-ghost btn-sm text-error" popovertarget=id.clone() aria-label=name on:click=move |_| afresh.run(())>
            {label}
        </button>
        <div id=id popover="" class="dialog text-left" role="dialog" aria-labelledby=heading.clone()>
            <h2 class="h-sec break-words" id=heading.clone()>
                {title}
            </h2>
            <p class="sub mt-1">{lead}</p>
            {inside}
        </div>
    }
    .into_any()
}

/// Inside a `<form>` of a dialog or danger panel: `<ConfirmByTyping name="confirmation" word=business.name label="Delete Vinyl Club"/>`.
/// The last step stays locked until the word is typed. Without JavaScript the server checks the word alone.
#[component]
pub fn ConfirmByTyping(
    /// Name of the input, and its id.
    name: &'static str,
    /// What has to be typed.
    #[prop(into)]
    word: String,
    /// What the button says and does.
    #[prop(into)]
    label: String,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Closes the dialog around it; then a "Keep" button stands beside.
    #[prop(optional)]
    open: Option<RwSignal<bool>>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let live = RwSignal::new(false);
    Effect::new(move || live.set(true));
    let expected = word.clone();
    let locked = Signal::derive(move || live.get() && typed.with(|t| t.trim() != expected));
    let keep = format!("Keep {word}");
    view! {
        <div class="field mt-4">
            <label for=name>"Type " <b class="font-semibold">{word}</b> " to confirm"</label>
            <input
                id=name
                name=name
                class="input"
                autocomplete="off"
                required=true
                on:input=move |ev| typed.set(event_target_value(&ev))
            />
        </div>
        <DialogActs>
            {open.map(|open| view! { <Button kind=Kind::Ghost on:click=move |_| open.set(false)>{keep}</Button> })}
            <Button submit=true kind=Kind::LastStep disabled=locked busy>
                {label}
            </Button>
        </DialogActs>
    }
    .into_any()
}
