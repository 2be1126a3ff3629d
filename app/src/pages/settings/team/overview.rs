//! Settings → Team: what the plan gives and how much of it is taken.

use super::member::panel;
use crate::{
    api::{
        members::TeamPlan,
        teams::{DeleteTeam, SaveTeam},
    },
    components::{
        Button, Can, ConfirmByTyping, ErrorNote, Field, LinkButton, LockedAction, Meter, Part, Post, PostForm, Select, Time, Viz, error_of,
        icon, locked_reason,
    },
    layouts::{SettingsLayout, refresh_frame},
    pages::{
        account::{focus_refused, whole},
        fetched::{fetched, loaded},
        settings::{after, after_conflict, businesses::zones, frame, hidden, succeeded, team_id},
    },
    paths,
};
use domain::{
    money::group_thousands,
    permission::Permission,
    team::{RESTORABLE_DAYS, TeamOverview},
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Actions {
    save: Post<SaveTeam>,
    delete: Post<DeleteTeam>,
}

#[component]
pub fn OverviewPage() -> impl IntoView {
    let team = team_id();
    let actions = Actions {
        save: Post::new(),
        delete: Post::new(),
    };
    let overview = fetched(move || Ok(TeamPlan { team: team()? }));
    let refresh = refresh_frame();
    after(actions.save, move || {
        overview.refetch();
        refresh();
    });
    after_conflict(actions.save, move || overview.refetch());
    focus_refused(actions.save);
    view! { <SettingsLayout title="Team">{loaded(overview, move |team| plan(team, actions))}</SettingsLayout> }.into_any()
}

fn plan(team: TeamOverview, actions: Actions) -> AnyView {
    let frame = frame();
    let invite = frame.may(Permission::InviteMembers, None).then(|| {
        view! { <LinkButton href=paths::invitations(team.id) icon=icon::PLUS class="justify-start">"Invite member"</LinkButton> }.into_any()
    });
    let create = frame.may(Permission::CreateBusiness, None).then(|| {
        view! { <LinkButton href=paths::new_business(team.id) icon=icon::PLUS class="justify-start">"Create new business"</LinkButton> }
            .into_any()
    });
    let history =
        view! { <LinkButton href=paths::credits(team.id) icon=icon::COINS class="justify-start">"See credits"</LinkButton> }.into_any();
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
        products(frame.businesses.iter().map(|business| business.name.as_str()), team.slots_used),
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
                <h2 id="plan-h" class="h-sec">{team.plan.clone()}</h2>
                <span class="sub">"Billing is off on this installation: nothing is charged."</span>
            </div>
            <div class="grid sm:grid-cols-3 border-t border-line max-sm:divide-y sm:divide-x divide-line">
                {seats} {slots} {cell("Credits", group_thousands(left), "left", credits_bar, credits_note, Some(history))}
            </div>
        </section>
        {settings(team.clone(), actions)}
        {endings(team, actions)}
    }
    .into_any()
}

/// Name and time zone, for whoever may change them; the others read.
fn settings(team: TeamOverview, actions: Actions) -> AnyView {
    let created = view! { <p class="sub">"Created " <Time at=team.created.clone() exact=true/></p> };
    let body = if frame().may(Permission::EditTeamSettings, None) {
        let error = error_of(actions.save);
        let done = succeeded(actions.save);
        view! {
            <PostForm action=actions.save attr:class="grid gap-4" attr:novalidate="">
                {hidden("team", team.id)}
                {hidden("version", team.version)}
                <ErrorNote error=whole(error)/>
                <div class="flex flex-wrap items-start gap-3">
                    <div class="grow min-w-52"><Field name="name" label="Team name" value=team.name.clone() required=true small=true error/></div>
                    <div class="w-64 max-sm:w-full">
                        <Select small=true name="time_zone" label="Time zone" options=zones(&team.time_zone) value=team.time_zone.clone() error/>
                    </div>
                </div>
                <div class="flex flex-wrap items-center gap-3">
                    <Button submit=true busy=actions.save.pending()>"Save"</Button>
                    {move || done.get().then(|| view! { <span class="sub" role="status">"Saved"</span> })}
                    {created}
                </div>
            </PostForm>
        }
        .into_any()
    } else {
        view! {
            <div class="grid gap-3">
                <p>{team.time_zone.replace('_', " ")}</p>
                {created}
                <LockedAction id="why-team" label="Edit team settings" reason=locked_reason(Permission::EditTeamSettings)/>
            </div>
        }
        .into_any()
    };
    panel("team-h", "Name and time zone", body)
}

