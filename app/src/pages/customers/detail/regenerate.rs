//! "Regenerate": another e-mail in place of the draft, for its price. Versions stay.

use super::{
    Customer,
    analyse::{credits, group, locked_for, unaffordable},
};
use crate::{
    api::drafts::RegenerateDraft,
    components::{Button, ErrorNote, Kind, LockedAction, Post, PostForm, Select, error_of, icon, toasts},
    layouts::use_frame,
    pages::settings::{after, after_conflict, hidden},
};
use domain::{draft::Regenerated, permission::Permission};
use leptos::prelude::*;

/// What the draft's heading and the line below it share.
pub type Regenerating = Post<RegenerateDraft>;

pub fn regenerating(customer: Customer) -> Regenerating {
    let action = Regenerating::new();
    let toasts = toasts();
    after(action, move || {
        customer.reload.run(());
        let done = action.answer().and_then(|answer| serde_json::from_str::<Regenerated>(&answer).ok());
        if let Some(done) = done {
            let left = group(done.balance.available());
            toasts.done(format!("Another e-mail for {}, {left} left", credits(done.spent)));
        }
    });
    after_conflict(action, move || customer.reload.run(()));
    action
}

/// The form, or why there is none.
pub fn form(customer: Customer, action: Regenerating) -> AnyView {
    let frame = use_frame();
    // Changes seldom: what is chosen in the form outlives fetching again.
    let state = Memo::new(move |_| {
        let cost = customer.detail.with(|d| d.regenerate_cost);
        let refused = frame.with(|f| locked_for(f, customer, Permission::RegenerateEmail).or_else(|| unaffordable(f, cost)));
        (cost, refused)
    });
    let seen = move || customer.detail.with(|d| d.draft.as_ref().map_or(0, |draft| draft.version));
    let shown = move || {
        let (cost, refused) = state.get();
        if let Some(reason) = refused {
            return view! { <LockedAction id="why-regenerate" label="Regenerate" reason tip=true/> }.into_any();
        }
        let tones = [
            ("", "Usual tone"),
            ("friendly", "Friendly"),
            ("plain", "Plain"),
            ("formal", "Formal"),
        ];
        let options = tones.map(|(key, label)| (key.to_owned(), label.to_owned())).to_vec();
        view! {
            <PostForm action attr:class="flex items-center gap-1">
                {hidden("team", customer.team)} {hidden("customer", customer.id)}
                <input type="hidden" name="seen" value=move || seen().to_string()/>
                <Select name="tone" id="regenerate-tone" label="Tone" options small=true hidden_label=true/>
                <Button kind=Kind::Ghost submit=true icon=icon::REFRESH busy=action.pending()>
                    "Regenerate"
                    <span class="sub text-xs">{credits(cost)}</span>
                </Button>
            </PostForm>
        }
        .into_any()
    };
    shown.into_any()
}

/// Why nothing came of it.
pub fn refused(action: Regenerating) -> AnyView {
    view! {
        <div class="px-4 pb-3 empty:hidden">
            <ErrorNote error=error_of(action)/>
        </div>
    }
    .into_any()
}
