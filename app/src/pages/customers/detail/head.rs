//! Who it is: name, address, tags, other products.

use super::{Customer, edit, shown_name};
use crate::{
    components::{AlsoIn, Avatar, Badge, Breadcrumb, LinkButton, Tone, icon},
    layouts::use_frame,
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
    view! {
        {move || view! { <Breadcrumb trail=vec![(list.clone(), String::from("Customers"))] here=detail.with(shown_name)/> }}
        <header class="flex flex-wrap items-start gap-x-4 gap-y-3 mt-3">
            {move || view! { <Avatar name=detail.with(shown_name) size="av-lg"/> }}
            <div class="min-w-60 flex-1">
                <h1 class="h-page break-words">{move || detail.with(shown_name)}</h1>
                <p class="flex flex-wrap items-center gap-x-3 gap-y-1.5 mt-0.5">{move || line(customer)}</p>
            </div>
            {log}
            {edit::button(customer)}
        </header>
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
