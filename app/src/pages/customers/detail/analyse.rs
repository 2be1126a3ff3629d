//! The button that spends: what it costs and what is left stand beside it, before it is pressed.

use super::Customer;
use crate::{
    api::analysis::AnalyseCustomer,
    components::{Button, ErrorNote, Kind, LockedAction, Post, PostForm, error_of, icon, locked_reason, toasts},
    layouts::use_frame,
    pages::settings::{after, hidden},
    paths,
};
use domain::{credit::Credits, money::group_thousands, permission::Permission, persona::Analysed, team::TeamFrame};
use leptos::prelude::*;

/// The page's one analysis: both of its buttons share it.
#[derive(Clone, Copy)]
pub struct Analysing(Post<AnalyseCustomer>);

impl Analysing {
    pub fn new(customer: Customer) -> Self {
        let action = Post::<AnalyseCustomer>::new();
        let toasts = toasts();
        after(action, move || {
            customer.reload.run(());
            let done = action.answer().and_then(|answer| serde_json::from_str::<Analysed>(&answer).ok());
            if let Some(done) = done {
                toasts.done(format!(
                    "Analysed for {}, {} left",
                    credits(done.spent),
                    group(done.balance.available())
                ));
            }
        });
        // Somebody else's result may be why it was refused.
        let error = error_of(action);
        Effect::new(move || {
            if error.with(Option::is_some) {
                customer.reload.run(());
            }
        });
        Self(action)
    }
}

/// "1 credit".
pub fn credits(amount: Credits) -> String {
    if amount.0 == 1 {
        String::from("1 credit")
    } else {
        format!("{} credits", group(amount))
    }
}

/// Why it can't be paid, if so.
pub fn unaffordable(frame: &TeamFrame, cost: Credits) -> Option<String> {
    let left = frame.balance.available();
    (left < cost).then(|| format!("This needs {}, {} left.", credits(cost), group(left)))
}

pub fn group(amount: Credits) -> String {
    group_thousands(u64::try_from(amount.0).unwrap_or(0))
}

/// Why this person can't analyse here, if so.
pub fn locked(frame: &TeamFrame, customer: Customer) -> Option<String> {
    locked_for(frame, customer, Permission::DraftEmails)
}

/// Why this person can't do it here, if so, and who can grant it.
pub fn locked_for(frame: &TeamFrame, customer: Customer, permission: Permission) -> Option<String> {
    if frame.may(permission, Some(customer.business)) {
        return None;
    }
    let owner = frame.businesses.iter().find(|b| b.id == customer.business);
    let whose = owner
        .map(|b| format!(" This business belongs to {}.", b.owner_name))
        .unwrap_or_default();
    Some(format!("{}{whose}", locked_reason(permission)))
}

/// The form, or why there is none. `id` is unique on the page.
pub fn form(customer: Customer, Analysing(action): Analysing, id: &'static str, label: &'static str, kind: Kind) -> AnyView {
    let frame = use_frame();
    let error = error_of(action);
    let button = move || {
        let (cost, seen) = customer.detail.with(|d| {
            let seen = d.persona.as_ref().map(|p| p.id.to_string());
            (d.analysis_cost, seen.unwrap_or_default())
        });
        let (why_not, too_little, left) = frame.with(|f| (locked(f, customer), unaffordable(f, cost), f.balance.available()));
        if let Some(reason) = why_not {
            return view! { <LockedAction id label reason/> }.into_any();
        }
        if let Some(reason) = too_little {
            return view! {
                <LockedAction id label reason/>
                <a class="link" href=paths::credits(customer.team)>
                    "See credits"
                </a>
            }
            .into_any();
        }
        let words = format!("{label}, {}", credits(cost));
        view! {
            <PostForm action attr:class="inline-flex flex-wrap items-center gap-x-3 gap-y-2">
                {hidden("team", customer.team)} {hidden("customer", customer.id)} {hidden("seen", seen)}
                <Button kind submit=true icon=icon::SPARK busy=action.pending()>
                    {words}
                </Button>
                <span class="sub text-xs">{format!("{} left", group(left))}</span>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <div class="grid gap-2 justify-items-start">{button} <ErrorNote error/></div>
    }
    .into_any()
}
