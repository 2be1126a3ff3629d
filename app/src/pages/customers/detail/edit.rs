//! Editing by hand, on `?edit`: the customer's fields, and the analysis. What is typed stays when somebody else saves meanwhile; the form
//! then says what there is now and lets one choose.

use super::{Customer, analyse::locked_for};
use crate::{
    api::edits::{EditPersona, GeneratedPersona, SaveFields},
    components::{
        Banner, Button, ErrorNote, Field, Kind, LinkButton, LockedAction, Panel, Post, PostForm, Select, TextArea, Tone, error_of, icon,
    },
    layouts::use_frame,
    pages::settings::{after, after_conflict, hidden},
    paths,
};
use domain::{
    Error,
    customer::CustomerDetail,
    permission::Permission,
    persona::{Opportunity, Persona, Segment, in_words},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page as it is without the forms, in the language that is shown.
fn closed(customer: Customer) -> String {
    let language = customer.detail.with(|d| d.persona.as_ref().map(|p| p.language));
    match language {
        Some(language) => paths::customer_in(customer.team, customer.business, customer.id, language),
        None => paths::customer(customer.team, customer.business, customer.id),
    }
}

/// Leads to the forms, or says why not.
pub fn button(customer: Customer) -> AnyView {
    if let Some(reason) = why_not(customer) {
        return view! { <LockedAction id="why-edit" label="Edit" reason tip=true/> }.into_any();
    }
    let href = move || {
        let path = closed(customer);
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}edit=1#edit")
    };
    let link = move || view! { <LinkButton href=href() icon=icon::PENCIL>"Edit"</LinkButton> };
    link.into_any()
}

fn why_not(customer: Customer) -> Option<String> {
    use_frame().with_untracked(|frame| locked_for(frame, customer, Permission::EditAnalysis))
}

pub fn panel(customer: Customer) -> AnyView {
    let map = use_query_map();
    let open = Memo::new(move |_| map.with(|map| map.get("edit").is_some()));
    let may = why_not(customer).is_none();
    let shown = move || {
        (open.get() && may).then(|| {
            view! {
                <div id="edit" class="scroll-mt-16 grid gap-6">
                    {fields(customer)}
                    {persona(customer)}
                </div>
            }
        })
    };
    shown.into_any()
}

/// What there is now, where it is not what the form began with.
fn meanwhile(now: String, take: impl Fn() + Send + 'static, keep: impl Fn() + Send + 'static) -> AnyView {
    view! {
        <Banner tone=Tone::Warning title="Somebody changed this meanwhile." text=format!("Now: {now}. What you typed is kept here until you choose.")>
            <Button on:click=move |_| take()>"Take what is there now"</Button>
            <Button on:click=move |_| keep()>"Keep mine"</Button>
        </Banner>
    }
    .into_any()
}

/// A page without scripts was loaded anew after the refusal: what was typed stands on the page before.
fn refused(error: Signal<Option<Error>>) -> AnyView {
    let refused = error.with_untracked(Option::is_some);
    refused
        .then(|| view! { <Banner tone=Tone::Warning title="This was not saved." text="Go back one page to find what you typed."/> })
        .into_any()
}

fn acts(customer: Customer, busy: Signal<bool>) -> AnyView {
    view! {
        <div class="flex flex-wrap gap-2">
            <Button submit=true kind=Kind::Primary busy>
                "Save"
            </Button>
            <LinkButton href=closed(customer) kind=Kind::Ghost>
                "Close"
            </LinkButton>
        </div>
    }
    .into_any()
}

fn fields(customer: Customer) -> AnyView {
    let save = Post::<SaveFields>::new();
    after(save, move || customer.reload.run(()));
    after_conflict(save, move || customer.reload.run(()));
    let error = error_of(save);
    let seen = RwSignal::new(customer.detail.with_untracked(|d| d.fields_seen.clone()));
    let now = Memo::new(move |_| customer.detail.with(|d| d.fields_seen.clone()));
    // Mounted anew with what there is now, when somebody wants that.
    let round = RwSignal::new(0);
    let notice = move || {
        (now.get() != seen.get()).then(|| {
            let keep = move || seen.set(now.get_untracked());
            let take = move || {
                keep();
                round.update(|n| *n += 1);
            };
            meanwhile(customer.detail.with_untracked(in_a_line), take, keep)
        })
    };
    let inputs = move || {
        round.track();
        let d = customer.detail.get_untracked();
        view! {
            <div class="grid sm:grid-cols-2 gap-4">
                <Field name="name" label="Name" small=true error value=d.name/>
                <Field name="company" label="Company" small=true error value=d.company/>
                <Field name="country" label="Country" small=true error value=d.country/>
                <Field name="tags" label="Tags" small=true error value=d.tags.join(", ") hint="Separated by commas"/>
            </div>
            <TextArea name="notes" label="Notes" rows=4 error value=d.notes.unwrap_or_default() hint="Hidden for viewers"/>
        }
        .into_any()
    };
    view! {
        <Panel title="Edit the customer" note="Address and figures come from imports">
            <PostForm action=save attr:class="grid gap-4">
                {hidden("team", customer.team)} {hidden("customer", customer.id)}
                <input type="hidden" name="seen" value=move || seen.get()/>
                {refused(error)}
                <ErrorNote error=visible(error, now, seen)/>
                {notice}
                {inputs}
                {acts(customer, save.pending())}
            </PostForm>
        </Panel>
    }
    .into_any()
}

