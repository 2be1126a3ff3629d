//! One deed for many customers: what it would cost, that it starts on exactly that, and that no credit is lost or spent twice
//! whatever happens on the way.

mod deeds;
mod trouble;

use crate::support::{
    TestApp,
    actor::{Actor, Answer},
    both_databases,
    shop::{Shop, post, read},
};
use domain::{
    Error,
    batch::{BatchDetail, BatchKind, BatchQuote, BatchState, SkipReason},
    credit::{Balance, CreditAction, CreditKind, Credits},
    customer::CustomerQuery,
    error::Conflict,
    ids::{BatchId, CustomerId},
    page::Total,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};
use serde_json::json;
use services::{
    entity::{audit_event, persona},
    ledger,
};

both_databases! {
    a_batch_is_quoted_set_aside_and_done
    what_the_pool_does_not_pay_for_is_offered_in_part
    nothing_starts_on_another_quote
    two_people_at_once_spend_once
    whoever_may_not_starts_nothing
    the_chosen_ones_are_bounded
}

/// Who is meant: these, or everybody.
fn chosen(ids: &[CustomerId]) -> (String, CustomerQuery) {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    (ids.join(","), CustomerQuery::default())
}

async fn try_quote(shop: Shop, who: &Actor, kind: BatchKind, (ids, query): &(String, CustomerQuery)) -> Answer {
    let input = json!({ "team": shop.team, "business": shop.business, "kind": kind, "chosen": { "ids": ids, "query": query } });
    who.browser.call("batches/quote", &input).await
}

async fn quote(shop: Shop, who: &Actor, kind: BatchKind, chosen: &(String, CustomerQuery)) -> BatchQuote {
    read(&try_quote(shop, who, kind, chosen).await)
}

/// Presses the button of a quote for so many of it.
async fn try_start(shop: Shop, who: &Actor, quote: &BatchQuote, count: u64, chosen: &(String, CustomerQuery), more: &[(&str, &str)]) -> Answer {
    let query = serde_json::to_string(&chosen.1).expect("JSON");
    let (team, business, kind) = (shop.team.to_string(), shop.business.to_string(), quote.kind.to_string());
    let (count, of, credits) = (count.to_string(), quote.todo.to_string(), quote.cost(count).0.to_string());
    let mut fields = vec![
        ("team", team.as_str()),
        ("business", &business),
        ("kind", &kind),
        ("ids", &chosen.0),
        ("query", &query),
        ("count", &count),
        ("of", &of),
        ("credits", &credits),
    ];
    fields.extend_from_slice(more);
    post(who, "batches/start", &fields).await
}

fn started(answer: &Answer) -> BatchId {
    assert!(answer.status.as_u16() < 400, "{} {}", answer.status, answer.body);
    let id = answer.header("location").rsplit('/').next().and_then(|id| id.parse().ok());
    id.unwrap_or_else(|| panic!("no batch at {:?}", answer.headers))
}

/// All of what is quoted.
async fn start(shop: Shop, who: &Actor, kind: BatchKind, chosen: &(String, CustomerQuery), more: &[(&str, &str)]) -> BatchId {
    let quote = quote(shop, who, kind, chosen).await;
    started(&try_start(shop, who, &quote, quote.todo, chosen, more).await)
}

async fn detail(shop: Shop, who: &Actor, id: BatchId) -> BatchDetail {
    let input = json!({ "team": shop.team, "business": shop.business, "batch": id });
    read(&who.browser.call("batches/detail", &input).await)
}

async fn balance(app: &TestApp, shop: Shop) -> (i64, i64) {
    let Balance { monthly, bought, held } = ledger::balance(app.services.db().read(), shop.team).await.expect("reads");
    (monthly.0 + bought.0, held.0)
}

async fn buy(app: &TestApp, shop: Shop, credits: i64) {
    let (kind, action) = (CreditKind::Bought, CreditAction::Purchase);
    let txn = app.services.db().begin().await.expect("begins");
    ledger::grant(&txn, app.services.clock(), shop.team, kind, action, Credits(credits))
        .await
        .expect("grants");
    txn.commit().await.expect("commits");
}

async fn personas(app: &TestApp) -> u64 {
    persona::Entity::find().count(app.services.db().read()).await.expect("counts")
}

async fn events(app: &TestApp, kind: &str) -> u64 {
    audit_event::Entity::find()
        .filter(audit_event::Column::Kind.eq(kind))
        .count(app.services.db().read())
        .await
        .expect("counts")
}

async fn run(app: &TestApp, sql: &str, values: Vec<sea_orm::Value>) {
    let db = app.services.db().write();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.expect(sql);
}

/// The mails about the ends of batches.
async fn letters(app: &TestApp, address: &str) -> Vec<String> {
    let mails = app.mails(address).await;
    let about = mails.into_iter().filter(|mail| mail.kind == "batch_ended");
    about.map(|mail| mail.subject).collect()
}

