//! Which rows are ticked, and where the keyboard is: J and K move, X ticks, Enter opens the row that has the focus.

use crate::focus::key_of;
use domain::ids::CustomerId;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

#[derive(Clone, Copy)]
pub struct Picking {
    rows: RwSignal<Vec<CustomerId>>,
    ticked: RwSignal<Vec<CustomerId>>,
    cursor: RwSignal<Option<usize>>,
}

impl Picking {
    pub fn new() -> Self {
        Self {
            rows: RwSignal::default(),
            ticked: RwSignal::default(),
            cursor: RwSignal::default(),
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
        self.ticked.update(|ticked| match ticked.iter().position(|other| *other == id) {
            Some(place) => {
                ticked.swap_remove(place);
            }
            None => ticked.push(id),
        });
    }

    pub fn tick_all(self, tick: bool) {
        self.ticked.set(if tick { self.rows.get_untracked() } else { Vec::new() });
    }

    pub fn clear(self) {
        self.ticked.set(Vec::new());
    }

    /// Listens to the keyboard while the page is open.
    pub fn listen(self) {
        Effect::new(move || {
            let handle = window_event_listener(ev::keydown, move |event| {
                if let Some(key) = key_of(&event) {
                    self.pressed(&key);
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
