//! What happened with a customer: from every source, newest first, in pages, masked.

use super::{Given, Mail, add, business, mail, run};
use crate::support::{TestApp, actor::Actor, both_databases};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Error,
    customer::{TimelineEvent, TimelineKind},
    ids::{BusinessId, CustomerId},
    page::Page,
};
use serde_json::{Value, json};

both_databases! {
    everything_that_happened_is_there_newest_first
    a_long_timeline_comes_in_pages
    a_viewer_sees_that_it_happened_not_what_was_said
}

async fn timeline(app: &TestApp, actor: &Actor, (shop, customer): (BusinessId, CustomerId), before: Option<&str>) -> Page<TimelineEvent> {
    let input = json!({"team": app.team().await, "business": shop, "customer": customer, "before": before});
    let answer = actor.browser.call("customers/timeline", &input).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("a page")
}

struct Logged<'a> {
    kind: &'a str,
    by: Option<&'a Actor>,
    subject: Option<uuid::Uuid>,
    detail: Value,
    at: DateTime<Utc>,
}

async fn log(app: &TestApp, (shop, customer): (BusinessId, CustomerId), event: Logged<'_>) {
    run(
        app,
        "INSERT INTO audit_event (team_id, id, at, kind, person_id, person_name, business_id, customer_id, subject_id, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            app.team().await.0.into(),
            app.services.clock().new_id().into(),
            event.at.into(),
            event.kind.into(),
            event.by.map(|actor| actor.session.person.0).into(),
            event.by.map_or("system", |_| "Owner").into(),
            shop.0.into(),
            customer.0.into(),
            event.subject.into(),
            event.detail.into(),
        ],
    )
    .await;
}

/// A customer with one of each.
async fn eventful(app: &TestApp) -> (BusinessId, CustomerId) {
    let shop = business(app, "Music Store").await;
    let owner = app.owner().await;
    let team = app.team().await;
    let customer = add(app, shop, vec![Given::named("Helena Holy")]).await[0];
    let of = (shop, customer);
    let start = app.services.clock().now();
    let at = |minutes| start + TimeDelta::minutes(minutes);
    let new = || app.services.clock().new_id();
    let import = new();
    run(
        app,
        "INSERT INTO import (team_id, id, business_id, state, file_name, file_hash, bytes, format, columns, merge, counts, created_by, created_at) \
         VALUES ($1, $2, $3, 'done', 'march.csv', '-', 1, $4, $4, 'replace', $4, $5, $6)",
        vec![team.0.into(), import.into(), shop.0.into(), json!({}).into(), owner.session.person.0.into(), start.into()],
    )
    .await;
    run(
        app,
        "UPDATE customer SET import_id = $1 WHERE id = $2",
        vec![import.into(), customer.0.into()],
    )
    .await;
    run(
        app,
        "INSERT INTO customer_change (team_id, id, customer_id, import_id, person_id, changes, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            team.0.into(),
            new().into(),
            customer.0.into(),
            import.into(),
            owner.session.person.0.into(),
            json!({"total_spent": [4_071, 4_962], "payment_count": [6, 7]}).into(),
            at(1).into(),
        ],
    )
    .await;
    let email = "helenaholy@example.com";
    let outreach = mail(
        app,
        &owner,
        Mail {
            business: shop,
            customer,
            email,
            state: "sent",
            at: at(4),
        },
    )
    .await;
    let reply = new();
    run(
        app,
        "INSERT INTO reply (team_id, id, business_id, customer_id, outreach_id, body, sentiment, received_on, logged_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, 'Lovely selection, my secret number is 5', 'positive', $6, $7, $8)",
        vec![
            team.0.into(),
            reply.into(),
            shop.0.into(),
            customer.0.into(),
            outreach.into(),
            at(6).date_naive().into(),
            owner.session.person.0.into(),
            at(6).into(),
        ],
    )
    .await;
    let by = Some(&owner);
    for (kind, by, subject, detail, minutes) in [
        ("customer.analysed", by, Some(new()), json!({"credits": 1}), 2),
        ("draft.changed", by, Some(new()), json!({"version": 2}), 3),
        ("outreach.queued", by, Some(outreach), json!({}), 4),
        ("outreach.sent", None, Some(outreach), json!({}), 5),
        ("reply.logged", by, Some(reply), json!({"sentiment": "positive"}), 6),
        ("test_mail.sent", by, None, json!({}), 6),
    ] {
        log(
            app,
            of,
            Logged {
                kind,
                by,
                subject,
                detail,
                at: at(minutes),
            },
        )
        .await;
    }
    run(
        app,
        "INSERT INTO suppression (team_id, id, business_id, email, reason, created_by, created_at) VALUES ($1, $2, NULL, $3, 'unsubscribed', NULL, $4)",
        vec![team.0.into(), new().into(), email.into(), at(7).into()],
    )
    .await;
    app.services.clock().advance(TimeDelta::hours(1));
    of
}

