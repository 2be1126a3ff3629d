//! One deed for many customers: first what it will do and cost, then how far it is. Forms and links; the list names the customers in
//! the address.

use crate::{
    api::batches::{CancelBatch, OpenBatch, QuoteBatch, StartBatch},
    components::{
        Banner, Breadcrumb, Button, ErrorNote, Kind, LinkButton, Post, PostForm, Progress, Radios, Select, Size, Skeleton, Tone, error_of,
    },
    layouts::{ErrorPage, refresh_frame},
    pages::{
        customers::{detail::credits, query},
        fetched::{Fetched, fetched, loaded},
        settings::{after, after_conflict, business_id, hidden, team_id},
    },
    paths,
};
use domain::{
    Error,
    batch::{BATCH_MAX, BatchDetail, BatchKind, BatchQuote, BatchState, SkipReason},
    customer::Chosen,
    ids::{BatchId, BusinessId, TeamId},
    money::group_thousands,
    page::Total,
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::time::Duration;

/// So often a running batch is asked how far it is.
const ASK: Duration = Duration::from_millis(700);
/// A browser without scripts asks by itself. Set as a text: with scripts the browser reads nothing in there.
const RELOAD: &str = "<meta http-equiv=\"refresh\" content=\"2\"><p class=\"sub\">This page reloads every two seconds.</p>";

/// "64 customers", "12 e-mails".
fn customers(kind: BatchKind, n: u64) -> String {
    let noun = if kind == BatchKind::Send { "e-mail" } else { "customer" };
    format!("{} {noun}{}", group_thousands(n), if n == 1 { "" } else { "s" })
}

fn left_out(skipped: &[(SkipReason, u64)]) -> AnyView {
    let line = |(why, n): &(SkipReason, u64)| view! { <li>{format!("{} {}", group_thousands(*n), why.label())}</li> };
    (!skipped.is_empty())
        .then(|| {
            view! {
                <div>
                    <h2 class="h-sec">"Left out"</h2>
                    <ul class="sub mt-1 list-disc pl-5">{skipped.iter().map(line).collect_view()}</ul>
                </div>
            }
        })
        .into_any()
}

#[component]
pub fn NewBatchPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let map = use_query_map();
    let kind = Memo::new(move |_| {
        let named = map.with(|map| map.get("action").and_then(|text| BatchKind::parse(&text)));
        named.unwrap_or(BatchKind::Analyse)
    });
    let chosen = Memo::new(move |_| map.with(query::chosen));
    let quote = fetched(move || {
        Ok(QuoteBatch {
            team: team()?,
            business: business()?,
            kind: kind.get(),
            chosen: chosen.get(),
        })
    });
    let start = Post::<StartBatch>::new();
    after_conflict(start, move || quote.refetch());
    let page = loaded(quote, move |quote: BatchQuote| match (team(), business()) {
        (Ok(team), Ok(business)) => quoted(team, business, &quote, &chosen.get_untracked(), start),
        (Err(error), _) | (_, Err(error)) => view! { <ErrorPage error/> }.into_any(),
    });
    view! {
        <Title text="Batch · AskUsers"/>
        <div class="page max-w-3xl">{page}</div>
    }
    .into_any()
}

