//! The largest body that is read, whether its length was announced or not.

use super::error_status;
use axum::{
    body::Body,
    extract::{Request, State},
    http::header::CONTENT_LENGTH,
    middleware::Next,
    response::Response,
};
use domain::Error;
use futures::StreamExt;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

/// Refuses what is announced as larger; a body that turns out larger is cut off, and whatever came of it is no answer.
pub async fn bounded(State(most): State<usize>, request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return error_status::fail(Error::TooLarge);
    }
    let over = Arc::new(AtomicBool::new(false));
    let mut left = most;
    let watched = {
        let over = Arc::clone(&over);
        move |chunk: Result<axum::body::Bytes, axum::Error>| {
            let chunk = chunk?;
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => {
                    over.store(true, Relaxed);
                    return Err(axum::Error::new(io::Error::other("the body is too large")));
                }
            }
            Ok(chunk)
        }
    };
    let request = request.map(|body| Body::from_stream(body.into_data_stream().map(watched)));
    let response = next.run(request).await;
    if over.load(Relaxed) {
        return error_status::fail(Error::TooLarge);
    }
    response
}