async fn everything_that_happened_is_there_newest_first(app: &TestApp) {
    let of = eventful(app).await;
    let page = timeline(app, &app.owner().await, of, None).await;
    let told: Vec<_> = page
        .rows
        .iter()
        .map(|event| {
            (
                event.kind,
                event.person.as_deref().unwrap_or("-"),
                event.detail.as_deref().unwrap_or("-"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (TimelineKind::Suppressed, "-", "-"),
            (TimelineKind::Replied, "Owner", "Lovely selection, my secret number is 5"),
            (TimelineKind::Sent, "Owner", "A quiet offer"),
            (TimelineKind::Queued, "Owner", "A quiet offer"),
            (TimelineKind::DraftEdited, "Owner", "-"),
            (TimelineKind::Analysed, "Owner", "-"),
            (TimelineKind::Updated, "Owner", "total spent $40.71 → $49.62, payments 6 → 7"),
            (TimelineKind::Imported, "Owner", "march.csv"),
        ]
    );
    assert_eq!(page.rows[0].badges, ["Unsubscribed", "For all products"]);
    assert_eq!(page.rows[1].badges, ["Positive", "Received 12 Jan 2027"]);
    assert_eq!(
        (page.rows[5].badges.as_slice(), page.next),
        (["1 credit".to_owned()].as_slice(), None)
    );
    assert_eq!(page.rows[2].at.relative, "55 minutes ago");
}

async fn a_long_timeline_comes_in_pages(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let owner = app.owner().await;
    let customer = add(app, shop, vec![Given::named("Helena Holy")]).await[0];
    let now = app.services.clock().now();
    // Three at each time, so that a page ends between equals.
    for n in 0..75 {
        let event = Logged {
            kind: "draft.changed",
            by: Some(&owner),
            subject: None,
            detail: json!({"version": n}),
            at: now + TimeDelta::minutes(n / 3),
        };
        log(app, (shop, customer), event).await;
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = timeline(app, &owner, (shop, customer), before.as_deref()).await;
        assert!(page.rows.len() <= 30);
        seen.extend(page.rows);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let mut versions: Vec<String> = seen.iter().flat_map(|event| event.badges.clone()).collect();
    versions.sort_unstable();
    versions.dedup();
    assert_eq!((seen.len(), versions.len()), (76, 75));
    assert_eq!(seen.last().map(|event| event.kind), Some(TimelineKind::Imported));
    assert!(seen.windows(2).all(|pair| pair[0].at.iso >= pair[1].at.iso));
    let input = json!({"team": app.team().await, "business": shop, "customer": customer, "before": "x"});
    assert_eq!(owner.browser.call("customers/timeline", &input).await.error(), Error::Malformed);
}

async fn a_viewer_sees_that_it_happened_not_what_was_said(app: &TestApp) {
    let (shop, customer) = eventful(app).await;
    let viewer = app.viewer().await;
    let page = timeline(app, &viewer, (shop, customer), None).await;
    assert_eq!(page.rows.len(), 8);
    assert!(page.rows.iter().all(|event| event.detail.is_none()));
    let text = serde_json::to_string(&page).expect("JSON");
    for hidden in ["secret", "quiet", "49.62", "40.71", "helenaholy@", "march.csv"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}
