//! The fields of a business's settings, for creating and for editing.

use crate::components::{Field, Select, TextArea};
use domain::{
    Error,
    business::{BusinessSettings, CallToAction, Incentive, Language, Tone, form::INCENTIVES_MAX},
};
use leptos::prelude::*;

/// The zones most teams live in; a stored one that is not among them stands first.
const ZONES: &[&str] = &[
    "UTC",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Amsterdam",
    "Europe/Berlin",
    "Europe/Zurich",
    "Europe/Vienna",
    "Europe/Rome",
    "Europe/Prague",
    "Europe/Warsaw",
    "Europe/Copenhagen",
    "Europe/Oslo",
    "Europe/Stockholm",
    "Europe/Helsinki",
    "Europe/Athens",
    "Europe/Kyiv",
    "Europe/Bucharest",
    "Europe/Istanbul",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Asia/Jerusalem",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Ho_Chi_Minh",
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Manila",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Perth",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/St_Johns",
    "America/Halifax",
    "America/New_York",
    "America/Toronto",
    "America/Chicago",
    "America/Mexico_City",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Vancouver",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Bogota",
    "America/Lima",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
];

pub(crate) fn zones(current: &str) -> Vec<(String, String)> {
    let known = ZONES.contains(&current);
    let mut all = Vec::with_capacity(ZONES.len() + 1);
    if !known && !current.is_empty() {
        all.push((current.to_owned(), current.to_owned()));
    }
    all.extend(ZONES.iter().map(|zone| ((*zone).to_owned(), zone.replace('_', " "))));
    all
}

pub(super) const fn tone_label(tone: Tone) -> &'static str {
    match tone {
        Tone::Friendly => "Friendly",
        Tone::Plain => "Plain",
        Tone::Formal => "Formal",
    }
}

pub(super) const fn call_label(call: CallToAction) -> &'static str {
    match call {
        CallToAction::Reply => "Answer the e-mail",
        CallToAction::Meeting => "Book a meeting",
        CallToAction::Messenger => "Write in a messenger",
        CallToAction::Survey => "Fill in a survey",
    }
}

/// All fields, in the order of the form; `error` is the form's.
#[component]
pub fn BusinessFields(settings: BusinessSettings, error: Signal<Option<Error>>) -> impl IntoView {
    let languages = Language::ALL.iter().map(|l| (l.to_string(), l.label().to_owned())).collect();
    let tones = Tone::ALL.iter().map(|t| (t.to_string(), tone_label(*t).to_owned())).collect();
    let calls = CallToAction::ALL
        .iter()
        .map(|c| (c.to_string(), call_label(*c).to_owned()))
        .collect();
    view! {
        <div class="grid gap-4 sm:grid-cols-2">
            <Field small=true name="name" label="Name" value=settings.name required=true error/>
            <Field small=true name="website" label="Website" kind="url" placeholder="https://" value=settings.website error/>
            <Field small=true name="contact_name" label="Contact person" hint="Whose name stands below e-mails." value=settings.contact_name error/>
            <Field small=true name="contact_role" label="Role of the contact person" value=settings.contact_role error/>
            <Field small=true name="currency" label="Currency" hint="Three letters, such as USD." value=settings.currency required=true error/>
            <Select small=true name="time_zone" label="Time zone" options=zones(&settings.time_zone) value=settings.time_zone error/>
        </div>
        <TextArea name="description" label="What the product is" hint="The writer uses these facts and adds none." rows=3 value=settings.description error/>
        <TextArea name="upsell" label="What could be offered next" rows=2 value=settings.upsell error/>
        <Incentives rows=settings.incentives error/>
        <div class="grid gap-4 sm:grid-cols-2">
            <Select small=true name="language" label="Language of drafts" options=languages value=settings.language.to_string() error/>
            <Select small=true name="tone" label="Tone" options=tones value=settings.tone.to_string() error/>
            <Select small=true name="call_to_action" label="Call to action" options=calls value=settings.call_to_action.to_string() error/>
            <Field
                small=true
                name="call_link"
                label="Link of the call to action"
                kind="url"
                placeholder="https://"
                hint="Needed unless people simply answer."
                value=settings.call_link
                error
            />
        </div>
        <TextArea name="signature" label="Signature" rows=3 value=settings.signature error/>
        <TextArea
            name="postal_address"
            label="Postal address"
            hint="Stands at the end of each e-mail; required before the first send."
            rows=3
            value=settings.postal_address
            error
        />
        <Field
            small=true
            name="reply_to"
            label="Answers go to"
            kind="email"
            hint="Empty: to the sender's own address."
            value=settings.reply_to
            error
        />
    }
    .into_any()
}

/// What is stored and two blank rows: without JavaScript one adds two at a time. Blank rows are dropped.
#[component]
fn Incentives(rows: Vec<Incentive>, error: Signal<Option<Error>>) -> impl IntoView {
    let blank = 2.min(INCENTIVES_MAX.saturating_sub(rows.len()));
    let rows = rows
        .into_iter()
        .chain(std::iter::repeat_n(Incentive::default(), blank))
        .enumerate()
        .map(|(index, row)| incentive(index, row))
        .collect_view();
    let problem = move || error.with(|e| e.as_ref().and_then(|e| e.field_message("incentives")));
    view! {
        <fieldset class="grid gap-2">
            <legend class="lab mb-1.5">"Incentives"</legend>
            {rows}
            {move || match problem() {
                Some(text) => view! { <p class="err" role="alert">{text}</p> }.into_any(),
                None => view! { <p class="hint">"Empty the code and the text of a row to remove it. An expired one is never offered."</p> }.into_any(),
            }}
        </fieldset>
    }
    .into_any()
}

fn incentive(index: usize, row: Incentive) -> AnyView {
    let name = |part: &str| format!("incentives[{index}][{part}]");
    let label = |part: &str| format!("{part} of incentive {}", index + 1);
    view! {
        <div class="grid gap-2 grid-cols-2 sm:grid-cols-[8rem_1fr_1fr_9.5rem]">
            <input class="input input-sm" name=name("code") aria-label=label("Code") placeholder="Code" value=row.code/>
            <input class="input input-sm" name=name("text") aria-label=label("Text") placeholder="What it gives" value=row.text/>
            <input class="input input-sm" name=name("audience") aria-label=label("Audience") placeholder="For whom" value=row.audience/>
            <input
                class="input input-sm"
                type="date"
                name=name("valid_until")
                aria-label=label("Last day")
                value=row.valid_until.unwrap_or_default()
            />
        </div>
    }
    .into_any()
}
