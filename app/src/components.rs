//! What pages are made of. Each is written once, shown in `/dev/gallery`, and used as:
//!
//! * `<Icon name=icon::SEND class="size-3.5"/>`
//! * `<Button kind=Kind::Primary size=Size::Decide icon=icon::SEND submit=true busy disabled on:click=…>"Send 12 e-mails"</Button>`;
//!   `<LinkButton href kind size icon>`, `<IconButton icon label kind size disabled on:click=…/>`; kinds Plain, Primary, Ghost, Danger, LastStep
//! * `<LockedAction id label reason size tip=true/>`; `<Can allowed=frame.may(p, b) permission=p id label>…</Can>`
//! * `<Field name label id value kind="email" hint placeholder autocomplete required small error bind=rw node beside=(href, "Forgot it?")/>`,
//!   `<TextArea … rows=4/>`, `<Select name label options=vec![(value, label)] value small hidden_label error bind/>`: `error` is the whole
//!   form's `Signal<Option<domain::Error>>` (see `error_of`), the field finds its part by `name`
//! * `let action = Post::<SaveDraft>::new(); <PostForm action attr:class="…">…</PostForm>`: a form for a server function, with and without
//!   scripts; use it instead of the framework's `ServerAction` and `ActionForm`, which are compiled anew for each
//! * `<Checkbox name label checked hint look="toggle" bind/>`, `<Radios name legend options=vec![(value, label, hint)] value bind/>`
//! * `<Dialog id title lead open=rw>…<DialogActs>…</DialogActs></Dialog>`, `<ConfirmByTyping name word label busy open/>` in a form,
//!   `<AskFirst id action label name title lead keep last>fields</AskFirst>`: a row's button that asks first, with and without scripts
//! * `<Menu label icon words=true end=true kind size><MenuLink href label icon note current apart/><MenuButton label icon danger locked on:click=…/></Menu>`
//! * `<Badge tone=Tone::Warning icon title>…</Badge>`, `<AlsoIn names/>`, `<Dot colour=Viz::One/>`, `<SegmentDot segment/>`, `<Pips opportunity/>`,
//!   `<Avatar name size="av-md" me/>`, `<Mark name mark large/>`, `<Product name mark/>`, `<Time at exact=true/>`, `<Withheld text/>`
//! * `toasts().done("…")`, `.done_undo("…", Callback::new(…))`, `.failed("…", "what was kept")`
//! * `<Banner tone title text icon action=(href, label)>…</Banner>`, `<ErrorNote error/>`, `<EmptyState icon title text>next step</EmptyState>`
//! * `<Progress label value max note>button</Progress>`, `<Skeleton rows=8 label="Loading customers"/>`
//! * `<Stats><StatTile label value note trend href/></Stats>`, `<Meter label parts=vec![Part::new(…)] total legend large/>`, `<Chart label unit points/>`
//! * `<Bars label="Credits used by day" unit="Credits" each="Day" bars=vec![("12 Jan".into(), 15)]/>`, in a table's row `<RowBar parts longest/>`
//! * `<Timeline><TimelineItem icon actor text at product>badges</TimelineItem></Timeline>`, `<MailPreview subject from to body claims footer/>`
//! * `<Tabs label tabs=vec![Tab::new(href, label).count(n).current(true)]/>`, `<Chip field value remove=href/>`, `<Pagination shown total noun previous next/>`
//! * `<PageHead title sub>actions</PageHead>`, `<Panel title note actions=|| … flush=true>…</Panel>`, `<Breadcrumb trail here/>`, `<Steps labels current/>`
//!
//! Tables are plain HTML: `<table class="table table-rows">`, numbers `class="num"`, second text `class="sub"`, rows `is-selected`,
//! `is-cursor`; the batch bar is `<div class="dockbar">`. No `style="…"`: the content security policy refuses it.

mod bars;
mod button;
mod chart;
mod choice;
mod dialog;
mod field;
mod figures;
pub mod icon;
mod list;
mod loading;
mod locked;
mod mail;
mod menu;
mod notice;
mod page;
mod post;
mod timeline;
mod toast;
mod tokens;

pub use bars::{Bars, RowBar};
pub use button::{Button, IconButton, Kind, LinkButton, Size};
pub use chart::{Chart, Point};
pub use choice::{Checkbox, Radios};
pub use dialog::{AskFirst, ConfirmByTyping, Dialog, DialogActs};
pub use field::{Field, Select, TextArea};
pub use figures::{Meter, Part, StatTile, Stats, Trend};
pub use icon::Icon;
pub use list::{Chip, Pagination, Tab, Tabs};
pub use loading::{Progress, Skeleton};
pub use locked::{Can, LockedAction, locked_reason};
pub use mail::MailPreview;
pub use menu::{Menu, MenuButton, MenuLink, close_menus_on_leave};
pub use notice::{Banner, EmptyState, ErrorNote, error_sentence};
pub use page::{Breadcrumb, PageHead, Panel, Steps};
pub use post::{Outcome, Post, PostForm, error_of};
pub use timeline::{Timeline, TimelineItem};
pub use toast::{ToastHost, Toasts, toasts};
pub use tokens::{AlsoIn, Avatar, Badge, Dot, Mark, Pips, Product, SegmentDot, Time, Tone, Viz, Withheld};
