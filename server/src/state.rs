//! What every HTTP handler can ask for.

use crate::config::Loaded;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use services::Services;
use std::{sync::Arc, time::Duration};

#[derive(Clone, Debug)]
pub struct AppState {
    pub services: Services,
    pub leptos: LeptosOptions,
    pub http: Arc<HttpSettings>,
}

/// What HTTP itself is told.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Whether forwarded addresses and request ids are believed.
    pub trust_proxy: bool,
    /// Longest time until an answer begins.
    pub timeout: Duration,
    /// Largest body in bytes, uploads excepted.
    pub body_max: usize,
}

impl AppState {
    #[must_use]
    pub fn new(services: Services, loaded: &Loaded) -> Self {
        let http = &loaded.config.http;
        Self {
            services,
            leptos: loaded.leptos_options(),
            http: Arc::new(HttpSettings {
                trust_proxy: http.trust_proxy,
                timeout: http.timeout(),
                body_max: http.body_max_kb.saturating_mul(1024),
            }),
        }
    }

    /// Whether people reach the server over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.services.settings().base_url.starts_with("https://")
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
