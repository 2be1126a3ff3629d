//! What exists with `--dev` only: the gallery of components and the mailbox. Elsewhere these addresses lead nowhere.

mod mailbox;

pub use mailbox::MailboxPage;

use super::{fetched::fetched, gallery::GalleryPage};
use crate::{api::development::IsDevelopment, layouts::ErrorPage};
use leptos::prelude::*;

#[component]
pub fn DevGalleryPage() -> impl IntoView {
    let check = fetched(|| Ok(IsDevelopment {}));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match check.wait().await {
                    Ok(()) => view! { <GalleryPage/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}
