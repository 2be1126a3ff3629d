//! How long an answer may take to begin: outside everything that asks the database.

use super::error_status;
use axum::{extract::Request, middleware::Next, response::Response};
use domain::Error;
use std::time::Duration;

/// Gives up after `limit`; what was under way is dropped, and with it its transaction.
pub async fn within(limit: Duration, request: Request, next: Next) -> Response {
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    tracing::warn!(seconds = limit.as_secs_f64(), "no answer in time");
    error_status::fail(Error::Unavailable)
}
