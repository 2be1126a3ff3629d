//! The ledger adds up, whoever presses at once.

use crate::support::{TestApp, both_databases};
use domain::{
    Error as Public,
    credit::{CreditAction, Credits},
    ids::BusinessId,
    permission::perm,
};
use sea_orm::ConnectionTrait;
use services::{Error, ledger, ledger::Purpose};

both_databases! { a_hundred_spends_on_ten_credits a_void_gives_back_and_a_hold_ends_once transfers_are_append_only }

fn purpose(app: &TestApp) -> Purpose {
    Purpose {
        action: CreditAction::Analysis,
        business: BusinessId(app.services.clock().new_id()),
        customer: None,
    }
}

async fn a_hundred_spends_on_ten_credits(app: &TestApp) {
    let team = app.team().await;
    let grant = app.grant::<perm::DraftEmails>(&app.owner().await).await;
    let spends = (0..100).map(|_| {
        let (services, grant, purpose) = (app.services.clone(), grant.clone(), purpose(app));
        tokio::spawn(async move {
            let txn = services.db().begin().await?;
            let hold = ledger::hold(&txn, services.clock(), team, grant.actor(), purpose, Credits(1)).await?;
            txn.commit().await?;
            let txn = services.db().begin().await?;
            ledger::post(&txn, services.clock(), team, hold).await?;
            txn.commit().await?;
            Ok::<_, Error>(())
        })
    });
    let (mut spent, mut refused) = (0, 0);
    for outcome in futures::future::join_all(spends).await {
        match outcome.expect("no panic") {
            Ok(()) => spent += 1,
            Err(Error::Public(Public::NotEnoughCredits { .. })) => refused += 1,
            Err(other) => panic!("neither spent nor refused: {other}"),
        }
    }
    assert_eq!((spent, refused), (10, 90));
    let balance = ledger::balance(app.services.db().read(), team).await.expect("reads");
    assert_eq!((balance.available(), balance.held), (Credits(0), Credits(0)));
}

async fn a_void_gives_back_and_a_hold_ends_once(app: &TestApp) {
    let team = app.team().await;
    let (db, clock) = (app.services.db(), app.services.clock());
    let grant = app.grant::<perm::DraftEmails>(&app.owner().await).await;

    let txn = db.begin().await.expect("begins");
    let hold = ledger::hold(&txn, clock, team, grant.actor(), purpose(app), Credits(4))
        .await
        .expect("holds");
    txn.commit().await.expect("commits");
    let during = ledger::balance(db.read(), team).await.expect("reads");
    assert_eq!((during.available(), during.held), (Credits(6), Credits(4)));
    assert_eq!(
        ledger::stale(db.read(), clock.now() + chrono::TimeDelta::hours(1))
            .await
            .expect("reads"),
        vec![(team, hold)]
    );

    let txn = db.begin().await.expect("begins");
    ledger::void(&txn, clock, team, hold).await.expect("voids");
    txn.commit().await.expect("commits");
    let after = ledger::balance(db.read(), team).await.expect("reads");
    assert_eq!((after.available(), after.held), (Credits(10), Credits(0)));

    let txn = db.begin().await.expect("begins");
    assert!(
        ledger::post(&txn, clock, team, hold).await.is_err(),
        "a voided hold can't be posted"
    );
    txn.rollback().await.expect("rolls back");
    assert_eq!(ledger::balance(db.read(), team).await.expect("reads"), after);
    assert!(
        ledger::stale(db.read(), clock.now() + chrono::TimeDelta::hours(1))
            .await
            .expect("reads")
            .is_empty()
    );
}

async fn transfers_are_append_only(app: &TestApp) {
    app.team().await;
    for statement in [
        "UPDATE ledger_transfer SET amount = 1",
        "DELETE FROM ledger_transfer",
        "UPDATE audit_event SET kind = 'x'",
    ] {
        let refused = app.services.db().write().execute_unprepared(statement).await.expect_err(statement);
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}
