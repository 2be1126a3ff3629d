//! The persona's languages: those that it was made in open free, each other one has its price.

use super::{
    Customer,
    analyse::{credits, group, locked_for, unaffordable},
};
use crate::{
    api::analysis::TranslatePersona,
    components::{ErrorNote, Kind, Menu, MenuButton, MenuLink, Post, PostForm, Size, error_of, toasts},
    layouts::use_frame,
    pages::settings::{after, after_conflict, hidden},
    paths,
};
use domain::{
    business::Language,
    permission::Permission,
    persona::{Persona, Translated},
};
use leptos::prelude::*;

/// The form that the lines of the menu send, and what came of it.
pub type Translating = Post<TranslatePersona>;

pub fn translating(customer: Customer) -> Translating {
    let action = Translating::new();
    let toasts = toasts();
    after(action, move || {
        customer.reload.run(());
        let done = action.answer().and_then(|answer| serde_json::from_str::<Translated>(&answer).ok());
        if let Some(done) = done.filter(|done| done.spent.0 > 0) {
            let left = group(done.balance.available());
            toasts.done(format!("Persona written for {}, {left} left", credits(done.spent)));
        }
    });
    after_conflict(action, move || customer.reload.run(()));
    action
}

/// Mounted once, beside the menu.
pub fn form(customer: Customer, action: Translating) -> AnyView {
    let seen = move || customer.detail.with(|d| d.persona.as_ref().map(|p| p.id.to_string()));
    view! {
        <PostForm action attr:id="language-form">
            {hidden("team", customer.team)} {hidden("customer", customer.id)} <input type="hidden" name="seen" value=seen/>
        </PostForm>
        <div class="mt-2 empty:hidden">
            <ErrorNote error=error_of(action)/>
        </div>
    }
    .into_any()
}

pub fn menu(customer: Customer, persona: &Persona) -> AnyView {
    let cost = customer.detail.with_untracked(|d| d.language_cost);
    let why_not = use_frame().with(|f| locked_for(f, customer, Permission::RegeneratePersona).or_else(|| unaffordable(f, cost)));
    let shown = persona.language;
    let made = persona
        .made_in
        .iter()
        .map(|language| {
            let href = paths::customer_in(customer.team, customer.business, customer.id, *language);
            view! { <MenuLink href label=language.label() current=*language == shown/> }.into_any()
        })
        .collect_view();
    let others: Vec<Language> = Language::ALL.iter().copied().filter(|l| !persona.made_in.contains(l)).collect();
    let others = match why_not {
        _ if others.is_empty() => ().into_any(),
        Some(reason) => view! { <MenuButton label="Other languages" apart=true locked=reason/> }.into_any(),
        None => others
            .into_iter()
            .map(|language| {
                view! {
                    <li>
                        <button type="submit" form="language-form" name="language" value=language.as_str() class="w-full">
                            <span class="grow text-left">{language.label()}</span>
                            <span class="sub text-xs">{credits(cost)}</span>
                        </button>
                    </li>
                }
                .into_any()
            })
            .collect_view()
            .into_any(),
    };
    view! {
        <Menu label=shown.label() words=true end=true kind=Kind::Ghost size=Size::Row>
            {made}
            {others}
        </Menu>
    }
    .into_any()
}
