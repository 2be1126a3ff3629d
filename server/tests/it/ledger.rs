//! The ledger adds up, whoever presses at once.

use crate::base::{Base, both};
use domain::{
    Error as Public,
    credit::{CreditAction, Credits},
    ids::BusinessId,
    permission::perm,
};
use sea_orm::ConnectionTrait;
use services::{Error, Member, ledger, ledger::Purpose};

both! { a_hundred_spends_on_ten_credits a_void_gives_back_and_a_hold_ends_once transfers_are_append_only }

fn purpose(base: &Base) -> Purpose {
    Purpose {
        action: CreditAction::Analysis,
        business: BusinessId(base.services.clock().new_id()),
        customer: None,
    }
}

async fn a_hundred_spends_on_ten_credits(base: Base) {
    let (owner, team) = base.team().await;
    let member = Member::find(base.services.db().read(), team, owner.person, None)
        .await
        .expect("is in the team");
    let grant = member.require::<perm::DraftEmails>(&base.services).await.expect("may draft");
    let spends = (0..100).map(|_| {
        let (services, grant, purpose) = (base.services.clone(), grant.clone(), purpose(&base));
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
    let balance = ledger::balance(base.services.db().read(), team).await.expect("reads");
    assert_eq!((balance.available(), balance.held), (Credits(0), Credits(0)));
}

async fn a_void_gives_back_and_a_hold_ends_once(base: Base) {
    let (owner, team) = base.team().await;
    let (db, clock) = (base.services.db(), base.services.clock());
    let member = Member::find(db.read(), team, owner.person, None).await.expect("is in the team");
    let grant = member.require::<perm::DraftEmails>(&base.services).await.expect("may draft");

    let txn = db.begin().await.expect("begins");
    let hold = ledger::hold(&txn, clock, team, grant.actor(), purpose(&base), Credits(4))
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

async fn transfers_are_append_only(base: Base) {
    base.team().await;
    for statement in [
        "UPDATE ledger_transfer SET amount = 1",
        "DELETE FROM ledger_transfer",
        "UPDATE audit_event SET kind = 'x'",
    ] {
        let refused = base.services.db().write().execute_unprepared(statement).await.expect_err(statement);
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}