async fn a_batch_is_quoted_set_aside_and_done(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let all = shop.music(app).await;
    let without = shop.customer(app, "nothing@example.com", |_| {}).await;
    assert_eq!(shop.analyse(&owner, all[0], "").await.status, 200);
    buy(app, shop, 100).await;
    let ids = [all[0], all[1], all[2], all[3], without];
    let chosen = chosen(&ids);
    let quote = quote(shop, &owner, BatchKind::Analyse, &chosen).await;
    assert_eq!((quote.chosen, quote.todo, quote.fits()), (Total::Exactly(5), 3, 3));
    assert_eq!(quote.skipped, [(SkipReason::Analysed, 1), (SkipReason::NoFigures, 1)]);
    assert_eq!((quote.each, quote.available), (Credits(1), Credits(109)));
    assert_eq!(balance(app, shop).await, (109, 0), "a quote sets nothing aside");
    let id = started(&try_start(shop, &owner, &quote, 3, &chosen, &[]).await);
    assert_eq!(balance(app, shop).await, (106, 3), "all of it at once");
    let before = detail(shop, &owner, id).await;
    assert_eq!((before.state, before.items, before.done, before.ended), (BatchState::Running, 3, 0, 0));
    // Nobody else is at these customers meanwhile.
    let pressed = shop.analyse(&owner, all[1], "").await;
    assert_eq!(pressed.error(), Error::Conflict(Conflict::Analysing));
    app.run_jobs().await;
    let after = detail(shop, &owner, id).await;
    assert_eq!((after.state, after.done, after.failed, after.ended), (BatchState::Done, 3, 0, 3));
    assert_eq!(after.skipped, [(SkipReason::Analysed, 1), (SkipReason::NoFigures, 1)]);
    assert_eq!((after.spent, balance(app, shop).await, personas(app).await), (Credits(3), (106, 0), 4));
    assert_eq!(events(app, "customer.analysed").await, 4);
    assert_eq!((events(app, "batch.started").await, events(app, "batch.ended").await), (1, 1));
    assert_eq!(letters(app, "owner@example.com").await, ["3 customers of Music Store analysed"]);
    let page = owner.browser.get(&app::paths::batch(shop.team, shop.business, id)).await;
    assert!(page.body.contains("3 of 3 customers analysed."), "{}", page.body);
    // Once more there is nothing to do.
    let again = self::quote(shop, &owner, BatchKind::Analyse, &chosen).await;
    assert_eq!((again.todo, again.fits()), (0, 0));
    let path = format!("{}?action=analyse&ids={}", app::paths::new_batch(shop.team, shop.business), chosen.0);
    let page = owner.browser.get(&path).await.body;
    assert!(page.contains("Nothing to analyse") && page.contains("4 analysed already"), "{page}");
}

async fn what_the_pool_does_not_pay_for_is_offered_in_part(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    shop.hundred(app).await;
    let everybody = chosen(&[]);
    let quote = quote(shop, &owner, BatchKind::Analyse, &everybody).await;
    assert_eq!((quote.todo, quote.fits()), (100, 10));
    let page = owner.browser.get(&app::paths::new_batch(shop.team, shop.business)).await.body;
    assert!(page.contains("Analyse 10 of 100, 10 credits"), "{page}");
    let refused = try_start(shop, &owner, &quote, 100, &everybody, &[]).await;
    assert_eq!(
        refused.error(),
        Error::NotEnoughCredits {
            needed: 100,
            available: 10
        }
    );
    let refused = try_start(shop, &owner, &quote, 11, &everybody, &[]).await;
    assert_eq!(refused.status, 402);
    assert_eq!(balance(app, shop).await, (10, 0));
    let id = started(&try_start(shop, &owner, &quote, 10, &everybody, &[]).await);
    assert_eq!(balance(app, shop).await, (0, 10));
    app.run_jobs().await;
    assert_eq!((detail(shop, &owner, id).await.done, balance(app, shop).await), (10, (0, 0)));
    // The first of the list: the highest spenders.
    let rows = services::entity::customer::Entity::find()
        .filter(services::entity::customer::Column::Segment.is_not_null())
        .all(app.services.db().read())
        .await
        .expect("reads");
    let mut spent: Vec<i64> = rows.iter().filter_map(|row| row.total_spent).collect();
    spent.sort_unstable();
    assert_eq!(spent, (90..100).map(|i| i * 100).collect::<Vec<i64>>());
    letters(app, "owner@example.com").await;
}

