//! What the list is asked for, as the address says it and as it is said in words.

use crate::paths;
use domain::{
    customer::{Chosen, CustomerQuery, CustomerSort},
    ids::{BusinessId, CustomerId, TeamId},
    persona::Segment,
};
use leptos_router::params::ParamsMap;

/// The query of an address. What can't be read counts as not asked for.
pub fn read(map: &ParamsMap) -> CustomerQuery {
    let text = |key: &str| map.get(key).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    CustomerQuery {
        search: text("search").unwrap_or_default(),
        segment: text("segment").and_then(|value| Segment::parse(&value)),
        opportunity: text("opportunity")
            .and_then(|value| value.parse().ok())
            .filter(|score| (1..=5).contains(score)),
        draft: text("draft").filter(|value| value == "ready" || value == "none"),
        tag: text("tag"),
        also_elsewhere: text("also").is_some(),
        deleted: text("deleted").is_some(),
        sort: text("sort").and_then(|value| CustomerSort::parse(&value)),
        descending: text("dir").and_then(|value| match value.as_str() {
            "desc" => Some(true),
            "asc" => Some(false),
            _ => None,
        }),
        cursor: text("cursor"),
        limit: text("limit").and_then(|value| value.parse().ok()),
    }
}

/// The customers that an address means: those with these ids, or what its list shows.
#[must_use]
pub fn chosen(map: &ParamsMap) -> Chosen {
    Chosen {
        ids: map.get("ids").unwrap_or_default(),
        query: first(&read(map)),
    }
}

/// The same of an address that is no page's.
#[cfg(feature = "ssr")]
#[must_use]
pub fn chosen_of(pairs: Vec<(String, String)>) -> Chosen {
    chosen(&pairs.into_iter().fold(ParamsMap::new(), |mut map, (key, value)| {
        map.insert(key, value);
        map
    }))
}

/// The address of something about these customers, or about all that the list finds.
pub fn about(path: &str, action: &str, ids: &[CustomerId], query: &CustomerQuery) -> String {
    let mut parts = vec![("action", action.to_owned())];
    if ids.is_empty() {
        parts.extend(pairs(&first(query)));
    } else {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        parts.push(("ids", ids.join(",")));
    }
    written(path, parts)
}

/// What a form asks for that is sent without loading the page anew.
pub fn submitted(form: &web_sys::FormData, masked: bool) -> CustomerQuery {
    let mut map = ParamsMap::new();
    for key in [
        "search",
        "segment",
        "opportunity",
        "draft",
        "tag",
        "also",
        "deleted",
        "sort",
        "dir",
        "limit",
    ] {
        if let Some(value) = form.get(key).as_string() {
            map.insert(key, value);
        }
    }
    let query = read(&map);
    let sort = query.sort.filter(|by| *by != usual(masked));
    CustomerQuery { sort, ..query }
}

/// The order of a list that was asked for in none.
const fn usual(masked: bool) -> CustomerSort {
    if masked { CustomerSort::LastPayment } else { CustomerSort::Spent }
}

/// The parts of a query as the address names them.
pub fn pairs(query: &CustomerQuery) -> Vec<(&'static str, String)> {
    let CustomerQuery {
        search,
        segment,
        opportunity,
        draft,
        tag,
        also_elsewhere,
        deleted,
        sort,
        descending,
        cursor,
        limit,
    } = query;
    let dir = |down: bool| if down { "desc" } else { "asc" };
    let all = [
        ("search", Some(search.clone()).filter(|text| !text.is_empty())),
        ("segment", segment.map(|segment| segment.to_string())),
        ("opportunity", opportunity.map(|score| score.to_string())),
        ("draft", draft.clone()),
        ("tag", tag.clone()),
        ("also", also_elsewhere.then(|| String::from("true"))),
        ("deleted", deleted.then(|| String::from("true"))),
        ("sort", sort.map(|sort| sort.to_string())),
        ("dir", descending.map(|down| dir(down).to_owned())),
        ("limit", limit.map(|limit| limit.to_string())),
        ("cursor", cursor.clone()),
    ];
    all.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
}

/// The address of a list.
pub fn href(team: TeamId, business: BusinessId, query: &CustomerQuery) -> String {
    at(&paths::customers(team, business), query)
}

/// Another address about the same customers.
pub fn at(path: &str, query: &CustomerQuery) -> String {
    written(path, pairs(query))
}

fn written(path: &str, parts: Vec<(&'static str, String)>) -> String {
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(key, value)| format!("{key}={}", paths::escape(&value)))
        .collect();
    if parts.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", parts.join("&"))
    }
}

/// The same list from its beginning.
pub fn first(query: &CustomerQuery) -> CustomerQuery {
    CustomerQuery {
        cursor: None,
        ..query.clone()
    }
}

/// Whether anything narrows the list.
pub fn is_narrowed(query: &CustomerQuery) -> bool {
    let CustomerQuery {
        search,
        segment,
        opportunity,
        draft,
        tag,
        also_elsewhere,
        deleted,
        ..
    } = query;
    !search.is_empty() || segment.is_some() || opportunity.is_some() || draft.is_some() || tag.is_some() || *also_elsewhere || *deleted
}

/// By what the list stands now, and whether the highest comes first.
pub fn order(query: &CustomerQuery, masked: bool) -> (CustomerSort, bool) {
    let by = query.sort.unwrap_or(usual(masked));
    (by, query.descending.unwrap_or_else(|| by.starts_descending()))
}

