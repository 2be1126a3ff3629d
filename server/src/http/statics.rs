//! Files that the build made for browsers. What has a hash or a version in its name is kept for a year.

use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
};
use leptos::config::LeptosOptions;
use std::path::Path;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

const FOR_A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Folders whose files never change under one name.
const VERSIONED: &[&str] = &["fonts"];

/// `/pkg` and the versioned folders. Missing files are a plain 404: no page is rendered for them.
pub fn versioned<S: Clone + Send + Sync + 'static>(options: &LeptosOptions) -> Router<S> {
    let root = Path::new(&*options.site_root);
    let mut router = Router::new().nest_service(&format!("/{}", options.site_pkg_dir), folder(&root.join(&*options.site_pkg_dir)));
    for name in VERSIONED {
        router = router.nest_service(&format!("/{name}"), folder(&root.join(name)));
    }
    // Only what was found may be kept: a 404 during a deployment must not stick.
    router.layer(SetResponseHeaderLayer::if_not_present(
        CACHE_CONTROL,
        |response: &axum::response::Response| response.status().is_success().then_some(FOR_A_YEAR),
    ))
}

/// Everything else of the build, such as the icon; `/robots.txt` is one of them.
pub fn others(options: &LeptosOptions) -> ServeDir {
    folder(Path::new(&*options.site_root))
}

/// How long those others are kept.
pub fn keep_for_an_hour() -> HeaderValue {
    FOR_AN_HOUR
}

fn folder(path: &Path) -> ServeDir {
    ServeDir::new(path)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
}
