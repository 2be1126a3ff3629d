//! Who is signed in: puts `services::accounts::Session` into the request, if the cookie has a live one.
//!
//! Decides nothing: pages and server functions ask for the session themselves. Static files never come here.

use super::{error_status, request::RequestId};
use crate::state::AppState;
use app::cookie;
use axum::{
    extract::{Request, State},
    http::header::SET_COOKIE,
    middleware::Next,
    response::Response,
};
use services::accounts::sessions;

pub async fn find(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let base_url = &state.services.settings().base_url;
    let mut prolonged = None;
    if let Some(token) = cookie::read(request.headers(), base_url) {
        match sessions::find(&state.services, token).await {
            Ok(Some(session)) => {
                tracing::Span::current().record("person", tracing::field::display(session.person));
                if session.prolonged {
                    prolonged = cookie::prolong(request.headers(), base_url);
                }
                request.extensions_mut().insert(session);
            }
            Ok(None) => {}
            Err(error) => {
                let reference = request.extensions().get::<RequestId>().map(|id| id.0.as_str()).unwrap_or_default();
                return error_status::fail(error.into_public(reference));
            }
        }
    }
    let mut response = next.run(request).await;
    // Signing out or in on this very request goes first.
    if let Some(cookie) = prolonged
        && !response.headers().contains_key(SET_COOKIE)
    {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}
