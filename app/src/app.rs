//! The route table.

use crate::pages::sender_verify::{SenderVerifiedPage, SenderVerifyPage};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    StaticSegment,
    components::{Route, Router, Routes},
    path,
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Effect::new(|| {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("data-hydrated", "");
        }
    });
    view! {
        <Router>
            <Routes fallback=|| "Not found">
                <Route path=path!("/sender/verify/:token") view=SenderVerifyPage/>
                <Route path=path!("/sender/verified") view=SenderVerifiedPage/>
                <Route path=StaticSegment("") view=|| view! { <h1>"AskUsers"</h1> }/>
            </Routes>
        </Router>
    }
}
