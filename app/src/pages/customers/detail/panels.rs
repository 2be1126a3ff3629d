//! Panels of a customer's page that belong to other nouns: sending and replies.

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
