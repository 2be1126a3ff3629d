//! Which rows are ticked, and where the keyboard is: J and K move, X ticks, Enter opens the row that has the focus.

use domain::ids::CustomerId;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

#[derive(Clone, Copy)]
pub struct Picking {
    rows: RwSignal<Vec<CustomerId>>,
    ticked: RwSignal<Vec<CustomerId>>,
    cursor: RwSignal<Option<usize>>,
    /// Not only the rows of this page: all that the list finds.
    all: RwSignal<bool>,
}

impl Picking {
    pub fn new() -> Self {
        Self {
            rows: RwSignal::default(),
            ticked: RwSignal::default(),
            cursor: RwSignal::default(),
            all: RwSignal::default(),
        }
    }

    /// Other rows are shown: nothing is ticked.
    pub fn shows(self, rows: Vec<CustomerId>) {
        self.rows.set(rows);
        self.clear();
        self.cursor.set(None);
    }

    pub fn is_ticked(self, id: CustomerId) -> bool {
        self.ticked.with(|ticked| ticked.contains(&id))
    }

    pub fn is_at(self, place: usize) -> bool {
        self.cursor.get() == Some(place)
    }

    pub fn count(self) -> usize {
        self.ticked.with(Vec::len)
    }

    pub fn of_all(self) -> bool {
        let all = self.rows.with(Vec::len);
        all > 0 && self.count() == all
    }

    pub fn toggle(self, id: CustomerId) {
        self.all.set(false);
        self.ticked.update(|ticked| match ticked.iter().position(|other| *other == id) {
            Some(place) => {
                ticked.swap_remove(place);
            }
            None => ticked.push(id),
        });
    }

    pub fn tick_all(self, tick: bool) {
        self.all.set(false);
        self.ticked.set(if tick { self.rows.get_untracked() } else { Vec::new() });
    }

    /// Everybody whom the list finds, also on its other pages.
    pub fn tick_everybody(self) {
        self.tick_all(true);
        self.all.set(true);
    }

    pub fn is_everybody(self) -> bool {
        self.all.get()
    }

    /// Those ticked; nobody named stands for everybody.
    pub fn named(self) -> Vec<CustomerId> {
        if self.all.get() { Vec::new() } else { self.ticked.get() }
    }

    pub fn clear(self) {
        self.all.set(false);
        self.ticked.set(Vec::new());
    }

    /// Listens to the keyboard while the page is open.
    pub fn listen(self) {
        Effect::new(move || {
            let handle = window_event_listener(ev::keydown, move |event| {
                if !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !is_typing(&event) {
                    self.pressed(&event.key());
                }
            });
            on_cleanup(move || handle.remove());
        });
    }

    fn pressed(self, key: &str) {
        let rows = self.rows.with_untracked(Vec::len);
        if rows == 0 {
            return;
        }
        let now = self.cursor.get_untracked();
        match key {
            "j" => self.go(now.map_or(0, |place| (place + 1).min(rows - 1))),
            "k" => self.go(now.map_or(0, |place| place.saturating_sub(1))),
            "x" => {
                let id = now.and_then(|place| self.rows.with_untracked(|rows| rows.get(place).copied()));
                if let Some(id) = id {
                    self.toggle(id);
                }
            }
            "Escape" => self.clear(),
            _ => {}
        }
    }

    /// The focus goes along, so that Enter opens the row and the list scrolls to it.
    fn go(self, place: usize) {
        self.cursor.set(Some(place));
        if let Ok(Some(link)) = document().query_selector(&format!("[data-row=\"{place}\"] a")) {
            let link: web_sys::HtmlElement = link.unchecked_into();
            let _ = link.focus();
        }
    }
}

/// Letters belong to the field that has the focus.
fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| matches!(target.closest("input:not([type=checkbox]), select, textarea, dialog"), Ok(Some(_))))
}
