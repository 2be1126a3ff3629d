//! Persona, signals with the fields they rest on, facts, the person's products.

use super::{
    Customer,
    analyse::{self, Analysing},
    edit, language,
};
use crate::{
    components::{Icon, Kind, Mark, Pips, SegmentDot, Time, Withheld, icon},
    layouts::use_frame,
    paths,
};
use domain::{
    customer::CustomerDetail,
    persona::{Claim, Edited, Persona, SourceField},
    time::Moment,
};
use leptos::prelude::*;

const HIDDEN: &str = "Hidden for viewers, it rests on money figures";

pub fn aside(customer: Customer, analysing: Analysing) -> AnyView {
    let detail = customer.detail;
    let may = use_frame().with_untracked(|f| analyse::locked(f, customer).is_none());
    let translating = language::translating(customer);
    let languages = move || detail.with(|d| d.persona.as_ref().map(|persona| language::menu(customer, persona)));
    // Mounted once: what the form says changes inside it.
    let analysed = Memo::new(move |_| detail.with(|d| d.persona.is_some()));
    let again = move || {
        analysed.get().then(|| {
            view! {
                <div class="mt-3 grid gap-1.5">
                    {analyse::form(customer, analysing, "why-again", "Analyse again", Kind::Plain)}
                    {may.then(|| view! { <p class="hint">"Writes a new draft, too; the present one stays among its versions. Other languages and what was edited by hand begin anew."</p> })}
                </div>
            }
        })
    };
    view! {
        <section aria-labelledby="per-h">
            <div class="flex items-center justify-between gap-2">
                <h2 id="per-h" class="h-sec">
                    "Persona"
                </h2>
                {languages}
            </div>
            {language::form(customer, translating)}
            {move || detail.with(|d| d.persona.as_ref().map_or_else(none, persona))}
            {again}
        </section>
        {move || detail.with(|d| d.persona.as_ref().and_then(signals))}
        {move || detail.with(facts)}
        {move || detail.with(|d| products(customer, d))}
    }
    .into_any()
}

fn none() -> AnyView {
    view! { <p class="sub mt-2">"Not analysed yet."</p> }.into_any()
}

fn fact(label: &'static str, value: AnyView) -> AnyView {
    view! {
        <div class="flex justify-between gap-3 py-1">
            <dt class="sub">{label}</dt>
            <dd class="text-right min-w-0 break-words">{value}</dd>
        </div>
    }
    .into_any()
}

fn text(words: &str) -> AnyView {
    words.to_owned().into_any()
}

fn persona(persona: &Persona) -> AnyView {
    let summary = edit::summary(persona);
    let sources = sources(persona.summary.iter());
    let segment = persona.segment.map_or_else(
        || view! { <Withheld text="Hidden"/> }.into_any(),
        |segment| view! { <SegmentDot segment/> }.into_any(),
    );
    let opportunity = persona.opportunity.map_or_else(
        || view! { <Withheld text="Hidden"/> }.into_any(),
        |opportunity| {
            view! {
                <span class="inline-flex items-center gap-2">
                    <Pips opportunity/>
                    {opportunity.get().to_string()}
                    " of 5"
                </span>
            }
            .into_any()
        },
    );
    let offer = persona
        .suggested_offer
        .as_ref()
        .map(|claim| fact("Suggested offer", text(&claim.text)));
    let hidden = persona
        .segment
        .is_none()
        .then(|| view! { <p class="mt-2"><Withheld text=HIDDEN/></p> });
    view! {
        {(!summary.is_empty())
            .then(|| view! { <p class="mt-2" title=format!("Rests on: {sources}")>{summary}</p> })}
        <dl class="mt-3">{fact("Segment", segment)} {fact("Opportunity", opportunity)} {offer}</dl>
        {hidden}
        {persona.edited.as_ref().map(|edited| edited_by(persona, edited))}
        <p class="hint mt-1.5">
            "Analysed by " {persona.made_by.clone()} " " <Time at=persona.made_at.clone()/> " · " {persona.language.label()}
        </p>
    }
    .into_any()
}

fn edited_by(persona: &Persona, edited: &Edited) -> AnyView {
    let withheld = (persona.segment.is_none() && persona.summary.is_empty())
        .then(|| view! { <Withheld text="What people wrote themselves is hidden for viewers"/> });
    view! {
        <p class="hint mt-1.5">"Edited by " {edited.by.clone()} " " <Time at=edited.at.clone()/> " " {withheld}</p>
    }
    .into_any()
}

/// "payment count, first payment".
fn sources<'a>(claims: impl Iterator<Item = &'a Claim>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for source in claims.flat_map(|claim| &claim.sources) {
        if !names.contains(&source.label()) {
            names.push(source.label());
        }
    }
    names.join(", ")
}

