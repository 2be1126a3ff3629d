//! What exists with `--dev` only: the gallery of components and the mailbox. Elsewhere these addresses lead nowhere.

mod mailbox;

pub use mailbox::MailboxPage;

use super::gallery::GalleryPage;
use crate::{api, layouts::ErrorPage};
use leptos::prelude::*;

#[component]
pub fn DevGalleryPage() -> impl IntoView {
    let check = Resource::new(|| (), |()| api::development::check());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match check.await {
                    Ok(()) => view! { <GalleryPage/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}