/// Refused only because of what is there now: said by the notice, with a choice.
fn visible<T: PartialEq + Clone + Send + Sync + 'static>(
    error: Signal<Option<Error>>,
    now: Memo<T>,
    seen: RwSignal<T>,
) -> Signal<Option<Error>> {
    Signal::derive(move || error.get().filter(|_| now.get() == seen.get()))
}

fn in_a_line(d: &CustomerDetail) -> String {
    let tags = d.tags.join(", ");
    let texts = [
        d.name.as_str(),
        &d.company,
        &d.country,
        &tags,
        d.notes.as_deref().unwrap_or_default(),
    ];
    let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        String::from("nothing")
    } else {
        texts.join(" · ")
    }
}

/// The summary as it is shown: what people wrote, or the claims.
pub fn summary(persona: &Persona) -> String {
    let edited = persona.edited.as_ref().and_then(|edited| edited.summary.clone());
    edited.unwrap_or_else(|| in_words(&persona.summary))
}

fn persona(customer: Customer) -> AnyView {
    let version = move |d: &CustomerDetail| d.persona.as_ref().map(|p| (p.id.to_string(), p.edits.to_string()));
    let Some(first) = customer.detail.with_untracked(version) else {
        return ().into_any();
    };
    let save = Post::<EditPersona>::new();
    after(save, move || customer.reload.run(()));
    after_conflict(save, move || customer.reload.run(()));
    let back = Post::<GeneratedPersona>::new();
    after(back, move || customer.reload.run(()));
    after_conflict(back, move || customer.reload.run(()));
    let error = error_of(save);
    let seen = RwSignal::new(first.clone());
    let now = Memo::new(move |_| customer.detail.with(version).unwrap_or_else(|| first.clone()));
    let round = RwSignal::new(0);
    let notice = move || {
        (now.get() != seen.get()).then(|| {
            let keep = move || seen.set(now.get_untracked());
            let take = move || {
                keep();
                round.update(|n| *n += 1);
            };
            let there = customer
                .detail
                .with_untracked(|d| d.persona.as_ref().map(as_shown).unwrap_or_default());
            meanwhile(there, take, keep)
        })
    };
    let language = customer.detail.with_untracked(|d| d.persona.as_ref().map(|p| p.language.as_str()));
    let named = move || {
        view! {
            {hidden("team", customer.team)}
            {hidden("customer", customer.id)}
            {hidden("language", language.unwrap_or_default())}
            <input type="hidden" name="seen" value=move || seen.get().0/>
            <input type="hidden" name="version" value=move || seen.get().1/>
        }
    };
    let inputs = move || {
        round.track();
        let persona = customer.detail.with_untracked(|d| d.persona.clone())?;
        let segments = Segment::ALL.iter().map(|s| (s.to_string(), s.label().to_owned())).collect();
        let scores = (1..=5).map(|n| (n.to_string(), format!("{n} of 5"))).collect();
        let segment = persona.segment.map(|s| s.to_string()).unwrap_or_default();
        let score = persona.opportunity.map(|o| o.get().to_string()).unwrap_or_default();
        let inputs = view! {
            <TextArea
                name="summary"
                label="Summary"
                rows=4
                error
                value=summary(&persona)
                hint=format!("In {}. Hidden for viewers once it is yours", persona.language.label())
            />
            <div class="grid sm:grid-cols-2 gap-4">
                <Select name="segment" label="Segment" options=segments small=true error value=segment/>
                <Select name="opportunity" label="Opportunity" options=scores small=true error value=score/>
            </div>
        };
        Some(inputs.into_any())
    };
    let generated = move || {
        let persona = customer.detail.with(|d| d.persona.clone())?;
        let (segment, score) = persona.edited.as_ref()?.generated?;
        let words = line(&in_words(&persona.summary), Some(segment), Some(score));
        let form = view! {
            <PostForm action=back attr:class="grid gap-2 justify-items-start mt-4 pt-4 border-t border-line">
                {named()} <ErrorNote error=error_of(back)/> <p class="sub">"Generated: " {words}</p>
                <Button submit=true icon=icon::UNDO busy=back.pending()>
                    "Back to the generated"
                </Button>
            </PostForm>
        };
        Some(form.into_any())
    };
    view! {
        <Panel title="Edit the analysis" note="What was generated is kept">
            <PostForm action=save attr:class="grid gap-4">
                {named()} {refused(error)} <ErrorNote error=visible(error, now, seen)/> {notice} {inputs} {acts(customer, save.pending())}
            </PostForm>
            {generated}
        </Panel>
    }
    .into_any()
}

fn as_shown(persona: &Persona) -> String {
    line(&summary(persona), persona.segment, persona.opportunity)
}

/// "Pays regularly. · Loyal · 3 of 5".
fn line(summary: &str, segment: Option<Segment>, score: Option<Opportunity>) -> String {
    let segment = segment.map_or("", Segment::label);
    let score = score.map_or(0, Opportunity::get);
    format!("{summary} · {segment} · {score} of 5")
}
