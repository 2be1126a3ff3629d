//! Who it is: name, address, tags, other products.

use super::{Customer, shown_name};
use crate::{
    api::customers::DeleteCustomer,
    components::{
        AlsoIn, Avatar, Badge, Breadcrumb, Button, ErrorNote, Kind, LinkButton, LockedAction, Post, PostForm, Tone, error_of, icon,
        locked_reason,
    },
    layouts::use_frame,
    pages::settings::hidden,
    paths,
};
use domain::permission::Permission;
use leptos::prelude::*;

pub fn head(customer: Customer) -> AnyView {
    let detail = customer.detail;
    let list = paths::customers(customer.team, customer.business);
    let may_log = use_frame().with_untracked(|f| f.may(Permission::LogReplies, Some(customer.business)));
    // The form is below the draft.
    let log = may_log.then(|| view! { <LinkButton href="#reply" icon=icon::REPLY>"Log reply"</LinkButton> });
    let may_delete = use_frame().with_untracked(|f| f.may(Permission::DeleteCustomers, Some(customer.business)));
    let delete = if may_delete {
        delete(customer)
    } else {
        let reason = locked_reason(Permission::DeleteCustomers);
        view! { <LockedAction id="why-delete" label="Delete" reason tip=true/> }.into_any()
    };
    view! {
        {move || view! { <Breadcrumb trail=vec![(list.clone(), String::from("Customers"))] here=detail.with(shown_name)/> }}
        <header class="flex flex-wrap items-start gap-x-4 gap-y-3 mt-3">
            {move || view! { <Avatar name=detail.with(shown_name) size="av-lg"/> }}
            <div class="min-w-60 flex-1">
                <h1 class="h-page break-words">{move || detail.with(shown_name)}</h1>
                <p class="flex flex-wrap items-center gap-x-3 gap-y-1.5 mt-0.5">{move || line(customer)}</p>
            </div>
            {log}
            {delete}
        </header>
    }
    .into_any()
}

/// Asks first, also without a script.
fn delete(customer: Customer) -> AnyView {
    let action = Post::<DeleteCustomer>::new();
    view! {
        <details class="dropdown dropdown-end">
            <summary class="btn btn-sm text-error">"Delete"</summary>
            <div class="dropdown-content w-72 p-3">
                <p class="sub mb-3">
                    "What waits to be mailed is cancelled. For 30 days the customer can be restored from the list's view Deleted."
                </p>
                <PostForm action>
                    {hidden("team", customer.team)} {hidden("business", customer.business)} {hidden("customer", customer.id)}
                    <Button kind=Kind::LastStep submit=true busy=action.pending()>
                        "Delete this customer"
                    </Button>
                </PostForm>
                <ErrorNote error=error_of(action) class="mt-3"/>
            </div>
        </details>
    }
    .into_any()
}

fn line(customer: Customer) -> AnyView {
    customer.detail.with(|d| {
        let address = (!d.name.trim().is_empty()).then(|| view! { <span class="sub break-all">{d.email.clone()}</span> });
        let known = [&d.company, &d.country]
            .into_iter()
            .filter(|text| !text.is_empty())
            .map(|text| view! { <span class="sub">{text.clone()}</span> })
            .collect_view();
        let tag = |tag: String| view! { <Badge icon=icon::TAG>{tag}</Badge> }.into_any();
        let tags = d.tags.iter().cloned().map(tag).collect_view();
        let names: Vec<String> = d.also_in.iter().map(|other| other.name.clone()).collect();
        let open = d
            .open_outreach
            .map(|state| view! { <Badge tone=Tone::Info icon=icon::SEND>{state.label()}</Badge> });
        view! {
            {address}
            {known}
            <AlsoIn names/>
            {open}
            {tags}
        }
        .into_any()
    })
}
