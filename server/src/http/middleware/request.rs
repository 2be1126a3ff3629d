//! Who asks and under which id: the first layer. Later ones and the pages read what it writes.

use crate::state::AppState;
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header::USER_AGENT},
    middleware::Next,
    response::Response,
};
use services::accounts::Origin;
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    time::Instant,
};
use tracing::Instrument;

/// On requests and answers: the id under which the logs tell about this request. Always set.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The id of this request.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Names the request, notes who asks, and logs its end.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let trusted = state.http.trust_proxy;
    let id = trusted
        .then(|| usable_id(request.headers()))
        .flatten()
        .unwrap_or_else(|| state.services.clock().new_id().simple().to_string());
    let header = HeaderValue::from_str(&id).expect("an id has letters, digits and dashes only");
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client = client_address(request.headers(), peer, trusted);
    request.headers_mut().insert(REQUEST_ID, header.clone());
    let user_agent = request.headers().get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let origin = Origin {
        network: client.map(network),
        user_agent: user_agent.to_owned(),
    };
    request.extensions_mut().insert(origin);
    request.extensions_mut().insert(RequestId(id.clone()));

    // The pattern and never the path or the query: they hold tokens of links.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(unmatched)".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id = %id, method = %request.method(), route = %route, person = tracing::field::Empty);
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| match route.as_str() {
        // Asked every few seconds by whoever watches the process.
        "/healthz" | "/readyz" if status == 200 => tracing::debug!(status, ms, "answered"),
        _ => tracing::info!(status, ms, "answered"),
    });
    response.headers_mut().insert(REQUEST_ID, header);
    response
}

/// The proxy's id, if it is short and harmless.
fn usable_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let harmless = (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    harmless.then(|| id.to_owned())
}

/// The address of who asks. Behind a proxy the last forwarded one: earlier ones are whatever the client wrote.
fn client_address(headers: &HeaderMap, peer: Option<IpAddr>, trusted: bool) -> Option<IpAddr> {
    let forwarded = || {
        let last = headers.get_all(FORWARDED).iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    };
    trusted.then(forwarded).flatten().or(peer)
}

/// What limits count by: whoever has one IPv6 address has the 2⁶⁴ beside it.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name, HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn only_the_proxys_own_entry_is_believed_and_only_behind_a_proxy() {
        let peer = Some(IpAddr::from([10, 0, 0, 1]));
        let forged = headers(&[(FORWARDED, "1.1.1.1, 203.0.113.7")]);
        assert_eq!(client_address(&forged, peer, true), Some(IpAddr::from([203, 0, 113, 7])));
        assert_eq!(client_address(&forged, peer, false), peer);
        let two = headers(&[(FORWARDED, "1.1.1.1"), (FORWARDED, "203.0.113.8")]);
        assert_eq!(client_address(&two, peer, true), Some(IpAddr::from([203, 0, 113, 8])));
        assert_eq!(client_address(&headers(&[(FORWARDED, "unknown")]), peer, true), peer);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6".parse().expect("an address")), "2001:db8:1:2::/64");
        assert_eq!(network("::ffff:203.0.113.7".parse().expect("an address")), "203.0.113.7");
    }

    #[test]
    fn an_id_that_could_forge_a_log_line_is_not_taken() {
        assert_eq!(
            usable_id(&headers(&[(REQUEST_ID, "abcdef12-3456")])).as_deref(),
            Some("abcdef12-3456")
        );
        assert_eq!(usable_id(&headers(&[(REQUEST_ID, "short")])), None);
        assert_eq!(usable_id(&headers(&[(REQUEST_ID, "id\" level=\"error")])), None);
    }
}
