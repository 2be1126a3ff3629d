//! At the foot of a customer's draft: from whom it leaves, a test to oneself, "Send". Or why it can't be sent.

use crate::{
    api::outreach::{SendDraft, SendTest, ShowSendOptions},
    components::{
        Button, Icon, Kind, LinkButton, LockedAction, Post, PostForm, Select, error_of, error_sentence, icon, locked_reason, toasts,
    },
    focus::focus,
    layouts::use_frame,
    pages::{
        fetched::{Fetched, fetched},
        outreach::patience,
        settings::{after, hidden},
    },
    paths,
};
use domain::{
    Error,
    ids::{BusinessId, CustomerId, TeamId},
    outreach::{OutreachRow, OutreachState, SendBlocker, SendOptions},
    permission::Permission,
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

/// What is sent to whom.
#[derive(Clone)]
struct About {
    team: TeamId,
    business: BusinessId,
    customer: CustomerId,
    name: String,
    /// The draft as the page shows it.
    version: i32,
}

#[derive(Clone, Copy)]
struct Actions {
    send: Post<SendDraft>,
    test: Post<SendTest>,
}

/// What the panel shows, as fetched.
pub type SendOptionsOf = Fetched<SendOptions>;

/// The page creates it beside its own resource, above every Suspense, provides it as context, waits for it and fetches it again with it.
pub fn send_options(of: impl Fn() -> Result<(TeamId, BusinessId, CustomerId), Error> + Send + Sync + 'static) -> SendOptionsOf {
    fetched(move || {
        let (team, business, customer) = of()?;
        Ok(ShowSendOptions { team, business, customer })
    })
}

/// `<SendPanel team business customer name=first_name version=signal_of_the_drafts_version unsaved changed=reload/>`: buttons for the
/// foot of the draft's panel. `unsaved` while the editor holds text that is not stored yet; `changed` after something was sent.
#[component]
pub fn SendPanel(
    team: TeamId,
    business: BusinessId,
    customer: CustomerId,
    #[prop(into)] name: Signal<String>,
    /// 0 without a draft.
    #[prop(into)]
    version: Signal<i32>,
    #[prop(optional, into)] unsaved: Signal<bool>,
    changed: Callback<()>,
) -> impl IntoView {
    let actions = Actions {
        send: Post::new(),
        test: Post::new(),
    };
    let options = expect_context::<SendOptionsOf>();
    // Asking again makes the buttons anew only when something has changed.
    let shown = Memo::new(move |_| options.get());
    ask_while_open(options, changed);
    let toasts = toasts();
    after(actions.send, move || {
        changed.run(());
        // What was pressed goes away; what came of it appears in here.
        focus("#sending");
    });
    after(actions.test, move || {
        let address = actions
            .test
            .answer()
            .and_then(|answer| serde_json::from_str::<String>(&answer).ok());
        toasts.done(format!("A test is on its way to {}", address.unwrap_or_default()));
    });
    let frame = use_frame();
    let problem = {
        let (send, test) = (error_of(actions.send), error_of(actions.test));
        Signal::derive(move || send.get().or_else(|| test.get()))
    };
    view! {
        <div id="sending" tabindex="-1" role="group" aria-label="Sending" class="flex flex-wrap items-center justify-end gap-2">
        {move || {
            shown.get().map(|options| match options {
                Ok(options) => {
                    let about = About {
                        team,
                        business,
                        customer,
                        name: name.get_untracked(),
                        version: version.get(),
                    };
                    let may = frame.with_untracked(|f| {
                        (f.may(Permission::SendEmails, Some(business)), f.may(Permission::DraftEmails, Some(business)))
                    });
                    panel(&options, &about, may, unsaved, actions)
                }
                Err(error) => sentence(&error),
            })
        }}
        {move || problem.get().map(|error| sentence(&error))}
        </div>
    }
    .into_any()
}

/// While the e-mail is on its way this asks again; once it has left or failed the page around is told.
fn ask_while_open(options: Fetched<SendOptions>, changed: Callback<()>) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |was_open: Option<bool>| {
        let wait = options.with(|o| o?.as_ref().ok()?.open.as_ref()?.wait);
        if let Some(wait) = wait {
            waiting.set_value(set_timeout_with_handle(move || options.refetch(), patience(wait)).ok());
        } else if was_open == Some(true) {
            changed.run(());
        }
        wait.is_some()
    });
    on_cleanup(move || {
        if let Some(Some(handle)) = waiting.try_get_value() {
            handle.clear();
        }
    });
}

/// A refusal, with the field's own words where it is about one.
fn sentence(error: &Error) -> AnyView {
    let text = match error {
        Error::Invalid(errors) => errors
            .0
            .first()
            .map_or_else(|| error_sentence(error), |e| format!("{}.", e.code.message())),
        other => error_sentence(other),
    };
    view! {
        <p class="err basis-full" role="alert">
            <Icon name=icon::ALERT/>
            <span>{text}</span>
        </p>
    }
    .into_any()
}

