//! Where the keyboard is: moving the focus, and keys that mean something outside of fields.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Moves the focus there once the page is painted; nothing where there is no such element.
pub fn focus(selector: &'static str) {
    request_animation_frame(move || {
        if let Ok(Some(found)) = document().query_selector(selector) {
            let found: web_sys::HtmlElement = found.unchecked_into();
            let _ = found.focus();
        }
    });
}

/// The key, unless it belongs to the field or the dialog that has the focus, or to the browser.
pub fn key_of(event: &web_sys::KeyboardEvent) -> Option<String> {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let typing = target.is_some_and(|target| matches!(target.closest("input:not([type=checkbox]), select, textarea, dialog"), Ok(Some(_))));
    (!typing && !event.ctrl_key() && !event.meta_key() && !event.alt_key()).then(|| event.key())
}
