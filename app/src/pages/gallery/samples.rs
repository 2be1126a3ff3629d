//! The parts of the gallery that are not forms, with sample words.

use super::forms;
use crate::components::{
    AlsoIn, Avatar, Badge, Banner, Breadcrumb, Button, Chart, Chip, DialogActs, EmptyState, ErrorNote, Icon, IconButton, Kind, LinkButton,
    LockedAction, MailPreview, Menu, MenuButton, MenuLink, Meter, Pagination, Part, Pips, Point, Product, Progress, SegmentDot, Size,
    Skeleton, StatTile, Stats, Steps, Tab, Tabs, Time, Timeline, TimelineItem, Tone, Trend, Viz, Withheld, icon,
};
use domain::{
    Error,
    page::Total,
    persona::{Claim, Opportunity, Segment, SourceField},
    time::Moment,
};
use leptos::prelude::*;

pub fn both_themes() -> impl IntoView {
    view! { {column("askusers-light", "Light", "l")} {column("askusers-dark", "Dark", "d")} }
}

/// `key` keeps ids of the two columns apart.
fn column(theme: &'static str, name: &'static str, key: &'static str) -> AnyView {
    view! {
        <div data-theme=theme class="bg-base-100 text-base-content px-6 sm:px-8 pb-10 min-w-0">
            <h2 class="h-page py-6">{name}</h2>
            {part("Type, five sizes", sizes())}
            {part("Colours", colours())}
            {part("Icons", icons())}
            {part("Buttons", buttons(key))}
            {part("Fields", forms::fields(key))}
            {part("Badges, people, products", tokens())}
            {part("Menus", menus())}
            {part("Dialog", dialog(key))}
            {part("Confirm by typing", forms::confirm(key))}
            {part("Tabs, filters, table, pages", table(name))}
            {part("Banners and errors", banners())}
            {part("Progress and loading", loading(name))}
            {part("Empty state", empty())}
            {part("Tiles, chart, meter", figures())}
            {part("Steps and breadcrumb", steps())}
            {part("Timeline", timeline())}
            {part("E-mail preview", mail())}
        </div>
    }
    .into_any()
}

fn part(title: &'static str, inside: AnyView) -> AnyView {
    view! {
        <section class="py-7 border-t border-line" data-part=title>
            <h3 class="h-sub sub mb-4">{title}</h3>
            {inside}
        </section>
    }
    .into_any()
}

fn sizes() -> AnyView {
    view! {
        <div class="grid gap-2">
            <p class="text-xl font-semibold">"30 Figures and first words"</p>
            <p class="text-lg font-semibold">"20 Page titles"</p>
            <p class="text-base">"15 Reading: e-mails, section heads"</p>
            <p class="text-sm">"13 Everything you work with"</p>
            <p class="text-xs sub">"12 Hints, table heads, badges"</p>
        </div>
    }
    .into_any()
}

fn colours() -> AnyView {
    let swatches = [
        ("bg-base-100", "base-100"),
        ("bg-base-200", "base-200"),
        ("bg-base-300", "base-300"),
        ("bg-edge", "edge"),
        ("bg-muted", "muted"),
        ("bg-base-content", "content"),
        ("bg-primary", "primary"),
        ("bg-tint", "tint"),
        ("bg-success", "success"),
        ("bg-warning", "warning"),
        ("bg-error", "error"),
        ("bg-viz-1", "viz-1"),
        ("bg-viz-1-soft", "viz-1-soft"),
        ("bg-viz-2", "viz-2"),
        ("bg-viz-3", "viz-3"),
        ("bg-viz-amber", "viz-amber"),
    ]
    .into_iter()
    .map(|(class, name)| {
        view! {
            <div>
                <div class=icon::joined("h-9 rounded-field border border-line", class)></div>
                <p class="text-xs sub mt-1 truncate">{name}</p>
            </div>
        }
        .into_any()
    })
    .collect_view();
    view! { <div class="grid grid-cols-4 sm:grid-cols-8 gap-2">{swatches}</div> }.into_any()
}

