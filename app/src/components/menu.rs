//! Menus: `<details class="dropdown">`, open without a script; `close_menus_on_leave` closes them on Escape,
//! on a press outside and after a choice.

use super::{Icon, button::classes, icon::joined};
use super::{Kind, Size};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// `<Menu label="More" icon=icon::MORE end=true><MenuLink …/><MenuButton …/></Menu>`. `label` is the name;
/// `words=true` shows it beside the icon.
#[component]
pub fn Menu(
    #[prop(into)] label: String,
    #[prop(optional)] icon: &'static str,
    #[prop(optional)] words: bool,
    /// Opens to the left: for menus at the right edge.
    #[prop(optional)]
    end: bool,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] size: Size,
    children: Children,
) -> impl IntoView {
    let base = classes(kind, size);
    let name = (!words).then(|| label.clone());
    let class = if words { base.to_owned() } else { joined(base, "btn-square") };
    view! {
        <details class=if end { "dropdown dropdown-end" } else { "dropdown" }>
            <summary class=class aria-label=name>
                {(!icon.is_empty()).then(|| view! { <Icon name=icon/> })}
                {words.then(|| view! { <span>{label}</span> })}
                {words.then(|| view! { <Icon name=super::icon::DOWN class="size-3.5 sub"/> })}
            </summary>
            <ul class="menu dropdown-content w-60">{children()}</ul>
        </details>
    }
    .into_any()
}

/// A line of a menu that leads somewhere. `note` stands muted at its end.
#[component]
pub fn MenuLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] icon: &'static str,
    #[prop(optional, into)] note: String,
    #[prop(optional)] current: bool,
    /// A line above it.
    #[prop(optional)]
    apart: bool,
) -> impl IntoView {
    view! {
        <li class=apart.then_some(APART)>
            <a href=href aria-current=current.then_some("true")>
                {(!icon.is_empty()).then(|| view! { <Icon name=icon class="sub"/> })}
                <span class="grow truncate">{label}</span>
                {(!note.is_empty()).then(|| view! { <span class="sub text-xs">{note}</span> })}
                {current.then(|| view! { <Icon name=super::icon::CHECK/> })}
            </a>
        </li>
    }
    .into_any()
}

/// A line of a menu that does something: `on:click=…` (it bubbles to the line). `locked` greys it out and says why.
#[component]
pub fn MenuButton(
    #[prop(into)] label: String,
    #[prop(optional)] icon: &'static str,
    #[prop(optional, into)] note: String,
    #[prop(optional)] danger: bool,
    #[prop(optional)] apart: bool,
    /// Sends the form around the menu.
    #[prop(optional)]
    submit: bool,
    /// Why it can't be used; whom to ask.
    #[prop(optional, into)]
    locked: Option<String>,
) -> impl IntoView {
    let class = if danger { "text-error w-full" } else { "w-full" };
    let refused = locked.is_some();
    let icon = if refused { super::icon::LOCK } else { icon };
    view! {
        <li class=apart.then_some(APART)>
            <button
                type=if submit && !refused { "submit" } else { "button" }
                class=class
                aria-disabled=refused.then_some("true")
                on:click=move |ev| {
                    if refused {
                        ev.stop_propagation();
                    }
                }
            >
                {(!icon.is_empty()).then(|| view! { <Icon name=icon class=if danger { "" } else { "sub" }/> })}
                <span class="grow text-left">
                    {label} {locked.map(|why| view! { <span class="block sub text-xs whitespace-normal">{why}</span> })}
                </span>
                {(!note.is_empty()).then(|| view! { <span class="sub text-xs">{note}</span> })}
            </button>
        </li>
    }
    .into_any()
}

const APART: &str = "mt-1 pt-1 border-t border-line";

/// Closes open menus and the drawer where people expect it. Called once, by the root, in the browser.
pub fn close_menus_on_leave() {
    let _ = window_event_listener(ev::keydown, |ev| {
        if ev.key() == "Escape" {
            close_menus(None, true);
        }
    });
    let _ = window_event_listener(ev::click, |ev| {
        let target = ev.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let Some(target) = target else { return };
        let inside = target.closest("details.dropdown").ok().flatten();
        // A choice closes its menu; opening one closes the others. A refused line stays open, to be read.
        let chose = matches!(target.closest(".dropdown-content :is(a, button):not([aria-disabled])"), Ok(Some(_)));
        close_menus(inside.filter(|_| !chose).as_ref(), false);
        if matches!(target.closest("#nav a"), Ok(Some(_))) {
            close_drawer();
        }
    });
}

fn close_menus(except: Option<&web_sys::Element>, refocus: bool) {
    let Ok(open) = document().query_selector_all("details.dropdown[open]") else {
        return;
    };
    for i in 0..open.length() {
        let Some(menu) = open.item(i).and_then(|n| n.dyn_into::<web_sys::Element>().ok()) else {
            continue;
        };
        if except == Some(&menu) {
            continue;
        }
        let _ = menu.remove_attribute("open");
        if refocus && let Ok(Some(summary)) = menu.query_selector("summary") {
            let summary: web_sys::HtmlElement = summary.unchecked_into();
            let _ = summary.focus();
        }
    }
}

fn close_drawer() {
    if let Ok(Some(drawer)) = document().query_selector("#nav:popover-open") {
        let drawer: web_sys::HtmlElement = drawer.unchecked_into();
        let _ = drawer.hide_popover();
    }
}
