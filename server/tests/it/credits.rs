//! Settings → Team → Credits over HTTP: the lines add up to what is left, and filters find their part.

use crate::support::{
    TestApp,
    actor::Actor,
    both_databases,
    shop::{Shop, read},
};
use domain::{
    Error,
    credit::{CreditAction, CreditKind, Credits, CreditsPage, CreditsQuery, TransferPhase},
    ids::{HoldId, TransferId},
    page::Total,
    permission::perm,
    role::Role,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use services::{
    entity::ledger_transfer,
    ledger::{self, Purpose},
};

both_databases! {
    the_lines_add_up_to_what_is_left
    a_month_renews_the_pool_once
    pages_and_filters_find_their_part
    everybody_of_the_team_may_read_it
    what_a_hold_of_two_kinds_leaves_is_told
    the_databases_own_bound_is_told_with_real_figures
}

async fn page(shop: Shop, who: &Actor, query: &CreditsQuery) -> CreditsPage {
    read(&who.browser.call("credits/page", &json!({"team": shop.team, "query": query})).await)
}

/// Spends that many credits, one at a time, a minute after each other.
async fn spend(app: &TestApp, shop: Shop, who: &Actor, times: usize) {
    let grant = app.grant::<perm::DraftEmails>(who).await;
    for _ in 0..times {
        app.services.clock().advance(chrono::TimeDelta::minutes(1));
        hold(app, shop, &grant, 1, true).await;
    }
}

async fn hold(app: &TestApp, shop: Shop, grant: &services::Grant<perm::DraftEmails>, amount: i64, post: bool) {
    let (clock, team) = (app.services.clock(), shop.team);
    let purpose = Purpose {
        action: CreditAction::ReplyAnalysis,
        business: shop.business,
        customer: None,
    };
    let txn = app.services.db().begin().await.expect("begins");
    let hold = ledger::hold(&txn, clock, team, grant.actor(), purpose, Credits(amount))
        .await
        .expect("holds");
    if post {
        ledger::post(&txn, clock, team, hold).await.expect("posts");
    } else {
        ledger::void(&txn, clock, team, hold).await.expect("voids");
    }
    txn.commit().await.expect("commits");
}

async fn buy(app: &TestApp, shop: Shop, amount: i64) {
    let txn = app.services.db().begin().await.expect("begins");
    let (kind, action) = (CreditKind::Bought, CreditAction::Purchase);
    ledger::grant(&txn, app.services.clock(), shop.team, kind, action, Credits(amount))
        .await
        .expect("grants");
    txn.commit().await.expect("commits");
}

async fn the_lines_add_up_to_what_is_left(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let shop = Shop::open(app, &owner, "Music Store").await;
    buy(app, shop, 20).await;
    spend(app, shop, &owner, 3).await;
    app.services.clock().advance(chrono::TimeDelta::days(2));
    spend(app, shop, &admin, 2).await;
    let page = page(shop, &owner, &CreditsQuery::default()).await;
    assert_eq!(
        (page.balance.monthly, page.balance.bought, page.used),
        (Credits(5), Credits(20), Credits(5))
    );
    let moved: i64 = page.history.rows.iter().map(|row| row.amount.0).sum();
    assert_eq!(moved, page.balance.available().0);
    let left: Vec<i64> = page.history.rows.iter().filter_map(|row| row.left).map(|left| left.0).collect();
    assert_eq!(left[..5], [25, 26, 27, 28, 29]);
    assert_eq!(left.len(), page.history.rows.len());
    let people: Vec<_> = page.by_person.iter().map(|p| (p.name.as_str(), p.role, p.used.0)).collect();
    assert_eq!(people, [("Owner", Some(Role::Owner), 3), ("Admin", Some(Role::Admin), 2)]);
    assert_eq!(
        page.by_business.iter().map(|b| (b.name.as_str(), b.used.0)).collect::<Vec<_>>(),
        [("Music Store", 5)]
    );
    let days: Vec<_> = page.by_day.iter().map(|day| (day.day.as_str(), day.used.0)).collect();
    assert_eq!(days, [("12 Jan", 3), ("13 Jan", 0), ("14 Jan", 2)]);
    assert_eq!(page.since.exact, "12 Jan 2027");
    assert_eq!(page.next_grant.map(|at| at.exact).as_deref(), Some("12 Feb 2027"));
    let html = owner.browser.get(&app::paths::credits(shop.team)).await;
    assert_eq!(html.status, 200);
    for words in ["25", "Credits left", "Reply analysis", "Used by member", "14 Jan"] {
        assert!(html.body.contains(words), "{words}");
    }
}

async fn a_month_renews_the_pool_once(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let full = page(shop, &owner, &CreditsQuery::default()).await.balance.monthly;
    spend(app, shop, &owner, 3).await;
    buy(app, shop, 20).await;
    for _ in 0..2 {
        app.services.clock().advance(chrono::TimeDelta::days(15));
        app.run_jobs().await;
        let early = page(shop, &owner, &CreditsQuery::default()).await;
        assert_eq!(early.balance.monthly, Credits(full.0 - 3), "the day has not come");
    }
    app.services.clock().advance(chrono::TimeDelta::days(1));
    let (first, second) = tokio::join!(
        services::jobs::run_due_once(&app.services),
        services::jobs::run_due_once(&app.services)
    );
    first.expect("works");
    second.expect("works");
    let after = page(shop, &owner, &CreditsQuery::default()).await;
    assert_eq!(
        (after.balance.monthly, after.balance.bought, after.used),
        (full, Credits(20), Credits(0))
    );
    assert_eq!(after.next_grant.map(|at| at.exact).as_deref(), Some("12 Mar 2027"));
    for (action, amount) in [(CreditAction::MonthlyExpiry, 3 - full.0), (CreditAction::MonthlyGrant, full.0)] {
        let query = CreditsQuery {
            action: Some(action),
            ..CreditsQuery::default()
        };
        let rows = page(shop, &owner, &query).await.history.rows;
        assert_eq!(rows.first().map(|row| row.amount), Some(Credits(amount)), "{action:?}");
        assert_eq!(rows.len(), if action == CreditAction::MonthlyGrant { 2 } else { 1 });
    }
}

async fn pages_and_filters_find_their_part(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let shop = Shop::open(app, &owner, "Music Store").await;
    let second = Shop::open(app, &owner, "Ticket Shop").await;
    buy(app, shop, 100).await;
    spend(app, shop, &owner, 30).await;
    spend(app, second, &admin, 7).await;
    let first = page(shop, &owner, &CreditsQuery::default()).await;
    assert_eq!((first.history.rows.len(), first.history.total), (25, Total::Exactly(39)));
    assert_eq!(first.history.previous, None);
    let older = CreditsQuery {
        after: first.history.next.clone(),
        ..CreditsQuery::default()
    };
    let rest = page(shop, &owner, &older).await;
    assert_eq!((rest.history.rows.len(), rest.history.next.clone()), (14, None));
    assert_eq!(
        rest.history.rows[0].left.map(|left| left.0),
        first.history.rows[24].left.map(|left| left.0 + 1)
    );
    let newer = CreditsQuery {
        before: rest.history.previous.clone(),
        ..CreditsQuery::default()
    };
    let back = page(shop, &owner, &newer).await;
    assert_eq!(back.history.rows, first.history.rows);
    assert_eq!((back.history.previous, back.history.next), (None, first.history.next));

    let by_person = CreditsQuery {
        person: Some(admin.session.person),
        ..CreditsQuery::default()
    };
    let found = page(shop, &owner, &by_person).await;
    assert_eq!(found.history.total, Total::Exactly(7));
    assert!(
        found
            .history
            .rows
            .iter()
            .all(|row| row.person.as_deref() == Some("Admin") && row.left.is_none())
    );
    let by_business = CreditsQuery {
        business: Some(shop.business),
        ..CreditsQuery::default()
    };
    assert_eq!(page(shop, &owner, &by_business).await.history.total, Total::Exactly(30));
    let by_action = CreditsQuery {
        action: Some(CreditAction::Purchase),
        ..CreditsQuery::default()
    };
    assert_eq!(page(shop, &owner, &by_action).await.history.total, Total::Exactly(1));
    let bad = json!({"team": shop.team, "query": {"after": "nonsense"}});
    assert_eq!(owner.browser.call("credits/page", &bad).await.error(), Error::Malformed);
    let filtered = format!("{}?person={}", app::paths::credits(shop.team), admin.session.person);
    assert_eq!(owner.browser.get(&filtered).await.status, 200);
}

async fn everybody_of_the_team_may_read_it(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let customer = shop.customer(app, "mark.philips@example.com", |_| {}).await;
    assert_eq!(shop.analyse(&owner, customer, "").await.status, 200);
    for who in [app.admin().await, app.member().await] {
        let shown = page(shop, &who, &CreditsQuery::default()).await;
        assert_eq!(
            shown.history.rows[0].customer.as_ref().map(|c| c.0.as_str()),
            Some("mark.philips@example.com")
        );
    }
    let viewer = app.viewer().await;
    let masked = page(shop, &viewer, &CreditsQuery::default()).await;
    assert_eq!(
        masked.history.rows[0].customer.as_ref().map(|c| c.0.as_str()),
        Some("m***@example.com")
    );
    let html = viewer.browser.get(&app::paths::credits(shop.team)).await;
    assert_eq!(html.status, 200);
    assert!(!html.body.contains("mark.philips"));
    let input = json!({"team": shop.team, "query": {}});
    assert_eq!(app.stranger().await.browser.call("credits/page", &input).await.status, 404);
    assert_eq!(app.anonymous().call("credits/page", &input).await.status, 401);
}

async fn what_a_hold_of_two_kinds_leaves_is_told(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    buy(app, shop, 5).await;
    let grant = app.grant::<perm::DraftEmails>(&owner).await;
    hold(app, shop, &grant, 12, true).await;
    hold(app, shop, &grant, 2, false).await;
    let shown = page(shop, &owner, &CreditsQuery::default()).await;
    assert_eq!((shown.balance.monthly, shown.balance.bought), (Credits(0), Credits(3)));
    let moved: i64 = shown.history.rows.iter().map(|row| row.amount.0).sum();
    assert_eq!(moved, 3);
    assert!(
        shown
            .history
            .rows
            .iter()
            .any(|row| row.kind == CreditKind::Bought && row.amount == Credits(-2))
    );
}

async fn the_databases_own_bound_is_told_with_real_figures(app: &TestApp) {
    let team = app.team().await;
    let (db, clock) = (app.services.db(), app.services.clock());
    let row = ledger_transfer::ActiveModel {
        team_id: Set(team),
        id: Set(TransferId(clock.new_id())),
        phase: Set(TransferPhase::Pending),
        debit: Set("monthly".into()),
        credit: Set("spent".into()),
        amount: Set(11),
        action: Set(CreditAction::Analysis),
        hold_id: Set(Some(HoldId(clock.new_id()))),
        at: Set(clock.now()),
        ..Default::default()
    };
    let refused = ledger_transfer::Entity::insert(row).exec_without_returning(db.write()).await;
    let refused = services::Error::from(refused.expect_err("more than there is"));
    assert!(matches!(refused, services::Error::Overdrawn), "{refused}");
    let told = ledger::with_figures(db.read(), team, Credits(11), refused)
        .await
        .into_public("test");
    let (needed, available) = (11, 10);
    assert_eq!(told, Error::NotEnoughCredits { needed, available });
}
