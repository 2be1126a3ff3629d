//! What the audit log shows of a day's work.

use crate::support::{
    TestApp, both_databases,
    mailing::{self, Mailing},
    shop::{Shop, post, read},
};
use chrono::TimeDelta;
use domain::{
    audit::{AuditQuery, AuditRow},
    page::Page,
    permission::perm,
    role::Role,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use services::{entity::customer, invitations, outreach};

both_databases! {
    every_row_is_a_sentence_and_names_its_customer
    whoever_is_gone_is_named_no_more
}

async fn log(app: &TestApp) -> Vec<AuditRow> {
    let (owner, team) = (app.owner().await, app.team().await);
    let answer = owner
        .browser
        .call("audit/list", &json!({"team": team, "query": AuditQuery::default()}))
        .await;
    read::<Page<AuditRow>>(&answer).rows
}

async fn every_row_is_a_sentence_and_names_its_customer(app: &TestApp) {
    let owner = app.owner().await;
    let (services, who) = (&app.services, app.place(&owner).await);
    services.clock().advance(TimeDelta::minutes(1));
    let shop = Mailing::open(services, &who, "Music Store").await;
    let helena = shop.customer(services, &who, "Helena").await;
    shop.send(services, &who, helena).await.expect("queues");
    let unnamed = shop.customer(services, &who, "Frank").await;
    shop.rename(services, unnamed, "").await;
    services.clock().advance(TimeDelta::minutes(1));
    shop.send(services, &who, unnamed).await.expect("queues");
    let sending = app.grant::<perm::SendEmails>(&owner).await;
    services.clock().advance(TimeDelta::minutes(1));
    outreach::pause_all(services, &sending, shop.business).await.expect("pauses");
    services.clock().advance(TimeDelta::minutes(1));
    outreach::resume_all(services, &sending, shop.business).await.expect("resumes");
    services.clock().advance(TimeDelta::minutes(1));
    app.run_jobs().await;
    assert_eq!(mailing::came(&app.smtp).len(), 2);
    let inviting = app.grant::<perm::InviteMembers>(&owner).await;
    services.clock().advance(TimeDelta::minutes(1));
    invitations::create(services, &inviting, "new@example.com", Role::Viewer)
        .await
        .expect("invites");
    app.mails("new@example.com").await;

    let rows = log(app).await;
    let said: Vec<_> = rows.iter().map(|row| format!("{} {}", row.person_name, row.what)).collect();
    let customer = |row: &AuditRow| row.customer.as_ref().map(|who| who.name.clone());
    assert_eq!(said[0], "Owner invited new@example.com as Viewer");
    assert_eq!(
        (said[1].as_str(), said[2].as_str()),
        ("AskUsers sent an e-mail", "AskUsers sent an e-mail")
    );
    let mut names = [customer(&rows[1]), customer(&rows[2])];
    names.sort();
    assert_eq!(names, [Some("Helena".into()), Some("frank@customer.example".into())]);
    assert_eq!(said[3], "Owner put 2 paused e-mails back into the queue");
    assert_eq!(said[4], "Owner paused 2 e-mails");
    assert_eq!(
        (said[5].as_str(), customer(&rows[5])),
        ("Owner queued an e-mail", Some("frank@customer.example".into()))
    );
    assert_eq!(
        (said[6].as_str(), customer(&rows[6])),
        ("Owner queued an e-mail", Some("Helena".into()))
    );
    assert_eq!(
        said[7..],
        ["Owner created the business Music Store", "Owner created the team with 10 credits"]
    );
    assert_eq!(rows[6].customer.as_ref().expect("Helena").place, Some((shop.business, helena)));

    let (team, path) = (app.team().await, app::paths::audit(app.team().await));
    let html = owner.browser.get(&path).await.body;
    let link = app::paths::customer(team, shop.business, helena);
    assert!(
        html.contains(&format!("href=\"{link}\"")) && html.contains("put 2 paused e-mails back into the queue"),
        "{html}"
    );
}

async fn whoever_is_gone_is_named_no_more(app: &TestApp) {
    let owner = app.owner().await;
    let shop = Shop::open(app, &owner, "Music Store").await;
    let helena = shop.helena(app).await;
    assert_eq!(shop.analyse(&owner, helena, "").await.status, 200);
    let ids = (shop.team.to_string(), helena.to_string());
    let edit = [
        ("team", ids.0.as_str()),
        ("customer", &ids.1),
        ("version", "1"),
        ("subject", "For you"),
        ("body", "Hi"),
    ];
    assert_eq!(post(&owner, "drafts/save", &edit).await.status, 200);
    let about_her = |rows: Vec<AuditRow>| rows.into_iter().filter_map(|row| row.customer).collect::<Vec<_>>();
    let before = about_her(log(app).await);
    assert!(
        before.len() == 2 && before.iter().all(|who| who.name == "Helena Holý"),
        "{before:?}"
    );

    customer::Entity::update_many()
        .col_expr(customer::Column::DeletedAt, Expr::value(app.services.clock().now()))
        .filter(customer::Column::Id.eq(helena))
        .exec(app.services.db().write())
        .await
        .expect("deletes");
    let after = about_her(log(app).await);
    assert!(
        after.len() == 2 && after.iter().all(|who| (who.name.as_str(), who.place) == ("Deleted", None)),
        "{after:?}"
    );
    let html = owner.browser.get(&app::paths::audit(app.team().await)).await.body;
    for word in ["Hol", "hholy", &helena.to_string()] {
        assert!(!html.contains(word), "{word} in {html}");
    }
}
