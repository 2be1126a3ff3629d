//! Files that are made while they are sent: the customers of a list as CSV.

use super::{
    grants,
    middleware::{error_status, time_limit},
    uploads::{SILENCE, refusal},
};
use crate::state::AppState;
use app::{pages::customers::query, paths};
use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{Extensions, HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    Error,
    ids::{BusinessId, TeamId},
    permission::perm,
};
use futures::{Stream, StreamExt, stream};
use services::customers::export;
use std::io;

pub fn routes() -> Router<AppState> {
    time_limit::limited(Router::new().route(paths::EXPORT_ROUTE, get(customers)), SILENCE)
}

/// The address says which customers: as the list's own does, or by their ids.
async fn customers(
    State(state): State<AppState>,
    Path((team, business)): Path<(String, String)>,
    Query(asked): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let page = error_status::accepts_html(&headers);
    let (Ok(team), Ok(business)) = (team.parse::<TeamId>(), business.parse::<BusinessId>()) else {
        return refusal(Error::NotFound, page, paths::TEAMS);
    };
    let chosen = query::chosen_of(asked);
    let found = async {
        let grant = grants::grant::<perm::ViewCustomers>(&state.services, &extensions, team).await?;
        export::export(&state.services, &grant, business, &chosen)
            .await
            .map_err(|error| error.into_public(&grants::reference(&extensions)))
    };
    match found.await {
        Ok(file) => {
            let name = file.file_name.clone();
            csv(
                &name,
                stream::unfold(file, async |mut file| file.next().await.map(|bytes| (bytes, file))),
            )
        }
        Err(error) => refusal(error, page, &paths::customers(team, business)),
    }
}

/// An answer that is saved under a name.
pub fn csv(file_name: &str, parts: impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static) -> Response {
    // Fused: compressing asks once more after the end.
    let mut response = Body::from_stream(parts.fuse()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let disposition = format!("attachment; filename*=UTF-8''{}", paths::escape(file_name));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
