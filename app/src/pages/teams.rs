//! The teams of whoever is signed in, and making one.

use super::{
    account::focus_refused,
    fetched::{Fetched, fetched},
};
use crate::{
    api::{
        accounts::{GetMe, SignOut},
        teams::{CreateTeam, DeletedTeams, RestoreTeam},
    },
    components::{Avatar, Button, ErrorNote, Field, Icon, Kind, LinkButton, Post, PostForm, Size, error_of, icon},
    layouts::{AccountCard, ErrorPage},
    paths,
};
use domain::{
    Error,
    person::Me,
    team::{DeletedTeam, TeamLink},
};
use leptos::{html, prelude::*};
use leptos_router::components::Redirect;

#[component]
pub fn TeamsPage() -> impl IntoView {
    let me = fetched(|| Ok(GetMe {}));
    let gone = fetched(|| Ok(DeletedTeams {}));
    let (sign_out, restore) = (Post::<SignOut>::new(), Post::<RestoreTeam>::new());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                // Whoever must sign in first hears that from the other one.
                let gone: Vec<DeletedTeam> = gone.wait().await.unwrap_or_default();
                proven(me.wait().await, |me| {
                    if me.teams.is_empty() && gone.is_empty() {
                        view! { <Redirect path=paths::NEW_TEAM/> }.into_any()
                    } else {
                        list(me, gone, sign_out, restore)
                    }
                })
            })}
        </Transition>
    }
    .into_any()
}

/// The page of a verified person, or where anybody else has to go first.
fn signed_in(me: Fetched<Option<Me>>, view: impl Fn(Me) -> AnyView + Copy + Send + Sync + 'static) -> AnyView {
    view! {
        <Transition>
            {move || Suspend::new(async move { proven(me.wait().await, view) })}
        </Transition>
    }
    .into_any()
}

fn proven(me: Result<Option<Me>, Error>, view: impl FnOnce(Me) -> AnyView) -> AnyView {
    match me {
        Ok(Some(me)) if me.verified => view(me),
        Ok(Some(_)) => view! { <ErrorPage error=Error::Unverified/> }.into_any(),
        Ok(None) => view! { <ErrorPage error=Error::Unauthenticated/> }.into_any(),
        Err(error) => view! { <ErrorPage error/> }.into_any(),
    }
}

fn list(me: Me, gone: Vec<DeletedTeam>, sign_out: Post<SignOut>, restore: Post<RestoreTeam>) -> AnyView {
    let email = me.email;
    let teams = me.teams.into_iter().map(team).collect_view();
    let gone = gone.into_iter().map(|team| deleted(team, restore)).collect_view();
    view! {
        <AccountCard title="Your teams" lead=move || view! { "Signed in as " <span class="break-all">{email}</span> }>
            <ul class="panel divide-y divide-line overflow-hidden">{teams}{gone}</ul>
            <ErrorNote error=error_of(restore)/>
            <div class="grid gap-3 mt-6">
                <LinkButton href=paths::NEW_TEAM size=Size::Decide icon=icon::PLUS class="w-full">
                    "Create team"
                </LinkButton>
                {leave(sign_out)}
            </div>
        </AccountCard>
    }
    .into_any()
}

fn team(team: TeamLink) -> AnyView {
    view! {
        <li>
            <a class="flex items-center gap-3 px-4 py-3 hover:bg-hover" href=paths::team(team.id)>
                <Avatar name=team.name.clone()/>
                <span class="grow min-w-0 truncate font-medium">{team.name}</span>
                <span class="sub text-xs">{team.role.label()}</span>
                <Icon name=icon::RIGHT class="sub size-3.5"/>
            </a>
        </li>
    }
    .into_any()
}

/// A deleted team, until it is purged.
fn deleted(team: DeletedTeam, restore: Post<RestoreTeam>) -> AnyView {
    let label = format!("Restore {}", team.name);
    view! {
        <li class="flex items-center gap-3 px-4 py-3">
            <Avatar name=team.name.clone()/>
            <span class="grow min-w-0">
                <span class="block truncate sub">{team.name}</span>
                <span class="block sub text-xs">"Deleted " {team.deleted.relative} ", gone for good " {team.purged.relative}</span>
            </span>
            <PostForm action=restore>
                <input type="hidden" name="team" value=team.id.to_string()/>
                <button type="submit" class="btn btn-sm" aria-label=label>"Restore"</button>
            </PostForm>
        </li>
    }
    .into_any()
}

fn leave(sign_out: Post<SignOut>) -> AnyView {
    view! {
        <PostForm action=sign_out>
            <Button kind=Kind::Ghost size=Size::Decide submit=true class="w-full" busy=sign_out.pending()>
                "Sign out"
            </Button>
        </PostForm>
    }
    .into_any()
}

#[component]
pub fn NewTeamPage() -> impl IntoView {
    let me = fetched(|| Ok(GetMe {}));
    let action = Post::<CreateTeam>::new();
    let sign_out = Post::<SignOut>::new();
    focus_refused(action);
    signed_in(me, move |me| form(me, action, sign_out))
}

fn form(me: Me, action: Post<CreateTeam>, sign_out: Post<SignOut>) -> AnyView {
    let error = error_of(action);
    let whole = Signal::derive(move || error.get().filter(|e| !matches!(e, Error::Invalid(_))));
    let zone = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let (Some(field), Some(name)) = (zone.get(), browser_zone()) {
            field.set_value(&name);
        }
    });
    let first = me.teams.is_empty();
    let lead = if first {
        "You are its owner. Businesses and colleagues come next."
    } else {
        "A team of its own: nothing is shared with your other teams."
    };
    view! {
        <AccountCard title=if first { "Create your team" } else { "Create a team" } lead=move || lead>
            <PostForm action attr:class="grid gap-4" attr:novalidate="">
                <ErrorNote error=whole/>
                <Field
                    name="name"
                    label="Team name"
                    autocomplete="organization"
                    required=true
                    hint="Your company, as colleagues know it."
                    error
                />
                <input type="hidden" name="time_zone" value="UTC" node_ref=zone/>
                <Button kind=Kind::Primary size=Size::Decide submit=true class="w-full mt-1" busy=action.pending()>
                    "Create team"
                </Button>
            </PostForm>
            {if first {
                view! {
                    <p class="hint mt-6">
                        "Invited by a colleague? Open the link in the mail to " <span class="break-all">{me.email}</span>
                        " instead, it brings you straight to the team."
                    </p>
                    <div class="mt-4">{leave(sign_out)}</div>
                }
                    .into_any()
            } else {
                view! {
                    <p class="mt-4">
                        <LinkButton href=paths::TEAMS kind=Kind::Ghost size=Size::Decide class="w-full">
                            "Back to your teams"
                        </LinkButton>
                    </p>
                }
                    .into_any()
            }}
        </AccountCard>
    }
    .into_any()
}

/// What the browser says its time zone is, such as "Europe/Berlin".
fn browser_zone() -> Option<String> {
    let options = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}
