//! Roles, removal, leaving, handing over, transfer: over HTTP, one clean outcome also when two press at once.

use crate::{
    invitations::read,
    support::{
        TestApp,
        actor::{Actor, Answer},
        app::PASSWORD,
        both_databases,
        mailing::{self, Mailing},
        shop::post,
    },
};
use domain::{
    Error,
    error::{Conflict, FieldCode},
    outreach::OutreachState,
    page::Page,
    permission::Permission,
    role::Role,
    team::{Belongings, MemberRow},
};
use serde_json::json;
use services::customers::import::Upload;

both_databases! {
    a_role_counts_from_the_next_request
    nobody_changes_the_owner_or_themselves
    whoever_is_removed_leaves_everything_behind
    whoever_becomes_a_viewer_hands_over
    whoever_becomes_a_member_sends_for_their_own_only
    a_running_import_stops_with_the_role
    anybody_leaves_but_the_owner
    a_business_changes_hands
    ownership_is_transferred_by_password_and_name
    two_admins_demote_each_other
    a_transfer_meets_a_removal
    a_business_is_created_while_its_creator_is_removed
}

async fn members(app: &TestApp, actor: &Actor) -> Vec<MemberRow> {
    let query = json!({ "team": app.team().await, "query": { "after": null, "before": null } });
    let page: Page<MemberRow> = read(&actor.browser, "members/list", query).await;
    page.rows
}

async fn roles(app: &TestApp, actor: &Actor) -> Vec<(String, Role)> {
    let mut roles: Vec<_> = members(app, actor).await.into_iter().map(|row| (row.name, row.role)).collect();
    roles.sort();
    roles
}

async fn id(app: &TestApp, who: &Actor) -> String {
    app.place(who).await.id().to_string()
}

async fn change(app: &TestApp, by: &Actor, who: &str, role: &str, hand_to: &str) -> Answer {
    let team = app.team().await.to_string();
    let fields = [("team", team.as_str()), ("member", who), ("role", role), ("hand_to", hand_to)];
    post(by, "members/change_role", &fields).await
}

async fn remove(app: &TestApp, by: &Actor, who: &str, hand_to: &str) -> Answer {
    let team = app.team().await.to_string();
    post(by, "members/remove", &[("team", &team), ("member", who), ("hand_to", hand_to)]).await
}

async fn transfer(app: &TestApp, by: &Actor, to: &str, password: &str, confirmation: &str) -> Answer {
    let team = app.team().await.to_string();
    let fields = [
        ("team", team.as_str()),
        ("member", to),
        ("password", password),
        ("confirmation", confirmation),
    ];
    post(by, "members/transfer", &fields).await
}

/// The kinds of letters that somebody got, but for the very first one.
async fn letters(app: &TestApp, address: &str) -> Vec<String> {
    let kinds = app.mails(address).await.into_iter().map(|mail| mail.kind);
    kinds.filter(|kind| kind != "verify_email").collect()
}

async fn a_role_counts_from_the_next_request(app: &TestApp) {
    let (owner, admin, jane) = (app.owner().await, app.admin().await, app.member().await);
    let team = app.team().await;
    let jane_id = id(app, &jane).await;
    assert_eq!(change(app, &admin, &jane_id, "admin", "").await.status, 200);
    let query = json!({ "team": team, "query": { "kind": null, "person": null, "after": null, "before": null } });
    assert_eq!(
        jane.browser.call("audit/list", &query).await.status,
        200,
        "without signing in again"
    );
    assert_eq!(
        change(app, &jane, &id(app, &admin).await, "member", "").await.status,
        200,
        "admins change each other"
    );
    assert_eq!(
        change(app, &admin, &jane_id, "viewer", "").await.error(),
        Error::Forbidden {
            permission: Permission::ChangeRoles
        }
    );
    assert_eq!(change(app, &owner, &jane_id, "member", "").await.status, 200);
    assert_eq!(
        change(app, &owner, &jane_id, "member", "").await.status,
        200,
        "twice is as good as once"
    );
    assert_eq!(jane.browser.call("audit/list", &query).await.status, 403);
    assert_eq!(letters(app, "member@example.com").await, ["role_changed", "role_changed"]);
    assert_eq!(letters(app, "admin@example.com").await, ["role_changed"]);
    assert_eq!(app.audited("role.changed").await, 3);
}

