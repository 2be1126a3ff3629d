//! A business's settings, mail server and senders. Who may not change them reads them.

use super::{fields::BusinessFields, senders::SendersPanel, smtp::SmtpPanel};
use crate::{
    api::{
        self,
        businesses::{AddSender, RemoveSender, RemoveSmtp, ResendSender, SaveBusiness, SaveSmtp, TestSmtp},
    },
    components::{Button, ErrorNote, Kind, LockedAction, error_of, locked_reason},
    pages::settings::{after, business_id, frame, hidden, loaded, succeeded, team_id},
    paths,
};
use domain::{business::BusinessDetail, permission::Permission};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

/// The actions of the page; each success reloads it, a refused form keeps what was typed.
#[derive(Clone, Copy)]
pub struct Actions {
    pub save: ServerAction<SaveBusiness>,
    pub save_smtp: ServerAction<SaveSmtp>,
    pub remove_smtp: ServerAction<RemoveSmtp>,
    pub test_smtp: ServerAction<TestSmtp>,
    pub add_sender: ServerAction<AddSender>,
    pub resend_sender: ServerAction<ResendSender>,
    pub remove_sender: ServerAction<RemoveSender>,
}

#[component]
pub fn EditBusinessPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let actions = Actions {
        save: ServerAction::new(),
        save_smtp: ServerAction::new(),
        remove_smtp: ServerAction::new(),
        test_smtp: ServerAction::new(),
        add_sender: ServerAction::new(),
        resend_sender: ServerAction::new(),
        remove_sender: ServerAction::new(),
    };
    let detail = Resource::new(
        move || (team(), business()),
        |(team, business)| async move { api::businesses::detail(team?, business?).await },
    );
    let reload = move || detail.refetch();
    after(actions.save, reload);
    after(actions.save_smtp, reload);
    after(actions.remove_smtp, reload);
    after(actions.add_sender, reload);
    after(actions.resend_sender, reload);
    after(actions.remove_sender, reload);
    view! {
        <div class="page max-w-3xl">
            {loaded(detail, move |detail: BusinessDetail| page(detail, actions))}
        </div>
    }
    .into_any()
}

fn page(detail: BusinessDetail, actions: Actions) -> AnyView {
    let frame = frame();
    let team = frame.id;
    let may_configure = frame.may(Permission::ConfigureSender, Some(detail.id));
    let title = detail.settings.name.clone();
    let heading = title.clone();
    let owner = detail.owner_name.clone();
    let senders = view! { <SendersPanel detail=detail.clone() may=may_configure actions/> };
    let smtp = view! { <SmtpPanel detail=detail.clone() may=may_configure actions/> };
    view! {
        <Title text=title/>
        <p><a class="link" href=paths::businesses(team)>"Businesses"</a></p>
        <div class="flex flex-wrap items-baseline gap-3 mt-1">
            <h1 class="h-page">{heading}</h1>
            <span class="sub">"Owned by " {owner}</span>
            <a class="btn btn-sm ml-auto" href=paths::customers(team, detail.id)>"Customers"</a>
        </div>
        {senders}
        {smtp}
        {settings(detail, actions)}
    }
    .into_any()
}

fn settings(detail: BusinessDetail, actions: Actions) -> AnyView {
    let frame = frame();
    let allowed = frame.may(Permission::EditOwnBusiness, Some(detail.id));
    let error = error_of(actions.save);
    let done = succeeded(actions.save);
    let submit = if allowed {
        view! {
            <div class="flex flex-wrap items-center gap-3">
                <Button kind=Kind::Primary submit=true busy=actions.save.pending()>"Save settings"</Button>
                {move || done.get().then(|| view! { <span class="sub" role="status">"Saved"</span> })}
            </div>
        }
        .into_any()
    } else {
        let reason = format!(
            "{} This one belongs to {}.",
            locked_reason(Permission::EditOwnBusiness),
            detail.owner_name
        );
        view! { <LockedAction id="why-save" label="Save settings" reason/> }.into_any()
    };
    view! {
        <section class="panel mt-6" aria-labelledby="settings-h">
            <div class="panel-head"><h2 id="settings-h" class="h-sec">"Settings"</h2></div>
            <ActionForm action=actions.save attr:class="p-4 grid gap-4 border-t border-line">
                {hidden("team", frame.id)}
                {hidden("business", detail.id)}
                {hidden("version", detail.version)}
                <ErrorNote error/>
                <fieldset class="grid gap-4" disabled=!allowed>
                    <BusinessFields settings=detail.settings error/>
                </fieldset>
                {submit}
            </ActionForm>
        </section>
    }
    .into_any()
}
