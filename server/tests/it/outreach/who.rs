//! Who may send and act, and what others see of it.

use super::{act, ask, page, query, send};
use crate::support::{
    TestApp, both_databases,
    mailing::{self, Mailing},
    smtp::Mode,
};
use domain::{
    Error,
    ids::OutreachId,
    outreach::{OutreachGroup, OutreachState},
    permission::Permission,
    persona::Opportunity,
    role::Role,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use services::entity::member;

both_databases! {
    who_may_send_and_what_is_not_theirs_is_not_found
    a_viewer_reads_without_addresses_and_words
}

async fn who_may_send_and_what_is_not_theirs_is_not_found(app: &TestApp) {
    let (owner, viewer, jane, stranger) = (app.owner().await, app.viewer().await, app.member().await, app.stranger().await);
    let (services, who) = (&app.services, app.place(&owner).await);
    let shop = Mailing::open(services, &who, "Music Store").await;
    let own = Mailing::open(services, &app.place(&jane).await, "Vinyl Club").await;
    let customer = shop.customer(services, &who, "Helena").await;
    let theirs = own.customer(services, &who, "Frank").await;
    let permission = Permission::SendEmails;
    for actor in [&viewer, &jane] {
        assert_eq!(
            send(app, actor, &shop, customer, "1").await.error(),
            Error::Forbidden { permission }
        );
    }
    assert_eq!(send(app, &stranger, &shop, customer, "1").await.error(), Error::NotFound);
    assert_eq!(
        send(app, &owner, &shop, theirs, "1").await.error(),
        Error::NotFound,
        "another business's customer"
    );
    let mixed = Mailing {
        sender: own.sender,
        ..Mailing { ..shop }
    };
    assert_eq!(
        send(app, &owner, &mixed, customer, "1").await.error(),
        Error::NotFound,
        "another business's sender"
    );
    let shop = Mailing {
        sender: crate::support::mailing::sender_of(services, mixed.business).await,
        ..mixed
    };
    assert_eq!(send(app, &jane, &own, theirs, "1").await.status, 200, "members send in their own");
    assert_eq!(send(app, &owner, &shop, customer, "1").await.status, 200);

    let (first, second) = (mailing::rows(services).await[0].id, mailing::rows(services).await[1].id);
    for action in ["pause", "cancel", "approve", "resume", "mark_sent", "mark_failed", "send_again"] {
        assert_eq!(
            act(app, &viewer, second, action).await.error(),
            Error::Forbidden { permission },
            "{action}"
        );
        assert_eq!(
            act(app, &jane, second, action).await.error(),
            Error::Forbidden { permission },
            "{action}"
        );
        assert_eq!(act(app, &stranger, second, action).await.error(), Error::NotFound, "{action}");
    }
    let (team, business) = (app.team().await.to_string(), shop.business.to_string());
    let fields = [("team", team.as_str()), ("business", &business)];
    for endpoint in ["outreach/pause_all", "outreach/resume_all"] {
        assert_eq!(viewer.browser.form(endpoint, &fields).await.status, 403, "{endpoint}");
        assert_eq!(jane.browser.form(endpoint, &fields).await.status, 403, "{endpoint}");
        assert_eq!(stranger.browser.form(endpoint, &fields).await.status, 404, "{endpoint}");
    }
    let query =
        |open: OutreachId| json!({"business": shop.business, "query": {"group": null, "open": open, "after": null, "before": null}});
    assert_eq!(ask(app, &stranger, "outreach/page", query(second)).await.status, 404);
    assert_eq!(
        ask(app, &owner, "outreach/page", query(first)).await.status,
        404,
        "another business's outreach"
    );
    assert_eq!(ask(app, &owner, "outreach/page", query(second)).await.status, 200);
    assert_eq!(app.anonymous().form("outreach/pause_all", &fields).await.status, 401);

    // Whoever loses the right meanwhile sends nothing more.
    member::Entity::update_many()
        .col_expr(member::Column::Role, Expr::value(Role::Viewer.as_str()))
        .filter(member::Column::PersonId.eq(jane.session.person))
        .exec(services.db().write())
        .await
        .expect("demoted");
    app.run_jobs().await;
    assert_eq!(mailing::row(services, first).await.state, OutreachState::Paused);
    assert_eq!(mailing::row(services, second).await.state, OutreachState::Sent);
    // Somebody who may lets it go, in their own name.
    assert_eq!(act(app, &owner, first, "resume").await.status, 200);
    app.run_jobs().await;
    let row = mailing::row(services, first).await;
    assert_eq!((row.state, row.queued_by), (OutreachState::Sent, owner.session.person));
}

async fn a_viewer_reads_without_addresses_and_words(app: &TestApp) {
    let (owner, viewer) = (app.owner().await, app.viewer().await);
    let who = app.place(&owner).await;
    let shop = Mailing::open(&app.services, &who, "Music Store").await;
    let customer = shop.customer(&app.services, &who, "Helena").await;
    app.smtp.behave(Mode::Refuse(mailing::address("Helena")));
    shop.send(&app.services, &who, customer).await.expect("queues");
    app.run_jobs().await;
    let seen = page(app, &viewer, &shop, Some(OutreachGroup::Failed)).await;
    let row = &seen.sections[0].rows[0];
    assert_eq!((row.name.as_str(), row.email.as_str()), ("Helena", "h***@customer.example"));
    assert_eq!((&row.subject, &row.error, row.opportunity), (&None, &None, None));
    assert_eq!(seen.open.expect("the first").body, None);
    // Somebody's name may be their address.
    let named = shop.customer(&app.services, &who, "Luis").await;
    shop.rename(&app.services, named, "Luis <luis@customer.example>").await;
    shop.send(&app.services, &who, named).await.expect("queues");
    let input = json!({"business": shop.business, "customer": named});
    let seen = [
        ask(
            app,
            &viewer,
            "outreach/page",
            json!({"business": shop.business, "query": query(None)}),
        )
        .await,
        ask(app, &viewer, "outreach/options", input).await,
        viewer.browser.get(&app::paths::outreach(app.team().await, shop.business)).await,
    ];
    for answer in seen {
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("***@customer.example"), "{}", answer.body);
        assert!(!answer.body.contains("luis@"), "{}", answer.body);
    }
    app.run_jobs().await;
    let full = page(app, &owner, &shop, Some(OutreachGroup::Failed)).await;
    let row = &full.sections[0].rows[0];
    assert!(row.error.as_deref().is_some_and(|why| why.contains("no such mailbox")), "{row:?}");
    assert_eq!(row.opportunity.map(Opportunity::get), Some(4));
}