async fn nothing_starts_on_another_quote(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let all = shop.music(app).await;
    let chosen = chosen(&all[..4]);
    let quote = quote(shop, &owner, BatchKind::Analyse, &chosen).await;
    for wrong in [
        BatchQuote { todo: 3, ..quote.clone() },
        BatchQuote { todo: 5, ..quote.clone() },
        BatchQuote {
            each: Credits(0),
            ..quote.clone()
        },
    ] {
        let refused = try_start(shop, &owner, &wrong, wrong.todo.min(4), &chosen, &[]).await;
        assert_eq!(refused.error(), Error::Conflict(Conflict::BatchChanged), "{wrong:?}");
    }
    let none = try_start(shop, &owner, &quote, 0, &chosen, &[]).await;
    assert_eq!(none.error(), Error::Conflict(Conflict::BatchChanged));
    assert_eq!(shop.analyse(&owner, all[0], "").await.status, 200);
    let late = try_start(shop, &owner, &quote, 4, &chosen, &[]).await;
    assert_eq!(late.error(), Error::Conflict(Conflict::BatchChanged), "one was analysed meanwhile");
    assert_eq!((balance(app, shop).await, events(app, "batch.started").await), ((9, 0), 0));
}

async fn two_people_at_once_spend_once(app: &TestApp) {
    let owner = app.owner().await;
    let admin = app.admin().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let all = shop.music(app).await;
    buy(app, shop, 100).await;
    let chosen = chosen(&all[..20]);
    let quote = quote(shop, &owner, BatchKind::Analyse, &chosen).await;
    let second = app.another(app.services.clone()).await.of(&admin);
    let (a, b) = tokio::join!(
        try_start(shop, &owner, &quote, 20, &chosen, &[]),
        try_start(shop, &second, &quote, 20, &chosen, &[]),
    );
    let refused: Vec<&Answer> = [&a, &b].into_iter().filter(|answer| answer.status.as_u16() >= 400).collect();
    assert_eq!(refused.len(), 1, "{} {}", a.body, b.body);
    assert_eq!(refused[0].error(), Error::Conflict(Conflict::BatchChanged));
    assert_eq!(balance(app, shop).await, (90, 20));
    let meanwhile = self::quote(shop, &admin, BatchKind::Analyse, &self::chosen(&all[10..30])).await;
    assert_eq!((meanwhile.todo, &meanwhile.skipped[..]), (10, &[(SkipReason::Analysing, 10)][..]));
    let other = start(shop, &admin, BatchKind::Analyse, &self::chosen(&all[10..30]), &[]).await;
    assert_eq!(balance(app, shop).await, (80, 30));
    // However long it takes: a hold of a batch that waits is no dead one.
    app.services.clock().advance(chrono::TimeDelta::hours(3));
    let late = self::quote(shop, &admin, BatchKind::Analyse, &self::chosen(&all[..30])).await;
    assert_eq!(late.skipped, [(SkipReason::Analysing, 30)]);
    let stale = ledger::stale(app.services.db().read(), app.services.clock().now()).await.expect("reads");
    assert!(stale.is_empty(), "{stale:?}");
    app.run_jobs().await;
    assert_eq!((personas(app).await, balance(app, shop).await), (30, (80, 0)));
    assert_eq!(detail(shop, &owner, other).await.done, 10);
    letters(app, "owner@example.com").await;
    letters(app, "admin@example.com").await;
}

async fn whoever_may_not_starts_nothing(app: &TestApp) {
    let owner = app.owner().await;
    let member = app.member().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let all = shop.music(app).await;
    let chosen = chosen(&all[..2]);
    let quote = quote(shop, &owner, BatchKind::Analyse, &chosen).await;
    for (who, status) in [(&member, 403), (&app.viewer().await, 403), (&app.stranger().await, 404)] {
        for kind in BatchKind::ALL {
            assert_eq!(try_quote(shop, who, *kind, &chosen).await.status, status, "{kind}");
        }
        assert_eq!(try_start(shop, who, &quote, 2, &chosen, &[]).await.status, status);
    }
    let own = Shop::open(app, &member, "Ticket Shop").await;
    let mine = own.customer(app, "mark@example.com", |row| row.total_spent = Some(5)).await;
    let id = start(own, &member, BatchKind::Analyse, &self::chosen(&[mine]), &[]).await;
    app.run_jobs().await;
    assert_eq!(detail(own, &member, id).await.done, 1);
    let theirs = json!({ "team": own.team, "business": shop.business, "batch": id });
    assert_eq!(owner.browser.call("batches/detail", &theirs).await.status, 404, "of another business");
    letters(app, "member@example.com").await;
}

async fn the_chosen_ones_are_bounded(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let id = shop.customer(app, "one@example.com", |_| {}).await;
    let many = (vec![id.to_string(); 101].join(","), CustomerQuery::default());
    assert_eq!(try_quote(shop, &owner, BatchKind::Delete, &many).await.status, 413);
    let nobody = chosen(&[CustomerId(app.services.clock().new_id())]);
    assert_eq!(try_quote(shop, &owner, BatchKind::Delete, &nobody).await.status, 404);
    let broken = ("x".to_owned(), CustomerQuery::default());
    assert_eq!(try_quote(shop, &owner, BatchKind::Delete, &broken).await.status, 400);
}
