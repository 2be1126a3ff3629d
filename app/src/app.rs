//! The route table. Every page is rendered whole by the server (`SsrMode::Async`): it reads without JavaScript, and redirects and
//! statuses leave before the first byte.

use crate::{
    components::{ToastHost, Toasts, close_menus_on_leave},
    layouts::ErrorPage,
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
            team::{AuditPage, CreditsPage, InvitationsPage, MembersPage, OverviewPage, RolesPage},
            team_id,
        },
        team::TeamPage,
        teams::{NewTeamPage, TeamsPage},
        unsubscribe::UnsubscribePage,
    },
    paths,
};
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
        focus_search_by_key();
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

/// Signing up, in and out, mailed links, and the teams of whoever is signed in.
#[component(transparent)]
fn AccountRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("sign-up") view=SignUpPage ssr=SsrMode::Async/>
            <Route path=path!("sign-in") view=SignInPage ssr=SsrMode::Async/>
            <Route path=path!("check-mail") view=CheckMailPage ssr=SsrMode::Async/>
            <Route path=path!("verify/:token") view=VerifyPage ssr=SsrMode::Async/>
            <Route path=path!("forgot") view=ForgotPage ssr=SsrMode::Async/>
            <Route path=path!("reset/:token") view=ResetPage ssr=SsrMode::Async/>
            <Route path=path!("teams") view=TeamsPage ssr=SsrMode::Async/>
            <Route path=path!("teams/new") view=NewTeamPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// `/t/{team}`: the frame around, the pages in its middle. They find its data by `use_frame()`.
#[component(transparent)]
fn TeamRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/t/:team") view=TeamPage ssr=SsrMode::Async>
            <Route path=path!("") view=HomePage ssr=SsrMode::Async/>
            <Route path=path!("insights") view=InsightsPage ssr=SsrMode::Async/>
            <BusinessRoutes/>
            <SettingsRoutes/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What one works with in a business: `/t/{team}/b/{business}/…`.
#[component(transparent)]
fn BusinessRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("b/:business") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("") view=BusinessStart ssr=SsrMode::Async/>
            <Route path=path!("customers") view=CustomersPage ssr=SsrMode::Async/>
            <Route path=path!("customers/:customer") view=CustomerPage ssr=SsrMode::Async/>
            <Route path=path!("import") view=ImportPage ssr=SsrMode::Async/>
            <Route path=path!("import/:import") view=ImportRunPage ssr=SsrMode::Async/>
            <Route path=path!("outreach") view=OutreachPage ssr=SsrMode::Async/>
            <Route path=path!("replies") view=RepliesPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
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

/// Settings: each page brings its `SettingsLayout`.
#[component(transparent)]
fn SettingsRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("team") view=OverviewPage ssr=SsrMode::Async/>
            <Route path=path!("team/members") view=MembersPage ssr=SsrMode::Async/>
            <Route path=path!("team/invitations") view=InvitationsPage ssr=SsrMode::Async/>
            <Route path=path!("team/credits") view=CreditsPage ssr=SsrMode::Async/>
            <Route path=path!("team/roles") view=RolesPage ssr=SsrMode::Async/>
            <Route path=path!("team/audit") view=AuditPage ssr=SsrMode::Async/>
            <Route path=path!("businesses") view=BusinessesPage ssr=SsrMode::Async/>
            <Route path=path!("businesses/new") view=NewBusinessPage ssr=SsrMode::Async/>
            <Route path=path!("businesses/:business") view=EditBusinessPage ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Ctrl K or Cmd K goes to the search of the page.
fn focus_search_by_key() {
    let _ = window_event_listener(ev::keydown, |ev| {
        if (ev.ctrl_key() || ev.meta_key())
            && ev.key() == "k"
            && let Some(field) = document().get_element_by_id("search")
        {
            use wasm_bindgen::JsCast;
            ev.prevent_default();
            let field: web_sys::HtmlElement = field.unchecked_into();
            let _ = field.focus();
        }
    });
}
