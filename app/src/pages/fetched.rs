//! A page's data: asked for once per change of its arguments, shown when it has come.
//!
//! All of it lies in resources of one kind, as the text that travelled; each use reads its shape from there.

use crate::{
    api::ask::{Ask, read},
    components::Skeleton,
    layouts::ErrorPage,
};
use domain::Error;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};
use std::{marker::PhantomData, sync::Arc};

type Text = Resource<Result<String, Error>>;
type Asking = Box<dyn Fn() -> Result<Ask, Error> + Send + Sync>;

/// What a server function answers, as of the last time it was asked.
pub struct Fetched<T>(Text, PhantomData<fn() -> T>);

impl<T> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fetched<T> {}

/// `fetched(move || Ok(ListMembers { team: team()?, query: query.get() }))`: asks again when that changes. At the top of a page, above
/// every suspense.
pub fn fetched<S>(of: impl Fn() -> Result<S, Error> + Send + Sync + 'static) -> Fetched<S::Output>
where
    S: ServerFn<Error = Error> + Serialize + DeserializeOwned + Send + 'static,
    S::Output: Serialize + Send,
{
    Fetched(resource(Box::new(move || Ask::of(&of()?))), PhantomData)
}

/// As `fetched`, with this JSON for an answer where there is nothing to ask.
pub fn fetched_or<S>(known: &'static str, of: impl Fn() -> Result<Option<S>, Error> + Send + Sync + 'static) -> Fetched<S::Output>
where
    S: ServerFn<Error = Error> + Serialize + DeserializeOwned + Send + 'static,
    S::Output: Serialize + Send,
{
    let ask = move || of()?.map_or_else(|| Ok(Ask::known(known)), |call| Ask::of(&call));
    Fetched(resource(Box::new(ask)), PhantomData)
}

fn resource(of: Asking) -> Text {
    Resource::new(of, |ask| async move { ask?.answer().await })
}

impl<T: DeserializeOwned> Fetched<T> {
    /// `None` until it has come.
    #[must_use]
    pub fn get(self) -> Option<Result<T, Error>> {
        self.0.with(shaped)
    }

    #[must_use]
    pub fn get_untracked(self) -> Option<Result<T, Error>> {
        self.0.with_untracked(shaped)
    }

    pub fn with<U>(self, f: impl FnOnce(Option<&Result<T, Error>>) -> U) -> U {
        f(self.get().as_ref())
    }

    /// # Errors
    /// What the function refuses with.
    pub async fn wait(self) -> Result<T, Error> {
        read(&self.0.await?)
    }
}

impl<T> Fetched<T> {
    pub fn refetch(self) {
        self.0.refetch();
    }

    /// Whether there is an answer, without reading it.
    #[must_use]
    pub fn is_here(self) -> bool {
        self.0.with(Option::is_some)
    }
}

fn shaped<T: DeserializeOwned>(text: &Option<Result<String, Error>>) -> Option<Result<T, Error>> {
    Some(text.as_ref()?.as_deref().map_err(Clone::clone).and_then(read))
}

/// The page's data when it is there, or why it isn't (with the answer's status).
pub fn loaded<T, F>(data: Fetched<T>, view: F) -> AnyView
where
    T: DeserializeOwned + 'static,
    F: Fn(T) -> AnyView + Send + Sync + 'static,
{
    shown(vec![data.0], Arc::new(move |texts| Ok(view(read(&texts[0])?))))
}

/// Two at once.
pub fn both_loaded<A, B, F>(a: Fetched<A>, b: Fetched<B>, view: F) -> AnyView
where
    A: DeserializeOwned + 'static,
    B: DeserializeOwned + 'static,
    F: Fn(A, B) -> AnyView + Send + Sync + 'static,
{
    shown(vec![a.0, b.0], Arc::new(move |texts| Ok(view(read(&texts[0])?, read(&texts[1])?))))
}

type Shown = Arc<dyn Fn(&[String]) -> Result<AnyView, Error> + Send + Sync>;

fn shown(data: Vec<Text>, view: Shown) -> AnyView {
    view! {
        <Transition fallback=|| view! { <Skeleton rows=6 label="Loading"/> }>
            {move || {
                let (data, view) = (data.clone(), view.clone());
                Suspend::new(async move {
                    let all = async {
                        let mut texts = Vec::with_capacity(data.len());
                        for text in data {
                            texts.push(text.await?);
                        }
                        Ok(texts)
                    };
                    match all.await.and_then(|texts| view(&texts)) {
                        Ok(view) => view,
                        Err(error) => view! { <ErrorPage error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}