/// The list in another order; the same one again is turned round.
pub fn sorted(query: &CustomerQuery, by: CustomerSort, masked: bool) -> CustomerQuery {
    let (now, down) = order(query, masked);
    let descending = if now == by { !down } else { by.starts_descending() };
    CustomerQuery {
        sort: Some(by),
        descending: (descending != by.starts_descending()).then_some(descending),
        ..first(query)
    }
}

/// "Spent, highest first".
pub fn order_words(by: CustomerSort, down: bool) -> String {
    let (high, low) = match by {
        CustomerSort::Spent | CustomerSort::Opportunity => ("highest first", "lowest first"),
        CustomerSort::LastPayment | CustomerSort::Added => ("latest first", "earliest first"),
        CustomerSort::Name | CustomerSort::Email => ("Z to A", "A to Z"),
    };
    format!("{}, {}", sort_label(by), if down { high } else { low })
}

pub const fn sort_label(by: CustomerSort) -> &'static str {
    match by {
        CustomerSort::Spent => "Spent",
        CustomerSort::LastPayment => "Last payment",
        CustomerSort::Name => "Name",
        CustomerSort::Email => "E-mail",
        CustomerSort::Opportunity => "Opportunity",
        CustomerSort::Added => "Added",
    }
}

/// The views above the list. Viewers have those that rest on nothing hidden; who may restore has what was deleted.
pub fn views(masked: bool, may_delete: bool) -> Vec<(&'static str, CustomerQuery)> {
    let all = CustomerQuery::default;
    let ready = CustomerQuery {
        draft: Some("ready".into()),
        ..all()
    };
    let high = CustomerQuery {
        opportunity: Some(4),
        ..all()
    };
    let at_risk = CustomerQuery {
        segment: Some(Segment::AtRisk),
        ..all()
    };
    let elsewhere = CustomerQuery {
        also_elsewhere: true,
        ..all()
    };
    let mut views = vec![("All", all()), ("Ready to send", ready)];
    if !masked {
        views.extend([("High opportunity", high), ("At risk", at_risk)]);
    }
    views.push(("In other products", elsewhere));
    if may_delete {
        let deleted = CustomerQuery { deleted: true, ..all() };
        views.push(("Deleted", deleted));
    }
    views
}

/// Whether the list shows this view, in whichever order and place.
pub fn is_view(query: &CustomerQuery, view: &CustomerQuery) -> bool {
    let bare = CustomerQuery {
        sort: None,
        descending: None,
        cursor: None,
        limit: None,
        ..query.clone()
    };
    bare == *view
}

/// Active filters: what it is, what it says, and the list without it.
pub fn chips(query: &CustomerQuery) -> Vec<(&'static str, String, CustomerQuery)> {
    let rest = first(query);
    let mut chips = Vec::new();
    if let Some(segment) = query.segment {
        let without = CustomerQuery {
            segment: None,
            ..rest.clone()
        };
        chips.push(("Segment", segment.label().to_owned(), without));
    }
    if let Some(score) = query.opportunity {
        let without = CustomerQuery {
            opportunity: None,
            ..rest.clone()
        };
        chips.push(("Opportunity", format!("≥ {score}"), without));
    }
    if let Some(draft) = &query.draft {
        let without = CustomerQuery {
            draft: None,
            ..rest.clone()
        };
        chips.push(("Draft", draft.clone(), without));
    }
    if let Some(tag) = &query.tag {
        let without = CustomerQuery { tag: None, ..rest.clone() };
        chips.push(("Tag", tag.clone(), without));
    }
    if query.also_elsewhere {
        let without = CustomerQuery {
            also_elsewhere: false,
            ..rest
        };
        chips.push(("Other products", String::from("yes"), without));
    }
    chips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_address_says_reads_back() {
        let query = CustomerQuery {
            search: "100% ä&b".into(),
            segment: Some(Segment::AtRisk),
            opportunity: Some(4),
            draft: Some("ready".into()),
            tag: Some("vip".into()),
            also_elsewhere: true,
            deleted: true,
            sort: Some(CustomerSort::Name),
            descending: Some(true),
            cursor: Some("abc".into()),
            limit: Some(50),
        };
        let mut map = ParamsMap::new();
        for (key, value) in pairs(&query) {
            map.insert(key, value);
        }
        assert_eq!(read(&map), query);
        map.insert("opportunity", String::from("9"));
        map.insert("sort", String::from("colour"));
        assert_eq!(read(&ParamsMap::new()), CustomerQuery::default());
        let id = "0190f5fe-6a3e-7b30-9a4f-0123456789ab";
        let (team, business) = (id.parse().expect("an id"), id.parse().expect("an id"));
        assert!(href(team, business, &query).contains("?search=100%25%20%C3%A4%26b&segment=at_risk&"));
    }

    #[test]
    fn a_second_press_turns_the_order_round() {
        let start = CustomerQuery::default();
        let once = sorted(&start, CustomerSort::Spent, false);
        assert_eq!(order(&once, false), (CustomerSort::Spent, false));
        assert_eq!(
            order(&sorted(&once, CustomerSort::Spent, false), false),
            (CustomerSort::Spent, true)
        );
        assert_eq!(order(&sorted(&once, CustomerSort::Name, false), false), (CustomerSort::Name, false));
        assert_eq!(order(&start, true), (CustomerSort::LastPayment, true));
    }

    #[test]
    fn a_view_is_told_whatever_its_order() {
        let ready = CustomerQuery {
            draft: Some("ready".into()),
            ..CustomerQuery::default()
        };
        let shown = CustomerQuery {
            sort: Some(CustomerSort::Name),
            cursor: Some("x".into()),
            ..ready.clone()
        };
        assert!(is_view(&shown, &ready) && !is_view(&shown, &CustomerQuery::default()));
        assert_eq!(chips(&shown).len(), 1);
    }
}
