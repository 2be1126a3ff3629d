//! Panels of a customer's page that belong to other nouns: sending and replies.
//!
//! What they show of the server is fetched by a resource beside the page's own (`CustomerPage`) and waited for in `opened`, never by one
//! of their own deeper inside: that would not be there when the browser takes the page over.

use super::Customer;
use leptos::prelude::*;

/// At the foot of the draft: sends it. `unsaved` while the editor holds text that is not stored yet.
#[component]
pub fn SendPanel(customer: Customer, unsaved: Signal<bool>) -> impl IntoView {
    let _ = (customer, unsaved);
}

/// Below the draft: logs a reply. The head's "Log reply" leads to `#reply`.
#[component]
pub fn ReplyPanel(customer: Customer) -> impl IntoView {
    let _ = customer;
}