fn quoted(team: TeamId, business: BusinessId, quote: &BatchQuote, chosen: &Chosen, start: Post<StartBatch>) -> AnyView {
    let (kind, fits) = (quote.kind, quote.fits());
    let list = paths::customers(team, business);
    let title = match quote.todo {
        0 => format!("Nothing to {}", kind.label().to_lowercase()),
        n => format!("{} {}?", kind.label(), customers(kind, n)),
    };
    let bounded = match quote.chosen {
        Total::Exactly(n) if n <= BATCH_MAX => None,
        _ => Some(format!(
            "A batch takes {} customers: it is about the first ones of the list.",
            group_thousands(BATCH_MAX)
        )),
    };
    let price = (quote.each.0 > 0 && quote.todo > 0).then(|| {
        let left = group_thousands(quote.available.0.unsigned_abs());
        format!(
            "{}, {left} left. All of it is set aside at the start; what is not used is given back.",
            credits(quote.cost(quote.todo))
        )
    });
    let note = match kind {
        BatchKind::Delete => Some(format!(
            "For 30 days you can restore them from the view Deleted. {} cancelled now.",
            if quote.cancels == 1 {
                String::from("1 waiting e-mail is")
            } else {
                format!("{} waiting e-mails are", group_thousands(quote.cancels))
            }
        )),
        BatchKind::Send => Some(String::from(
            "Each gets the draft as it is now; one that is changed before its turn is left out.",
        )),
        BatchKind::Restore | BatchKind::Analyse => None,
    };
    let short = (fits < quote.todo).then(|| {
        let text = format!(
            "All {} cost {}. {}",
            group_thousands(quote.todo),
            credits(quote.cost(quote.todo)),
            if fits > 0 { "You can have the first ones of the list done." } else { "Nothing was started." }
        );
        view! { <Banner tone=Tone::Warning title="The credits left are too few." text action=(paths::credits(team), String::from("See credits"))/> }
    });
    let blocked = quote
        .blockers
        .iter()
        .map(|blocker| {
            let action = (paths::business_settings(team, business), String::from("Open settings"));
            view! { <Banner tone=Tone::Warning title=blocker.message() action/> }
        })
        .collect_view();
    let may = fits > 0 && quote.blockers.is_empty();
    let fields = may.then(|| form(team, business, quote, chosen, start));
    let lines = [bounded, price, note]
        .into_iter()
        .flatten()
        .map(|line| view! { <p class="sub">{line}</p> })
        .collect_view();
    view! {
        <Breadcrumb trail=vec![(list.clone(), String::from("Customers"))] here=kind.label()/>
        <h1 class="h-page mt-3">{title}</h1>
        <div class="grid gap-4 mt-3">
            {lines} {left_out(&quote.skipped)} {short} {blocked} <ErrorNote error=error_of(start)/> {fields}
            <p>
                <a class="link" href=list>
                    "Back to the customers"
                </a>
            </p>
        </div>
    }
    .into_any()
}

fn form(team: TeamId, business: BusinessId, quote: &BatchQuote, chosen: &Chosen, start: Post<StartBatch>) -> AnyView {
    let (kind, fits, cost) = (quote.kind, quote.fits(), quote.cost(quote.fits()));
    let label = if fits < quote.todo {
        format!("{} {} of {}", kind.label(), group_thousands(fits), group_thousands(quote.todo))
    } else {
        format!("{} {}", kind.label(), customers(kind, fits))
    };
    let label = if cost.0 > 0 { format!("{label}, {}", credits(cost)) } else { label };
    let look = if kind == BatchKind::Delete { Kind::LastStep } else { Kind::Primary };
    let way = (kind == BatchKind::Send).then(|| {
        let senders: Vec<(String, String)> = quote
            .senders
            .iter()
            .map(|sender| (sender.id.to_string(), sender.label.clone()))
            .collect();
        let value = senders.first().map(|sender| sender.0.clone()).unwrap_or_default();
        let ways = vec![
            ("true", "For review", "Somebody who may send approves each one."),
            ("false", "Into the queue", "They leave by themselves, as fast as the sender may."),
        ];
        view! {
            <Select name="sender" label="From" options=senders value/>
            <Radios name="review" legend="What comes next" options=ways value="true"/>
        }
    });
    let query = serde_json::to_string(&query::first(&chosen.query)).unwrap_or_default();
    view! {
        <PostForm action=start attr:class="grid gap-4 justify-items-start">
            {hidden("team", team)} {hidden("business", business)} {hidden("kind", kind)} {hidden("ids", &chosen.ids)} {hidden("query", query)}
            {hidden("count", fits)} {hidden("of", quote.todo)} {hidden("credits", cost.0)} {way}
            <Button kind=look size=Size::Decide submit=true busy=start.pending()>
                {label}
            </Button>
        </PostForm>
    }
    .into_any()
}

#[component]
pub fn BatchPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let params = use_params_map();
    let batch = move || {
        params
            .with(|p| p.get("batch").and_then(|id| id.parse().ok()))
            .ok_or(Error::NotFound)
    };
    let cancel = Post::<CancelBatch>::new();
    let detail = fetched(move || {
        Ok(OpenBatch {
            team: team()?,
            business: business()?,
            batch: batch()?,
        })
    });
    after(cancel, move || detail.refetch());
    after_conflict(cancel, move || detail.refetch());
    ask_while_running(detail);
    let of = move || Ok((team()?, business()?, batch()?));
    view! {
        <Title text="Batch · AskUsers"/>
        <Transition fallback=|| view! { <Skeleton rows=6 label="Loading the batch"/> }>{steps(of, detail, cancel)}</Transition>
    }
    .into_any()
}

