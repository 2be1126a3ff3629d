//! Settings → Team: what the plan gives and how much of it is taken.

use crate::{
    api::members::TeamPlan,
    components::{LinkButton, Meter, Part, Time, Viz, icon},
    layouts::SettingsLayout,
    pages::{
        fetched::{fetched, loaded},
        settings::{frame, team_id},
    },
    paths,
};
use domain::{money::group_thousands, permission::Permission, team::TeamOverview};
use leptos::prelude::*;

#[component]
pub fn OverviewPage() -> impl IntoView {
    let team = team_id();
    let overview = fetched(move || Ok(TeamPlan { team: team()? }));
    view! { <SettingsLayout title="Team">{loaded(overview, plan)}</SettingsLayout> }.into_any()
}

fn plan(team: TeamOverview) -> AnyView {
    let frame = frame();
    let invite = frame
        .may(Permission::InviteMembers, None)
        .then(|| view! { <LinkButton href=paths::invitations(team.id) icon=icon::PLUS>"Invite member"</LinkButton> }.into_any());
    let create = frame
        .may(Permission::CreateBusiness, None)
        .then(|| view! { <LinkButton href=paths::new_business(team.id) icon=icon::PLUS>"Create new business"</LinkButton> }.into_any());
    let history = view! { <LinkButton href=paths::credits(team.id) icon=icon::COINS>"See credits"</LinkButton> }.into_any();
    let seats = gauge(
        "Member seats",
        team.seats_used(),
        team.seats,
        who_sits(team.members, team.invited),
        invite,
    );
    let slots = gauge(
        "Business slots",
        team.slots_used,
        team.slots,
        String::from("Each product with its own customers takes one."),
        create,
    );
    let per_month = u64::from(team.credits_per_month);
    let left = count(team.balance.monthly.0) + count(team.balance.bought.0);
    let monthly = count(team.balance.monthly.0);
    let credits_note = format!(
        "{} of {} monthly, {} bought.",
        group_thousands(monthly),
        group_thousands(per_month),
        group_thousands(count(team.balance.bought.0))
    );
    let credits_bar = meter("Credits", Part::new("left", monthly.min(per_month), Viz::One), per_month);
    view! {
        <section class="panel" aria-labelledby="plan-h">
            <div class="panel-head">
                <h2 id="plan-h" class="h-sec">{team.plan}</h2>
                <span class="sub">"Billing is off on this installation: nothing is charged."</span>
            </div>
            <div class="grid sm:grid-cols-3 border-t border-line max-sm:divide-y sm:divide-x divide-line">
                {seats} {slots} {cell("Credits", group_thousands(left), "left", credits_bar, credits_note, Some(history))}
            </div>
        </section>
        <section class="panel" aria-labelledby="team-h">
            <div class="panel-head"><h2 id="team-h" class="h-sec">{team.name}</h2></div>
            <dl class="panel-body border-t border-line grid gap-x-6 gap-y-2 grid-cols-[auto_1fr]">
                <dt class="sub">"Time zone"</dt>
                <dd>{team.time_zone.replace('_', " ")}</dd>
                <dt class="sub">"Created"</dt>
                <dd><Time at=team.created exact=true/></dd>
            </dl>
        </section>
    }
    .into_any()
}

fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

/// "5 members and 1 open invitation."
fn who_sits(members: u32, invited: u32) -> String {
    let word = |n: u32, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let members = word(members, "member", "members");
    match invited {
        0 => format!("{members}. An open invitation takes a seat too."),
        n => format!("{members} and {}.", word(n, "open invitation", "open invitations")),
    }
}

fn gauge(title: &'static str, used: u32, limit: Option<u32>, note: String, act: Option<AnyView>) -> AnyView {
    let colour = match limit {
        Some(limit) if used >= limit => Viz::Amber,
        _ => Viz::One,
    };
    let of = limit.map_or_else(|| String::from("taken, unlimited"), |limit| format!("of {limit} taken"));
    let bar = limit.map_or_else(
        || ().into_any(),
        |limit| meter(title, Part::new("taken", u64::from(used.min(limit)), colour), u64::from(limit)),
    );
    cell(title, used.to_string(), of, bar, note, act)
}

fn meter(label: &'static str, part: Part, whole: u64) -> AnyView {
    view! { <Meter label parts=vec![part] total=whole/> }.into_any()
}

fn cell(title: &'static str, figure: String, of: impl Into<String>, bar: AnyView, note: String, act: Option<AnyView>) -> AnyView {
    view! {
        <div class="p-4 grid gap-3 content-start">
            <div>
                <p class="sub">{title}</p>
                <p class="mt-0.5">
                    <span class="text-lg font-semibold tabular-nums">{figure}</span>
                    " "
                    <span class="sub">{of.into()}</span>
                </p>
            </div>
            {bar}
            <p class="text-xs sub">{note}</p>
            {act}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invitations_are_named_among_the_seats() {
        assert_eq!(who_sits(1, 0), "1 member. An open invitation takes a seat too.");
        assert_eq!(who_sits(5, 1), "5 members and 1 open invitation.");
        assert_eq!(who_sits(2, 2), "2 members and 2 open invitations.");
    }
}