fn icons() -> AnyView {
    let all = icon::ALL.iter().map(|name| view! { <Icon name=name/> }).collect_view();
    view! { <div class="flex flex-wrap gap-3">{all}</div> }.into_any()
}

fn buttons(key: &'static str) -> AnyView {
    view! {
        <div class="flex flex-wrap items-center gap-2">
            <Button kind=Kind::Primary icon=icon::SEND>
                "Send 12 e-mails"
            </Button>
            <Button>"Save draft"</Button>
            <Button class="is-focus">"Has the focus"</Button>
            <Button kind=Kind::Ghost>"Cancel"</Button>
            <Button kind=Kind::Danger icon=icon::TRASH>
                "Delete 3 customers"
            </Button>
            <Button kind=Kind::LastStep>"Delete for good"</Button>
            <Button kind=Kind::Primary busy=true>
                "Sending 4 of 12"
            </Button>
            <IconButton icon=icon::MORE label="More"/>
            <Button kind=Kind::Primary size=Size::Decide>
                "Decide, 40 px"
            </Button>
            <Button size=Size::Row>"In a row, 24 px"</Button>
            <Button disabled=true>"Not yet"</Button>
            <LinkButton href="#main" icon=icon::DOWNLOAD>
                "Export CSV"
            </LinkButton>
            <a class="link" href="#main">
                "A link"
            </a>
            <span class="w-full"></span>
            <LockedAction
                id=format!("locked-{key}")
                label="Transfer ownership"
                reason="Only the owner, Andrew Adams, can do this."
            />
        </div>
    }
    .into_any()
}

fn tokens() -> AnyView {
    let segments = Segment::ALL.iter().map(|s| view! { <SegmentDot segment=*s/> }).collect_view();
    let pips = (1..=5)
        .filter_map(Opportunity::new)
        .map(|o| view! { <Pips opportunity=o/> })
        .collect_view();
    view! {
        <div class="grid gap-3">
            <p class="flex flex-wrap gap-2">
                <AlsoIn names=vec![String::from("Ticket Shop"), String::from("Vinyl Club")]/>
                <Badge tone=Tone::Soft>"You"</Badge>
                <Badge tone=Tone::Success>"Replied"</Badge>
                <Badge tone=Tone::Warning>"Expires in 2 days"</Badge>
                <Badge tone=Tone::Error>"Bounced"</Badge>
                <Badge tone=Tone::Info>"Reserved"</Badge>
            </p>
            <p class="flex flex-wrap gap-x-4 gap-y-2">{segments}</p>
            <p class="flex flex-wrap gap-4">{pips}</p>
            <p class="flex flex-wrap items-center gap-2">
                <Avatar name="Helena Holý"/>
                <Avatar name="Helena Holý" size="av-md"/>
                <Avatar name="Helena Holý" size="av-lg"/>
                <Avatar name="Nancy Edwards" size="av-md" me=true/>
                <span class="w-2"></span>
                <Product name="Music Store" mark=1/>
                <Product name="Ticket Shop" mark=2/>
                <Product name="Vinyl Club" mark=3/>
            </p>
            <p class="flex flex-wrap gap-4">
                <Withheld text="h***@example.com"/>
                <Withheld text="Money is hidden for viewers"/>
                <Time at=moment("5 days ago")/>
            </p>
        </div>
    }
    .into_any()
}

fn moment(relative: &str) -> Moment {
    Moment {
        iso: String::from("2027-01-07T14:12:00Z"),
        relative: relative.to_owned(),
        exact: String::from("Thu 7 Jan 2027, 14:12"),
    }
}

fn menus() -> AnyView {
    view! {
        <div class="flex flex-wrap items-start gap-5">
            <Menu label="Sort" words=true>
                <MenuLink href="#main" label="Spent, highest first" current=true/>
                <MenuLink href="#main" label="Name"/>
            </Menu>
            <Menu label="More" icon=icon::MORE>
                <MenuButton label="Tag" icon=icon::TAG/>
            </Menu>
            <ul class="menu rounded-field shadow-2 bg-raised !w-64">
                <MenuButton label="Analyse again" icon=icon::SPARK note="1 credit"/>
                <MenuButton label="Never e-mail again" icon=icon::BAN/>
                <MenuButton label="Transfer ownership" locked="Only the owner, Andrew Adams, can do this."/>
                <MenuButton label="Delete customer…" icon=icon::TRASH danger=true apart=true/>
            </ul>
        </div>
    }
    .into_any()
}

