//! The session cookie: which name counts where, and who can't reach it.

use ::http::{HeaderMap, HeaderValue, header};
use app::cookie::{clear, prolong, read, set, set_for_visit};

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

#[test]
fn a_session_for_one_visit_is_never_prolonged() {
    let base = "http://127.0.0.1:3000";
    let visit = set_for_visit(base, "token").expect("a header");
    assert_eq!(
        visit.to_str().expect("ASCII"),
        "askusers_session=token~; Path=/; HttpOnly; SameSite=Lax"
    );
    assert_eq!(read(&carrying("askusers_session=token~"), base), Some("token"));
    assert_eq!(prolong(&carrying("askusers_session=token~"), base), None);
    assert_eq!(prolong(&carrying("askusers_session=token"), base), set(base, "token"));
}
