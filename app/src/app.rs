//! The route table.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    StaticSegment,
    components::{Route, Router, Routes},
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
                <Route path=StaticSegment("") view=|| view! { <Title text="AskUsers"/><main><h1>"AskUsers"</h1></main> }/>
            </Routes>
        </Router>
    }
}
