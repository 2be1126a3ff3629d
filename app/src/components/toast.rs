//! Short messages at the bottom: what was done, with Undo where undo exists; what went wrong, with what was kept.

use super::{Button, Icon, IconButton, Kind, Size, icon};
use leptos::prelude::*;
use std::time::Duration;

#[derive(Clone)]
struct Toast {
    id: u32,
    failed: bool,
    text: String,
    /// Muted second sentence: what was kept.
    kept: String,
    undo: Option<Callback<()>>,
}

/// The page's toasts: `expect_context::<Toasts>()` or `toasts()`.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

/// The toasts of the page around.
#[must_use]
pub fn toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(Toasts::new)
}

impl Toasts {
    pub(crate) fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// "12 e-mails queued, first at 10:41"; goes by itself.
    pub fn done(self, text: impl Into<String>) {
        self.show(false, text.into(), String::new(), None);
    }

    /// The same with a way back.
    pub fn done_undo(self, text: impl Into<String>, undo: Callback<()>) {
        self.show(false, text.into(), String::new(), Some(undo));
    }

    /// What failed and what was kept; stays until it is closed.
    pub fn failed(self, text: impl Into<String>, kept: impl Into<String>) {
        self.show(true, text.into(), kept.into(), None);
    }

    fn show(self, failed: bool, text: String, kept: String, undo: Option<Callback<()>>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let lasts = if undo.is_some() { 10 } else { 6 };
        self.shown.update(|all| {
            // The newest three are enough to read.
            if all.len() == 3 {
                all.remove(0);
            }
            all.push(Toast {
                id,
                failed,
                text,
                kept,
                undo,
            });
        });
        if !failed {
            set_timeout(move || self.close(id), Duration::from_secs(lasts));
        }
    }

    fn close(self, id: u32) {
        let _ = self.shown.try_update(|all| all.retain(|t| t.id != id));
    }
}

/// Where toasts appear; once, at the end of the root.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = toasts();
    view! {
        <div class="fixed z-50 bottom-4 inset-x-4 grid gap-2 justify-items-center pointer-events-none" role="status" aria-live="polite">
            {move || toasts.shown.get().into_iter().map(|t| one(toasts, t)).collect_view()}
        </div>
    }
    .into_any()
}

fn one(toasts: Toasts, toast: Toast) -> AnyView {
    let Toast {
        id,
        failed,
        text,
        kept,
        undo,
    } = toast;
    let (symbol, colour) = if failed {
        (icon::ALERT, "text-error")
    } else {
        (icon::CHECK, "text-success")
    };
    view! {
        <div class="flex items-center gap-3 rounded-field bg-raised shadow-2 p-2.5 pl-3.5 w-full max-w-md pointer-events-auto">
            <Icon name=symbol class=colour/>
            <span class="grow min-w-0">
                {text} " " <span class="sub">{kept}</span>
            </span>
            {undo.map(|undo| {
                view! {
                    <Button
                        kind=Kind::Ghost
                        icon=icon::UNDO
                        on:click=move |_| {
                            undo.run(());
                            toasts.close(id);
                        }
                    >
                        "Undo"
                    </Button>
                }
            })}
            <IconButton icon=icon::X label="Close" kind=Kind::Ghost size=Size::Row on:click=move |_| toasts.close(id)/>
        </div>
    }
    .into_any()
}