fn dialog(key: &'static str) -> AnyView {
    let label = format!("dialog-{key}");
    view! {
        <dialog open=true class="dialog !static !w-full !m-0" aria-labelledby=label.clone()>
            <h4 class="h-sec" id=label.clone()>
                "Send 12 e-mails for Music Store?"
            </h4>
            <p class="sub mt-1">"From jane@musicstore.example, one a minute, the last at about 11:02. Sending is free."</p>
            <DialogActs>
                <Button kind=Kind::Ghost>"Cancel"</Button>
                <Button kind=Kind::Primary icon=icon::SEND>
                    "Send 12 e-mails"
                </Button>
            </DialogActs>
        </dialog>
    }
    .into_any()
}

fn table(name: &'static str) -> AnyView {
    let rows = [
        ("Helena Holý", Segment::Champion, "$49.62", "is-selected"),
        ("Richard Cunningham", Segment::AtRisk, "$47.62", "is-selected is-cursor"),
        ("Luis Rojas", Segment::Lapsed, "$46.62", ""),
    ]
    .into_iter()
    .map(|(who, segment, spent, class)| {
        view! {
            <tr class=class>
                <td class="w-8 !pr-0">
                    <input
                        type="checkbox"
                        class="checkbox"
                        aria-label=format!("Select {who} ({name})")
                        checked=!class.is_empty()
                    />
                </td>
                <td class="whitespace-nowrap">
                    <span class="inline-flex items-center gap-2.5 font-medium">
                        <Avatar name=who/>
                        {who}
                    </span>
                </td>
                <td>
                    <SegmentDot segment/>
                </td>
                <td class="num">{spent}</td>
            </tr>
        }
        .into_any()
    })
    .collect_view();
    let tabs = vec![
        Tab::new("#main", "All").count("4,216").current(false),
        Tab::new("#main", "Ready to send").count(312).current(true),
        Tab::new("#main", "At risk").count(148).current(false),
    ];
    view! {
        <Tabs label=format!("Saved views, {name}") tabs/>
        <p class="flex flex-wrap gap-2 py-2.5">
            <Chip field="Draft" value="ready" remove="#main"/>
            <Chip field="Segment" value="At risk" remove="#main"/>
        </p>
        <div class="panel overflow-hidden">
            <div class="scroll-x" tabindex="0" role="region" aria-label=format!("Customers, {name}")>
                <table class="table table-rows">
                    <thead>
                        <tr>
                            <th scope="col" class="w-8 !pr-0">
                                <span class="sr-only">"Selected"</span>
                            </th>
                            <th scope="col">"Customer"</th>
                            <th scope="col">"Segment"</th>
                            <th scope="col" class="num" aria-sort="descending">
                                <span class="inline-flex items-center gap-1 text-base-content">
                                    "Spent" <Icon name=icon::ARROW_DOWN class="size-3"/>
                                </span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Pagination shown=3 total=Total::Exactly(312) noun="customers" previous=None next=Some(String::from("#main"))/>
        </div>
        <div class="dockbar mt-4 w-fit max-w-full">
            <IconButton icon=icon::X label="Clear the selection" kind=Kind::Ghost/>
            <span class="font-medium whitespace-nowrap">"2 selected"</span>
            <Button kind=Kind::Ghost class="max-sm:hidden">
                "Select all 312"
            </Button>
            <span class="sep"></span>
            <Button kind=Kind::Primary icon=icon::SEND>
                "Send 2 e-mails"
            </Button>
        </div>
    }
    .into_any()
}

