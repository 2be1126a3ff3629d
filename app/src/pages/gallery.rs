//! Every component in both themes, for people, axe and the picture tests. Rendered by the server alone: the browser's half
//! carries none of it, so nothing on it answers; what does is tested on the pages that use it.

use crate::layouts::{SkipLink, ThemeSwitch, Wordmark};
use leptos::prelude::*;
use leptos_meta::Title;

#[cfg(feature = "ssr")]
mod forms;
#[cfg(feature = "ssr")]
mod samples;

/// The two columns; the browser leaves them as they came.
#[cfg(feature = "ssr")]
fn columns() -> String {
    samples::both_themes().to_html()
}

#[cfg(not(feature = "ssr"))]
const fn columns() -> String {
    String::new()
}

#[component]
pub fn GalleryPage() -> impl IntoView {
    view! {
        <Title text="Gallery · AskUsers"/>
        <SkipLink/>
        <header class="border-b border-line">
            <div class="px-6 sm:px-8 h-14 flex items-center gap-4">
                <Wordmark/>
                <h1 class="font-medium sub">"Components"</h1>
                <ThemeSwitch class="ml-auto"/>
            </div>
        </header>
        <main
            id="main"
            class="grid grid-cols-[minmax(0,1fr)] lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]"
            inner_html=columns()
        ></main>
    }
    .into_any()
}
