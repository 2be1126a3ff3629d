//! The button that spends: what it costs and what is left stand beside it, before it is pressed.

use super::Customer;
use crate::{
    api::analysis::AnalyseCustomer,
    components::{Button, ErrorNote, Kind, LockedAction, error_of, icon, locked_reason, toasts},
    layouts::use_frame,
    pages::settings::{after, hidden},
    paths,
};
use domain::{credit::Credits, money::group_thousands, permission::Permission, team::TeamFrame};
use leptos::{form::ActionForm, prelude::*};

/// The page's one analysis: both of its buttons share it.
#[derive(Clone, Copy)]
pub struct Analysing(ServerAction<AnalyseCustomer>);

impl Analysing {
    pub fn new(customer: Customer) -> Self {
        let action = ServerAction::<AnalyseCustomer>::new();
        let toasts = toasts();
        after(action, move || {
            customer.reload.run(());
            let done = action.value().with_untracked(|v| v.as_ref().and_then(|r| r.as_ref().ok().copied()));
            if let Some(done) = done {
                toasts.done(format!(
                    "Analysed for {}, {} left",
                    credits(done.spent),
                    group(done.balance.available())
                ));
            }
        });
        // Somebody else's result may be why it was refused.
        Effect::new(move || {
            if action.value().with(|v| matches!(v, Some(Err(_)))) {
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

fn group(amount: Credits) -> String {
    group_thousands(u64::try_from(amount.0).unwrap_or(0))
}

/// Why this person can't analyse here, if so.
pub fn locked(frame: &TeamFrame, customer: Customer) -> Option<String> {
    if frame.may(Permission::DraftEmails, Some(customer.business)) {
        return None;
    }
    let owner = frame.businesses.iter().find(|b| b.id == customer.business);
    let whose = owner
        .map(|b| format!(" This business belongs to {}.", b.owner_name))
        .unwrap_or_default();
    Some(format!("{}{whose}", locked_reason(Permission::DraftEmails)))
}

/// The form, or why there is none. `id` is unique on the page.
pub fn form(customer: Customer, Analysing(action): Analysing, id: &'static str, label: &'static str, kind: Kind) -> AnyView {
    let frame = use_frame();
    let error = error_of(action);
    let cost = Memo::new(move |_| customer.detail.with(|d| d.analysis_cost));
    let why_not = Memo::new(move |_| frame.with(|f| locked(f, customer)));
    let left = Memo::new(move |_| frame.with(|f| f.balance.available()));
    let button = move || {
        if let Some(reason) = why_not.get() {
            return view! { <LockedAction id label reason/> }.into_any();
        }
        let (cost, left) = (cost.get(), left.get());
        if left < cost {
            let reason = format!("This needs {}, {} left.", credits(cost), group(left));
            let href = paths::credits(customer.team);
            return view! {
                <span class="inline-flex flex-wrap items-center gap-2">
                    <LockedAction id label reason/>
                    <a class="link" href=href>
                        "See credits"
                    </a>
                </span>
            }
            .into_any();
        }
        let seen = Memo::new(move |_| {
            customer
                .detail
                .with(|d| d.persona.as_ref().map(|p| p.id.to_string()).unwrap_or_default())
        });
        view! {
            <ActionForm action attr:class="inline-flex flex-wrap items-center gap-x-3 gap-y-2">
                {hidden("team", customer.team)} {hidden("customer", customer.id)}
                <input type="hidden" name="seen" value=move || seen.get()/>
                <Button kind submit=true icon=icon::SPARK busy=action.pending()>
                    {format!("{label}, {}", credits(cost))}
                </Button>
                <span class="sub text-xs">{group(left)} " left"</span>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <div class="grid gap-2 justify-items-start">{button} <ErrorNote error/></div>
    }
    .into_any()
}
