//! The price: one plan, the add-ons, what costs credits. Every figure comes from the plan's table in `domain`.

use crate::{
    components::{Icon, Kind, LinkButton, Size, icon},
    layouts::PublicLayout,
    paths,
};
use domain::{
    credit::CreditAction,
    money::{Cents, group_thousands},
    plan::ENTERPRISE,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// "$99", "$49.90".
fn dollars(amount: Cents) -> String {
    let cents = amount.0.unsigned_abs();
    let whole = group_thousands(cents / 100);
    if cents.is_multiple_of(100) {
        format!("${whole}")
    } else {
        format!("${whole}.{:02}", cents % 100)
    }
}

fn pieces(n: i64) -> String {
    group_thousands(n.unsigned_abs())
}

/// Which price is shown first; the state is the URL, so that it also works without scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Period {
    Monthly,
    Yearly,
}

#[component]
pub fn PricingPage() -> impl IntoView {
    let query = use_query_map();
    let period = Memo::new(move |_| {
        let yearly = query.with(|q| q.get("period").is_some_and(|period| period == "yearly"));
        if yearly { Period::Yearly } else { Period::Monthly }
    });
    view! {
        <PublicLayout title="Pricing">
            <div class="text-center pt-16 pb-10">
                <h1 class="text-xl font-semibold text-balance">"One plan for the whole team"</h1>
                <p class="text-base sub mt-2 text-balance">
                    "Every product, every colleague and one pool of credits. Someone you invite never pays."
                </p>
                {periods(period)}
            </div>
            {plan(period)}
            {add_ons()}
            <div class="grid md:grid-cols-2 gap-x-12 gap-y-12 mt-14">{costs()} {questions()}</div>
        </PublicLayout>
    }
    .into_any()
}

/// What a year costs less than twelve months.
fn saved() -> String {
    dollars(Cents(ENTERPRISE.monthly.0 * 12 - ENTERPRISE.yearly.0))
}

fn periods(chosen: Memo<Period>) -> AnyView {
    let choice = move |this: Period, href: &'static str, word: &'static str, note: Option<String>| {
        let current = move || chosen.get() == this;
        view! {
            <a
                class="px-4 h-8 flex items-center gap-2 rounded-field font-medium"
                class=("bg-raised", current)
                class=("shadow-2", current)
                class=("sub", move || !current())
                href=href
                aria-current=move || current().then_some("true")
            >
                {word}
                {note.map(|note| view! { <span class="text-success">{note}</span> })}
            </a>
        }
        .into_any()
    };
    let note = format!("{} less", saved());
    view! {
        <div class="inline-flex mt-7 p-1 rounded-box bg-base-200 border border-line" role="group" aria-label="Billing period">
            {choice(Period::Monthly, paths::PRICING, "Monthly", None)}
            {choice(Period::Yearly, paths::PRICING_YEARLY, "Yearly", Some(note))}
        </div>
    }
    .into_any()
}

fn price(period: Period) -> AnyView {
    let plan = ENTERPRISE;
    let (figure, unit, other) = match period {
        Period::Monthly => (plan.monthly, "a month for the team", format!("or {} a year", dollars(plan.yearly))),
        Period::Yearly => (plan.yearly, "a year for the team", format!("{} less than twelve months", saved())),
    };
    view! {
        <p class="mt-4 flex items-baseline gap-2">
            <span class="figure">{dollars(figure)}</span>
            <span class="sub">{unit}</span>
        </p>
        <p class="sub mt-1">{other}</p>
    }
    .into_any()
}

fn plan(period: Memo<Period>) -> AnyView {
    let plan = ENTERPRISE;
    let included = [
        (format!("{} credits", pieces(plan.credits_per_month.0)), " a month, shared"),
        (format!("{} members", plan.members_included), " with four roles"),
        (format!("{} businesses", plan.businesses_included), ", each its own list"),
        (String::new(), "Import from CSV and Stripe"),
        (String::new(), "Persona and draft per customer"),
        (String::new(), "Sending from your own address"),
        (String::new(), "Warning before a second e-mail"),
        (String::new(), "Dashboard and audit log"),
    ]
    .into_iter()
    .map(|(figure, text)| {
        view! {
            <li class="flex gap-2.5">
                <Icon name=icon::CHECK class="text-link mt-1"/>
                <span>
                    <b class="font-semibold">{figure}</b>
                    {text}
                </span>
            </li>
        }
        .into_any()
    })
    .collect_view();
    view! {
        <section class="panel shadow-1 grid md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] overflow-hidden" aria-labelledby="plan-h">
            <div class="p-6 sm:p-8 md:border-r max-md:border-b border-line flex flex-col">
                <h2 id="plan-h" class="h-sec">
                    {plan.name}
                </h2>
                {move || price(period.get())}
                <LinkButton href=paths::SIGN_UP kind=Kind::Primary size=Size::Decide class="mt-8 w-full">
                    "Start with " {plan.name}
                </LinkButton>
                <p class="hint mt-3 text-center">"Payment by Stripe where it is set up; an installation of your own charges nothing."</p>
            </div>
            <div class="p-6 sm:p-8">
                <h3 class="h-sub">"What it includes"</h3>
                <ul class="grid sm:grid-cols-2 gap-x-8 gap-y-4 mt-5 leading-6">{included}</ul>
            </div>
        </section>
    }
    .into_any()
}

