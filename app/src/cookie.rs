//! Cookies: names and attributes in one place. Server functions set the session's, the server's session layer reads it.

use http::{HeaderMap, HeaderValue, header};

/// A browser forgets the session when the server would: whenever the server prolongs it, the cookie is set again.
const LIFE_S: u32 = 30 * 24 * 60 * 60;

/// What was typed into a refused form.
const TYPED: &str = "askusers_typed";
const TYPED_LIFE_S: u32 = 60;

/// Over https the name itself forbids other hosts and plain http to set it.
const fn name(https: bool) -> &'static str {
    if https { "__Host-askusers_session" } else { "askusers_session" }
}

fn is_https(base_url: &str) -> bool {
    base_url.starts_with("https://")
}

/// `Set-Cookie` that signs in.
#[must_use]
pub fn set(base_url: &str, token: &str) -> Option<HeaderValue> {
    header(base_url, name(is_https(base_url)), token, Some(LIFE_S))
}

/// Ends the value of a cookie that lives until the browser is closed. No token holds this letter.
const VISIT: char = '~';

/// `Set-Cookie` that signs in until the browser is closed.
#[must_use]
pub fn set_for_visit(base_url: &str, token: &str) -> Option<HeaderValue> {
    header(base_url, name(is_https(base_url)), &format!("{token}{VISIT}"), None)
}

/// `Set-Cookie` for a session whose life was prolonged, if its cookie ends some day.
#[must_use]
pub fn prolong(headers: &HeaderMap, base_url: &str) -> Option<HeaderValue> {
    let value = find(headers, name(is_https(base_url)))?;
    if value.ends_with(VISIT) { None } else { set(base_url, value) }
}

/// `Set-Cookie` that forgets the session.
#[must_use]
pub fn clear(base_url: &str) -> Option<HeaderValue> {
    header(base_url, name(is_https(base_url)), "", Some(0))
}

/// `Set-Cookie` with what was typed into a form, for the page that is loaded next.
#[must_use]
pub fn set_typed(base_url: &str, text: &str) -> Option<HeaderValue> {
    header(base_url, TYPED, text, Some(TYPED_LIFE_S))
}

fn header(base_url: &str, name: &str, value: &str, life_s: Option<u32>) -> Option<HeaderValue> {
    let secure = if is_https(base_url) { "; Secure" } else { "" };
    let life = life_s.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    let text = format!("{name}={value}; Path=/{life}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

/// The token that a request carries.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, base_url: &str) -> Option<&'a str> {
    Some(find(headers, name(is_https(base_url)))?.trim_end_matches(VISIT))
}

/// What was typed into the form that led here.
#[must_use]
pub fn read_typed(headers: &HeaderMap) -> Option<&str> {
    find(headers, TYPED)
}

fn find<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == wanted && !value.is_empty())
        .map(|(_, value)| value)
}
