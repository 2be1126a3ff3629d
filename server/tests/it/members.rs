//! Members and plan, as everybody in the team reads them.

use crate::{
    invitations::{events, joined, read, told},
    support::{TestApp, both_databases},
};
use ::http::StatusCode;
use chrono::TimeDelta;
use domain::{
    Error,
    audit::AuditKind,
    ids::{MemberId, PersonId},
    page::Page,
    role::Role,
    team::{MemberRow, TeamOverview},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use services::entity::{member, person};

both_databases! {
    members_and_plan_are_shown_to_everybody_in_the_team
    a_large_team_is_listed_in_pages
}

async fn members_and_plan_are_shown_to_everybody_in_the_team(app: &TestApp) {
    app.owner().await;
    app.services.clock().advance(TimeDelta::seconds(1));
    let browser = joined(app, "laura@example.com", "viewer").await;
    let team = app.team().await;
    let plan: TeamOverview = read(&browser, "members/overview", json!({ "team": team })).await;
    assert_eq!(
        (plan.plan.as_str(), plan.members, plan.invited, plan.seats),
        ("Enterprise", 2, 0, Some(5))
    );
    assert_eq!((plan.slots_used, plan.slots, plan.balance.available().0), (0, Some(5), 10));
    let query = json!({ "team": team, "query": { "after": null, "before": null } });
    let page: Page<MemberRow> = read(&browser, "members/list", query).await;
    let rows: Vec<_> = page.rows.iter().map(|row| (row.name.as_str(), row.role, row.is_me)).collect();
    assert_eq!(rows, [("Owner", Role::Owner, false), ("New Person", Role::Viewer, true)]);
    assert!(page.next.is_none() && page.previous.is_none());
    for path in ["team", "team/members", "team/invitations", "team/roles", "team/audit", "businesses"] {
        let shown = browser.get(&format!("/t/{team}/settings/{path}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
    }
    assert!(events(app, AuditKind::Denied).await.is_empty(), "looking is no attempt");
    assert_eq!(told(app).await.len(), 1);
}

async fn a_large_team_is_listed_in_pages(app: &TestApp) {
    let owner = app.owner().await;
    let team = app.team().await;
    let clock = app.services.clock();
    for number in 0..60 {
        // Several come in the same moment: the id decides then.
        if number % 7 == 0 {
            clock.advance(TimeDelta::seconds(1));
        }
        let id = PersonId(clock.new_id());
        let account = person::ActiveModel {
            id: Set(id),
            email: Set(format!("person-{number}@example.com")),
            name: Set(format!("Person {number}")),
            password_hash: Set(String::from("-")),
            verified_at: Set(None),
            created_at: Set(clock.now()),
        };
        let place = member::ActiveModel {
            team_id: Set(team),
            id: Set(MemberId(clock.new_id())),
            person_id: Set(id),
            role: Set(Role::Viewer),
            joined_at: Set(clock.now()),
            last_active_at: Set(None),
        };
        let db = app.services.db().write();
        person::Entity::insert(account).exec_without_returning(db).await.expect("a person");
        member::Entity::insert(place).exec_without_returning(db).await.expect("a member");
    }
    let page = async |after: Option<&str>, before: Option<&str>| -> Page<MemberRow> {
        let query = json!({ "team": team, "query": { "after": after, "before": before } });
        read(&owner.browser, "members/list", query).await
    };
    let first = page(None, None).await;
    assert_eq!(
        (first.rows.len(), first.total.to_string().as_str(), first.previous.is_none()),
        (50, "61", true)
    );
    assert!(first.rows[0].is_me, "the first who came");
    let second = page(first.next.as_deref(), None).await;
    assert_eq!((second.rows.len(), second.next.is_none()), (11, true));
    assert_eq!(page(None, second.previous.as_deref()).await.rows, first.rows);
    let mut people: Vec<_> = first.rows.iter().chain(&second.rows).map(|row| row.person).collect();
    people.sort();
    people.dedup();
    assert_eq!(people.len(), 61, "nobody twice, nobody left out");
    let input = json!({ "team": team, "query": { "after": "nonsense", "before": null } });
    assert_eq!(owner.browser.call("members/list", &input).await.error(), Error::Malformed);
    let shown = owner.browser.get(&format!("/t/{team}/settings/team/members")).await;
    assert!(
        shown.body.contains("50 of 61 members") || shown.body.contains("Next page"),
        "leads to the next page"
    );
}