/// What ends something: leaving, transferring, deleting.
fn endings(team: TeamOverview, actions: Actions) -> AnyView {
    let frame = frame();
    let error = error_of(actions.delete);
    let team_id = team.id;
    let transfer = view! {
        <Can allowed=frame.may(Permission::TransferOwnership, None) permission=Permission::TransferOwnership id="why-transfer" label="Transfer ownership">
            <LinkButton href=paths::transfer(team_id)>"Transfer ownership"</LinkButton>
        </Can>
    };
    let delete = if frame.may(Permission::DeleteTeam, None) {
        view! {
            <details>
                <summary class="btn btn-sm text-error">"Delete team"</summary>
                <PostForm action=actions.delete attr:class="grid gap-2 mt-3 max-w-md">
                    {hidden("team", team.id)}
                    <ErrorNote error=whole(error)/>
                    <ConfirmByTyping name="confirmation" word=team.name.clone() label=format!("Delete {}", team.name) busy=actions.delete.pending()/>
                    {move || error.get().and_then(|e| e.field_message("confirmation")).map(|text| view! { <p class="err" role="alert">{text}</p> })}
                </PostForm>
            </details>
        }
        .into_any()
    } else {
        view! { <LockedAction id="why-delete" label="Delete team" reason=locked_reason(Permission::DeleteTeam)/> }.into_any()
    };
    view! {
        <section class="panel divide-y divide-line" aria-labelledby="end-h">
            <div class="panel-head"><h2 id="end-h" class="h-sec">"Ownership and deletion"</h2></div>
            <div class="p-4 grid gap-3"><div><b class="font-medium">"Hand over the team"</b><p class="sub">"Somebody else of the team becomes its owner, you an admin."</p></div>{transfer}</div>
            <div class="p-4 grid gap-3">
                <div>
                    <b class="font-medium">"Leave the team"</b>
                    <p class="sub">"Your businesses go to a colleague; your other teams stay as they are."</p>
                </div>
                <span><LinkButton href=paths::leave(team.id)>"Leave the team"</LinkButton></span>
            </div>
            <div class="p-4 grid gap-3">
                <div>
                    <b class="font-medium">"Delete the team"</b>
                    <p class="sub">{format!("{} businesses with their customers. Restorable for {RESTORABLE_DAYS} days, then everything is gone.", team.slots_used)}</p>
                </div>
                {delete}
            </div>
        </section>
    }
    .into_any()
}

fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

/// "Music Store, Ticket Shop, Vinyl Club.", the first few of many.
fn products<'a>(names: impl Iterator<Item = &'a str>, all: u32) -> String {
    let names: Vec<&str> = names.take(5).collect();
    let more = all.saturating_sub(u32::try_from(names.len()).unwrap_or(u32::MAX));
    match (names.is_empty(), more) {
        (true, _) => String::from("Each product with its own customers takes one."),
        (false, 0) => format!("{}.", names.join(", ")),
        (false, more) => format!("{} and {more} more.", names.join(", ")),
    }
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
    fn a_few_products_are_named() {
        assert_eq!(products([].into_iter(), 0), "Each product with its own customers takes one.");
        assert_eq!(products(["Music Store", "Vinyl Club"].into_iter(), 2), "Music Store, Vinyl Club.");
        assert_eq!(
            products(["A", "B", "C", "D", "E", "F", "G"].into_iter(), 7),
            "A, B, C, D, E and 2 more."
        );
    }

    #[test]
    fn invitations_are_named_among_the_seats() {
        assert_eq!(who_sits(1, 0), "1 member. An open invitation takes a seat too.");
        assert_eq!(who_sits(5, 1), "5 members and 1 open invitation.");
        assert_eq!(who_sits(2, 2), "2 members and 2 open invitations.");
    }
}
