//! A business's senders, mail server and settings. Who may not change them reads them.

use super::{
    ending::{Endings, EndingsPanel},
    fields::BusinessFields,
    read::SettingsRead,
    senders::SendersPanel,
    smtp::SmtpPanel,
    stripe::{StripeActions, StripePanel},
};
use crate::{
    api::businesses::{AddSender, Heirs, OpenBusiness, RemoveSender, RemoveSmtp, ResendSender, SaveBusiness, SaveSmtp, TestSmtp},
    components::{
        Banner, Breadcrumb, Button, ErrorNote, Kind, LinkButton, LockedAction, PageHead, Post, PostForm, Tone, error_of, icon,
        locked_reason,
    },
    focus::focus,
    layouts::{refresh_frame, use_frame},
    pages::{
        account::{focus_refused, typed},
        fetched::{fetched, fetched_or, loaded},
        settings::{after, after_conflict, business_id, frame, hidden, succeeded, team_id},
    },
    paths,
    typed::Typed,
};
use domain::{
    business::{BusinessDetail, SenderState},
    ids::SenderId,
    permission::Permission,
};
use leptos::prelude::*;

/// The actions of the page; each success reloads it, a refused form keeps what was typed.
#[derive(Clone, Copy)]
pub struct Actions {
    pub save: Post<SaveBusiness>,
    pub save_smtp: Post<SaveSmtp>,
    pub remove_smtp: Post<RemoveSmtp>,
    pub test_smtp: Post<TestSmtp>,
    pub add_sender: Post<AddSender>,
    pub resend_sender: Post<ResendSender>,
    pub remove_sender: Post<RemoveSender>,
    /// Whose link was asked for again: what is refused is said there.
    pub asked: RwSignal<Option<SenderId>>,
    /// The sender that is being typed.
    pub sender_name: RwSignal<String>,
    pub sender_email: RwSignal<String>,
}

#[component]
pub fn EditBusinessPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let typed = typed();
    let actions = Actions {
        save: Post::new(),
        save_smtp: Post::new(),
        remove_smtp: Post::new(),
        test_smtp: Post::new(),
        add_sender: Post::new(),
        resend_sender: Post::new(),
        remove_sender: Post::new(),
        asked: RwSignal::new(None),
        sender_name: RwSignal::new(typed.get("sender_name")),
        sender_email: RwSignal::new(typed.get("sender_email")),
    };
    let detail = fetched(move || {
        Ok(OpenBusiness {
            team: team()?,
            business: business()?,
        })
    });
    let hands_over = use_frame().with_untracked(|f| f.may(Permission::EditAnyBusiness, None));
    let endings = Endings {
        hand_over: Post::new(),
        delete: Post::new(),
        // Asking without the right would be recorded as a refused attempt.
        heirs: fetched_or("[]", move || {
            let ask = Heirs {
                team: team()?,
                business: business()?,
            };
            Ok(hands_over.then_some(ask))
        }),
    };
    let stripe = StripeActions {
        connect: Post::new(),
        disconnect: Post::new(),
    };
    let reload = move || detail.refetch();
    after(stripe.connect, reload);
    after(stripe.disconnect, reload);
    focus_refused(stripe.connect);
    let frame = refresh_frame();
    let changed_hands = move || {
        detail.refetch();
        endings.heirs.refetch();
    };
    after(endings.hand_over, changed_hands);
    after_conflict(endings.hand_over, changed_hands);
    after(actions.save, move || {
        detail.refetch();
        // The switcher shows the name.
        frame();
    });
    after(actions.save_smtp, reload);
    after(actions.remove_smtp, reload);
    after(actions.add_sender, move || {
        actions.sender_name.set(String::new());
        actions.sender_email.set(String::new());
        detail.refetch();
    });
    after(actions.resend_sender, reload);
    after(actions.remove_sender, move || {
        detail.refetch();
        focus("#senders-h");
    });
    focus_refused(actions.save);
    focus_refused(actions.save_smtp);
    focus_refused(actions.add_sender);
    view! {
        <div class="page max-w-3xl">
            {loaded(detail, move |detail: BusinessDetail| page(detail, actions, endings, stripe, &typed))}
        </div>
    }
    .into_any()
}