async fn nobody_changes_the_owner_or_themselves(app: &TestApp) {
    let (owner, admin, jane) = (app.owner().await, app.admin().await, app.member().await);
    let (owner_id, admin_id, jane_id) = (id(app, &owner).await, id(app, &admin).await, id(app, &jane).await);
    let last = Error::Conflict(Conflict::LastOwner);
    let own = Error::Conflict(Conflict::OwnRole);
    assert_eq!(change(app, &admin, &owner_id, "member", "").await.error(), last);
    assert_eq!(change(app, &owner, &owner_id, "member", "").await.error(), last);
    assert_eq!(remove(app, &admin, &owner_id, "").await.error(), last);
    assert_eq!(change(app, &admin, &admin_id, "member", "").await.error(), own);
    assert_eq!(remove(app, &admin, &admin_id, "").await.error(), own);
    for role in ["owner", "king", ""] {
        let refused = change(app, &owner, &jane_id, role, "").await.error();
        assert_eq!(refused, Error::field("role", FieldCode::NotAChoice), "{role}");
    }
    for endpoint in ["members/change_role", "members/remove"] {
        let team = app.team().await.to_string();
        let fields = [("team", team.as_str()), ("member", admin_id.as_str()), ("role", "viewer")];
        assert_eq!(post(&jane, endpoint, &fields).await.status, 403, "{endpoint}");
    }
    let names = roles(app, &owner).await;
    let names: Vec<_> = names.iter().map(|(name, role)| (name.as_str(), *role)).collect();
    assert_eq!(names, [("Admin", Role::Admin), ("Member", Role::Member), ("Owner", Role::Owner)]);
    // Four at what nobody may, one at the owner's role for somebody else, two without the right. A word that is no role is none of ours.
    assert_eq!(app.audited("denied").await, 8);
}

async fn whoever_is_removed_leaves_everything_behind(app: &TestApp) {
    let (owner, admin, jane) = (app.owner().await, app.admin().await, app.member().await);
    let services = &app.services;
    let place = app.place(&jane).await;
    let shop = Mailing::open(services, &place, "Music Store").await;
    shop.queued(services, &place, 2).await;
    let (jane_id, admin_id) = (id(app, &jane).await, id(app, &admin).await);
    let team = app.team().await;
    let seen: Belongings = read(&owner.browser, "members/detail", json!({ "team": team, "member": jane_id })).await;
    assert_eq!((seen.businesses.len(), seen.waiting, seen.drafts, seen.is_me), (1, 2, 2, false));
    let heirs: Vec<_> = seen.heirs.iter().map(|heir| (heir.name.as_str(), heir.role)).collect();
    assert_eq!(heirs, [("Owner", Role::Owner), ("Admin", Role::Admin)], "not herself");

    assert_eq!(
        remove(app, &owner, &jane_id, &jane_id).await.error(),
        Error::field("hand_to", FieldCode::NotAChoice)
    );
    assert_eq!(members(app, &owner).await.len(), 3, "nothing was done");
    assert_eq!(remove(app, &owner, &jane_id, &admin_id).await.status, 200);
    // Every page and call is gone with the next request, and her own account is not.
    assert_eq!(
        jane.browser.call("teams/frame", &json!({ "team": team })).await.error(),
        Error::NotFound
    );
    assert_eq!(jane.browser.get(&format!("/t/{team}")).await.status, 404);
    assert_eq!(jane.browser.call("accounts/me", &json!({})).await.status, 200);
    let rows = members(app, &owner).await;
    let admins = rows.iter().find(|row| row.name == "Admin").expect("is there");
    assert_eq!(admins.businesses.len(), 1, "took over");
    app.run_jobs().await;
    assert_eq!(
        mailing::states(services).await,
        [OutreachState::Paused; 2],
        "nothing leaves in her name"
    );
    assert_eq!(letters(app, "member@example.com").await, ["removed"]);
    assert_eq!(letters(app, "admin@example.com").await, ["business_handed_over"]);
    assert_eq!(app.audited("person.removed").await, 1);
    assert_eq!(app.audited("business.handed_over").await, 1);
    let log = owner.browser.get(&format!("/t/{team}/settings/team/audit")).await;
    assert!(log.body.contains(">Member<"), "her past keeps her name");
    assert_eq!(remove(app, &owner, &jane_id, "").await.error(), Error::NotFound, "a second press");
}

