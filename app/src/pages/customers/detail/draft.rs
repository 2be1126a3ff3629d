//! The draft: editor beside the e-mail as the recipient sees it. What is typed outlives fetching again and somebody else's save.

use super::{
    Customer,
    analyse::{self, Analysing, locked},
    panels::SendPanel,
    regenerate::{self, Regenerating},
    versions::{self, Versions},
};
use crate::{
    api::drafts::SaveDraft,
    components::{
        Banner, Button, EmptyState, ErrorNote, Field, Icon, Kind, LinkButton, MailPreview, Post, PostForm, TextArea, Time, Tone, Withheld,
        error_of, icon,
    },
    layouts::use_frame,
    pages::settings::{after, hidden, succeeded},
};
use domain::{
    customer::{Draft, DraftContent},
    draft::{problems, still_made},
    persona::Claim,
};
use leptos::prelude::*;

/// What of a draft may be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    None,
    Withheld,
    Open,
}

pub fn panel(customer: Customer, analysing: Analysing, versions: Versions) -> AnyView {
    let detail = customer.detail;
    let state = Memo::new(move |_| {
        detail.with(|d| match &d.draft {
            None => State::None,
            Some(Draft { content: None, .. }) => State::Withheld,
            Some(Draft { content: Some(_), .. }) => State::Open,
        })
    });
    view! {
        {move || match state.get() {
            State::None => unwritten(customer, analysing),
            State::Withheld => withheld(customer),
            State::Open => open(customer),
        }}
        {versions::panel(customer, versions)}
    }
    .into_any()
}

fn unwritten(customer: Customer, analysing: Analysing) -> AnyView {
    view! {
        <EmptyState
            icon=icon::SPARK
            title="No draft yet"
            text="An analysis reads the figures, writes a persona and a first draft. You change the text before anything is sent."
        >
            {analyse::form(customer, analysing, "why-analyse", "Analyse", Kind::Primary)}
        </EmptyState>
    }
    .into_any()
}

fn withheld(customer: Customer) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="draft-h">
            {heading(customer, regenerate::regenerating(customer))}
            <p class="panel-body border-t border-line">
                <Withheld text="The words of drafts are hidden for viewers. Ask an owner or admin."/>
            </p>
        </section>
    }
    .into_any()
}

fn heading(customer: Customer, regenerating: Regenerating) -> AnyView {
    let about = move || {
        customer.detail.with(|d| {
            d.draft.as_ref().map(|draft| {
                view! {
                    <span class="sub text-xs">
                        {format!("Version {}, edited by {} ", draft.version, draft.edited_by)} <Time at=draft.edited_at.clone()/>
                    </span>
                }
            })
        })
    };
    view! {
        <div class="panel-head">
            <h2 id="draft-h" class="h-sec">
                "Draft"
            </h2>
            {about}
            <span class="ml-auto flex flex-wrap items-center gap-1">
                <LinkButton href=versions::address(customer, true) kind=Kind::Ghost icon=icon::UNDO>
                    "Versions"
                </LinkButton>
                {regenerate::form(customer, regenerating)}
            </span>
        </div>
    }
    .into_any()
}

/// The text in the editor and what it started from.
#[derive(Clone, Copy)]
struct Editor {
    subject: RwSignal<String>,
    body: RwSignal<String>,
    /// The version it was read at, with its text.
    base: RwSignal<i32>,
    stored: RwSignal<(String, String)>,
    /// What the last press of "Save" sent.
    sent: StoredValue<(String, String)>,
}

impl Editor {
    fn new(version: i32, content: &DraftContent) -> Self {
        let text = (content.subject.clone(), content.body.clone());
        Self {
            subject: RwSignal::new(text.0.clone()),
            body: RwSignal::new(text.1.clone()),
            base: RwSignal::new(version),
            sent: StoredValue::new(text.clone()),
            stored: RwSignal::new(text),
        }
    }

    fn text(self) -> (String, String) {
        (self.subject.get(), self.body.get())
    }

