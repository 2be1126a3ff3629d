//! Text that is not saved yet outlives leaving the page: the tab keeps it, and asks before it is closed.

use super::{Customer, Editor};
use leptos::{ev, prelude::*};

pub(super) fn keep(customer: Customer, editor: Editor) {
    let key = format!("draft-{}", customer.id);
    Effect::new(move |before: Option<()>| {
        let Ok(Some(storage)) = window().session_storage() else { return };
        if before.is_none() {
            restore(editor, storage.get_item(&key).ok().flatten());
        }
        // Refused where the browser keeps nothing; then it is lost with the page, as before.
        let _ = if editor.unsaved() {
            let (subject, body) = editor.text();
            storage.set_item(&key, &format!("{}\n{subject}\n{body}", editor.base.get()))
        } else {
            storage.remove_item(&key)
        };
    });
    Effect::new(move || {
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if untrack(|| editor.unsaved()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
    });
}

/// The text with the version that it started from: one that was saved meanwhile shows as such.
fn restore(editor: Editor, kept: Option<String>) {
    let Some(kept) = kept else { return };
    let mut parts = kept.splitn(3, '\n');
    let base = parts.next().and_then(|base| base.parse().ok());
    if let (Some(base), Some(subject), Some(body)) = (base, parts.next(), parts.next()) {
        editor.base.set(base);
        editor.subject.set(subject.to_owned());
        editor.body.set(body.to_owned());
    }
}
