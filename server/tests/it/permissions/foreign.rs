//! Every server function that takes ids, called by the owner of a team with ids that are not the team's.
//!
//! The table's strangers are refused for not being in the team. Here whoever asks has every right in their own team, so that only the
//! search for the row itself can refuse.

use super::{
    call_with,
    samples::{SAMPLES, Sample},
    world::{Ids, World},
};
use crate::support::{
    TestApp,
    actor::{Browser, answer},
};
use app::paths;
use reqwest::{Method, header::ACCEPT, multipart};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

/// Functions that must be among those which are tried, or the list was made wrongly.
const SOME: [&str; 6] = [
    "analysis/analyse",
    "drafts/save",
    "imports/start",
    "invitations/revoke",
    "outreach/act",
    "outreach/page",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_ids_of_another_team_is_not_found_and_changes_nothing() {
    let world = World::build().await;
    let mut app = world.round().await;
    let mut tried = Vec::new();
    let mut wrong = Vec::new();
    let mut before = settled(&app, &world).await;
    for sample in SAMPLES {
        for (what, body) in crossed(&world, sample) {
            let owner = Browser::new(&app.base_url, world.token("owner"));
            let status = call_with(&owner, sample, body).await.status.as_u16();
            tried.push(sample.endpoint);
            let changed = tables_that_differ(&before, &everything(&app).await);
            if status != 404 || !changed.is_empty() {
                wrong.push(format!("{} with {what}: {status}, changed {changed:?}", sample.endpoint));
            }
            // The next one finds the world as it was.
            if !changed.is_empty() {
                std::mem::replace(&mut app, world.round().await).end().await;
                before = settled(&app, &world).await;
            }
        }
    }
    app.end().await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    for endpoint in SOME {
        assert!(tried.contains(&endpoint), "{endpoint} was not tried");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_route_with_ids_of_another_team_is_not_found_and_changes_nothing() {
    let world = World::build().await;
    let app = world.round().await;
    let before = settled(&app, &world).await;
    let owner = Browser::new(&app.base_url, world.token("owner"));
    let (own, foreign, other) = (&world.own, &world.foreign, &world.other);
    let part = multipart::Part::bytes(b"email\njoe@example.com\n".to_vec()).file_name("more.csv");
    let upload = owner
        .request(Method::POST, &paths::upload(world.team, foreign.business))
        .multipart(multipart::Form::new().part("file", part));
    let left_out = |business, import| owner.request(Method::GET, &paths::left_out(world.team, business, import));
    let requests = [
        ("an upload into another team's business", upload),
        ("rows of another team's", left_out(foreign.business, foreign.import)),
        ("rows of another team's import", left_out(own.business, foreign.import)),
        (
            "rows of an import through another team's business",
            left_out(foreign.business, own.import),
        ),
        (
            "customers of another team's business",
            owner.request(Method::GET, &paths::export(world.team, foreign.business)),
        ),
        ("rows of another business's import", left_out(own.business, other.import)),
    ];
    for (what, request) in requests {
        let status = answer(request.header(ACCEPT, "application/json")).await.status;
        assert_eq!(status, 404, "{what}");
    }
    let changed = tables_that_differ(&before, &everything(&app).await);
    assert!(changed.is_empty(), "{changed:?}");
    app.end().await;
}

/// Lists are narrowed by ids that may be anything: another team's is like one that nobody has.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_narrowed_by_another_teams_id_is_empty() {
    let world = World::build().await;
    let app = world.round().await;
    let owner = Browser::new(&app.base_url, world.token("owner"));
    let stranger = Browser::new(&app.base_url, world.token("stranger"));
    let me: domain::person::Me = serde_json::from_str(&stranger.call("accounts/me", &json!({})).await.body).expect("reads");
    let nobody = Uuid::from_u128(7);
    let audit = |person: Value| {
        let query = json!({ "kind": null, "person": person, "after": null, "before": null });
        ("audit/list", json!({ "team": world.team, "query": query }))
    };
    let credits = |person: Value, business: Value| {
        let query = json!({ "person": person, "business": business, "action": null, "after": null, "before": null });
        ("credits/page", json!({ "team": world.team, "query": query }))
    };
    let pairs = [
        (audit(json!(me.id)), audit(json!(nobody)), audit(Value::Null)),
        (
            credits(json!(me.id), Value::Null),
            credits(json!(nobody), Value::Null),
            credits(Value::Null, Value::Null),
        ),
        (
            credits(Value::Null, json!(world.foreign.business)),
            credits(Value::Null, json!(nobody)),
            credits(Value::Null, Value::Null),
        ),
    ];
    for ((endpoint, theirs), (_, nobodys), (_, all)) in pairs {
        let (theirs, nobodys) = (owner.call(endpoint, &theirs).await, owner.call(endpoint, &nobodys).await);
        assert_eq!((theirs.status.as_u16(), &theirs.body), (200, &nobodys.body), "{endpoint}");
        assert_ne!(owner.call(endpoint, &all).await.body, theirs.body, "{endpoint}: there is something");
    }
    app.end().await;
}

/// The sample's call with each id exchanged for another team's, with all of them exchanged, and, where it names a business, with each
/// of the others exchanged for another business's.
fn crossed(world: &World, sample: &Sample) -> Vec<(String, Value)> {
    let own = (sample.body)(world, &world.own);
    let with = |ids: &Ids| (sample.body)(world, ids);
    let (foreign, other) = (with(&world.foreign), with(&world.other));
    let names_an_id = |path: &String| {
        let text = own.pointer(path).and_then(Value::as_str).unwrap_or_default();
        text.parse::<Uuid>().is_ok() && text != world.team.to_string()
    };
    let ids: Vec<String> = texts(&own).into_iter().filter(names_an_id).collect();
    for path in &ids {
        let differs = own.pointer(path) != foreign.pointer(path);
        assert!(differs, "{}: give world.rs another team's {path}", sample.endpoint);
    }
    let mut calls = Vec::new();
    for path in &ids {
        calls.push((format!("another team's {path}"), exchanged(&own, path, &foreign)));
        let differs = own.pointer(path) != other.pointer(path);
        if path != "/business" && own.get("business").is_some() && differs {
            calls.push((format!("another business's {path}"), exchanged(&own, path, &other)));
        }
    }
    if ids.len() > 1 {
        calls.push(("all of another team's".into(), foreign));
    }
    calls
}

fn exchanged(body: &Value, path: &str, from: &Value) -> Value {
    let mut body = body.clone();
    let theirs = from.pointer(path).expect("the same shape").clone();
    *body.pointer_mut(path).expect("it was found there") = theirs;
    body
}

/// Where a body has its texts.
fn texts(body: &Value) -> Vec<String> {
    match body {
        Value::String(_) => vec![String::new()],
        Value::Object(fields) => {
            let within =
                |(name, value): (&String, &Value)| texts(value).into_iter().map(|path| format!("/{name}{path}")).collect::<Vec<_>>();
            fields.iter().flat_map(within).collect()
        }
        _ => Vec::new(),
    }
}

/// Everything, after the calls that note when somebody was last there.
async fn settled(app: &TestApp, world: &World) -> Vec<(String, String)> {
    let owner = Browser::new(&app.base_url, world.token("owner"));
    let listed = owner.call("businesses/list", &json!({ "team": world.team })).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    everything(app).await
}

/// Each table with all of its rows.
async fn everything(app: &TestApp) -> Vec<(String, String)> {
    let tables =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql LIKE 'CREATE TABLE%' ORDER BY name";
    let mut all = Vec::new();
    for table in strings(app, tables).await {
        let columns = strings(
            app,
            &format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')"),
        )
        .await;
        let rows = strings(
            app,
            &format!("SELECT {} AS line FROM \"{table}\" ORDER BY line", columns.join(" || ")),
        )
        .await;
        all.push((table, rows.join("\n")));
    }
    all
}

async fn strings(app: &TestApp, sql: &str) -> Vec<String> {
    let db = app.services.db().read();
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .expect(sql);
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

fn tables_that_differ(before: &[(String, String)], after: &[(String, String)]) -> Vec<String> {
    let differs = |(one, two): (&(String, String), &(String, String))| (one != two).then(|| one.0.clone());
    before.iter().zip(after).filter_map(differs).collect()
}
