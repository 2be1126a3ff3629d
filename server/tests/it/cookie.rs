//! The session cookie: which name counts where, and who can't reach it.

use ::http::{HeaderMap, HeaderValue, header};
use app::cookie::{clear, read, set};

fn carrying(cookies: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(cookies))])
}

#[test]
fn over_https_only_the_protected_name_counts() {
    let both = carrying("askusers_session=planted; __Host-askusers_session=real");
    assert_eq!(read(&both, "https://askusers.example.com"), Some("real"));
    assert_eq!(read(&both, "http://127.0.0.1:3000"), Some("planted"));
    assert_eq!(read(&carrying("askusers_session=planted"), "https://askusers.example.com"), None);
    assert_eq!(read(&carrying("askusers_session="), "http://127.0.0.1:3000"), None);
}

#[test]
fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let cookie = set("https://askusers.example.com", "token").expect("a header");
    let text = cookie.to_str().expect("ASCII");
    assert_eq!(
        text,
        "__Host-askusers_session=token; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"
    );
}

#[test]
fn signing_out_forgets_it_at_once() {
    let cookie = clear("http://127.0.0.1:3000").expect("a header");
    assert_eq!(
        cookie.to_str().expect("ASCII"),
        "askusers_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    );
}
