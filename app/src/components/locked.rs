//! What one may not do is visible as such, with the reason and whom to ask.

use super::{Icon, button::Size, icon};
use domain::permission::Permission;
use leptos::prelude::*;

/// `<LockedAction id="transfer" label="Transfer ownership" reason="Only the owner, Andrew Adams, can do this."/>`:
/// stays focusable; the reason stands beside it, or with `tip=true` (in tables) in a tooltip.
#[component]
pub fn LockedAction(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    #[prop(into)] reason: String,
    #[prop(optional)] size: Size,
    /// Reason in a tooltip.
    #[prop(optional)]
    tip: bool,
) -> impl IntoView {
    let class = match size {
        Size::Work => "btn btn-sm",
        Size::Decide => "btn",
        Size::Row => "btn btn-xs",
    };
    let button = view! {
        <button type="button" class=class aria-disabled="true" aria-describedby=id.clone()>
            <Icon name=icon::LOCK class="size-3.5"/>
            {label}
        </button>
    };
    if tip {
        view! {
            <span class="tooltip tooltip-left" data-tip=reason>
                {button}
                <span id=id class="sr-only">{reason.clone()}</span>
            </span>
        }
        .into_any()
    } else {
        view! {
            <span class="inline-flex flex-wrap items-center gap-2">
                {button}
                <span id=id class="sub">{reason}</span>
            </span>
        }
        .into_any()
    }
}

/// "You need the right to invite people. Ask an owner or admin."
#[must_use]
pub fn locked_reason(permission: Permission) -> String {
    format!("You need the right to {}. Ask {}.", permission.sentence(), permission.granted_by())
}

/// `<Can allowed=frame.may(permission, business) permission id="invite" label="Invite member">…</Can>`:
/// the children, or the same action locked with the reason.
#[component]
pub fn Can(
    allowed: bool,
    permission: Permission,
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional)] size: Size,
    #[prop(optional)] tip: bool,
    children: Children,
) -> impl IntoView {
    if allowed {
        children()
    } else {
        view! { <LockedAction id label reason=locked_reason(permission) size tip/> }.into_any()
    }
}