fn ask_while_running(detail: Fetched<BatchDetail>) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let refresh = refresh_frame();
    Effect::new(move |was_busy: Option<bool>| {
        let busy = detail.with(|d| match d {
            Some(Ok(d)) => d.state == BatchState::Running,
            // The line was cut, the batch goes on.
            Some(Err(Error::Unavailable)) => was_busy == Some(true),
            _ => false,
        });
        if busy {
            waiting.set_value(set_timeout_with_handle(move || detail.refetch(), ASK).ok());
        } else if was_busy == Some(true) {
            refresh();
        }
        busy
    });
    on_cleanup(move || {
        if let Some(Some(handle)) = waiting.try_get_value() {
            handle.clear();
        }
    });
}

/// The page is made anew only when the batch ends: while it runs only figures change.
fn steps(
    of: impl Fn() -> Result<(TeamId, BusinessId, BatchId), Error> + Send + Sync + 'static,
    detail: Fetched<BatchDetail>,
    cancel: Post<CancelBatch>,
) -> impl IntoView {
    let shown = Memo::new(move |before: Option<&Option<String>>| {
        detail.with(|d| match (d, before) {
            (Some(Err(Error::Unavailable)), Some(Some(before))) => Some(before.clone()),
            (d, _) => d.map(|d| d.as_ref().map_or_else(ToString::to_string, |d| d.state.to_string())),
        })
    });
    move || {
        shown.get()?;
        let known = detail.get_untracked()?;
        Some(match known.and_then(|batch| Ok((of()?, batch))) {
            Ok((place, batch)) => page(place, &batch, detail, cancel),
            Err(error) => view! { <ErrorPage error/> }.into_any(),
        })
    }
}

fn page(
    (team, business, id): (TeamId, BusinessId, BatchId),
    batch: &BatchDetail,
    detail: Fetched<BatchDetail>,
    cancel: Post<CancelBatch>,
) -> AnyView {
    let (kind, items) = (batch.kind, batch.items);
    let list = paths::customers(team, business);
    let inside = if batch.state == BatchState::Running {
        let ended = Memo::new(move |before: Option<&u64>| match detail.get() {
            Some(Ok(d)) => d.ended,
            _ => before.copied().unwrap_or_default(),
        });
        view! {
            <section class="panel panel-body">
                <Progress
                    label=format!("{} {}", kind.label(), customers(kind, items))
                    value=Signal::derive(move || ended.get())
                    max=items
                    note="It goes on when you close this page. You get a mail when it is done."
                >
                    <PostForm action=cancel>
                        {hidden("team", team)} {hidden("business", business)} {hidden("batch", id)}
                        <Button submit=true busy=cancel.pending()>
                            "Cancel"
                        </Button>
                    </PostForm>
                </Progress>
            </section>
            <noscript inner_html=RELOAD></noscript>
        }
        .into_any()
    } else {
        result(team, business, batch)
    };
    view! {
        <div class="page max-w-3xl">
            <Breadcrumb trail=vec![(list, String::from("Customers"))] here=kind.label()/>
            <h1 class="h-page mt-3">{format!("{} {}", kind.label(), customers(kind, items))}</h1>
            <p class="sub mt-1">{batch.by.clone()} ", " {batch.at.exact.clone()}</p>
            <div class="grid gap-4 mt-4">
                <ErrorNote error=error_of(cancel)/>
                {inside}
            </div>
        </div>
    }
    .into_any()
}

fn result(team: TeamId, business: BusinessId, batch: &BatchDetail) -> AnyView {
    let left = batch.items.saturating_sub(batch.ended);
    let title = format!(
        "{} of {} {}.",
        group_thousands(batch.done),
        customers(batch.kind, batch.items),
        batch.kind.done()
    );
    let mut text = batch.reason.clone().unwrap_or_default();
    if left > 0 {
        text.push_str(&format!(" {} were left as they are.", group_thousands(left)));
    }
    if batch.spent.0 > 0 {
        text.push_str(&format!(" Spent: {}.", credits(batch.spent)));
    }
    let tone = match batch.state {
        BatchState::Done if batch.failed == 0 => Tone::Success,
        BatchState::Stopped => Tone::Error,
        _ => Tone::Warning,
    };
    let failed = (batch.failed > 0).then(|| view! { <p>{format!("{} failed and cost nothing.", customers(batch.kind, batch.failed))}</p> });
    let troubles = batch
        .troubles
        .iter()
        .map(|trouble| {
            view! {
                <li>
                    <a class="link" href=paths::customer(team, business, trouble.customer)>
                        {trouble.name.clone()}
                    </a>
                    <span class="sub">", " {trouble.why.label()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Banner tone title text/>
        {failed}
        {left_out(&batch.skipped)}
        <ul class="grid gap-1 empty:hidden">{troubles}</ul>
        <p>
            <LinkButton kind=Kind::Primary href=paths::customers(team, business)>
                "See customers"
            </LinkButton>
        </p>
    }
    .into_any()
}
