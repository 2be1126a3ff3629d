//! The one place where an error becomes an HTTP status.
//!
//! Leptos answers every failed server function with 500 and a header. Here the error is read from the body and
//! gets its own status; what can't be read is `Malformed`. Redirects of plain forms are no 500 and pass untouched.

use super::request::RequestId;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Error;

/// Set by Leptos on the answer of a failed server function.
pub const SERVER_FN_ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// Largest error that is read.
const ERROR_MAX: usize = 64 * 1024;

/// Marks an answer that the catch-panic layer made.
#[derive(Clone, Copy, Debug)]
pub struct Panicked;

/// Gives errors their status, and unknown ones the id of the request as reference.
pub async fn map(request: Request, next: Next) -> Response {
    let reference = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let wants_page = !request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if response.extensions().get::<Panicked>().is_some() {
        return if wants_page {
            error_page(&reference)
        } else {
            answer(internal(&reference))
        };
    }
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR || !response.headers().contains_key(&SERVER_FN_ERROR) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let error = to_bytes(body, ERROR_MAX)
        .await
        .ok()
        .and_then(|body| decode(&body))
        .unwrap_or(Error::Malformed);
    let error = match error {
        Error::Internal { reference: inner } => {
            tracing::error!(inner, "a server function failed");
            internal(&reference)
        }
        other => other,
    };
    let known = answer(error);
    parts.status = known.status();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, known.into_body())
}

/// What the catch-panic layer answers; `map`, around it, fills it in.
pub fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    tracing::error!(panic = text, "a request panicked");
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Panicked);
    response
}

/// An error as server functions answer it, for plain handlers too.
pub fn answer(error: Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let retry = match &error {
        Error::RateLimited { retry_after_s } => Some(HeaderValue::from(*retry_after_s)),
        _ => None,
    };
    let mut response = (status, axum::Json(error)).into_response();
    if let Some(seconds) = retry {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn internal(reference: &str) -> Error {
    Error::Internal {
        reference: reference.to_owned(),
    }
}

fn decode(body: &Bytes) -> Option<Error> {
    serde_json::from_slice(body).ok()
}

/// A page that needs nothing else to work.
fn error_page(reference: &str) -> Response {
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Something went wrong · AskUsers</title></head>\
         <body><main><h1>Something went wrong</h1><p>Nothing was changed. Try again; if it stays, tell support the reference \
         <strong>{reference}</strong>.</p><p><a href=\"/\">Go to the start page</a></p></main></body></html>"
    );
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        Body::from(page),
    )
        .into_response()
}