fn banners() -> AnyView {
    view! {
        <div class="grid gap-3">
            <Banner
                tone=Tone::Warning
                icon=icon::COINS
                title="196 credits left."
                text="Analyses stop when they end, sending goes on."
                action=(String::from("#main"), String::from("Buy 1,000 for $49.90"))
            />
            <Banner tone=Tone::Error title="The payment of 1 January failed." text="Read-only from 8 January, nothing is deleted."/>
            <Banner title="You are a viewer." text="Addresses are masked and money is hidden. Ask Andrew Adams to change that."/>
            <Banner tone=Tone::Success title="59 customers imported." text="Nothing was left out."/>
            <ErrorNote error=Some(Error::NotEnoughCredits { needed: 64, available: 41 })/>
        </div>
    }
    .into_any()
}

fn loading(name: &'static str) -> AnyView {
    view! {
        <div class="grid gap-6">
            <Progress
                label=format!("Analysing 64 customers ({name})")
                value=41_u64
                max=64_u64
                note=String::from("Goes on when you close the page. 41 credits used, 23 reserved.")
            >
                <Button kind=Kind::Ghost size=Size::Row>
                    "Stop"
                </Button>
            </Progress>
            <Skeleton rows=3 label=format!("Loading customers ({name})")/>
        </div>
    }
    .into_any()
}

fn empty() -> AnyView {
    view! {
        <EmptyState icon=icon::INBOX title="No replies yet" text="Log an answer on a customer, and it is analysed and counted here.">
            <Button icon=icon::REPLY>"Log a reply"</Button>
        </EmptyState>
    }
    .into_any()
}

fn figures() -> AnyView {
    let points = [12, 18, 16, 24, 30, 28, 34, 42, 38, 45]
        .into_iter()
        .enumerate()
        .map(|(i, value)| Point {
            label: format!("{} Jan", i + 3),
            value,
            before: Some(value * 2 / 3),
        })
        .collect();
    let parts = vec![
        Part::new("used", 848, Viz::Gray),
        Part::new("monthly", 1152, Viz::One),
        Part::new("bought", 488, Viz::Soft),
    ];
    view! {
        <div class="grid gap-6">
            <Stats>
                <StatTile
                    label="Reply rate"
                    value="10.6%"
                    note="125 replies"
                    trend=Trend {
                        up: true,
                        good: true,
                        text: String::from("0.8 pts"),
                    }
                    href="#main"
                />
                <StatTile
                    label="Bounces"
                    value="1.2%"
                    note="14 e-mails"
                    trend=Trend {
                        up: true,
                        good: false,
                        text: String::from("0.4 pts"),
                    }
                />
            </Stats>
            <Chart label="E-mails sent per day" unit="Sent" points/>
            <Meter label="Credits" parts total=2488 legend=true/>
        </div>
    }
    .into_any()
}

fn steps() -> AnyView {
    view! {
        <div class="grid gap-4">
            <Steps labels=vec!["File", "Columns", "Preview", "Import"] current=2/>
            <Breadcrumb trail=vec![(String::from("#main"), String::from("Customers"))] here="Import"/>
        </div>
    }
    .into_any()
}

fn timeline() -> AnyView {
    let shop = Some((String::from("Ticket Shop"), 2));
    let store = Some((String::from("Music Store"), 1));
    view! {
        <Timeline>
            <TimelineItem
                icon=icon::SEND
                actor="Margaret Park"
                text="sent “Your seats for the spring season”"
                at=moment("5 days ago")
                product=shop
            >
                <Badge tone=Tone::Warning>"Counts for the 14-day rule"</Badge>
            </TimelineItem>
            <TimelineItem icon=icon::SPARK actor="Jane Peacock" text="analysed Helena · 1 credit" at=moment("yesterday") product=store/>
        </Timeline>
    }
    .into_any()
}

fn mail() -> AnyView {
    let claim = |text: &str, source| Claim {
        text: text.to_owned(),
        sources: vec![source],
    };
    view! {
        <MailPreview
            subject="A quieter way to listen, Helena"
            from="Jane Peacock, Music Store <jane@musicstore.example>"
            to="hholy@example.com"
            body="Hi Helena,\n\nYou have bought from us seven times since July 2022. Thank you."
            claims=vec![claim("seven times", SourceField::PaymentCount), claim("July 2022", SourceField::FirstPayment)]
            footer="Music Store, 12 Harbour Road, Calgary AB, Canada"
        />
    }
    .into_any()
}
