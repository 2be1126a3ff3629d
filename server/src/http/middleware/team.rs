//! The frame of a team's pages, fetched before they are rendered: what is inside needs it from its first line on.

use super::request::RequestId;
use crate::state::AppState;
use app::api::teams::{Preloaded, preload};
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use services::accounts::Session;

pub async fn frame(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some(team) = team_of(request.uri().path()).filter(|_| reads).map(str::to_owned) {
        let reference = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let session = request.extensions().get::<Session>().cloned();
        let frame = preload(&state.services, session.as_ref(), &team, &reference).await;
        request.extensions_mut().insert(Preloaded(frame));
    }
    next.run(request).await
}

/// `{team}` of `/t/{team}/…`.
fn team_of(path: &str) -> Option<&str> {
    path.strip_prefix("/t/")?.split('/').next()
}