fn panel(options: &SendOptions, about: &About, (send, test): (bool, bool), unsaved: Signal<bool>, actions: Actions) -> AnyView {
    if let Some(open) = &options.open {
        let again = (send && open.state == OutreachState::Review && options.open_differs && !options.senders.is_empty())
            .then(|| put_up_again(options, about, unsaved, actions));
        return on_its_way(open, options.open_differs, again, about);
    }
    let label = format!("Send to {}", about.name);
    if !send {
        // Without a draft there is nothing to send, for nobody.
        return if options.version == 0 {
            ().into_any()
        } else {
            view! { <LockedAction id="why-send" label reason=locked_reason(Permission::SendEmails)/> }.into_any()
        };
    }
    let chosen = RwSignal::new(options.senders.first().map(|sender| sender.id.to_string()).unwrap_or_default());
    let testing = (test && options.version > 0 && !options.senders.is_empty()).then(|| test_form(about, chosen, unsaved, actions));
    let sending = match options.blockers.first() {
        Some(blocker) => blocked(*blocker, about, label),
        None => send_form(options, about, chosen, unsaved, actions),
    };
    view! {
        {testing}
        {sending}
    }
    .into_any()
}

fn blocked(blocker: SendBlocker, about: &About, label: String) -> AnyView {
    let settings = blocker
        .is_a_setting()
        .then(|| view! { <LinkButton href=paths::business_settings(about.team, about.business)>"Open settings"</LinkButton> });
    view! {
        <span class="flex flex-wrap items-center gap-2">
            <LockedAction id="why-send" label reason=blocker.message()/>
            {settings}
        </span>
    }
    .into_any()
}

fn send_form(options: &SendOptions, about: &About, chosen: RwSignal<String>, unsaved: Signal<bool>, actions: Actions) -> AnyView {
    let sender = if options.senders.len() > 1 {
        let choices = options.senders.iter().map(|s| (s.id.to_string(), s.label.clone())).collect();
        view! { <Select name="sender" label="Send from" options=choices bind=chosen small=true hidden_label=true/> }.into_any()
    } else {
        hidden("sender", chosen.get_untracked())
    };
    let label = format!("Send to {}", about.name);
    let (team, business, customer, version) = (about.team, about.business, about.customer, about.version);
    let locked = Signal::derive(move || unsaved.get());
    view! {
        <PostForm action=actions.send attr:class="flex flex-wrap items-center gap-2">
            {hidden("team", team)}
            {hidden("business", business)}
            {hidden("customer", customer)}
            {hidden("version", version)}
            {sender}
            <button type="submit" class="btn btn-sm btn-ghost" name="review" value="true" disabled=move || locked.get()>
                "Put up for review"
            </button>
            <Button kind=Kind::Primary icon=icon::SEND submit=true busy=actions.send.pending() disabled=locked>
                {label}
            </Button>
        </PostForm>
    }
    .into_any()
}

fn test_form(about: &About, chosen: RwSignal<String>, unsaved: Signal<bool>, actions: Actions) -> AnyView {
    let (team, business, customer) = (about.team, about.business, about.customer);
    view! {
        <PostForm action=actions.test>
            {hidden("team", team)}
            {hidden("business", business)}
            {hidden("customer", customer)}
            <input type="hidden" name="sender" value=chosen.get_untracked() prop:value=move || chosen.get()/>
            <Button icon=icon::MAIL submit=true busy=actions.test.pending() disabled=unsaved>
                "Send a test to me"
            </Button>
        </PostForm>
    }
    .into_any()
}

/// In place of the text that waits for review.
fn put_up_again(options: &SendOptions, about: &About, unsaved: Signal<bool>, actions: Actions) -> AnyView {
    let sender = options.senders.first().map(|sender| sender.id.to_string()).unwrap_or_default();
    let (team, business, customer, version) = (about.team, about.business, about.customer, about.version);
    view! {
        <PostForm action=actions.send>
            {hidden("team", team)}
            {hidden("business", business)}
            {hidden("customer", customer)}
            {hidden("version", version)}
            {hidden("sender", sender)}
            {hidden("review", true)}
            <Button kind=Kind::Primary icon=icon::EYE submit=true busy=actions.send.pending() disabled=unsaved>
                "Put up the changed text"
            </Button>
        </PostForm>
    }
    .into_any()
}

/// What is open already, and where.
fn on_its_way(open: &OutreachRow, differs: bool, again: Option<AnyView>, about: &About) -> AnyView {
    let words = match open.state {
        OutreachState::Review => "Waits for review.".to_owned(),
        OutreachState::Paused => "Paused.".to_owned(),
        OutreachState::Unknown => "Handed over, no answer came.".to_owned(),
        OutreachState::Sending => "It is being sent.".to_owned(),
        _ => {
            let why = open.wait.map_or("It is next", domain::outreach::WaitReason::label);
            let due = open.due.as_ref().map(|due| format!(", {}", due.relative)).unwrap_or_default();
            format!("In the queue. {why}{due}.")
        }
    };
    let older = differs.then(|| {
        view! {
            <span class="basis-full flex items-start gap-1.5" role="status">
                <Icon name=icon::ALERT class="text-warning mt-0.5"/>
                {if again.is_some() {
                    "In review is the text as it was put up."
                } else {
                    "It holds the text as it was put there. To send what was changed since, cancel it in Outreach and send again."
                }}
            </span>
        }
    });
    let there = format!("{}?open={}", paths::outreach(about.team, about.business), open.id);
    view! {
        <span class="flex flex-wrap items-center gap-2">
            {older}
            <span class="sub" role="status">
                {words}
            </span>
            <LinkButton href=there icon=icon::CLOCK>
                "Open in Outreach"
            </LinkButton>
            {again}
        </span>
    }
    .into_any()
}
