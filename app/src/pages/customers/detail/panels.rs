//! Panels of a customer's page that belong to other nouns: sending and replies.
//!
//! What they show of the server is fetched by a resource beside the page's own (`CustomerPage`) and waited for in `opened`, never by one
//! of their own deeper inside: that would not be there when the browser takes the page over.

use super::Customer;
use crate::pages::customers::{reply_panel::ReplyPanel as LogReply, send_panel::SendPanel as Sending};
use leptos::prelude::*;

/// At the foot of the draft: sends it. `unsaved` while the editor holds text that is not stored yet.
#[component]
pub fn SendPanel(customer: Customer, unsaved: Signal<bool>) -> impl IntoView {
    let Customer {
        team,
        business,
        id,
        detail,
        reload,
    } = customer;
    let name = Signal::derive(move || {
        detail.with(|d| {
            let first = d.name.split_whitespace().next().unwrap_or(&d.email);
            first.to_owned()
        })
    });
    let version = Memo::new(move |_| detail.with(|d| d.draft.as_ref().map_or(0, |draft| draft.version)));
    view! { <Sending team business customer=id name version unsaved changed=reload/> }.into_any()
}

/// Below the draft: logs a reply. The head's "Log reply" leads to `#reply`.
#[component]
pub fn ReplyPanel(customer: Customer) -> impl IntoView {
    let Customer {
        team,
        business,
        id,
        reload,
        ..
    } = customer;
    view! { <LogReply team business customer=id changed=reload/> }.into_any()
}
