//! Files of imports: the upload, streamed to disk with a bound and time-outs of its own, and the rows that were left out.
//!
//! The upload is a plain multipart form, so that it works without scripts; it answers with a redirect to the import's page, or back to the
//! form with the reason.

use super::{
    files, grants,
    middleware::{error_status, time_limit},
};
use crate::state::AppState;
use app::paths;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State, multipart::Field},
    http::{Extensions, HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    Error,
    error::Conflict,
    ids::{BusinessId, ImportId, TeamId},
    permission::perm,
};
use futures::stream;
use services::customers::import::{self, Upload};
use std::time::Duration;

/// A file may take so long to come in, and so long may pass without a byte of it; a download begins within the latter.
pub const WHOLE: Duration = Duration::from_secs(30 * 60);
pub const SILENCE: Duration = Duration::from_secs(60);
/// Of a file that is too large so many times the bound is read to its end, so that the browser hears the answer.
const PATIENCE: u64 = 4;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::UPLOAD_ROUTE, post(upload).layer(DefaultBodyLimit::disable()))
        .merge(time_limit::limited(
            Router::new().route(paths::LEFT_OUT_ROUTE, get(left_out)),
            SILENCE,
        ))
}

async fn upload(State(state): State<AppState>, Path((team, business)): Path<(String, String)>, request: Request) -> Response {
    let wants_page = error_status::accepts_html(request.headers());
    let (Ok(team), Ok(business)) = (team.parse::<TeamId>(), business.parse::<BusinessId>()) else {
        return refusal(Error::NotFound, wants_page, paths::TEAMS);
    };
    match take(&state, team, business, request).await {
        Ok(id) => Redirect::to(&paths::import_run(team, business, id)).into_response(),
        Err(error) => refusal(error, wants_page, &paths::import(team, business)),
    }
}

/// Checks the right before the first byte, then takes the first file of the form.
async fn take(state: &AppState, team: TeamId, business: BusinessId, request: Request) -> Result<ImportId, Error> {
    let services = &state.services;
    let reference = grants::reference(request.extensions());
    let public = |error: services::Error| error.into_public(&reference);
    let grant = grants::grant::<perm::ImportCsv>(services, request.extensions(), team).await?;
    let mut form = Multipart::from_request(request, state).await.map_err(|_| Error::Malformed)?;
    while let Some(mut field) = form.next_field().await.map_err(|_| Error::Malformed)? {
        let Some(name) = field.file_name().map(str::to_owned) else {
            continue;
        };
        let mut upload = Upload::begin(services, &grant, business, &name).await.map_err(public)?;
        while let Some(chunk) = next(&mut field).await? {
            if let Err(error) = upload.write(&chunk).await {
                drop(upload);
                drain(&mut field, services.settings().upload_max_bytes.saturating_mul(PATIENCE)).await;
                return Err(public(error));
            }
        }
        return upload.finish().await.map_err(public);
    }
    Err(Error::Conflict(Conflict::FileEmpty))
}

async fn next(field: &mut Field<'_>) -> Result<Option<axum::body::Bytes>, Error> {
    let chunk = tokio::time::timeout(SILENCE, field.chunk()).await.map_err(|_| Error::Unavailable)?;
    // The connection broke; nobody hears the answer.
    chunk.map_err(|_| Error::Malformed)
}

async fn drain(field: &mut Field<'_>, max: u64) {
    let mut seen = 0;
    while let Ok(Some(chunk)) = next(field).await {
        seen += chunk.len() as u64;
        if seen > max {
            return;
        }
    }
}

/// A page's form goes back with the reason in the address; other callers get the error itself.
pub(super) fn refusal(error: Error, wants_page: bool, form: &str) -> Response {
    match (&error, wants_page) {
        (Error::Conflict(conflict), true) => Redirect::to(&format!("{form}?problem={conflict}")).into_response(),
        (Error::Unauthenticated, true) => Redirect::to(&paths::sign_in_then(form)).into_response(),
        (_, true) => error_status::fail(error),
        (Error::Conflict(Conflict::FileTooLarge), false) => {
            let mut response = error_status::answer(error);
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            response
        }
        (_, false) => error_status::answer(error),
    }
}

async fn left_out(
    State(state): State<AppState>,
    Path((team, business, id)): Path<(String, String, String)>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let (Ok(team), Ok(business), Ok(id)) = (team.parse::<TeamId>(), business.parse::<BusinessId>(), id.parse::<ImportId>()) else {
        return refusal(Error::NotFound, error_status::accepts_html(&headers), paths::TEAMS);
    };
    let found = async {
        let grant = grants::grant::<perm::ImportCsv>(&state.services, &extensions, team).await?;
        import::download_refused(&state.services, &grant, business, id)
            .await
            .map_err(|error| error.into_public(&grants::reference(&extensions)))
    };
    let download = match found.await {
        Ok(download) => download,
        Err(error) => return refusal(error, error_status::accepts_html(&headers), &paths::import_run(team, business, id)),
    };
    let name = download.file_name.clone();
    files::csv(
        &name,
        stream::unfold(download, async |mut download| download.next().await.map(|bytes| (bytes, download))),
    )
}
