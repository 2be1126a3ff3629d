//! Businesses, senders and mail servers as use cases: slots, ownership, versions, links, sealed passwords.

mod ending;
mod pages;
mod stripe;

use crate::stage::{Stage, UNLIMITED, business};
use chrono::TimeDelta;
use domain::{
    Error,
    audit::AuditQuery,
    business::{SenderState, form::SmtpForm},
    error::Conflict,
    permission::{Permission, perm},
    plan::Limit,
    role::Role,
};
use services::{
    audit,
    businesses::{self, senders, smtp},
    settings::Limits,
};

/// What the caller of a use case is told.
fn told<T: std::fmt::Debug>(result: services::Result<T>) -> Error {
    result.expect_err("refused").into_public("test")
}

#[tokio::test]
async fn two_creations_at_once_on_the_last_slot_give_one_business() {
    let limits = Limits {
        businesses: Some(2),
        ..UNLIMITED
    };
    Stage::each(limits, async |mut stage| {
        let owner = stage.member("Andrew", Role::Owner).await;
        let member = stage.member("Jane", Role::Member).await;
        let (one, two) = (
            stage.grant::<perm::CreateBusiness>(&owner).await,
            stage.grant::<perm::CreateBusiness>(&member).await,
        );
        businesses::create(&stage.services, &one, business("Music Store"))
            .await
            .expect("a slot is free");
        stage.services.clock().advance(TimeDelta::seconds(1));
        // Two connections are open before the race: opening one would give the other a head start.
        let read = stage.grant::<perm::ViewBusinesses>(&member).await;
        let (a, b) = tokio::join!(businesses::list(&stage.services, &read), businesses::list(&stage.services, &read));
        assert!(a.is_ok() && b.is_ok());
        let (a, b) = tokio::join!(
            businesses::create(&stage.services, &one, business("Ticket Shop")),
            businesses::create(&stage.services, &two, business("Vinyl Club")),
        );
        let lost = match (a, b) {
            (Ok(_), lost) | (lost, Ok(_)) => told(lost),
            (Err(a), Err(b)) => panic!("both were refused: {a}, {b}"),
        };
        let (limit, allowed) = (Limit::Businesses, 2);
        assert_eq!(lost, Error::LimitReached { limit, allowed });
        let rows = businesses::list(&stage.services, &stage.grant(&member).await)
            .await
            .expect("a list");
        assert_eq!(rows.iter().map(|row| row.mark).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(stage.events("business.created").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_member_changes_own_businesses_only_and_a_refusal_is_recorded() {
    Stage::each(UNLIMITED, async |mut stage| {
        let owner = stage.member("Andrew", Role::Owner).await;
        let member = stage.member("Jane", Role::Member).await;
        let services = &stage.services;
        let theirs = businesses::create(services, &stage.grant(&owner).await, business("Music Store"))
            .await
            .expect("created");
        let own = businesses::create(services, &stage.grant(&member).await, business("Vinyl Club"))
            .await
            .expect("created");
        let edit = stage.grant::<perm::EditOwnBusiness>(&member).await;

        let refused = told(businesses::save(services, &edit, theirs, business("Mine now"), 1).await);
        let permission = Permission::EditOwnBusiness;
        assert_eq!(refused, Error::Forbidden { permission });
        assert_eq!(stage.events("denied").await, 1);
        let refused = told(smtp::save(services, &stage.grant(&member).await, theirs, &server("127.0.0.1", "25", "x")).await);
        let permission = Permission::ConfigureSender;
        assert_eq!(refused, Error::Forbidden { permission });
        assert_eq!(stage.events("denied").await, 2);

        services.clock().advance(TimeDelta::seconds(1));
        businesses::save(services, &edit, own, business("Vinyl Friends"), 1)
            .await
            .expect("saved");
        let owners = stage.grant::<perm::EditOwnBusiness>(&owner).await;
        businesses::save(services, &owners, own, business("Vinyl Club"), 2)
            .await
            .expect("an owner edits any");
        let page = audit::list(services, &stage.grant(&owner).await, &AuditQuery::default())
            .await
            .expect("the log");
        assert_eq!(page.rows[0].what, "changed a business's settings: name");
        assert_eq!(page.rows[0].business_name.as_deref(), Some("Vinyl Club"));
    })
    .await;
}

#[tokio::test]
async fn another_teams_business_is_not_found() {
    Stage::each(UNLIMITED, async |mut stage| {
        let owner = stage.member("Andrew", Role::Owner).await;
        let stranger = stage.member_of(stage.other_team, "Steve", Role::Owner).await;
        let services = &stage.services;
        let id = businesses::create(services, &stage.grant(&owner).await, business("Music Store"))
            .await
            .expect("created");
        let grant = stage.grant(&stranger).await;
        let sender = senders::add(services, &stage.grant(&owner).await, id, "Jane", "jane@music.example")
            .await
            .expect("added");
        assert_eq!(
            told(businesses::detail(services, &stage.grant(&stranger).await, id).await),
            Error::NotFound
        );
        assert_eq!(
            told(businesses::save(services, &stage.grant(&stranger).await, id, business("X"), 1).await),
            Error::NotFound
        );
        assert_eq!(
            told(smtp::save(services, &grant, id, &server("127.0.0.1", "25", "")).await),
            Error::NotFound
        );
        assert_eq!(told(smtp::test(services, &grant, id).await), Error::NotFound);
        assert_eq!(
            told(senders::add(services, &grant, id, "X", "x@example.com").await),
            Error::NotFound
        );
        assert_eq!(told(senders::remove(services, &grant, id, sender).await), Error::NotFound);
        assert_eq!(stage.events("denied").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_edit_of_an_older_version_is_refused_and_names_are_unique() {
    Stage::each(UNLIMITED, async |mut stage| {
        let owner = stage.member("Andrew", Role::Owner).await;
        let services = &stage.services;
        let create = stage.grant(&owner).await;
        let id = businesses::create(services, &create, business("Music Store"))
            .await
            .expect("created");
        let edit = stage.grant(&owner).await;
        let (a, b) = tokio::join!(
            businesses::save(services, &edit, id, business("Music Shop"), 1),
            businesses::save(services, &edit, id, business("Music House"), 1),
        );
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
        assert_eq!(told(if a.is_err() { a } else { b }), Error::Conflict(Conflict::Stale));

        let name = businesses::detail(services, &stage.grant(&owner).await, id)
            .await
            .expect("detail")
            .settings
            .name;
        let taken = told(businesses::create(services, &create, business(&name)).await);
        assert!(taken.field_message("name").is_some(), "{taken}");
        let mut bad = business("Ticket Shop");
        bad.time_zone = "Mars/Olympus".into();
        let refused = told(businesses::create(services, &create, bad).await);
        assert!(refused.field_message("time_zone").is_some(), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn an_address_gets_few_links_however_they_are_asked_for() {
    Stage::each(UNLIMITED, async |mut stage| {
        let member = stage.member("Jane", Role::Member).await;
        let elsewhere = stage.member_of(stage.other_team, "Mallory", Role::Owner).await;
        let services = &stage.services;
        let mut places = Vec::new();
        for who in [&member, &elsewhere] {
            let id = businesses::create(services, &stage.grant(who).await, business("Music Store"))
                .await
                .expect("created");
            places.push((id, stage.grant::<perm::ConfigureSender>(who).await));
        }
        // Removing and adding again, in one business or another.
        for n in 0..5 {
            let (id, grant) = &places[n % 2];
            let sender = senders::add(services, grant, *id, "X", "victim@example.com")
                .await
                .expect("few so far");
            senders::remove(services, grant, *id, sender).await.expect("removed");
        }
        for (id, grant) in &places {
            let refused = told(senders::add(services, grant, *id, "X", "victim@example.com").await);
            assert!(matches!(refused, Error::RateLimited { retry_after_s: 1..=900 }), "{refused:?}");
        }
        let letters = async || stage.column::<String>("SELECT to_address FROM mail", vec![]).await.len();
        assert_eq!(letters().await, 5);
        // Nor does one person mail any number of others.
        let (id, grant) = &places[0];
        let mut refused = None;
        for n in 0..60 {
            match senders::add(services, grant, *id, "X", &format!("victim-{n}@example.com")).await {
                Ok(sender) => senders::remove(services, grant, *id, sender).await.expect("removed"),
                Err(error) => refused = Some(error.into_public("test")),
            }
        }
        assert!(matches!(refused, Some(Error::RateLimited { .. })), "{refused:?}");
        // Two of the first five were by the other person, and one more of the refused.
        assert_eq!(letters().await, 5 + 46);
        services.clock().advance(TimeDelta::minutes(16));
        senders::add(services, grant, *id, "X", "victim@example.com")
            .await
            .expect("later again");
    })
    .await;
}

#[tokio::test]
async fn a_senders_link_works_once_and_for_seven_days() {
    Stage::each(UNLIMITED, async |mut stage| {
        let member = stage.member("Jane", Role::Member).await;
        let services = &stage.services;
        let id = businesses::create(services, &stage.grant(&member).await, business("Music Store"))
            .await
            .expect("created");
        let grant = stage.grant(&member).await;
        let address = "jane@music.example";
        let sender = senders::add(services, &grant, id, "Jane\r\nBcc: x", " Jane@Music.example ")
            .await
            .expect("added");
        let twice = told(senders::add(services, &grant, id, "Jane", address).await);
        assert!(twice.field_message("email").is_some(), "{twice}");
        let first = stage.mailed_token(address).await;
        let stored = stage.column::<String>("SELECT token_hash FROM sender", vec![]).await;
        assert!(!stored[0].contains(&first), "only the hash is stored");

        let soon = told(senders::resend(services, &grant, id, sender).await);
        assert_eq!(soon, Error::RateLimited { retry_after_s: 60 });
        services.clock().advance(TimeDelta::days(7));
        let expired = Error::Conflict(Conflict::LinkExpired);
        assert_eq!(told(senders::offer(services, &first).await), expired);
        assert_eq!(told(senders::verify(services, &first).await), expired);

        senders::resend(services, &grant, id, sender).await.expect("resent");
        let second = stage.mailed_token(address).await;
        assert_eq!(told(senders::verify(services, &first).await), expired);
        assert_eq!(senders::offer(services, &second).await.expect("an offer").email, address);
        let (a, b) = tokio::join!(senders::verify(services, &second), senders::verify(services, &second));
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "single use");
        assert_eq!(stage.events("sender.verified").await, 1);

        let detail = businesses::detail(services, &stage.grant(&member).await, id).await.expect("detail");
        assert_eq!(detail.senders[0].state, SenderState::Verified);
        assert_eq!(detail.senders[0].name, "Jane Bcc: x");
        senders::remove(services, &grant, id, sender).await.expect("removed");
        let detail = businesses::detail(services, &stage.grant(&member).await, id).await.expect("detail");
        assert!(detail.senders.is_empty());
    })
    .await;
}

fn server(host: &str, port: &str, password: &str) -> SmtpForm {
    SmtpForm {
        host: host.into(),
        port: port.into(),
        tls: "none".into(),
        user: "jane".into(),
        password: password.into(),
    }
}

#[tokio::test]
async fn a_mail_password_is_sealed_and_stays_with_its_server() {
    Stage::each(UNLIMITED, async |mut stage| {
        let member = stage.member("Jane", Role::Member).await;
        let services = &stage.services;
        let id = businesses::create(services, &stage.grant(&member).await, business("Music Store"))
            .await
            .expect("created");
        let grant = stage.grant(&member).await;
        let has_password = async || {
            let detail = businesses::detail(services, &stage.grant(&member).await, id).await.expect("detail");
            detail.smtp.expect("a server").has_password
        };
        smtp::save(services, &grant, id, &server("127.0.0.1", "1", "hunter2"))
            .await
            .expect("saved");
        let sealed = stage.column::<String>("SELECT password_sealed FROM smtp_server", vec![]).await;
        assert!(!sealed[0].contains("hunter2"));
        let events = stage
            .column::<serde_json::Value>("SELECT detail FROM audit_event WHERE kind = 'smtp.changed'", vec![])
            .await;
        assert_eq!(events[0]["fields"], serde_json::json!(["host", "port", "tls", "user", "password"]));

        smtp::save(services, &grant, id, &server("127.0.0.1", "1", ""))
            .await
            .expect("saved");
        assert!(has_password().await, "an empty field keeps it");
        smtp::save(services, &grant, id, &server("localhost", "1", ""))
            .await
            .expect("saved");
        assert!(!has_password().await, "another server does not get it");

        let answer = told(smtp::test(services, &grant, id).await);
        assert_eq!(answer, Error::Conflict(Conflict::MailServer));
        smtp::remove(services, &grant, id).await.expect("removed");
        assert_eq!(told(smtp::test(services, &grant, id).await), Error::NotFound);
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_pages_in_both_directions() {
    Stage::each(UNLIMITED, async |mut stage| {
        let owner = stage.member("Andrew", Role::Owner).await;
        let services = &stage.services;
        let id = businesses::create(services, &stage.grant(&owner).await, business("Music Store"))
            .await
            .expect("created");
        for version in 1..=60 {
            let name = format!("Music Store {version}");
            businesses::save(services, &stage.grant(&owner).await, id, business(&name), version)
                .await
                .expect("saved");
        }
        let grant = stage.grant(&owner).await;
        let list = async |after: Option<String>, before: Option<String>| {
            let query = AuditQuery {
                after,
                before,
                ..AuditQuery::default()
            };
            audit::list(services, &grant, &query).await.expect("a page")
        };
        let first = list(None, None).await;
        assert_eq!(
            (first.rows.len(), first.total.to_string().as_str(), first.previous.is_none()),
            (50, "61", true)
        );
        let second = list(first.next.clone(), None).await;
        assert_eq!((second.rows.len(), second.next.is_none()), (11, true));
        assert_eq!(list(None, second.previous).await.rows, first.rows);
        let stranger = stage.member_of(stage.other_team, "Steve", Role::Owner).await;
        let none = audit::list(&stage.services, &stage.grant(&stranger).await, &AuditQuery::default())
            .await
            .expect("a page");
        assert!(none.rows.is_empty());
    })
    .await;
}
