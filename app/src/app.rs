//! The route table. Every page is rendered whole by the server (`SsrMode::Async`): it reads without JavaScript, and redirects and
//! statuses leave before the first byte.

use crate::{
    components::{ToastHost, Toasts, close_menus_on_leave},
    focus::{focus, key_of},
    layouts::{ErrorPage, use_frame},
    pages::{
        account::{CheckMailPage, ForgotPage, ResetPage, SignInPage, SignUpPage, VerifyPage},
        customers::detail::CustomerPage,
        customers::list::CustomersPage,
        development::{DevGalleryPage, MailboxPage},
        home::HomePage,
        import::{ImportPage, ImportRunPage},
        insights::InsightsPage,
        join::JoinPage,
        landing::LandingPage,
        not_found::NotFoundPage,
        outreach::OutreachPage,
        pricing::PricingPage,
        replies::RepliesPage,
        sender_verify::{SenderVerifiedPage, SenderVerifyPage},
        settings::{
            business_id,
            businesses::{BusinessesPage, EditBusinessPage, NewBusinessPage},
            team::{AuditPage, CreditsPage, InvitationsPage, LeavePage, MemberPage, MembersPage, OverviewPage, RolesPage, TransferPage},
            team_id,
        },
        team::TeamPage,
        teams::{NewTeamPage, TeamsPage},
        unsubscribe::UnsubscribePage,
    },
    paths,
};
use domain::permission::Permission;
use leptos::{ev, prelude::*};
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    any_nested_route::IntoAnyNestedRoute,
    components::{Outlet, ParentRoute, Redirect, Route, Router, Routes},
    path,
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Toasts::new());
    Effect::new(|| {
        close_menus_on_leave();
        listen_to_keys();
        // What tests and scripts wait for: from here on the page answers.
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("data-hydrated", "");
        }
    });
    view! {
        <Title text="AskUsers"/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=LandingPage ssr=SsrMode::Async/>
                <Route path=path!("/pricing") view=PricingPage ssr=SsrMode::Async/>
                <AccountRoutes/>
                <Route path=path!("/dev/gallery") view=DevGalleryPage ssr=SsrMode::Async/>
                <Route path=path!("/dev/mailbox") view=MailboxPage ssr=SsrMode::Async/>
                <Route path=path!("/join/:token") view=JoinPage ssr=SsrMode::Async/>
                <Route path=path!("/sender/verify/:token") view=SenderVerifyPage ssr=SsrMode::Async/>
                <Route path=path!("/sender/verified") view=SenderVerifiedPage ssr=SsrMode::Async/>
                <Route path=path!("/unsubscribe/:token") view=UnsubscribePage ssr=SsrMode::Async/>
                <TeamRoutes/>
            </Routes>
        </Router>
        <ToastHost/>
    }
}

/// Pages below one address, then groups of them; around stands a component with an outlet.
macro_rules! pages {
    ($(#[$doc:meta])* $name:ident: $at:tt in $around:ident { $($below:tt => $page:ident,)+ } $($more:ident)*) => {
        $(#[$doc])*
        #[component(transparent)]
        fn $name() -> impl leptos_router::MatchNestedRoutes + Clone {
            view! {
                <ParentRoute path=path!($at) view=$around ssr=SsrMode::Async>
                    $(<Route path=path!($below) view=$page ssr=SsrMode::Async/>)+
                    $(<$more/>)*
                </ParentRoute>
            }
            .into_inner()
            .into_any_nested_route()
        }
    };
}

pages! {
    /// Signing up, in and out, mailed links, and the teams of whoever is signed in.
    AccountRoutes: "" in Outlet {
        "sign-up" => SignUpPage,
        "sign-in" => SignInPage,
        "check-mail" => CheckMailPage,
        "verify/:token" => VerifyPage,
        "forgot" => ForgotPage,
        "reset/:token" => ResetPage,
        "teams" => TeamsPage,
        "teams/new" => NewTeamPage,
    }
}

pages! {
    /// `/t/{team}`: the frame around, the pages in its middle. They find its data by `use_frame()`.
    TeamRoutes: "/t/:team" in TeamPage {
        "" => HomePage,
        "insights" => InsightsPage,
    } BusinessRoutes SettingsRoutes
}

pages! {
    /// What one works with in a business: `/t/{team}/b/{business}/…`.
    BusinessRoutes: "b/:business" in Outlet {
        "" => BusinessStart,
        "customers" => CustomersPage,
        "customers/:customer" => CustomerPage,
        "import" => ImportPage,
        "import/:import" => ImportRunPage,
        "outreach" => OutreachPage,
        "replies" => RepliesPage,
    }
}

pages! {
    /// Settings: each page brings its `SettingsLayout`.
    SettingsRoutes: "settings" in Outlet {
        "" => SettingsStart,
        "team" => OverviewPage,
        "team/members" => MembersPage,
        "team/members/:member" => MemberPage,
        "team/leave" => LeavePage,
        "team/transfer" => TransferPage,
        "team/invitations" => InvitationsPage,
        "team/credits" => CreditsPage,
        "team/roles" => RolesPage,
        "team/audit" => AuditPage,
        "businesses" => BusinessesPage,
        "businesses/new" => NewBusinessPage,
        "businesses/:business" => EditBusinessPage,
    }
}

/// A business without a page named leads to its customers.
#[component]
fn BusinessStart() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let there = team().and_then(|team| Ok(paths::customers(team, business()?)));
    match there {
        Ok(path) => view! { <Redirect path/> }.into_any(),
        Err(error) => view! { <ErrorPage error/> }.into_any(),
    }
}

/// Settings without a page named lead to the first one that the person may see.
#[component]
fn SettingsStart() -> impl IntoView {
    let path = use_frame().with_untracked(|f| {
        if f.may(Permission::ViewTeamSettings, None) {
            paths::team_settings(f.id)
        } else {
            paths::businesses(f.id)
        }
    });
    view! { <Redirect path/> }
}

/// Ctrl K or Cmd K goes to the search of the page, a question mark shows what keys do.
fn listen_to_keys() {
    let _ = window_event_listener(ev::keydown, |ev| {
        if (ev.ctrl_key() || ev.meta_key()) && ev.key() == "k" && document().get_element_by_id("search").is_some() {
            ev.prevent_default();
            focus("#search");
        } else if key_of(&ev).is_some_and(|key| key == "?")
            && let Some(shortcuts) = document().get_element_by_id("shortcuts")
        {
            use wasm_bindgen::JsCast;
            let shortcuts: web_sys::HtmlElement = shortcuts.unchecked_into();
            let _ = shortcuts.show_popover();
        }
    });
}