async fn whoever_becomes_a_viewer_hands_over(app: &TestApp) {
    let (owner, jane) = (app.owner().await, app.member().await);
    let services = &app.services;
    let place = app.place(&jane).await;
    let shop = Mailing::open(services, &place, "Music Store").await;
    shop.queued(services, &place, 1).await;
    let viewer = app.viewer().await;
    let (jane_id, viewer_id) = (id(app, &jane).await, id(app, &viewer).await);
    let refused = change(app, &owner, &jane_id, "viewer", &viewer_id).await.error();
    assert_eq!(refused, Error::field("hand_to", FieldCode::NotAChoice), "viewers own nothing");
    assert_eq!(change(app, &owner, &jane_id, "viewer", "").await.status, 200);
    let rows = members(app, &owner).await;
    let owned = |name: &str| rows.iter().find(|row| row.name == name).map(|row| row.businesses.len());
    assert_eq!(
        (owned("Owner"), owned("Member")),
        (Some(1), Some(0)),
        "the owner, unless somebody is chosen"
    );
    assert_eq!(mailing::states(services).await, [OutreachState::Paused]);
    assert_eq!(letters(app, "member@example.com").await, ["role_changed"]);
}

async fn whoever_becomes_a_member_sends_for_their_own_only(app: &TestApp) {
    let (owner, admin) = (app.owner().await, app.admin().await);
    let services = &app.services;
    let place = app.place(&admin).await;
    let own = Mailing::open(services, &place, "Vinyl Club").await;
    let shop = Mailing::open(services, &app.place(&owner).await, "Music Store").await;
    let mine = own.queued(services, &place, 1).await[0];
    let theirs = shop.queued(services, &place, 1).await[0];
    assert_eq!(change(app, &owner, &id(app, &admin).await, "member", "").await.status, 200);
    let state = async |id| mailing::row(services, id).await.state;
    assert_eq!(
        (state(mine).await, state(theirs).await),
        (OutreachState::Queued, OutreachState::Paused)
    );
    app.run_jobs().await;
    assert_eq!(mailing::came(&app.smtp).len(), 1);
    assert_eq!(letters(app, "admin@example.com").await, ["role_changed"]);
}

async fn a_running_import_stops_with_the_role(app: &TestApp) {
    let (owner, jane) = (app.owner().await, app.member().await);
    let services = &app.services;
    let shop = Mailing::open(services, &app.place(&jane).await, "Music Store").await;
    let grant = app.grant(&jane).await;
    let mut upload = Upload::begin(services, &grant, shop.business, "customers.csv")
        .await
        .expect("begins");
    upload.write(b"email,name\nsue@example.com,Sue\n").await.expect("writes");
    let import = upload.finish().await.expect("is taken in");
    let team = app.team().await.to_string();
    let jane_id = id(app, &jane).await;
    let seen: Belongings = read(&owner.browser, "members/detail", json!({ "team": team, "member": jane_id })).await;
    assert_eq!(seen.running.len(), 1, "the wizard names it");
    assert_eq!(change(app, &owner, &jane_id, "viewer", "").await.status, 200);
    app.run_jobs().await;
    let page = owner.browser.get(&format!("/t/{team}/b/{}/import/{import}", shop.business)).await;
    assert!(page.body.contains("right"), "says that the right was lost: {}", page.body);
    assert_eq!(letters(app, "member@example.com").await, ["role_changed"]);
}