    fn unsaved(self) -> bool {
        let text = self.text();
        self.stored.with(|stored| *stored != text)
    }

    fn take(self, version: i32, content: &DraftContent) {
        self.base.set(version);
        self.stored.set((content.subject.clone(), content.body.clone()));
        self.subject.set(content.subject.clone());
        self.body.set(content.body.clone());
    }
}

fn open(customer: Customer) -> AnyView {
    let detail = customer.detail;
    let first = detail.with_untracked(|d| d.draft.as_ref().and_then(|draft| Some((draft.version, draft.content.clone()?))));
    let Some((version, content)) = first else { return ().into_any() };
    let editor = Editor::new(version, &content);
    let save = Post::<SaveDraft>::new();
    let regenerating = regenerate::regenerating(customer);
    let unsaved = Signal::derive(move || editor.unsaved());
    after(save, move || {
        if let Some(version) = save.answer().and_then(|answer| answer.parse().ok()) {
            editor.base.set(version);
            editor.stored.set(editor.sent.get_value());
            customer.reload.run(());
        }
    });
    let error = error_of(save);
    Effect::new(move || {
        if error.with(Option::is_some) {
            customer.reload.run(());
        }
    });
    // Another version than the one in the editor: taken over, unless somebody is typing.
    Effect::new(move || {
        let newer = newer(customer, editor);
        if let Some((version, content, _)) = newer
            && !unsaved.get_untracked()
        {
            editor.take(version, &content);
        }
    });
    let may = use_frame().with_untracked(|frame| locked(frame, customer));
    let parts = match may {
        None => editing(customer, editor, save, unsaved),
        Some(reason) => view! {
            <div class="p-4">
                <p class="sub">{reason}</p>
            </div>
        }
        .into_any(),
    };
    let foot = use_frame()
        .with_untracked(|frame| locked(frame, customer).is_none())
        .then(|| foot(customer, save, unsaved));
    view! {
        <section class="panel" aria-labelledby="draft-h">
            {heading(customer, regenerating)}
            {regenerate::refused(regenerating)}
            {move || newer(customer, editor).filter(|_| unsaved.get()).map(|found| conflict(editor, found))}
            <div class="grid md:grid-cols-2 border-t border-line">
                {parts}
                <div class="p-4 bg-base-200 border-t md:border-t-0 md:border-l border-line min-w-0">
                    <p class="lab mb-1.5">"Preview"</p>
                    {move || preview(customer, editor)}
                </div>
            </div>
            {foot}
        </section>
    }
    .into_any()
}

/// The stored version where it is newer than the editor's, with who saved it.
fn newer(customer: Customer, editor: Editor) -> Option<(i32, DraftContent, String)> {
    let base = editor.base.get();
    customer.detail.with(|d| {
        let draft = d.draft.as_ref().filter(|draft| draft.version > base)?;
        Some((draft.version, draft.content.clone()?, draft.edited_by.clone()))
    })
}

fn conflict(editor: Editor, (version, content, by): (i32, DraftContent, String)) -> AnyView {
    view! {
        <div class="px-4 pb-3">
            <Banner tone=Tone::Warning title=format!("{by} saved version {version} meanwhile.") text="Your text is kept here until you choose.">
                <Button on:click=move |_| editor.take(version, &content)>{format!("Take version {version}")}</Button>
                <Button on:click=move |_| editor.base.set(version)>"Keep mine"</Button>
            </Banner>
        </div>
    }
    .into_any()
}

