//! The layers around every request, over a real socket.

use crate::support::{self, TestApp, actor::answer, app::PASSWORD, both_databases, database};
use ::http::StatusCode;
use axum::{
    Extension, Router,
    body::Body,
    http::Request,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{get, post},
};
use chrono::TimeDelta;
use domain::{
    Error,
    error::Conflict,
    ids::{BusinessId, ImportId},
};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use server::{
    http::middleware::{error_status, session},
    router,
    state::HttpSettings,
};
use services::{
    Clock, Services,
    accounts::{self, Origin, Session, sessions},
};
use std::{path::Path, sync::Arc, time::Duration};
use tower::ServiceExt;

both_databases! {
    health_says_what_it_can
    every_answer_is_protected_and_named
    another_site_sends_nothing
    a_body_has_a_bound
    actors_are_signed_in_until_their_session_ends
}

async fn health_says_what_it_can(app: &TestApp) {
    let browser = app.anonymous();
    assert_eq!(browser.get("/healthz").await.body, "ok");
    let ready = browser.get("/readyz").await;
    assert_eq!(
        (ready.status, ready.body.as_str()),
        (StatusCode::OK, r#"{"database":"ok","migrations":"current"}"#)
    );
}

/// What `/readyz` says of a database.
async fn readiness(services: &Services, folder: &Path) -> (StatusCode, String) {
    let router = router::build(support::app::state(services.clone(), folder));
    let request = Request::get("/readyz").body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("answers");
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn without_schema_or_database_it_is_not_ready() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("empty.sqlite").display());
    let db = database::connect(&url).await;
    let settings = support::app::settings(folder.path(), "http://127.0.0.1:3000", 9);
    let services = Services::new(db, Clock::System, settings);
    let (status, said) = readiness(&services, folder.path()).await;
    assert_eq!(
        (status.as_u16(), said.as_str()),
        (503, r#"{"database":"ok","migrations":"missing"}"#)
    );
    database::close(services.db()).await;
    let (status, said) = readiness(&services, folder.path()).await;
    assert_eq!(
        (status.as_u16(), said.as_str()),
        (503, r#"{"database":"unreachable","migrations":"unknown"}"#)
    );
}

async fn every_answer_is_protected_and_named(app: &TestApp) {
    let page = app.anonymous().get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .expect("a nonce");
    assert!(page.body.contains(&format!("nonce=\"{nonce}\"")), "{policy}");
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
    let again = app.anonymous().get("/").await;
    assert_ne!(again.header("content-security-policy"), policy, "a nonce is used once");
    assert_ne!(again.header("x-request-id"), page.header("x-request-id"));
    for (path, status) in [("/", 200), ("/nowhere", 404), ("/pkg/missing.js", 404), ("/api/missing", 404)] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(!answer.header("content-security-policy").is_empty(), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path} is plain http");
    }
    // Without a proxy in front nobody chooses their own id.
    let forged = app.anonymous().request(Method::GET, "/").header("x-request-id", "chosen-by-me");
    assert_ne!(answer(forged).await.header("x-request-id"), "chosen-by-me");
}

async fn another_sites_request(app: &TestApp, header: &str, value: &str) -> StatusCode {
    let request = app.anonymous().request(Method::POST, "/api/missing").header(header, value);
    answer(request).await.status
}

/// What a layer refuses is an error to a call and a page to a browser.
async fn refused_as(status: u16, error: Error, request: impl Fn() -> reqwest::RequestBuilder) {
    let call = answer(request()).await;
    assert_eq!((call.status.as_u16(), call.error()), (status, error.clone()));
    let form = answer(request().header("accept", "text/html,*/*;q=0.8")).await;
    assert_eq!(
        (form.status.as_u16(), form.header("content-type")),
        (status, "text/html; charset=utf-8")
    );
    assert!(form.body.contains(&error.to_string()), "{}", form.body);
    assert!(!form.header("content-security-policy").is_empty());
}

async fn another_site_sends_nothing(app: &TestApp) {
    assert_eq!(
        another_sites_request(app, "sec-fetch-site", "cross-site").await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        another_sites_request(app, "origin", "https://evil.example").await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        another_sites_request(app, "sec-fetch-site", "same-origin").await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(another_sites_request(app, "origin", &app.base_url).await, StatusCode::NOT_FOUND);
    refused_as(403, Error::OtherSite, || {
        let request = app.anonymous().request(Method::POST, "/api/accounts/sign_out");
        request.header("sec-fetch-site", "cross-site")
    })
    .await;
}

async fn a_body_has_a_bound(app: &TestApp) {
    refused_as(413, Error::TooLarge, || {
        let request = app.anonymous().request(Method::POST, "/api/accounts/forgot");
        request.body(vec![b'x'; 1024 * 1024 + 1])
    })
    .await;
    // The same in pieces, with no word about how many will come.
    let pieces = |many: usize| {
        let pieces = (0..many).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 64 * 1024]));
        reqwest::Body::wrap_stream(futures::stream::iter(pieces.collect::<Vec<_>>()))
    };
    for path in ["/api/accounts/forgot", "/unsubscribe/none"] {
        for (many, status) in [(17, 413), (16, if path.starts_with("/api") { 422 } else { 404 })] {
            let request = app.anonymous().request(Method::POST, path);
            let form = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(pieces(many));
            assert_eq!(answer(form).await.status.as_u16(), status, "{path}: {many}");
        }
    }
    refused_as(413, Error::TooLarge, || {
        let request = app.anonymous().request(Method::POST, "/api/accounts/forgot");
        request.header("content-type", "application/json").body(pieces(17))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_begin_in_time_is_given_up() {
    TestApp::run(database::Kind::Postgres, given_up).await;
}

async fn given_up(app: &TestApp) {
    let (owner, team) = (app.owner().await, app.team().await);
    let mut state = support::app::state(app.services.clone(), app.folder());
    state.http = Arc::new(HttpSettings {
        timeout: Duration::from_millis(300),
        ..(*state.http).clone()
    });
    let router = router::build(state);
    let cookie = format!("askusers_session={}", owner.token);
    let asked = async |method: Method, path: &str, accept: &str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", &cookie)
            .header("accept", accept);
        let request = request
            .header("content-type", "application/json")
            .body(Body::from(format!("{{\"team\":\"{team}\"}}")))
            .expect("a request");
        // Far more than the limit: an answer that never begins fails the test instead of the run.
        let response = tokio::time::timeout(Duration::from_secs(20), router.clone().oneshot(request)).await;
        let response = response.expect("has a bound").expect("answers");
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    };
    let page = format!("/t/{team}");
    let left_out = app::paths::left_out(team, BusinessId(team.0), ImportId(team.0));
    assert_eq!(asked(Method::GET, &page, "text/html").await.0, 200, "while nothing hangs");
    // The page hangs where the session is looked for and where the frame is fetched, the call also in the function itself.
    for table in ["session", "business"] {
        let lock = app.services.db().begin().await.expect("begins");
        lock.execute_unprepared(&format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            .await
            .expect("locks");
        let (status, body) = asked(Method::GET, &page, "text/html").await;
        assert!(
            status == 503 && body.contains(&Error::Unavailable.to_string()),
            "{table}: {status} {body}"
        );
        let (status, body) = asked(Method::POST, "/api/businesses/list", "application/json").await;
        assert_eq!((status, body.as_str()), (503, "\"Unavailable\""), "{table}");
        lock.rollback().await.expect("lets go");
    }
    assert_eq!(
        asked(Method::GET, &left_out, "text/html").await.0,
        404,
        "uploads have a limit of their own"
    );
    assert_eq!(asked(Method::GET, &page, "text/html").await.0, 200, "afterwards all is as before");
}

/// Whom the session layer puts into a request with this cookie.
async fn who(app: &TestApp, cookie: &str) -> String {
    let state = support::app::state(app.services.clone(), Path::new("/nowhere"));
    let handler = async |session: Option<Extension<Session>>| session.map_or_else(|| "nobody".to_owned(), |s| s.0.email);
    let router: Router = Router::new()
        .route("/who", get(handler))
        .layer(from_fn_with_state(state, session::find));
    let request = Request::get("/who")
        .header("cookie", cookie)
        .body(Body::empty())
        .expect("a request");
    let response = router.oneshot(request).await.expect("answers");
    let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.expect("a body");
    String::from_utf8_lossy(&body).into_owned()
}

async fn actors_are_signed_in_until_their_session_ends(app: &TestApp) {
    app.person("Jane").await;
    let origin = Origin::default();
    let sign_in = || accounts::sign_in(&app.services, &origin, "jane@example.com", PASSWORD);
    let cookie = format!("askusers_session={}", sign_in().await.expect("signs in"));
    assert_eq!(who(app, &cookie).await, "jane@example.com");
    assert_eq!(who(app, "askusers_session=made-up").await, "nobody");
    let https_only = cookie.replace("askusers_session", "__Host-askusers_session");
    assert_eq!(who(app, &https_only).await, "nobody", "the name belongs to the address people open");

    let token = cookie.split_once('=').expect("a pair").1;
    let session = sessions::find(&app.services, token).await.expect("reads").expect("is alive");
    sessions::end(&app.services, session.id).await.expect("ends");
    assert_eq!(who(app, &cookie).await, "nobody");

    let second = format!("askusers_session={}", sign_in().await.expect("signs in"));
    app.services.clock().advance(TimeDelta::days(31));
    assert_eq!(who(app, &second).await, "nobody", "unused for longer than a session lives");
}

/// What a server function's failure becomes.
async fn mapped(status: u16, marked: bool, body: &'static str) -> (u16, String) {
    let handler = move || async move {
        let mut response = (StatusCode::from_u16(status).expect("a status"), body).into_response();
        if marked {
            response
                .headers_mut()
                .insert(error_status::SERVER_FN_ERROR, http::HeaderValue::from_static("/api/x"));
        }
        response
    };
    let router: Router = Router::new().route("/api/x", post(handler)).layer(from_fn(error_status::map));
    let request = Request::post("/api/x").body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("answers");
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn errors_get_their_own_status_in_one_place() {
    let conflict = serde_json::to_string(&Error::Conflict(Conflict::Stale)).expect("JSON");
    let conflict: &'static str = conflict.leak();
    assert_eq!(mapped(500, true, conflict).await, (409, conflict.to_owned()));
    assert_eq!(mapped(500, true, "\"NotFound\"").await.0, 404);
    assert_eq!(mapped(500, true, "gibberish").await, (400, "\"Malformed\"".to_owned()));
    let large: &'static str = "x".repeat(70_000).leak();
    assert_eq!(mapped(500, true, large).await, (400, "\"Malformed\"".to_owned()));
    assert_eq!(mapped(302, true, "\"NotFound\"").await.0, 302, "a form's redirect passes");
    assert_eq!(mapped(500, false, "\"NotFound\"").await.0, 500, "no server function");
}

#[tokio::test]
async fn a_panic_is_an_error_with_a_reference_and_tells_nothing() {
    let router: Router = Router::new()
        .route("/api/x", post(async || -> &'static str { panic!("the secret") }))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(error_status::panicked))
        .layer(from_fn(error_status::map));
    let request = Request::post("/api/x").body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("answers");
    assert_eq!(response.status(), 500);
    let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.expect("a body");
    let error: Error = serde_json::from_slice(&body).expect("an error of ours");
    assert!(matches!(error, Error::Internal { .. }));
    assert!(!String::from_utf8_lossy(&body).contains("secret"));
}
