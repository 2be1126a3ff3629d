//! What happened, newest first.

use super::{Icon, Product, Time};
use domain::time::Moment;
use leptos::prelude::*;

/// `<Timeline><TimelineItem …>…</TimelineItem></Timeline>`.
#[component]
pub fn Timeline(children: Children) -> impl IntoView {
    view! { <ol class="tl [&>li:last-child]:pb-0">{children()}</ol> }.into_any()
}

/// `<TimelineItem icon=icon::SEND at product=Some((name, mark)) actor="Jane Peacock" text="sent “…”">badges</TimelineItem>`.
#[component]
pub fn TimelineItem(
    icon: &'static str,
    /// Who did it; nobody for an empty name.
    #[prop(optional, into)]
    actor: Option<String>,
    /// What: goes on after the actor's name.
    #[prop(into)]
    text: String,
    at: Moment,
    /// The business's name and mark, where a timeline has several.
    #[prop(optional_no_strip)]
    product: Option<(String, u8)>,
    /// Badges or words below.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li>
            <span class="tl-mark">
                <Icon name=icon class="size-3.5"/>
            </span>
            <div class="pt-1 min-w-0">
                <p class="flex flex-wrap gap-x-2">
                    <span class="min-w-0">
                        {actor.filter(|a| !a.is_empty()).map(|a| view! { <b class="font-medium"><bdi>{a}</bdi></b> " " })} {text}
                    </span>
                    <span class="sub text-xs leading-5 sm:ml-auto">
                        {product.map(|(name, mark)| view! { <Product name mark/> " · " })} <Time at/>
                    </span>
                </p>
                {children.map(|c| view! { <div class="mt-1.5 flex flex-wrap gap-1.5">{c()}</div> })}
            </div>
        </li>
    }
    .into_any()
}
