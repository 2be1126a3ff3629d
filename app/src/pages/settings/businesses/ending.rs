//! Handing a business over, and deleting it.

use crate::{
    api::businesses::{DeleteBusiness, HandOver, Heirs},
    components::{ConfirmByTyping, ErrorNote, LockedAction, Post, PostForm, Select, error_of, locked_reason},
    pages::{
        account::whole,
        fetched::{Fetched, loaded},
        settings::{frame, hidden, succeeded, team::choices},
    },
};
use domain::{
    business::{BusinessDetail, RESTORABLE_DAYS},
    permission::Permission,
    team::Heir,
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Endings {
    pub hand_over: Post<HandOver>,
    pub delete: Post<DeleteBusiness>,
    /// Nobody, for whoever may not hand it over.
    pub heirs: Fetched<<Heirs as leptos::server_fn::ServerFn>::Output>,
}

#[component]
pub fn EndingsPanel(detail: BusinessDetail, may_delete: bool, endings: Endings) -> impl IntoView {
    let allowed = frame().may(Permission::EditAnyBusiness, None);
    let (team, business, seen, owner) = (frame().id, detail.id, detail.version, detail.owner_name.clone());
    let hand_over = if allowed {
        loaded(endings.heirs, move |heirs: Vec<Heir>| {
            let error = error_of(endings.hand_over);
            let done = succeeded(endings.hand_over);
            view! {
                <PostForm action=endings.hand_over attr:class="flex flex-wrap items-end gap-3">
                    {hidden("team", team)}
                    {hidden("business", business)}
                    {hidden("seen", seen)}
                    <div class="w-64 max-sm:w-full"><Select name="hand_to" label="New owner" options=choices(&heirs) small=true error/></div>
                    <button type="submit" class="btn btn-sm">"Hand over"</button>
                    {move || done.get().then(|| view! { <span class="sub" role="status">"Handed over. Both were told."</span> })}
                    <ErrorNote error=whole(error)/>
                </PostForm>
            }
            .into_any()
        })
    } else {
        view! { <LockedAction id="why-hand" label="Hand over" reason=locked_reason(Permission::EditAnyBusiness)/> }.into_any()
    };
    let error = error_of(endings.delete);
    let name = detail.settings.name;
    let delete = if may_delete {
        view! {
            <details>
                <summary class="btn btn-sm text-error">"Delete business"</summary>
                <PostForm action=endings.delete attr:class="grid gap-2 mt-3 max-w-md">
                    {hidden("team", team)}
                    {hidden("business", business)}
                    <ErrorNote error=whole(error)/>
                    <ConfirmByTyping name="confirmation" word=name.clone() label=format!("Delete {name}") busy=endings.delete.pending()/>
                    {move || error.get().and_then(|e| e.field_message("confirmation")).map(|text| view! { <p class="err" role="alert">{text}</p> })}
                </PostForm>
            </details>
        }
        .into_any()
    } else {
        let reason = format!("{} This one belongs to {owner}.", locked_reason(Permission::DeleteOwnBusiness));
        view! { <LockedAction id="why-delete" label="Delete business" reason/> }.into_any()
    };
    view! {
        <section class="panel mt-6 divide-y divide-line" aria-labelledby="end-h">
            <div class="panel-head"><h2 id="end-h" class="h-sec">"Ownership and deletion"</h2></div>
            <div class="p-4 grid gap-3">
                <div><b class="font-medium">"Hand over"</b><p class="sub">"Somebody else owns the business, with its customers, drafts and senders."</p></div>
                {hand_over}
            </div>
            <div class="p-4 grid gap-3">
                <div>
                    <b class="font-medium">"Delete the business"</b>
                    <p class="sub">
                        {format!("Its slot is free at once. Waiting e-mails are cancelled, the mail server’s password is forgotten. Restorable for {RESTORABLE_DAYS} days.")}
                    </p>
                </div>
                {delete}
            </div>
        </section>
    }
    .into_any()
}
