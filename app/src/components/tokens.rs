//! Small marks of people, products, states and figures.

use super::{
    Icon,
    icon::{self, joined},
};
use domain::{
    person::initials,
    persona::{Opportunity, Segment},
    time::Moment,
};
use leptos::prelude::*;

/// Colours of data: dots, meters, charts; never of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Viz {
    #[default]
    One,
    Two,
    Three,
    Soft,
    Amber,
    Red,
    Gray,
    Slate,
}

impl Viz {
    #[must_use]
    pub const fn bg(self) -> &'static str {
        match self {
            Self::One => "bg-viz-1",
            Self::Two => "bg-viz-2",
            Self::Three => "bg-viz-3",
            Self::Soft => "bg-viz-1-soft",
            Self::Amber => "bg-viz-amber",
            Self::Red => "bg-viz-red",
            Self::Gray => "bg-viz-gray",
            Self::Slate => "bg-viz-slate",
        }
    }

    #[must_use]
    pub const fn fill(self) -> &'static str {
        match self {
            Self::One => "fill-viz-1",
            Self::Two => "fill-viz-2",
            Self::Three => "fill-viz-3",
            Self::Soft => "fill-viz-1-soft",
            Self::Amber => "fill-viz-amber",
            Self::Red => "fill-viz-red",
            Self::Gray => "fill-viz-gray",
            Self::Slate => "fill-viz-slate",
        }
    }
}

/// A colour only where somebody should act or something went well or failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    /// Filled, neutral: "You".
    Soft,
    Info,
    Success,
    Warning,
    Error,
}

/// `<Badge tone=Tone::Warning icon=icon::LAYERS>"Also in 2 products"</Badge>`.
#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: &'static str,
    #[prop(optional, into)] title: Option<String>,
    children: Children,
) -> impl IntoView {
    let class = match tone {
        Tone::Plain => "badge",
        Tone::Soft => "badge badge-soft",
        Tone::Info => "badge badge-info",
        Tone::Success => "badge badge-success",
        Tone::Warning => "badge badge-warning",
        Tone::Error => "badge badge-error",
    };
    view! {
        <span class=class title=title>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon class="size-3 sub"/> })}
            {children()}
        </span>
    }
    .into_any()
}

/// `<AlsoIn names=row.also_in/>`: "Also in 2 products", their names in the title; nothing for none.
#[component]
pub fn AlsoIn(names: Vec<String>) -> impl IntoView {
    let text = match names.len() {
        0 => return ().into_any(),
        1 => String::from("Also in 1 product"),
        n => format!("Also in {n} products"),
    };
    view! {
        <Badge icon=icon::LAYERS title=names.join(", ")>
            {text}
        </Badge>
    }
    .into_any()
}

/// `<Dot colour=Viz::Two/>`: decorative, the word stands beside it.
#[component]
pub fn Dot(#[prop(optional)] colour: Viz) -> impl IntoView {
    view! { <span class=joined("dot", colour.bg()) aria-hidden="true"></span> }.into_any()
}

/// `<SegmentDot segment/>`: a dot and the segment's word.
#[component]
pub fn SegmentDot(segment: Segment) -> impl IntoView {
    let colour = match segment {
        Segment::Champion => Viz::One,
        Segment::Loyal => Viz::Two,
        Segment::Promising => Viz::Soft,
        Segment::New => Viz::Three,
        Segment::AtRisk => Viz::Amber,
        Segment::Refunds => Viz::Red,
        Segment::Lapsed => Viz::Gray,
        Segment::NoFigures => Viz::Slate,
    };
    view! {
        <span class="inline-flex items-center gap-1.5 whitespace-nowrap align-top">
            <Dot colour/>
            {segment.label()}
        </span>
    }
    .into_any()
}

/// `<Pips opportunity/>`: 1 to 5 bars, named.
#[component]
pub fn Pips(opportunity: Opportunity) -> impl IntoView {
    let score = opportunity.get();
    let bar = |n: u8| view! { <i class=if n <= score { "on" } else { "" }></i> };
    view! {
        <span class="pips" role="img" aria-label=format!("Opportunity {score} of 5")>
            {bar(1)} {bar(2)} {bar(3)} {bar(4)} {bar(5)}
        </span>
    }
    .into_any()
}

/// `<Avatar name=person.name/>`: initials; the name stands beside it. `size` "av-md" or "av-lg"; `me=true` is dark.
#[component]
pub fn Avatar(#[prop(into)] name: String, #[prop(optional)] size: &'static str, #[prop(optional)] me: bool) -> impl IntoView {
    let base = if me { "av av-me" } else { "av" };
    view! {
        <span class=joined(base, size) aria-hidden="true">
            {initials(&name)}
        </span>
    }
    .into_any()
}

/// `<Mark name=business.name mark=business.mark/>`: the product's letter in its colour; `large=true` 28 px.
#[component]
pub fn Mark(#[prop(into)] name: String, mark: u8, #[prop(optional)] large: bool) -> impl IntoView {
    let colour = match mark {
        2 => "mark mark-2",
        3 => "mark mark-3",
        _ => "mark mark-1",
    };
    view! {
        <span class=joined(colour, if large { "mark-lg" } else { "" }) aria-hidden="true">
            {name.chars().next().map(|c| c.to_uppercase().collect::<String>())}
        </span>
    }
    .into_any()
}

/// `<Product name mark/>`: mark and name.
#[component]
pub fn Product(#[prop(into)] name: String, mark: u8) -> impl IntoView {
    view! {
        <span class="inline-flex items-center gap-1.5 whitespace-nowrap align-top">
            <Mark name=name.clone() mark/>
            {name}
        </span>
    }
    .into_any()
}

/// `<Time at=row.at/>`: as people say it, the exact one on hover; `exact=true` the other way round.
#[component]
pub fn Time(at: Moment, #[prop(optional)] exact: bool) -> impl IntoView {
    let Moment { iso, relative, exact: day } = at;
    let (shown, title) = if exact { (day, relative) } else { (relative, day) };
    view! {
        <time datetime=iso title=title>
            {shown}
        </time>
    }
    .into_any()
}

/// `<Withheld text="Money is hidden for viewers"/>`: a lock and the reason, where something is masked.
#[component]
pub fn Withheld(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <span class="sub inline-flex items-center gap-1.5">
            <Icon name=icon::LOCK class="size-3.5"/>
            {text}
        </span>
    }
    .into_any()
}