fn signals(persona: &Persona) -> Option<AnyView> {
    if persona.signals.is_empty() {
        return None;
    }
    let lines = persona
        .signals
        .iter()
        .map(|claim| {
            view! {
                <li class="flex gap-2.5 py-2">
                    <Icon name=symbol(claim) class="sub mt-0.5"/>
                    <span class="min-w-0 break-words">
                        <span class="block">{claim.text.clone()}</span>
                        <span class="block sub text-xs">{format!("from {}", sources(std::iter::once(claim)))}</span>
                    </span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let section = view! {
        <section aria-labelledby="sig-h" class="border-t border-line pt-5">
            <h2 id="sig-h" class="h-sub mb-1">
                "Signals"
            </h2>
            <ul class="divide-y divide-line">{lines}</ul>
        </section>
    };
    Some(section.into_any())
}

fn symbol(claim: &Claim) -> &'static str {
    match claim.sources.first() {
        Some(SourceField::TotalSpent) => icon::ARROW_UP,
        Some(SourceField::MonthlySpend) => icon::COINS,
        Some(SourceField::PaymentCount) => icon::CALENDAR,
        Some(SourceField::LastPayment) => icon::CLOCK,
        Some(SourceField::FirstPayment) => icon::FLAG,
        Some(SourceField::RefundVolume) => icon::UNDO,
        Some(SourceField::Company) => icon::SHOP,
        Some(SourceField::Attribute) => icon::TAG,
        Some(SourceField::Incentive | SourceField::Upsell) => icon::SPARK,
        Some(SourceField::Name | SourceField::Country | SourceField::Currency) | None => icon::INFO,
    }
}

fn facts(d: &CustomerDetail) -> AnyView {
    let mut lines: Vec<AnyView> = Vec::new();
    let day = |at: &Moment| view! { <Time at=at.clone() exact=true/> }.into_any();
    if let Some(figures) = &d.figures {
        let amounts = [
            ("Total spent", &figures.total_spent),
            ("Monthly spend", &figures.monthly_spend),
            ("Refunds", &figures.refund_volume),
        ];
        let count = figures.payment_count.map(|n| n.to_string());
        for (label, value) in amounts.into_iter().chain([("Payments", &count)]) {
            if let Some(value) = value {
                lines.push(fact(label, text(value)));
            }
        }
    }
    if let Some(at) = &d.first_payment {
        lines.push(fact("First payment", day(at)));
    }
    if let Some(at) = &d.last_payment {
        lines.push(fact("Last payment", day(at)));
    }
    for (label, value) in [("Currency", &d.currency), ("Company", &d.company), ("Country", &d.country)] {
        if !value.is_empty() {
            lines.push(fact(label, text(value)));
        }
    }
    let nothing = lines
        .is_empty()
        .then(|| view! { <p class="sub">"Nothing is known beyond the address."</p> });
    let hidden = d.figures.is_none().then(|| {
        view! {
            <p class="mt-2">
                <Withheld text="Addresses, money figures, notes and custom attributes are hidden for viewers. Ask an owner or admin."/>
            </p>
        }
    });
    let notes = d.notes.as_ref().filter(|notes| !notes.is_empty()).map(|notes| {
        view! {
            <h3 class="h-sub mt-3">"Notes"</h3>
            <p class="whitespace-pre-line break-words">{notes.clone()}</p>
        }
    });
    view! {
        <section aria-labelledby="fact-h" class="border-t border-line pt-5">
            <h2 id="fact-h" class="h-sub mb-1">
                "Facts"
            </h2>
            {nothing}
            <dl>{lines}</dl>
            {d.attributes.as_ref().map(|all| attributes(all))}
            {notes}
            {hidden}
        </section>
    }
    .into_any()
}

fn attributes(all: &[(String, String)]) -> AnyView {
    let lines = all
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| {
            view! {
                <div class="flex justify-between gap-3 py-1">
                    <dt class="sub">{key.clone()}</dt>
                    <dd class="text-right min-w-0 break-words">{value.clone()}</dd>
                </div>
            }
            .into_any()
        })
        .collect_view();
    view! { <dl>{lines}</dl> }.into_any()
}

fn products(customer: Customer, d: &CustomerDetail) -> AnyView {
    if d.also_in.is_empty() {
        return ().into_any();
    }
    let frame = use_frame();
    let here = frame.with_untracked(|f| f.businesses.iter().find(|b| b.id == d.business).map(|b| (b.name.clone(), b.mark)));
    let masked = frame.with_untracked(|f| f.role.sight().is_masked());
    let amount = |spent: &Option<String>| match spent {
        Some(spent) => text(spent),
        None if masked => ().into_any(),
        None => view! { <span class="sub">"No payments"</span> }.into_any(),
    };
    let own = here.map(|(name, mark)| {
        let spent = d.figures.as_ref().and_then(|f| f.total_spent.clone());
        view! {
            <li class="flex items-center gap-2 py-1">
                <Mark name=name.clone() mark/>
                <span class="grow truncate">{name}</span>
                <span class="tabular-nums">{amount(&spent)}</span>
            </li>
        }
    });
    let others = d
        .also_in
        .iter()
        .map(|other| {
            view! {
                <li class="flex items-center gap-2 py-1">
                    <Mark name=other.name.clone() mark=other.mark/>
                    <a class="grow truncate hover:underline" href=paths::customer(customer.team, other.business, other.customer)>
                        {other.name.clone()}
                    </a>
                    <span class="tabular-nums">{amount(&other.spent)}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section aria-labelledby="prod-h" class="border-t border-line pt-5">
            <h2 id="prod-h" class="h-sub mb-1">
                "In your products"
            </h2>
            <ul>{own} {others}</ul>
        </section>
    }
    .into_any()
}
