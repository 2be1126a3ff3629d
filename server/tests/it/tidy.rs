//! What nobody needs any more goes; what tells a team's story stays.

use crate::support::{TestApp, app::PASSWORD, both_databases, mailing::Mailing};
use chrono::TimeDelta;
use domain::{permission::perm, role::Role};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use services::{
    accounts::{self, Origin},
    entity::{attempt, audit_event, invitation, job, mail, mailed_link, outreach, session},
    invitations,
    jobs::{self, JobKind, NewJob},
    tidy,
};
use tokio_util::sync::CancellationToken;

both_databases! {
    what_is_over_goes_and_what_is_not_stays
    mails_of_the_system_go_and_their_texts_first
    a_teams_story_is_never_swept
    a_long_list_goes_in_batches
}

async fn sweep(app: &TestApp) -> u64 {
    tidy::sweep(&app.services, &CancellationToken::new()).await.expect("sweeps")
}

async fn count<E: EntityTrait<Model: Sync>>(app: &TestApp) -> u64 {
    E::find().count(app.services.db().read()).await.expect("counts")
}

async fn what_is_over_goes_and_what_is_not_stays(app: &TestApp) {
    let (services, clock) = (&app.services, app.services.clock());
    let origin = Origin::default();
    let jane = app.person("Jane").await;
    // A used link and an open one, an attempt, an open invitation, a job that ended and one that waits.
    accounts::forgot(services, &origin, "jane@example.com").await.expect("asks");
    mailed_link::Entity::update_many()
        .col_expr(mailed_link::Column::UsedAt, Expr::value(clock.now()))
        .exec(services.db().write())
        .await
        .expect("uses it");
    accounts::forgot(services, &origin, "jane@example.com").await.expect("asks again");
    app.mails("jane@example.com").await;
    let owner = app.owner().await;
    let grant = app.grant::<perm::InviteMembers>(&owner).await;
    invitations::create(services, &grant, "new@example.com", Role::Member)
        .await
        .expect("invites");
    app.mails("new@example.com").await;
    for _ in 0..2 {
        let unknown_import = NewJob {
            kind: JobKind::ImportRead,
            team: Some(app.team().await),
            subject: Some(clock.new_id()),
            actor: None,
            payload: serde_json::json!({}),
        };
        jobs::enqueue(services.db().write(), clock, unknown_import).await.expect("queues");
    }
    let ended = jobs::claim(services).await.expect("claims").expect("a job");
    jobs::finish(services, &ended, Ok(())).await.expect("ends");
    let links = count::<mailed_link::Entity>(app).await;
    let sessions = count::<session::Entity>(app).await;
    assert!(count::<attempt::Entity>(app).await > 0);

    sweep(app).await;
    assert_eq!(
        (links, count::<mailed_link::Entity>(app).await),
        (2, 1),
        "the one that was just asked for works"
    );
    assert_eq!(count::<session::Entity>(app).await, sessions);
    assert!(count::<attempt::Entity>(app).await > 0, "its window is open");
    assert_eq!((count::<invitation::Entity>(app).await, count::<job::Entity>(app).await), (1, 2));
    assert_eq!(jane.browser.get("/").await.status, 200);

    clock.advance(TimeDelta::hours(2));
    sweep(app).await;
    assert_eq!(
        (count::<mailed_link::Entity>(app).await, count::<attempt::Entity>(app).await),
        (0, 0)
    );
    clock.advance(TimeDelta::days(31));
    sweep(app).await;
    assert_eq!(count::<session::Entity>(app).await, 0);
    assert_eq!(count::<job::Entity>(app).await, 1, "the other one has not ended");
    assert_eq!(count::<invitation::Entity>(app).await, 1, "it can be sent again");
    clock.advance(TimeDelta::days(67));
    sweep(app).await;
    assert_eq!(count::<invitation::Entity>(app).await, 0);
    assert_eq!(sweep(app).await, 0, "nothing is left to do");
    let waiting = jobs::claim(services).await.expect("claims").expect("the other job");
    jobs::finish(services, &waiting, Ok(())).await.expect("ends");
}

async fn mails_of_the_system_go_and_their_texts_first(app: &TestApp) {
    let services = &app.services;
    for name in ["sent", "lost", "waits"] {
        let address = format!("{name}@example.com");
        accounts::sign_up(services, &Origin::default(), name, &address, PASSWORD)
            .await
            .expect("signs up");
        app.mails(&address).await;
        // As an older version left it: ended, with its text.
        let state = match name {
            "sent" => "sent",
            "lost" => "unknown",
            _ => "queued",
        };
        mail::Entity::update_many()
            .col_expr(mail::Column::State, Expr::value(state))
            .filter(mail::Column::ToAddress.eq(address))
            .exec(services.db().write())
            .await
            .expect("ends");
    }
    let texts = async || {
        let with_text = mail::Entity::find().filter(mail::Column::Body.ne(""));
        let rows = with_text.all(services.db().read()).await.expect("reads");
        rows.into_iter().map(|row| row.to_address).collect::<Vec<_>>()
    };
    assert_eq!(texts().await.len(), 3);
    sweep(app).await;
    assert_eq!(
        (texts().await, count::<mail::Entity>(app).await),
        (vec!["waits@example.com".to_owned()], 3)
    );
    services.clock().advance(TimeDelta::days(91));
    sweep(app).await;
    assert_eq!(
        (texts().await.len(), count::<mail::Entity>(app).await),
        (1, 1),
        "what waits is sent"
    );
}

async fn a_teams_story_is_never_swept(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    shop.queued(services, &who, 2).await;
    app.run_jobs().await;
    let story = async || (count::<outreach::Entity>(app).await, count::<audit_event::Entity>(app).await);
    let before = story().await;
    assert!(before.0 == 2 && before.1 > 4, "{before:?}");
    services.clock().advance(TimeDelta::days(4_000));
    assert!(sweep(app).await > 0);
    assert_eq!(story().await, before);
}

async fn a_long_list_goes_in_batches(app: &TestApp) {
    let clock = app.services.clock();
    let rows: Vec<_> = (0..1_203)
        .map(|n| attempt::ActiveModel {
            key: sea_orm::ActiveValue::Set(format!("key-{n}")),
            window_start: sea_orm::ActiveValue::Set(clock.now()),
            count: sea_orm::ActiveValue::Set(1),
        })
        .collect();
    attempt::Entity::insert_many(rows)
        .exec_without_returning(app.services.db().write())
        .await
        .expect("inserts");
    clock.advance(TimeDelta::minutes(15));
    assert_eq!(sweep(app).await, 1_203);
    let stopped = CancellationToken::new();
    stopped.cancel();
    assert_eq!(tidy::sweep(&app.services, &stopped).await.expect("sweeps"), 0);
}
