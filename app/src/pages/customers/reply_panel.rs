//! Below a customer's draft: logs a reply. It costs nothing.

use crate::{
    api::replies::{LogReply, ShowReplyOptions},
    components::{Button, ErrorNote, Field, Panel, Post, PostForm, Select, TextArea, error_of, toasts},
    focus::focus,
    layouts::use_frame,
    pages::{
        fetched::{Fetched, fetched},
        settings::{after, hidden},
    },
};
use domain::{
    Error,
    ids::{BusinessId, CustomerId, TeamId},
    permission::Permission,
    reply::{ReplyOptions, Sentiment},
};
use leptos::prelude::*;

/// What the form starts with, as fetched.
pub type ReplyOptionsOf = Fetched<ReplyOptions>;

/// The page creates it beside its own resource, above every Suspense, provides it as context and waits for it.
pub fn reply_options(of: impl Fn() -> Result<(TeamId, BusinessId, CustomerId), Error> + Send + Sync + 'static) -> ReplyOptionsOf {
    fetched(move || {
        let (team, business, customer) = of()?;
        Ok(ShowReplyOptions { team, business, customer })
    })
}

/// `<ReplyPanel team business customer changed=reload/>`: `#reply`, where "Log reply" leads. Nothing for whoever may not log: a form
/// that can't be sent is noise.
#[component]
pub fn ReplyPanel(team: TeamId, business: BusinessId, customer: CustomerId, changed: Callback<()>) -> impl IntoView {
    let may = use_frame().with_untracked(|f| f.may(Permission::LogReplies, Some(business)));
    if !may {
        return ().into_any();
    }
    let log = Post::<LogReply>::new();
    let text = RwSignal::new(String::new());
    let options = expect_context::<ReplyOptionsOf>();
    let toasts = toasts();
    after(log, move || {
        text.set(String::new());
        toasts.done("The reply was logged");
        changed.run(());
        focus("#timeline-h");
    });
    view! {
        <div id="reply" class="scroll-mt-16">
            <Panel title="Log a reply" note="Free">
                {move || {
                    options.get().map(|options| match options {
                        Ok(options) => form(&options, (team, business, customer), text, log),
                        Err(error) => view! { <ErrorNote error=Signal::stored(Some(error))/> }.into_any(),
                    })
                }}
            </Panel>
        </div>
    }
    .into_any()
}

fn form(
    options: &ReplyOptions,
    (team, business, customer): (TeamId, BusinessId, CustomerId),
    text: RwSignal<String>,
    log: Post<LogReply>,
) -> AnyView {
    let error = error_of(log);
    let moods = Sentiment::ALL.iter().map(|s| (s.to_string(), s.label().to_owned())).collect();
    let mut answered: Vec<(String, String)> = options.answered.iter().map(|(id, label)| (id.to_string(), label.clone())).collect();
    answered.push((String::new(), String::from("No e-mail of ours")));
    let (newest, today) = (answered[0].0.clone(), options.today.clone());
    view! {
        <PostForm action=log attr:class="grid gap-4">
            {hidden("team", team)}
            {hidden("business", business)}
            {hidden("customer", customer)}
            <TextArea id="reply-text" name="text" label="What they wrote" rows=4 required=true bind=text error/>
            <div class="grid gap-4 sm:grid-cols-3">
                <Field id="reply-day" name="received" label="Received on" kind="date" value=today required=true error/>
                <Select id="reply-mood" name="sentiment" label="Sentiment" options=moods value="positive" error/>
                <Select id="reply-to" name="outreach" label="Answers" options=answered value=newest error/>
            </div>
            <div class="grid gap-3 justify-items-start">
                <ErrorNote error/>
                <Button submit=true busy=log.pending()>"Log reply"</Button>
            </div>
        </PostForm>
    }
    .into_any()
}