async fn anybody_leaves_but_the_owner(app: &TestApp) {
    let (owner, admin, viewer) = (app.owner().await, app.admin().await, app.viewer().await);
    let place = app.place(&admin).await;
    Mailing::open(&app.services, &place, "Music Store").await;
    let team = app.team().await.to_string();
    let leave = async |who: &Actor| post(who, "members/leave", &[("team", &team)]).await;
    assert_eq!(leave(&owner).await.error(), Error::Conflict(Conflict::LastOwner));
    assert_eq!(leave(&viewer).await.status, 200);
    assert_eq!(leave(&admin).await.status, 200);
    assert_eq!(leave(&admin).await.error(), Error::NotFound, "a second press");
    let rows = members(app, &owner).await;
    assert_eq!((rows.len(), rows[0].businesses.len()), (1, 1), "the owner has it now");
    assert_eq!(app.audited("person.left").await, 2);
    assert_eq!(letters(app, "owner@example.com").await, ["business_handed_over"]);
}

async fn a_business_changes_hands(app: &TestApp) {
    let (owner, jane, viewer) = (app.owner().await, app.member().await, app.viewer().await);
    let joe = app.joined("Joe", Role::Member).await;
    let services = &app.services;
    let place = app.place(&jane).await;
    let shop = Mailing::open(services, &place, "Music Store").await;
    shop.queued(services, &place, 1).await;
    let (team, business) = (app.team().await.to_string(), shop.business.to_string());
    let hand = async |by: &Actor, to: &Actor, seen: &str| {
        let to = id(app, to).await;
        let fields = [("team", team.as_str()), ("business", &business), ("seen", seen), ("hand_to", &to)];
        post(by, "businesses/hand_over", &fields).await
    };
    assert_eq!(hand(&jane, &joe, "1").await.status, 403, "owner and admin only");
    assert_eq!(
        hand(&owner, &viewer, "1").await.error(),
        Error::field("hand_to", FieldCode::NotAChoice)
    );
    assert_eq!(
        hand(&owner, &jane, "1").await.error(),
        Error::field("hand_to", FieldCode::NotAChoice),
        "it is hers"
    );
    let (a, b) = tokio::join!(hand(&owner, &joe, "1"), hand(&owner, &owner, "1"));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "two at once: one is told");
    if b.status == 200 {
        assert_eq!(hand(&owner, &joe, "2").await.status, 200);
    }
    assert_eq!(
        mailing::states(services).await,
        [OutreachState::Paused],
        "Jane may not send for it any more"
    );
    let mine = |who: &Actor| {
        let browser = who.browser.clone();
        let fields = [("team".to_owned(), team.clone()), ("business".to_owned(), business.clone())];
        async move {
            let fields = fields.each_ref().map(|(name, value)| (name.as_str(), value.as_str()));
            browser.form("outreach/pause_all", &fields).await.status.as_u16()
        }
    };
    assert_eq!((mine(&jane).await, mine(&joe).await), (403, 200), "from the next request on");
    assert!(!letters(app, "member@example.com").await.is_empty() && !letters(app, "joe@example.com").await.is_empty());
    app.mails("owner@example.com").await;
}

