//! The route table. Every page is rendered whole by the server (`SsrMode::Async`): it reads without JavaScript, and redirects and
//! statuses leave before the first byte.

use crate::{
    components::{ToastHost, Toasts, close_menus_on_leave},
    pages::{
        gallery::GalleryPage,
        landing::LandingPage,
        not_found::NotFoundPage,
        pricing::PricingPage,
        sender_verify::{SenderVerifiedPage, SenderVerifyPage},
    },
};
use leptos::{ev, prelude::*};
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
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
                <Route path=path!("/dev/gallery") view=GalleryPage ssr=SsrMode::Async/>
                <Route path=path!("/sender/verify/:token") view=SenderVerifyPage ssr=SsrMode::Async/>
                <Route path=path!("/sender/verified") view=SenderVerifiedPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
        <ToastHost/>
    }
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
