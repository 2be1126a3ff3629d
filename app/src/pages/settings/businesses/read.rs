//! The settings of a business for whoever may only read them.

use super::fields::{call_label, tone_label};
use domain::business::BusinessSettings;
use leptos::prelude::*;

#[component]
pub fn SettingsRead(settings: BusinessSettings) -> impl IntoView {
    let incentives = settings
        .incentives
        .iter()
        .map(|incentive| {
            let mut parts = vec![incentive.code.clone(), incentive.text.clone(), incentive.audience.clone()];
            if let Some(day) = &incentive.valid_until {
                parts.push(format!("until {day}"));
            }
            parts.retain(|part| !part.is_empty());
            parts.join(", ")
        })
        .collect::<Vec<_>>()
        .join("\n");
    let call = match settings.call_link.as_str() {
        "" => call_label(settings.call_to_action).to_owned(),
        link => format!("{}: {link}", call_label(settings.call_to_action)),
    };
    let reply_to = if settings.reply_to.is_empty() {
        String::from("The sender's own address")
    } else {
        settings.reply_to
    };
    let rows = [
        ("Website", settings.website),
        ("Contact person", settings.contact_name),
        ("Role of the contact person", settings.contact_role),
        ("Currency", settings.currency),
        ("Time zone", settings.time_zone.replace('_', " ")),
        ("What the product is", settings.description),
        ("What could be offered next", settings.upsell),
        ("Incentives", incentives),
        ("Language of drafts", settings.language.label().to_owned()),
        ("Tone", tone_label(settings.tone).to_owned()),
        ("Call to action", call),
        ("Signature", settings.signature),
        ("Postal address", settings.postal_address),
        ("Answers go to", reply_to),
    ];
    let rows = rows
        .into_iter()
        .map(|(label, text)| {
            let text = if text.is_empty() {
                view! { <span class="sub">"Not set"</span> }.into_any()
            } else {
                text.into_any()
            };
            view! {
                <div class="grid sm:grid-cols-[12rem_1fr] gap-x-4 gap-y-0.5 px-4 py-2.5">
                    <dt class="sub">{label}</dt>
                    <dd class="whitespace-pre-line break-words min-w-0">{text}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="divide-y divide-line border-t border-line">{rows}</dl> }.into_any()
}
