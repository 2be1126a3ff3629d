//! Forms that post to a server function, with and without scripts.
//!
//! The framework's own action and form are compiled anew for every server function: its arguments are read from the form, written
//! again, and the answer is decoded. Here the form's fields travel as they are, so one piece of code serves all of them.

use crate::api::ask;
use domain::Error;
use leptos::{prelude::*, server::ServerActionError, server_fn::ServerFn, server_fn::error::ServerFnUrlError};
use std::marker::PhantomData;

/// What an action has come to. Of the framework's actions and ours.
pub trait Outcome: Copy + Send + Sync + 'static {
    /// `None` before the first answer; without scripts the error of the page before, which came through the URL.
    fn outcome(self) -> Signal<Option<Result<(), Error>>>;
    /// While an answer is awaited.
    fn waits(self) -> Signal<bool>;
}

impl<S> Outcome for ServerAction<S>
where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    fn outcome(self) -> Signal<Option<Result<(), Error>>> {
        let value = self.value();
        Signal::derive(move || value.with(|v| v.as_ref().map(|r| r.as_ref().map(|_| ()).map_err(Clone::clone))))
    }

    fn waits(self) -> Signal<bool> {
        self.pending().into()
    }
}

/// `Post::<SaveDraft>::new()`, for `<PostForm action>`. Everything that does not depend on the function is in `Posting`.
pub struct Post<S>(Posting, PhantomData<fn() -> S>);

impl<S> Clone for Post<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Post<S> {}

impl<S: ServerFn + 'static> Post<S> {
    #[must_use]
    pub fn new() -> Self {
        Self(Posting::new(S::PATH), PhantomData)
    }

    /// While an answer is awaited.
    #[must_use]
    pub fn pending(self) -> Signal<bool> {
        self.0.waits()
    }

    /// As if nothing had been pressed yet.
    pub fn forget(self) {
        if self.0.0.value().with_untracked(Option::is_some) {
            self.0.0.value().set(None);
        }
    }

    /// The last answer, as JSON.
    #[must_use]
    pub fn answer(self) -> Option<String> {
        self.0
            .0
            .value()
            .with_untracked(|v| v.as_ref().and_then(|r| r.as_ref().ok().cloned()))
    }
}

impl<S: ServerFn + 'static> Default for Post<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: 'static> Outcome for Post<S> {
    fn outcome(self) -> Signal<Option<Result<(), Error>>> {
        self.0.outcome()
    }

    fn waits(self) -> Signal<bool> {
        self.0.waits()
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A form's fields and where they go.
type Sent = (String, String);

#[derive(Clone, Copy)]
struct Posting(Action<Sent, Result<String, Error>>);

impl Posting {
    fn new(path: &str) -> Self {
        let before = use_context::<ServerActionError>().filter(|error| error.path() == path);
        let before = before.map(|error| Err(ServerFnUrlError::<Error>::decode_err(error.err())));
        Self(Action::new_with_value(before, |(url, fields): &Sent| {
            let (url, fields) = (url.clone(), fields.clone());
            async move { ask::post(&url, FORM, fields).await }
        }))
    }

    fn outcome(self) -> Signal<Option<Result<(), Error>>> {
        let value = self.0.value();
        Signal::derive(move || value.with(|v| v.as_ref().map(|r| r.as_ref().map(|_| ()).map_err(Clone::clone))))
    }

    fn waits(self) -> Signal<bool> {
        self.0.pending().into()
    }

    fn submit(self, url: &str, event: &web_sys::SubmitEvent) {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        // A second press while the first is under way is no second wish.
        if self.0.pending().get_untracked() {
            return;
        }
        let fields = leptos::form::form_data_from_event(event).ok();
        let fields = fields.and_then(|data| web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok());
        let fields = fields.and_then(|data| data.to_string().as_string()).unwrap_or_default();
        self.0.dispatch((url.to_owned(), fields));
    }
}

/// `<PostForm action attr:class="…">fields</PostForm>`: sends itself by the action once scripts run, and as any form does before.
#[component]
pub fn PostForm<S: ServerFn + 'static>(action: Post<S>, children: Children) -> impl IntoView {
    form(action.0, S::url(), children)
}

/// The second click of a double click presses nothing: what was pressed may have gone by then, with another row's button in its place.
fn refuse_second(event: web_sys::MouseEvent) {
    use wasm_bindgen::JsCast;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let on_button = target.is_some_and(|target| matches!(target.closest("button"), Ok(Some(_))));
    if event.detail() > 1 && on_button {
        event.prevent_default();
    }
}

fn form(posting: Posting, url: &'static str, children: Children) -> AnyView {
    view! {
        <form method="post" action=url on:click=refuse_second on:submit=move |ev| posting.submit(url, &ev)>
            {children()}
        </form>
    }
    .into_any()
}

/// The error of a form's last try: `error_of(action)` for every field and the `ErrorNote` of that form. Without
/// JavaScript it comes back through the URL.
pub fn error_of(action: impl Outcome) -> Signal<Option<Error>> {
    let outcome = action.outcome();
    Signal::derive(move || outcome.with(|o| o.as_ref().and_then(|r| r.as_ref().err().cloned())))
}
