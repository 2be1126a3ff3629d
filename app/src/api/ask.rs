//! Server functions called as data: which one, with which arguments.
//!
//! The framework compiles the way to the server and back anew for every function. A page's data travels as text here, so one piece of code
//! asks for all of it and only reading the answer is compiled per shape.

use domain::Error;
use leptos::server_fn::{ServerFn, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Serialize, de::DeserializeOwned};

#[cfg(feature = "ssr")]
type Run = fn(String) -> std::pin::Pin<Box<dyn Future<Output = Result<String, Error>> + Send>>;

/// A call that is still to be made, or an answer that is known without one.
#[derive(Clone)]
pub struct Ask {
    /// `None`: `text` is the answer.
    to: Option<&'static str>,
    text: String,
    #[cfg(feature = "ssr")]
    run: Option<Run>,
}

impl PartialEq for Ask {
    fn eq(&self, other: &Self) -> bool {
        (self.to, &self.text) == (other.to, &other.text)
    }
}

impl Ask {
    /// # Errors
    /// When the arguments can't be written.
    pub fn of<S>(call: &S) -> Result<Self, Error>
    where
        S: ServerFn<Error = Error> + Serialize + DeserializeOwned + Send + 'static,
        S::Output: Serialize + Send,
    {
        Ok(Self {
            to: Some(S::url()),
            text: serde_json::to_string(call).map_err(malformed)?,
            #[cfg(feature = "ssr")]
            run: Some(|text| {
                Box::pin(async move {
                    let answer = read::<S>(&text)?.run_body().await?;
                    serde_json::to_string(&answer).map_err(malformed)
                })
            }),
        })
    }

    /// An answer that needs no question.
    #[must_use]
    pub fn known(json: &str) -> Self {
        Self {
            to: None,
            text: json.to_owned(),
            #[cfg(feature = "ssr")]
            run: None,
        }
    }

    /// # Errors
    /// What the function refuses with, or `Unavailable` where the server can't be reached.
    pub async fn answer(self) -> Result<String, Error> {
        #[cfg(feature = "ssr")]
        if let Some(run) = self.run {
            return run(self.text).await;
        }
        match self.to {
            Some(url) => post(url, "application/json", self.text).await,
            None => Ok(self.text),
        }
    }
}

/// # Errors
/// `Malformed`: browser and server are of different versions.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(malformed)
}

fn malformed(error: serde_json::Error) -> Error {
    Error::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string()))
}

/// Posts from the browser; an error is one of ours, whoever answered, and a redirect is followed.
#[cfg(feature = "hydrate")]
pub(crate) async fn post(url: &str, content_type: &str, text: String) -> Result<String, Error> {
    use leptos::server_fn::{
        client::{Client, browser::BrowserClient},
        redirect::call_redirect_hook,
        request::{ClientReq, browser::BrowserRequest},
        response::ClientRes,
    };
    let request = <BrowserRequest as ClientReq<Error>>::try_new_post(url, content_type, "application/json", text)?;
    let response = <BrowserClient as Client<Error>>::send(request).await?;
    let status = ClientRes::<Error>::status(&response);
    let moved = ClientRes::<Error>::has_redirect(&response) || (300..400).contains(&status);
    let there = ClientRes::<Error>::location(&response);
    if status >= 400 {
        let error = Error::de(ClientRes::<Error>::try_into_bytes(response).await?);
        return Err(error.answered_with(status));
    }
    let answer = ClientRes::<Error>::try_into_string(response).await?;
    if moved {
        call_redirect_hook(&there);
    }
    Ok(answer)
}

#[cfg(not(feature = "hydrate"))]
pub(crate) fn post(_: &str, _: &str, _: String) -> impl Future<Output = Result<String, Error>> + Send {
    std::future::ready(Err(Error::Unavailable))
}
