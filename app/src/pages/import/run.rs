//! One import, at whichever step it is. While something runs in the background the page asks again and again; a browser without scripts
//! reloads.

use super::{About, columns, head, preview, progress, result};
use crate::{
    api::imports::{CancelImport, CorrectFormat, MapColumns, OpenImport, StartImport},
    components::{ErrorNote, Post, Skeleton, error_of},
    layouts::{ErrorPage, refresh_frame},
    pages::{
        fetched::{Fetched, fetched},
        settings::{after, after_conflict, business_id, team_id},
    },
};
use domain::{
    Error,
    import::{ImportDetail, ImportState},
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_router::hooks::use_params_map;
use std::time::Duration;

/// So often a running import is asked how far it is.
const ASK: Duration = Duration::from_millis(700);

/// The forms of the page.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub columns: Post<MapColumns>,
    pub format: Post<CorrectFormat>,
    pub start: Post<StartImport>,
    pub cancel: Post<CancelImport>,
}

/// What the page knows.
pub(super) type Loaded = Fetched<ImportDetail>;

#[component]
pub fn ImportRunPage() -> impl IntoView {
    let (team, business) = (team_id(), business_id());
    let params = use_params_map();
    let import = move || {
        params
            .with(|p| p.get("import").and_then(|id| id.parse().ok()))
            .ok_or(Error::NotFound)
    };
    let actions = Actions {
        columns: Post::new(),
        format: Post::new(),
        start: Post::new(),
        cancel: Post::new(),
    };
    let detail = fetched(move || {
        Ok(OpenImport {
            team: team()?,
            business: business()?,
            import: import()?,
        })
    });
    let about = move || {
        Ok(About {
            team: team()?,
            business: business()?,
            import: import()?,
        })
    };
    let reload = move || detail.refetch();
    after(actions.columns, reload);
    after(actions.format, reload);
    after(actions.start, reload);
    after(actions.cancel, reload);
    after_conflict(actions.start, reload);
    after_conflict(actions.cancel, reload);
    ask_while_busy(detail);
    view! {
        <Transition fallback=|| {
            view! {
                <div class="page max-w-5xl">
                    <Skeleton rows=8 label="Loading the import"/>
                </div>
            }
        }>{steps(about, detail, actions)}</Transition>
    }
    .into_any()
}

/// Asks again as long as something is being done; tells the frame about new customers at the end.
fn ask_while_busy(detail: Loaded) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let refresh = refresh_frame();
    Effect::new(move |was_busy: Option<bool>| {
        let busy = detail.with(|d| match d {
            Some(Ok(d)) => d.state.is_busy(),
            // The line was cut, the import goes on.
            Some(Err(Error::Unavailable)) => was_busy == Some(true),
            _ => false,
        });
        if busy {
            waiting.set_value(set_timeout_with_handle(move || detail.refetch(), ASK).ok());
        } else if was_busy == Some(true) {
            refresh();
        }
        busy
    });
    on_cleanup(move || {
        if let Some(Some(handle)) = waiting.try_get_value() {
            handle.clear();
        }
    });
}

/// The page is made anew only when the step changes or the file was read again: while it runs only figures do, so that nobody loses
/// their place.
fn steps(about: impl Fn() -> Result<About, Error> + Send + Sync + 'static, detail: Loaded, actions: Actions) -> impl IntoView {
    let shown = Memo::new(move |before: Option<&Option<String>>| {
        detail.with(|d| match (d, before) {
            (Some(Err(Error::Unavailable)), Some(Some(before))) => Some(before.clone()),
            (d, _) => d.map(|d| match d {
                Ok(detail) => format!("{}{}", detail.state, detail.version),
                Err(error) => error.to_string(),
            }),
        })
    });
    move || {
        shown.get()?;
        let known = detail.get_untracked()?;
        Some(match known.and_then(|import| Ok((about()?, import))) {
            Ok((about, import)) => page(about, import, detail, actions),
            Err(error) => view! { <ErrorPage error/> }.into_any(),
        })
    }
}

fn page(about: About, import: ImportDetail, detail: Loaded, actions: Actions) -> AnyView {
    let step = match import.state {
        ImportState::Uploaded => 1,
        ImportState::Reading | ImportState::Previewed => 2,
        ImportState::Running => 3,
        ImportState::Done | ImportState::Cancelled | ImportState::Failed => 4,
    };
    let error = {
        let (columns, format) = (error_of(actions.columns), error_of(actions.format));
        let (start, cancel) = (error_of(actions.start), error_of(actions.cancel));
        Signal::derive(move || {
            columns
                .get()
                .or_else(|| format.get())
                .or_else(|| start.get())
                .or_else(|| cancel.get())
        })
    };
    let body = match import.state {
        ImportState::Uploaded => view! {
            {columns::file_bar(about, &import, actions)}
            {columns::panel(about, &import, actions)}
        }
        .into_any(),
        ImportState::Reading | ImportState::Running => progress::panel(about, &import, detail, actions),
        ImportState::Previewed => view! {
            {columns::file_bar(about, &import, actions)}
            {columns::panel(about, &import, actions)}
            {preview::panel(about, &import, actions)}
        }
        .into_any(),
        ImportState::Done | ImportState::Cancelled | ImportState::Failed => result::panel(about, &import),
    };
    view! {
        <div class="page max-w-5xl">
            {head(about.team, about.business, step)}
            <ErrorNote error class="mt-6"/>
            {body}
        </div>
    }
    .into_any()
}
