//! The program, killed at any moment of a send and started again: nothing is lost, nothing comes twice.
//!
//! The moments are seeded. `ASKUSERS_TEST_SEED=… ` repeats a run.

use crate::support::{
    app::settings,
    database::{self, Kind},
    mailing::{self, Mailing},
    smtp::{Mode, Sink, Step, Trap},
};
use domain::{
    ids::{MemberId, PersonId, TeamId},
    outreach::OutreachState,
    role::Role,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sea_orm::{ActiveValue::Set, EntityTrait};
use services::{
    Clock, Member, Services,
    entity::{member, person, team},
};
use std::{
    collections::{HashMap, HashSet},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const KILLS: usize = 20;
/// Enough for every round: each lets some pass, and four workers hold one each.
const MAILS: usize = KILLS * 8;
const STEPS: [Step; 5] = [Step::Greeting, Step::Recipient, Step::Data, Step::Text, Step::Answered];

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_sending_on_sqlite() {
    killed_while_sending(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_sending_on_postgres() {
    killed_while_sending(Kind::Postgres).await;
}

async fn killed_while_sending(kind: Kind) {
    let seed = seed();
    println!("ASKUSERS_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let url = database::fresh(kind, folder.path()).await;
    let sink = Sink::start().await;
    let services = Services::new(
        database::connect(&url).await,
        Clock::System,
        settings(folder.path(), "http://127.0.0.1:3000", sink.port),
    );
    let who = founder(&services).await;
    let shop = Mailing::open(&services, &who, "Music Store").await;
    shop.queued(&services, &who, MAILS).await;

    for round in 0..KILLS {
        let trap = Trap::new(STEPS[random.random_range(0..STEPS.len())], random.random_range(0..3));
        sink.behave(Mode::Trap(trap.clone()));
        let mut program = start(folder.path(), &url, sink.port);
        trap.caught().await;
        // The other workers are wherever they are by then.
        tokio::time::sleep(Duration::from_micros(random.random_range(0..20_000))).await;
        program.kill().expect("kill -9");
        program.wait().expect("is gone");
        judge(&services, &sink, &format!("seed {seed}, round {round}, {trap:?}")).await;
    }

    sink.behave(Mode::Ok);
    let mut program = start(folder.path(), &url, sink.port);
    let ended = tokio::time::timeout(Duration::from_secs(30), until_nothing_waits(&services)).await;
    program.kill().expect("ends");
    program.wait().expect("is gone");
    assert!(
        ended.is_ok(),
        "seed {seed}: mails still wait: {:?}",
        mailing::states(&services).await
    );
    judge(&services, &sink, &format!("seed {seed}, at the end")).await;
    let states = mailing::states(&services).await;
    let unknown = states.iter().filter(|state| **state == OutreachState::Unknown).count();
    let sent = states.iter().filter(|state| **state == OutreachState::Sent).count();
    assert_eq!(unknown + sent, MAILS, "seed {seed}: {states:?}");
    println!("{sent} sent, {unknown} unknown after {KILLS} kills");
    database::close(services.db()).await;
}

/// Each Message-ID came at most once; what is noted as sent came; what did not come waits or is unknown.
async fn judge(services: &Services, sink: &Sink, when: &str) {
    let mut came: HashMap<String, usize> = HashMap::new();
    for id in sink.message_ids() {
        *came.entry(id).or_default() += 1;
    }
    let twice: Vec<_> = came.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{when}: came twice: {twice:?}");
    let rows = mailing::rows(services).await;
    let known: HashSet<_> = rows.iter().map(|row| row.message_id.as_str()).collect();
    assert!(came.keys().all(|id| known.contains(id.as_str())), "{when}: an unknown mail came");
    for row in rows {
        let fits = match row.state {
            OutreachState::Sent => came.contains_key(&row.message_id),
            OutreachState::Queued => !came.contains_key(&row.message_id),
            OutreachState::Sending => row.handed_over_at.is_some() || !came.contains_key(&row.message_id),
            OutreachState::Unknown => true,
            _ => false,
        };
        assert!(fits, "{when}: {} is {} ({:?})", row.message_id, row.state, row.error);
    }
}

async fn until_nothing_waits(services: &Services) {
    let mut look = tokio::time::interval(Duration::from_millis(50));
    loop {
        look.tick().await;
        let states = mailing::states(services).await;
        if !states
            .iter()
            .any(|state| matches!(state, OutreachState::Queued | OutreachState::Sending))
        {
            return;
        }
    }
}

/// A worker in a process of its own.
fn start(folder: &Path, url: &str, smtp: u16) -> Child {
    let port = smtp.to_string();
    let settings = [
        ("DATABASE__URL", url),
        ("SMTP__HOST", "127.0.0.1"),
        ("SMTP__PORT", &port),
        ("SMTP__TLS", "none"),
        ("SENDING__PER_HOUR", "100000"),
        ("SENDING__PER_DAY", "100000"),
        ("SENDING__MIN_GAP_MS", "0"),
        ("SENDING__TIMEOUT_S", "1"),
        ("SENDING__LEASE_S", "4"),
        ("WORKER__POLL_MS", "50"),
        ("SITE__HASH_FILES", "false"),
    ];
    Command::new(env!("CARGO_BIN_EXE_server"))
        .args(["--dev", "worker"])
        .current_dir(folder)
        .env_clear()
        .envs(settings.map(|(name, value)| (format!("ASKUSERS_{name}"), value)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

/// A team with its owner, below every use case.
async fn founder(services: &Services) -> Member {
    let (clock, db) = (services.clock(), services.db().write());
    let (who, id, now) = (PersonId(clock.new_id()), TeamId(clock.new_id()), clock.now());
    let row = person::ActiveModel {
        id: Set(who),
        email: Set("owner@example.com".into()),
        name: Set("Owner".into()),
        password_hash: Set("-".into()),
        verified_at: Set(Some(now)),
        created_at: Set(now),
    };
    person::Entity::insert(row).exec_without_returning(db).await.expect("a person");
    let row = team::ActiveModel {
        id: Set(id),
        name: Set("Acme".into()),
        time_zone: Set("UTC".into()),
        created_by: Set(who),
        created_at: Set(now),
        ..Default::default()
    };
    team::Entity::insert(row).exec_without_returning(db).await.expect("a team");
    let row = member::ActiveModel {
        team_id: Set(id),
        id: Set(MemberId(clock.new_id())),
        person_id: Set(who),
        role: Set(Role::Owner),
        joined_at: Set(now),
        last_active_at: Set(None),
    };
    member::Entity::insert(row).exec_without_returning(db).await.expect("an owner");
    Member::find(services.db().read(), id, who, None).await.expect("is in the team")
}

#[expect(clippy::disallowed_methods, reason = "whoever repeats a run hands the seed over")]
fn seed() -> u64 {
    let given = std::env::var("ASKUSERS_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(rand::random)
}
