//! The HTML document around every page: rendered by the server only.

use crate::App;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{HashedStylesheet, MetaTags};

/// The theme switch: the only inline script of ours.
const THEME: &str = include_str!("theme.js");
/// The sprite that `<Icon>` refers to. It stands after the hydrated part, which never looks at it.
const ICONS: &str = include_str!("icons.svg");

pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    set_content_security_policy(&options);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <script nonce=use_nonce() inner_html=THEME></script>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link
                    rel="preload"
                    href="/fonts/inter-latin-opsz-normal.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <HashedStylesheet options=options.clone() id="leptos"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
                <svg width="0" height="0" hidden="" aria-hidden="true" inner_html=ICONS></svg>
            </body>
        </html>
    }
}

/// Only our own files run; inline scripts need this answer's nonce. Inline styles are out: use classes or attributes.
#[cfg(feature = "ssr")]
fn set_content_security_policy(options: &LeptosOptions) {
    use http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
    use leptos::config::Env;

    let (Some(response), Some(nonce)) = (use_context::<leptos_axum::ResponseOptions>(), use_nonce()) else {
        return;
    };
    // `make dev` announces changes over a socket of its own.
    let reload = match options.env {
        Env::DEV => format!(" ws://127.0.0.1:{port} ws://localhost:{port}", port = options.reload_port),
        Env::PROD => String::new(),
    };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{reload}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, value);
    }
}
