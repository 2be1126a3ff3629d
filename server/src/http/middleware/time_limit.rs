//! How long an answer may take to begin: outside everything that asks the database.

use super::error_status;
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use domain::Error;
use std::time::Duration;

/// The same routes, given up after `limit`; what was under way is dropped, and with it its transaction.
pub fn limited<S: Clone + Send + Sync + 'static>(routes: Router<S>, limit: Duration) -> Router<S> {
    routes.layer(from_fn(move |request: Request, next: Next| within(limit, request, next)))
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    tracing::warn!(seconds = limit.as_secs_f64(), "no answer in time");
    error_status::fail(Error::Unavailable)
}
