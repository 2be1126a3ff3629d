//! The one place where an error becomes an HTTP status.
//!
//! Leptos answers every failed server function with 500 and a header. Here the error is read from the body and
//! gets its own status; what can't be read is `Malformed`. Redirects of plain forms are no 500 and pass untouched.

use super::request::RequestId;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Error;

/// Set by Leptos on the answer of a failed server function.
pub const SERVER_FN_ERROR: HeaderName = HeaderName::from_static("serverfnerror");
/// Largest error that is read.
const ERROR_MAX: usize = 64 * 1024;

/// An answer that a layer inside could not give: `map` makes a page or an error of it.
#[derive(Clone, Debug)]
struct Failed(Error);

/// Leaves the answer to `map`.
pub fn fail(error: Error) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Failed(error));
    response
}

/// Gives errors their status, and unknown ones the id of the request as reference.
pub async fn map(request: Request, next: Next) -> Response {
    let reference = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let wants_page = accepts_html(request.headers()) || !request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if let Some(Failed(error)) = response.extensions().get::<Failed>() {
        let error = named(error.clone(), &reference);
        return if wants_page { error_page(&error) } else { answer(error) };
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
    let (known, body) = answer(named(error, &reference)).into_parts();
    parts.status = known.status;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(known.headers);
    Response::from_parts(parts, body)
}

/// Whether a browser asks for something to show.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// What the catch-panic layer answers.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the cause over")]
pub fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    tracing::error!(panic = text, "a request panicked");
    fail(Error::Internal { reference: String::new() })
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

/// Unknown errors carry the id of the request, under which the log tells the cause.
fn named(error: Error, reference: &str) -> Error {
    match error {
        Error::Internal { .. } => Error::Internal {
            reference: reference.to_owned(),
        },
        other => other,
    }
}

fn decode(body: &Bytes) -> Option<Error> {
    serde_json::from_slice(body).ok()
}

/// A page that needs nothing else to work.
fn error_page(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Something went wrong · AskUsers</title></head>\
         <body><main><h1>Something went wrong</h1><p>What happened: {error}.</p><p><a href=\"/\">Go to the start page</a></p></main></body></html>"
    );
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(page)).into_response()
}
