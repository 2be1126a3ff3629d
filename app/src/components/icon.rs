//! The inline set of icons. The sprite stands once in the document (`shell.rs`), outside the hydrated part,
//! so that an icon is a reference of a few bytes.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident $id:literal),+ $(,)?) => {
        $(pub const $name: &str = concat!("#i-", $id);)+
        /// All of them, for the gallery.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

icons! {
    USERS "users", USER "user", SEND "send", REPLY "reply", CHART "chart", SETTINGS "settings", TEAM "team", SEARCH "search",
    PLUS "plus", DOWN "down", RIGHT "right", LEFT "left", UPDOWN "updown", CHECK "check", X "x", ALERT "alert", INFO "info",
    COINS "coins", FILTER "filter", BOOKMARK "bookmark", DOWNLOAD "download", UPLOAD "upload", TAG "tag", TRASH "trash",
    SPARK "spark", PENCIL "pencil", REFRESH "refresh", EYE "eye", CLOCK "clock", MAIL "mail", MORE "more", MOON "moon",
    SUN "sun", MENU "menu", LAYERS "layers", LOCK "lock", CALENDAR "calendar", BAN "ban", UNDO "undo", FILE "file",
    SHOP "shop", ARROW_UP "up", ARROW_DOWN "dn", EXTERNAL "ext", INBOX "inbox", CHAT "chat", KEYS "keys", PAUSE "pause",
    SKIP "skip", HELP "help", OUT "out", GRIP "grip", FLAG "flag", SWAP "swap",
}

/// `<Icon name=icon::SEND/>`: 16 px, decorative; the word stands beside it. `class="size-3.5"` in chips and rows.
#[component]
pub fn Icon(name: &'static str, #[prop(optional)] class: &'static str) -> impl IntoView {
    view! {
        <svg class=joined("icon", class) aria-hidden="true">
            <use href=name></use>
        </svg>
    }
    .into_any()
}

/// Two lists of classes as one.
pub(crate) fn joined(first: &str, second: &str) -> String {
    let mut all = String::with_capacity(first.len() + second.len() + 1);
    all.push_str(first);
    if !second.is_empty() {
        if !first.is_empty() {
            all.push(' ');
        }
        all.push_str(second);
    }
    all
}