fn editing(customer: Customer, editor: Editor, save: Post<SaveDraft>, unsaved: Signal<bool>) -> AnyView {
    let error = error_of(save);
    let remember = move |_| editor.sent.set_value((editor.subject.get_untracked(), editor.body.get_untracked()));
    // Refused only because of another version: said above, with a choice.
    let note = Signal::derive(move || error.get().filter(|_| unsaved.get() && newer(customer, editor).is_none()));
    // A page without scripts was loaded anew after the refusal: the text stands on the page before.
    let refused = error.with_untracked(Option::is_some).then(|| {
        view! {
            <Banner
                tone=Tone::Warning
                title="Your text was not saved."
                text="Somebody saved another version meanwhile, or it was too long. Go back one page to find your text."
            />
        }
    });
    view! {
        <PostForm action=save attr:id="draft-form" attr:class="p-4 grid gap-4 content-start" on:submit:capture=remember>
            {hidden("team", customer.team)} {hidden("customer", customer.id)}
            <input type="hidden" name="version" value=move || editor.base.get().to_string()/>
            {refused} <ErrorNote error=note/>
            <Field name="subject" label="Subject" small=true error bind=editor.subject/>
            <TextArea name="body" label="Text" rows=18 error bind=editor.body/>
            {move || check(customer, editor)}
        </PostForm>
    }
    .into_any()
}

/// Whether it may leave, and what it rests on.
fn check(customer: Customer, editor: Editor) -> AnyView {
    let (subject, body) = editor.text();
    let found = problems(&subject, &body);
    if !found.is_empty() {
        let lines = found
            .into_iter()
            .map(|problem| {
                view! {
                    <li class="flex items-start gap-2">
                        <Icon name=icon::ALERT class="size-3.5 mt-px text-warning"/>
                        <span>{problem.message()}</span>
                    </li>
                }
            })
            .collect_view();
        return view! { <ul class="grid gap-1 text-xs leading-4" aria-label="What keeps it from being sent">{lines}</ul> }.into_any();
    }
    view! {
        <p class="flex items-start gap-2 text-xs leading-4">
            <span class="text-success">
                <Icon name=icon::CHECK class="size-3.5 mt-px"/>
            </span>
            <span class="sub">"No empty variable. " {rests_on(&claims(customer, &subject, &body))}</span>
        </p>
    }
    .into_any()
}

fn claims(customer: Customer, subject: &str, body: &str) -> Vec<Claim> {
    let all = customer.detail.with(|d| {
        let content = d.draft.as_ref().and_then(|draft| draft.content.as_ref());
        content.map(|content| content.claims.clone()).unwrap_or_default()
    });
    still_made(all, subject, body)
}

/// "4 claims, each with a source: payment count, first payment."
fn rests_on(claims: &[Claim]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for source in claims.iter().flat_map(|claim| &claim.sources) {
        if !names.contains(&source.label()) {
            names.push(source.label());
        }
    }
    match claims.len() {
        0 => String::from("It claims nothing about the customer."),
        1 => format!("1 claim, with its source: {}.", names.join(", ")),
        n => format!("{n} claims, each with a source: {}.", names.join(", ")),
    }
}

fn preview(customer: Customer, editor: Editor) -> AnyView {
    let (subject, body) = editor.text();
    let claims = claims(customer, &subject, &body);
    customer.detail.with(|d| {
        let unverified =
            (!d.envelope.sender_verified).then(|| view! { <p class="hint mt-2">"No sender of this business is verified yet."</p> });
        view! {
            <MailPreview
                subject=subject
                from=d.envelope.from.clone()
                to=d.email.clone()
                body=body
                claims=claims
                footer=d.envelope.footer.clone()
            />
            {unverified}
        }
        .into_any()
    })
}

fn foot(customer: Customer, save: Post<SaveDraft>, unsaved: Signal<bool>) -> AnyView {
    let done = succeeded(save);
    let said = move || match (unsaved.get(), done.get()) {
        (true, _) => String::from("Not saved yet"),
        (false, true) => String::from("Saved"),
        (false, false) => customer.detail.with(|d| {
            d.draft
                .as_ref()
                .map(|draft| format!("Saved {}", draft.edited_at.relative))
                .unwrap_or_default()
        }),
    };
    view! {
        <div class="flex flex-wrap items-center gap-2 px-4 py-3 border-t border-line">
            <span class="sub text-xs grow" role="status">
                {said}
            </span>
            <Button submit=true attr:form="draft-form" busy=save.pending()>
                "Save draft"
            </Button>
            <SendPanel customer unsaved/>
        </div>
    }
    .into_any()
}
