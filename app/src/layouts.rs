//! Frames around pages: public, account cards, teams, settings. They show what they are given and fetch nothing.

mod error_page;
mod gate;
mod public;
mod settings;
mod team;
mod topbar;

pub use error_page::{ErrorPage, answer_with};
pub use gate::TeamGate;
pub use public::{AccountCard, PublicLayout, Wordmark};
pub(crate) use public::{Example, SkipLink, ThemeSwitch};
pub use settings::SettingsLayout;
pub(crate) use team::Refresh;
pub use team::{TeamLayout, refresh_frame, use_frame};
