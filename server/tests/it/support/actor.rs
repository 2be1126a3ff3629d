//! Somebody who uses the application: an account, a session, a browser's cookies of their own.

use reqwest::{
    Client, RequestBuilder, StatusCode,
    cookie::Jar,
    header::{ACCEPT, HeaderMap},
    redirect::Policy,
};
use services::accounts::Session;
use std::sync::Arc;

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// A header as text; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The error of a refused call.
    pub fn error(&self) -> domain::Error {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no error of ours: {} {}", self.status, self.body))
    }
}

/// A browser: keeps cookies, follows no redirects, so that tests see them.
#[derive(Clone, Debug)]
pub struct Browser {
    client: Client,
    base_url: String,
}

impl Browser {
    /// With a session's token, or signed out.
    pub fn new(base_url: &str, token: Option<&str>) -> Self {
        let jar = Jar::default();
        if let Some(cookie) = token.and_then(|token| app::cookie::set(base_url, token)) {
            let url = base_url.parse().expect("a base URL");
            jar.add_cookie_str(cookie.to_str().expect("ASCII"), &url);
        }
        let client = Client::builder()
            .cookie_provider(Arc::new(jar))
            .redirect(Policy::none())
            .build()
            .expect("a client");
        Self {
            client,
            base_url: base_url.to_owned(),
        }
    }

    /// Opens a page as a browser does: asking for HTML, or redirects are none.
    pub async fn get(&self, path: &str) -> Answer {
        answer(self.client.get(self.url(path)).header(ACCEPT, "text/html,*/*;q=0.8")).await
    }

    /// Calls a server function with a JSON body.
    pub async fn call(&self, endpoint: &str, input: &serde_json::Value) -> Answer {
        answer(self.client.post(self.url(&format!("/api/{endpoint}"))).json(input)).await
    }

    /// Posts a form as a page without scripts does, from the page at `referrer`.
    pub async fn submit(&self, endpoint: &str, fields: &[(&str, &str)], referrer: &str) -> Answer {
        let form = self
            .client
            .post(self.url(&format!("/api/{endpoint}")))
            .header(ACCEPT, "text/html")
            .header("referer", self.url(referrer))
            .form(fields);
        answer(form).await
    }

    /// Calls a server function with a form, as a page with scripts does.
    pub async fn form(&self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        answer(self.client.post(self.url(&format!("/api/{endpoint}"))).form(fields)).await
    }

    /// Any other request.
    pub fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// The same browser on another server; cookies know no ports.
    pub fn at(&self, base_url: &str) -> Self {
        Self {
            client: self.client.clone(),
            base_url: base_url.to_owned(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

/// Sends a request and reads the whole answer.
pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("the server answers");
    Answer {
        status: response.status(),
        headers: response.headers().clone(),
        body: response.text().await.expect("a text"),
    }
}

/// A person with a verified account, signed in.
#[derive(Clone, Debug)]
pub struct Actor {
    pub session: Session,
    /// What the cookie holds.
    pub token: String,
    pub browser: Browser,
}

impl Actor {
    /// The same person, who uses another server on the same database.
    pub fn at(&self, base_url: &str) -> Self {
        Self {
            browser: self.browser.at(base_url),
            ..self.clone()
        }
    }
}