fn page(detail: BusinessDetail, actions: Actions, endings: Endings, stripe: StripeActions, typed: &Typed) -> AnyView {
    let frame = frame();
    let team = frame.id;
    let may_configure = may(&detail, Permission::ConfigureSender);
    let may_stripe = may(&detail, Permission::ConfigureStripe);
    let may_delete = may(&detail, Permission::DeleteOwnBusiness);
    let title = detail.settings.name.clone();
    let sub = format!("Owned by {}", detail.owner_name);
    let trail = vec![(paths::businesses(team), String::from("Businesses"))];
    let customers = paths::customers(team, detail.id);
    view! {
        <Breadcrumb trail/>
        <div class="mt-1">
            <PageHead title sub>
                <LinkButton href=customers icon=icon::USERS>"Customers"</LinkButton>
            </PageHead>
        </div>
        {missing(&detail)}
        <SendersPanel detail=detail.clone() may=may_configure actions/>
        <SmtpPanel detail=detail.clone() may=may_configure actions typed=typed.clone()/>
        <StripePanel detail=detail.clone() may=may_stripe actions=stripe/>
        {settings(detail.clone(), actions)}
        <EndingsPanel may_delete detail endings/>
    }
    .into_any()
}

/// Asks the business whose it is: the frame may not know one that was made a moment ago.
fn may(detail: &BusinessDetail, permission: Permission) -> bool {
    let frame = frame();
    frame.role.may(permission, detail.owner == frame.person)
}

/// What has to be done before the first e-mail can leave.
fn missing(detail: &BusinessDetail) -> Option<AnyView> {
    let verified = detail.senders.iter().any(|sender| sender.state == SenderState::Verified);
    let mut steps = Vec::new();
    if detail.senders.is_empty() {
        steps.push("add a sender and open the link that it gets");
    } else if !verified {
        steps.push("open the link that was mailed to the sender");
    }
    if detail.smtp.is_none() && !detail.installation_smtp {
        steps.push("set up a mail server");
    }
    if detail.settings.postal_address.is_empty() {
        steps.push("write the postal address");
    }
    let last = steps.pop()?;
    let text = if steps.is_empty() {
        format!("Before the first one: {last}.")
    } else {
        format!("Before the first one: {} and {last}.", steps.join(", "))
    };
    Some(view! { <div class="mt-6"><Banner tone=Tone::Warning title="No e-mail can leave yet." text/></div> }.into_any())
}

fn settings(detail: BusinessDetail, actions: Actions) -> AnyView {
    let frame = frame();
    let head = view! { <div class="panel-head"><h2 id="settings-h" class="h-sec">"Settings"</h2></div> };
    if !may(&detail, Permission::EditOwnBusiness) {
        let reason = format!(
            "{} This one belongs to {}.",
            locked_reason(Permission::EditOwnBusiness),
            detail.owner_name
        );
        return view! {
            <section class="panel mt-6" aria-labelledby="settings-h">
                {head}
                <SettingsRead settings=detail.settings/>
                <div class="p-4 border-t border-line"><LockedAction id="why-save" label="Edit settings" reason/></div>
            </section>
        }
        .into_any();
    }
    let error = error_of(actions.save);
    let done = succeeded(actions.save);
    view! {
        <section class="panel mt-6" aria-labelledby="settings-h">
            {head}
            <PostForm action=actions.save attr:class="p-4 grid gap-5 border-t border-line">
                {hidden("team", frame.id)}
                {hidden("business", detail.id)}
                {hidden("version", detail.version)}
                <ErrorNote error/>
                <BusinessFields settings=detail.settings error/>
                <div class="flex flex-wrap items-center gap-3">
                    <Button kind=Kind::Primary submit=true busy=actions.save.pending()>"Save settings"</Button>
                    {move || done.get().then(|| view! { <span class="sub" role="status">"Saved"</span> })}
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}
