//! The POST of an unsubscribe link: one click from a mail service (RFC 8058), or the button of the page that GET shows.
//!
//! It comes from other sites, without a session, and is the only path that may: the token is the evidence.

use super::middleware::{error_status, request::RequestId};
use crate::state::AppState;
use axum::{
    Extension,
    body::Bytes,
    extract::{OriginalUri, Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use services::outreach::unsubscribe;

/// What the page's own form says, so that its reader gets a page back.
const FROM_PAGE: &[u8] = b"from=page";

/// Ends further mail, as often as it is asked.
pub async fn confirm(
    State(state): State<AppState>,
    Extension(RequestId(reference)): Extension<RequestId>,
    Path(token): Path<String>,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> Response {
    if let Err(error) = unsubscribe::confirm(&state.services, &token).await {
        return error_status::fail(error.into_public(&reference));
    }
    if body.as_ref() == FROM_PAGE {
        return Redirect::to(uri.path()).into_response();
    }
    (
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        "You will get no further e-mails.\n",
    )
        .into_response()
}