async fn ownership_is_transferred_by_password_and_name(app: &TestApp) {
    let (owner, admin, jane) = (app.owner().await, app.admin().await, app.member().await);
    let (owner_id, jane_id) = (id(app, &owner).await, id(app, &jane).await);
    let wrong = transfer(app, &owner, &jane_id, "not the password", "Acme Inc").await.error();
    assert_eq!(
        (wrong.field_message("password"), wrong.field_message("confirmation")),
        (Some(FieldCode::Wrong.message()), Some(FieldCode::DoesNotMatch.message()))
    );
    let himself = transfer(app, &owner, &owner_id, PASSWORD, "Acme").await.error();
    assert!(himself.field_message("member").is_some(), "{himself}");
    assert_eq!(transfer(app, &admin, &jane_id, PASSWORD, "Acme").await.status, 403);
    assert_eq!(transfer(app, &owner, &jane_id, PASSWORD, "Acme").await.status, 200);
    let shown = roles(app, &admin).await;
    let shown: Vec<_> = shown.iter().map(|(name, role)| (name.as_str(), *role)).collect();
    assert_eq!(shown, [("Admin", Role::Admin), ("Member", Role::Owner), ("Owner", Role::Admin)]);
    assert_eq!(transfer(app, &owner, &owner_id, PASSWORD, "Acme").await.status, 403, "an admin now");
    assert_eq!(letters(app, "member@example.com").await, ["ownership_transferred"]);
    assert_eq!(letters(app, "owner@example.com").await, ["ownership_transferred"]);
    assert_eq!(app.audited("team.transferred").await, 1);
}

async fn two_admins_demote_each_other(app: &TestApp) {
    let (owner, jane, joe) = (
        app.owner().await,
        app.joined("Jane", Role::Admin).await,
        app.joined("Joe", Role::Admin).await,
    );
    let (jane_id, joe_id) = (id(app, &jane).await, id(app, &joe).await);
    let (a, b) = tokio::join!(change(app, &jane, &joe_id, "member", ""), change(app, &joe, &jane_id, "member", ""));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403], "whoever comes second is no admin any more");
    let members = roles(app, &owner).await.into_iter().filter(|(_, role)| *role == Role::Member);
    assert_eq!(members.count(), 1);
    assert_eq!(
        letters(app, "jane@example.com").await.len() + letters(app, "joe@example.com").await.len(),
        1
    );
}

async fn a_transfer_meets_a_removal(app: &TestApp) {
    let (owner, admin, jane) = (app.owner().await, app.admin().await, app.member().await);
    let jane_id = id(app, &jane).await;
    let (given, removed) = tokio::join!(transfer(app, &owner, &jane_id, PASSWORD, "Acme"), remove(app, &admin, &jane_id, ""));
    let owners = roles(app, &admin).await.into_iter().filter(|(_, role)| *role == Role::Owner);
    let owners: Vec<_> = owners.map(|(name, _)| name).collect();
    match (given.status.as_u16(), removed.status.as_u16()) {
        (200, 409) => assert_eq!(owners, ["Member"], "{}", removed.body),
        (404, 200) => assert_eq!(owners, ["Owner"], "{}", given.body),
        other => panic!("{other:?}: {} {}", given.body, removed.body),
    }
    letters(app, "member@example.com").await;
    letters(app, "owner@example.com").await;
}

async fn a_business_is_created_while_its_creator_is_removed(app: &TestApp) {
    let (owner, jane) = (app.owner().await, app.member().await);
    let services = &app.services;
    let place = app.place(&jane).await;
    let create = place
        .require::<domain::permission::perm::CreateBusiness>(services)
        .await
        .expect("may create");
    let jane_id = id(app, &jane).await;
    let (made, removed) = tokio::join!(
        services::businesses::create(services, &create, crate::stage::business("Music Store")),
        remove(app, &owner, &jane_id, "")
    );
    assert_eq!(removed.status, 200, "{}", removed.body);
    let rows = members(app, &owner).await;
    let businesses = rows[0].businesses.len();
    match made.map_err(|error| error.into_public("test")) {
        Ok(_) => assert_eq!(businesses, 1, "handed over"),
        Err(Error::Forbidden { .. }) => assert_eq!(businesses, 0, "came too late"),
        Err(other) => panic!("{other}"),
    }
    letters(app, "member@example.com").await;
}
