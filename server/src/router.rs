//! Every route and the order of the layers around them.

use crate::{
    http::{
        files, health,
        middleware::{body_bound, error_status, headers, request, session, team, time_limit},
        statics, unsubscribe, uploads,
    },
    state::AppState,
};
use axum::{
    Router,
    extract::Request,
    http::{Method, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes};
use std::{sync::OnceLock, time::Duration};
use tower::ServiceExt;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
    csrf::{CsrfLayer, ProtectionError},
};

static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();

/// The whole site.
pub fn build(state: AppState) -> Router {
    // Finding out who asks takes its time too.
    let bounded = |routes: Router<AppState>, limit: Duration| {
        time_limit::limited(routes.layer(from_fn_with_state(state.clone(), session::find)), limit)
    };
    let pages = pages(&state)
        .layer(from_fn_with_state(state.clone(), team::frame))
        .layer(from_fn_with_state(state.http.body_max, body_bound::bounded));
    let site = bounded(pages, state.http.timeout)
        // Uploads have bounds of their own.
        .merge(bounded(uploads::routes().merge(files::routes()), uploads::WHOLE))
        .layer(csrf(&state.services.settings().base_url))
        // Inside the error layer, which names the request in the answer.
        .layer(CatchPanicLayer::custom(error_status::panicked))
        .layer(from_fn(error_status::map))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    let site = site
        .merge(from_other_sites(&state))
        .merge(statics::versioned(&state.leptos))
        .layer(from_fn_with_state(state.is_https(), headers::secure));
    let health = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz));
    site.merge(health)
        .layer(from_fn_with_state(state.clone(), request::identify))
        .with_state(state)
}

/// The one path that other sites' requests may reach: outside the layer that refuses them.
fn from_other_sites(state: &AppState) -> Router<AppState> {
    let routes = Router::new()
        .route(app::paths::UNSUBSCRIBE_ROUTE, post(unsubscribe::confirm))
        .layer(from_fn_with_state(state.http.body_max, body_bound::bounded));
    time_limit::limited(routes, state.http.timeout)
        .layer(CatchPanicLayer::custom(error_status::panicked))
        .layer(from_fn(error_status::map))
}

/// Pages and server functions; what is neither is a file of the build or the "not found" page.
fn pages(state: &AppState) -> Router<AppState> {
    // Once per process: made while another router renders, a list may leave that page without an end.
    let routes = ROUTES.get_or_init(|| leptos_axum::generate_route_list(app::App)).clone();
    let context = {
        let services = state.services.clone();
        move || provide_context(services.clone())
    };
    let shell = {
        let options = state.leptos.clone();
        move || app::shell(options.clone())
    };
    let not_found = leptos_axum::render_app_async_with_context(context.clone(), shell.clone());
    let files = statics::others(&state.leptos);
    let fallback = move |request: Request| async move {
        if !matches!(*request.method(), Method::GET | Method::HEAD) || request.uri().path().starts_with("/api/") {
            return error_status::answer(domain::Error::NotFound);
        }
        let (parts, body) = request.into_parts();
        let probe = Request::from_parts(parts.clone(), axum::body::Body::empty());
        match files.oneshot(probe).await {
            Ok(found) if found.status() != StatusCode::NOT_FOUND => {
                let mut found = found.into_response();
                found.headers_mut().insert(header::CACHE_CONTROL, statics::keep_for_an_hour());
                found
            }
            _ => {
                let mut page = not_found(Request::from_parts(parts, body)).await;
                if page.status() == StatusCode::OK {
                    *page.status_mut() = StatusCode::NOT_FOUND;
                }
                page
            }
        }
    };
    Router::new()
        .leptos_routes_with_context(state, routes, context, shell)
        .fallback(fallback)
}

/// Refuses what another site's page sends. The public address counts also where a proxy changes `Host`.
fn csrf(base_url: &str) -> CsrfLayer<fn(ProtectionError) -> Response> {
    let refuse: fn(ProtectionError) -> Response = |error| {
        tracing::info!(?error, "a request from another site was refused");
        error_status::fail(domain::Error::OtherSite)
    };
    let layer = CsrfLayer::new();
    layer
        .clone()
        .add_trusted_origin(base_url)
        .unwrap_or(layer)
        .with_rejection_response(refuse)
}
