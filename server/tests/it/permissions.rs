//! Who may call what: every server function by every actor, as one table; and every call and page with another team's ids.
//!
//! A new server function needs a line in `samples.rs`, and its row in the snapshot to be read: `INSTA_UPDATE=always` writes it.

mod foreign;
mod routes;
mod samples;
mod world;

use crate::support::actor::{Answer, Browser, answer};
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, header::ACCEPT};
use samples::{SAMPLES, Sample, Way};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fmt::{Display, Write},
};
use world::{Ids, World};

/// A column of the table: who asks, and whether about the member's own business.
const ACTORS: [(&str, &str, bool); 7] = [
    ("anonymous", "", true),
    ("stranger", "stranger", true),
    ("viewer", "viewer", true),
    ("not own", "member", false),
    ("own", "member", true),
    ("admin", "admin", true),
    ("owner", "owner", true),
];

#[test]
fn every_server_function_has_one_sample() {
    let registered: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path.trim_start_matches("/api/")).collect();
    let sampled: BTreeSet<&str> = SAMPLES.iter().map(|sample| sample.endpoint).collect();
    assert_eq!(sampled.len(), SAMPLES.len(), "one sample each");
    let missing: Vec<_> = registered.difference(&sampled).collect();
    assert!(missing.is_empty(), "give these a line in permissions/samples.rs: {missing:?}");
    let gone: Vec<_> = sampled.difference(&registered).collect();
    assert!(gone.is_empty(), "these are no server functions: {gone:?}");
    assert!(
        SAMPLES.is_sorted_by_key(|sample| sample.endpoint),
        "samples are in the order of their names"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_answers_each_actor_as_agreed() {
    let world = World::build().await;
    let mut table = Table::headed("server function");
    let mut round = world.round().await;
    for sample in SAMPLES {
        table.row(sample.endpoint);
        for (_, who, own) in ACTORS {
            let browser = Browser::new(&round.base_url, world.token(who));
            let ids = if own { &world.own } else { &world.other };
            let status = call(&browser, sample, &world, ids).await.status.as_u16();
            table.cell(status);
            // The next one finds the world as it was.
            if status < 400 && matches!(sample.way, Way::Form) {
                std::mem::replace(&mut round, world.round().await).end().await;
            }
        }
    }
    round.end().await;
    insta::assert_snapshot!("server_functions", table.0);
}

/// What each actor is answered, a row for each call.
struct Table(String);

impl Table {
    fn headed(what: &str) -> Self {
        let mut table = Self(format!("{what:32}"));
        for (name, ..) in ACTORS {
            table.cell(name);
        }
        table
    }

    fn row(&mut self, name: &str) {
        write!(self.0, "\n{name:32}").expect("a String takes everything");
    }

    fn cell(&mut self, cell: impl Display) {
        write!(self.0, "{cell:>10}").expect("a String takes everything");
    }
}

async fn call(browser: &Browser, sample: &Sample, world: &World, ids: &Ids) -> Answer {
    call_with(browser, sample, (sample.body)(world, ids)).await
}

async fn call_with(browser: &Browser, sample: &Sample, body: Value) -> Answer {
    if matches!(sample.way, Way::Json) {
        return browser.call(sample.endpoint, &body).await;
    }
    let fields: Vec<(String, String)> = match body {
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, text(&value))).collect(),
        other => panic!("{}: {other} is no form", sample.endpoint),
    };
    let form = browser
        .request(Method::POST, &format!("/api/{}", sample.endpoint))
        .header(ACCEPT, "application/json")
        .form(&fields);
    answer(form).await
}

/// A form sends texts only.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_ids_of_another_team_is_not_found() {
    let world = World::build().await;
    let app = world.round().await;
    let owner = Browser::new(&app.base_url, world.token("owner"));
    let stranger = Browser::new(&app.base_url, world.token("stranger"));
    let patterns: Vec<_> = leptos_axum::generate_route_list(app::App)
        .iter()
        .map(|route| axum_path(route.path()))
        .filter(|pattern| pattern.contains("{team}"))
        .collect();
    assert!(!patterns.is_empty(), "there are pages of a team");
    let mut wrong = Vec::new();
    for pattern in &patterns {
        let mine = fill(pattern, &world, &world.own);
        let found = owner.get(&mine).await.status;
        if !found.is_success() && !found.is_redirection() {
            wrong.push(format!("{pattern} for the owner: {found}"));
        }
        // The team of somebody else; the own team with another one's business, customer …; the own business with another
        // business's customer ….
        let mixed = fill(pattern, &world, &world.foreign);
        let crossed = fill(pattern, &world, &world.own.within(&world.other));
        for (browser, path, what) in [
            (&stranger, &mine, "for a stranger"),
            (&owner, &mixed, "with ids of another team"),
            (&owner, &crossed, "with ids of another business"),
        ] {
            if !std::ptr::eq(browser, &stranger) && *path == mine {
                continue;
            }
            let status = arrives(browser, path).await;
            if status != 404 {
                wrong.push(format!("{pattern} {what}: {status}"));
            }
        }
    }
    app.end().await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The status of a page, at the end of its redirects.
async fn arrives(browser: &Browser, path: &str) -> u16 {
    let mut path = path.to_owned();
    for _ in 0..4 {
        let page = browser.get(&path).await;
        if !page.status.is_redirection() {
            return page.status.as_u16();
        }
        page.header("location").clone_into(&mut path);
    }
    panic!("{path}: round and round");
}

/// Leptos lists `/t/:team`, axum writes `/t/{team}`.
fn axum_path(listed: &str) -> String {
    let part = |part: &str| part.strip_prefix(':').map_or_else(|| part.to_owned(), |name| format!("{{{name}}}"));
    listed.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn fill(pattern: &str, world: &World, ids: &Ids) -> String {
    let mut path = pattern.replace("{team}", &world.team.to_string());
    for (name, id) in ids.named() {
        path = path.replace(&format!("{{{name}}}"), &id);
    }
    assert!(!path.contains('{'), "{path}: say in world.rs which id this is");
    path
}
