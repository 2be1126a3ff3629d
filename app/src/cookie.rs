//! The session cookie: its name and attributes in one place. Pages set it, the server's session layer reads it.

use http::{HeaderMap, HeaderValue, header};

/// A browser forgets the session when the server would.
const LIFE_S: u32 = 30 * 24 * 60 * 60;

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
    header(base_url, token, LIFE_S)
}

/// `Set-Cookie` that forgets the session.
#[must_use]
pub fn clear(base_url: &str) -> Option<HeaderValue> {
    header(base_url, "", 0)
}

fn header(base_url: &str, value: &str, life_s: u32) -> Option<HeaderValue> {
    let https = is_https(base_url);
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; Max-Age={life_s}; HttpOnly; SameSite=Lax{secure}", name(https));
    HeaderValue::from_str(&text).ok()
}

/// The token that a request carries.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, base_url: &str) -> Option<&'a str> {
    let wanted = name(is_https(base_url));
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == wanted && !value.is_empty())
        .map(|(_, value)| value)
}