fn add_ons() -> AnyView {
    let plan = ENTERPRISE;
    let items = [
        (
            String::from("Member seat"),
            plan.extra_seat_monthly,
            "a month",
            "One more colleague, on your billing date",
        ),
        (
            String::from("Business slot"),
            plan.extra_slot_monthly,
            "a month",
            "One more product with its own customers",
        ),
        (
            format!("{} credits", pieces(plan.credits_pack.0)),
            plan.credits_pack_price,
            "once",
            "For the team pool, they never expire",
        ),
    ]
    .into_iter()
    .map(|(name, price, per, text)| {
        view! {
            <li class="p-5">
                <p class="font-medium">{name}</p>
                <p class="mt-2">
                    <span class="text-lg font-semibold tabular-nums">{dollars(price)}</span>
                    " "
                    <span class="sub">{per}</span>
                </p>
                <p class="sub mt-1">{text}</p>
            </li>
        }
        .into_any()
    })
    .collect_view();
    view! {
        <section class="mt-14" aria-labelledby="add-h">
            <h2 id="add-h" class="h-page">
                "When you need more"
            </h2>
            <p class="sub mt-1">"Owner and admins add these in Settings, Team. They count the moment the payment succeeds."</p>
            <ul class="panel mt-5 grid md:grid-cols-3 max-md:divide-y md:divide-x divide-line">{items}</ul>
        </section>
    }
    .into_any()
}

fn costs() -> AnyView {
    let priced = [
        ("Analyse a customer: persona and first draft", CreditAction::Analysis),
        ("Write an e-mail again", CreditAction::RegenerateEmail),
        ("Write a persona in another language", CreditAction::PersonaLanguage),
        ("Analyse a reply", CreditAction::ReplyAnalysis),
    ]
    .into_iter()
    .map(|(text, action)| row(text, Some(action.default_cost().0)));
    let free = ["Import, edit, send, log a reply", "A generation that fails"]
        .into_iter()
        .map(|text| row(text, None));
    view! {
        <section aria-labelledby="cost-h">
            <h2 id="cost-h" class="h-page">
                "What costs credits"
            </h2>
            <table class="table mt-3">
                <caption class="sr-only">"Price of each action in credits"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="!pl-0">
                            "Action"
                        </th>
                        <th scope="col" class="num !pr-0">
                            "Credits"
                        </th>
                    </tr>
                </thead>
                <tbody>{priced.chain(free).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(text: &'static str, credits: Option<i64>) -> AnyView {
    let (class, shown) = match credits {
        Some(n) => ("num !pr-0 font-medium", pieces(n)),
        None => ("num !pr-0 sub", String::from("free")),
    };
    view! {
        <tr>
            <td class="!pl-0">{text}</td>
            <td class=class>{shown}</td>
        </tr>
    }
    .into_any()
}

const QUESTIONS: &[(&str, &str)] = &[
    (
        "What happens when the credits end?",
        "Sending, importing and editing go on. Analyses wait until there are credits again. Owner and admins are told before.",
    ),
    (
        "What if a payment fails?",
        "Seven days of grace with a banner to owner and admins, then the team is read-only. Nothing is deleted.",
    ),
    (
        "May I cancel add-ons above the limit?",
        "Yes. Nobody is thrown out. Adding more is refused until you are within the limit again.",
    ),
    (
        "Can I run AskUsers myself?",
        "Yes. Without Stripe keys billing is off, and the limits come from the configuration.",
    ),
];

fn questions() -> AnyView {
    let items = QUESTIONS
        .iter()
        .enumerate()
        .map(|(i, (question, answer))| {
            view! {
                <details class="group py-3" open=i == 0>
                    <summary class="flex items-center gap-3 font-medium">
                        {*question} <Icon name=icon::DOWN class="ml-auto sub group-open:rotate-180"/>
                    </summary>
                    <p class="sub mt-2 pr-8">{*answer}</p>
                </details>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section aria-labelledby="ask-h">
            <h2 id="ask-h" class="h-page">
                "Questions"
            </h2>
            <div class="mt-3 divide-y divide-line border-t border-line">{items}</div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_dollars_have_no_cents() {
        assert_eq!(dollars(ENTERPRISE.monthly), "$99");
        assert_eq!(dollars(ENTERPRISE.credits_pack_price), "$49.90");
    }
}
