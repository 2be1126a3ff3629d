//! Settings → Team: what the plan gives and how much of it is taken.

use super::tabs;
use crate::{
    api,
    components::{LockedAction, Meter, Part, Time, Viz, locked_reason},
    pages::settings::{frame, loaded, team_id},
};
use domain::{money::group_thousands, permission::Permission, team::TeamOverview};
use leptos::prelude::*;

#[component]
pub fn OverviewPage() -> impl IntoView {
    let team = team_id();
    let overview = Resource::new(team, |team| async move { api::members::overview(team?).await });
    view! {
        <div class="page max-w-5xl">
            {tabs("Plan")}
            {loaded(overview, overview_view)}
        </div>
    }
    .into_any()
}

fn overview_view(team: TeamOverview) -> AnyView {
    let per_month = i64::from(team.credits_per_month);
    let (monthly, bought) = (team.balance.monthly.0, team.balance.bought.0);
    let seats = gauge(
        "Member seats",
        team.seats_used,
        team.seats,
        "Owner, viewers and open invitations each take a seat.",
    );
    let slots = gauge(
        "Business slots",
        team.slots_used,
        team.slots,
        "A deleted business frees its slot at once.",
    );
    let credits = view! {
        <div class="p-4 grid gap-3 content-start">
            <div>
                <p class="sub">"Credits"</p>
                <p class="mt-0.5"><span class="text-lg font-semibold">{number(monthly + bought)}</span>" "<span class="sub">"left"</span></p>
            </div>
            {meter("Credits", monthly, per_month, false)}
            <p class="text-xs sub sm:min-h-8">{format!("{} of {} monthly, {} bought.", number(monthly), number(per_month), number(bought))}</p>
        </div>
    };
    view! {
        <section class="panel mt-6" aria-labelledby="plan-h">
            <div class="panel-head">
                <h2 id="plan-h" class="h-sec">{team.plan}</h2>
                <span class="sub">{team.name} ", created " <Time at=team.created/></span>
            </div>
            <div class="grid sm:grid-cols-3 border-t border-line max-sm:divide-y sm:divide-x divide-line">{seats}{slots}{credits}</div>
            <p class="p-4 border-t border-line sub">{format!("Time zone: {}", team.time_zone)}</p>
        </section>
        {ownership()}
    }
    .into_any()
}

fn number(value: i64) -> String {
    group_thousands(u64::try_from(value).unwrap_or_default())
}

fn gauge(title: &'static str, used: u32, limit: Option<u32>, note: &'static str) -> AnyView {
    let of = limit.map_or_else(|| String::from("taken, unlimited"), |limit| format!("of {limit} taken"));
    let bar = limit.map(|limit| meter(title, i64::from(used), i64::from(limit), true));
    view! {
        <div class="p-4 grid gap-3 content-start">
            <div>
                <p class="sub">{title}</p>
                <p class="mt-0.5"><span class="text-lg font-semibold">{used}</span>" "<span class="sub">{of}</span></p>
            </div>
            {bar}
            <p class="text-xs sub sm:min-h-8">{note}</p>
        </div>
    }
    .into_any()
}

/// What is taken of a whole; full ones turn amber.
fn meter(label: &'static str, part: i64, whole: i64, full_is_bad: bool) -> AnyView {
    let (part, whole) = (u64::try_from(part).unwrap_or_default(), u64::try_from(whole).unwrap_or_default());
    let (word, colour) = match (full_is_bad, part >= whole) {
        (true, true) => ("taken", Viz::Amber),
        (true, false) => ("taken", Viz::One),
        (false, _) => ("left", Viz::One),
    };
    view! { <Meter label parts=vec![Part::new(word, part, colour)] total=whole/> }.into_any()
}

/// What only the owner may do. The deeds themselves come with ownership transfer and deletion.
fn ownership() -> AnyView {
    let deed = |id: &'static str, title: &'static str, label: &'static str, permission: Permission| {
        view! {
            <div class="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
                <p class="font-medium grow min-w-52">{title}</p>
                <LockedAction id label reason=locked_reason(permission)/>
            </div>
        }
    };
    let frame = frame();
    if frame.may(Permission::TransferOwnership, None) {
        return ().into_any();
    }
    view! {
        <section class="panel mt-6" aria-labelledby="own-h">
            <div class="panel-head"><h2 id="own-h" class="h-sec">"Ownership and deletion"</h2></div>
            <div class="divide-y divide-line border-t border-line">
                {deed("why-transfer", "Hand over the team", "Transfer ownership", Permission::TransferOwnership)}
                {deed("why-delete", "Delete the team", "Delete team", Permission::DeleteTeam)}
            </div>
        </section>
    }
    .into_any()
}
