//! One team with everything in it, built once; each round works on a copy.

use crate::{
    stage,
    support::{
        TestApp,
        actor::Actor,
        app::{LIMITS, PASSWORD},
        database::{Kind, sqlite_url},
        shop::{Shop, post, read},
        smtp::Sink,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    business::form::SmtpForm,
    ids::{BusinessId, CustomerId, ImportId, InvitationId, MemberId, OutreachId, PersonaId, SenderId, TeamId},
    permission::perm,
    persona::Analysed,
    role::Role,
};
use services::{
    Clock, Grant, Member,
    accounts::{self, Origin},
    businesses::{self, senders, smtp},
    customers::import::{self, Upload},
    invitations,
    outreach::{self, Order},
    settings::Limits,
};
use std::{collections::HashMap, fs, path::Path};
use tempfile::TempDir;

/// The ids of one business and of what is in it.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    pub business: BusinessId,
    /// Waits for its confirmation.
    pub sender: SenderId,
    /// Has a persona and a draft of two versions.
    pub customer: CustomerId,
    pub persona: PersonaId,
    /// Names the customer's fields as they are.
    pub fields: &'static str,
    /// Was never analysed.
    pub fresh: CustomerId,
    /// Confirmed.
    pub verified: SenderId,
    /// Waits in review, to `waiting`.
    pub outreach: OutreachId,
    pub waiting: CustomerId,
    /// Was previewed.
    pub import: ImportId,
    /// Into the team; waits for an answer.
    pub invitation: InvitationId,
    /// Somebody of the team.
    pub member: MemberId,
}

impl Ids {
    /// As the pages' paths name them.
    pub fn named(&self) -> Vec<(&'static str, String)> {
        vec![
            ("business", self.business.to_string()),
            ("customer", self.customer.to_string()),
            ("import", self.import.to_string()),
            ("member", self.member.to_string()),
        ]
    }

    /// This business with what is in another one.
    pub fn within(&self, other: &Self) -> Self {
        Self {
            business: self.business,
            ..*other
        }
    }
}

#[derive(Debug)]
pub struct World {
    folder: TempDir,
    now: DateTime<Utc>,
    tokens: HashMap<&'static str, String>,
    pub team: TeamId,
    /// Confirms the sender of the member's business.
    pub sender_token: String,
    pub join_token: String,
    pub reset_token: String,
    pub verify_token: String,
    /// The version of each import's preview.
    previews: HashMap<ImportId, String>,
    /// Takes the mails of the businesses' own servers.
    _mail_server: Sink,
    /// The member's business.
    pub own: Ids,
    /// The owner's business, in the same team.
    pub other: Ids,
    /// A business of another team.
    pub foreign: Ids,
}

/// Enough places for everything that a sample adds.
const ROOMY: Limits = Limits {
    members: Some(20),
    businesses: Some(20),
    ..LIMITS
};

impl World {
    pub async fn build() -> Self {
        let mail_server = Sink::start().await;
        let start: DateTime<Utc> = "2027-01-12T10:24:00Z".parse().expect("a time");
        let app = TestApp::start(Kind::Sqlite, Clock::standing_at(start), ROOMY).await;
        let team = app.team().await;
        let (owner, admin) = (app.owner().await, app.admin().await);
        let (member, viewer) = (app.member().await, app.viewer().await);
        let stranger = app.stranger().await;
        let colleague = app.joined("Colleague", Role::Member).await;
        let colleague = place(&app, team, &colleague).await.id();
        let elsewhere = accounts::me(&app.services, &stranger.session).await.expect("reads").teams[0].id;

        let invitation = invite(&app, team, &owner, "newcomer@example.com").await;
        let own = fill(&app, team, &member, "Music Store", mail_server.port, (invitation, colleague)).await;
        let sender_token = app.mailed_token("sales@music.example", "/sender/verify/").await.expect("a mail");
        let other = fill(&app, team, &owner, "Ticket Shop", mail_server.port, (invitation, colleague)).await;
        let invitation = invite(&app, elsewhere, &stranger, "guest@example.com").await;
        let guide = place(&app, elsewhere, &stranger).await.id();
        let foreign = fill(&app, elsewhere, &stranger, "Harbour Tours", mail_server.port, (invitation, guide)).await;
        let origin = Origin::default();
        accounts::forgot(&app.services, &origin, "member@example.com")
            .await
            .expect("mails a link");
        accounts::sign_up(&app.services, &origin, "Late", "late@example.com", PASSWORD)
            .await
            .expect("signs up");
        app.run_jobs().await;
        let previews = [
            preview(&app, &member, team, &own).await,
            preview(&app, &owner, team, &other).await,
            preview(&app, &stranger, elsewhere, &foreign).await,
        ];
        let token = async |address, path| app.mailed_token(address, path).await.expect("a mail");

        let actors = [
            ("owner", owner),
            ("admin", admin),
            ("member", member),
            ("viewer", viewer),
            ("stranger", stranger),
        ];
        let tokens = actors.into_iter().map(|(name, actor)| (name, actor.token)).collect();
        let mut world = Self {
            folder: tempfile::tempdir().expect("a folder"),
            // Later than any waiting time between two mails, earlier than the end of any link.
            now: start + TimeDelta::minutes(30),
            tokens,
            team,
            sender_token,
            join_token: token("newcomer@example.com", "/join/").await,
            reset_token: token("member@example.com", "/reset/").await,
            verify_token: token("late@example.com", "/verify/").await,
            previews: HashMap::from(previews),
            _mail_server: mail_server,
            own,
            other,
            foreign,
        };
        // Closing writes everything into the one file.
        world.folder = app.end().await;
        world
    }

    /// A fresh copy, served.
    pub async fn round(&self) -> TestApp {
        let folder = tempfile::tempdir().expect("a folder");
        copy(self.folder.path(), folder.path());
        let url = sqlite_url(&folder.path().join("test.sqlite"));
        TestApp::on(url, folder, Clock::standing_at(self.now), ROOMY).await
    }

    /// The version of a preview, as its page sends it along.
    pub fn preview(&self, ids: &Ids) -> &str {
        &self.previews[&ids.import]
    }

    /// The session of somebody; `None` is nobody.
    pub fn token(&self, who: &str) -> Option<&str> {
        self.tokens.get(who).map(String::as_str)
    }
}

async fn place(app: &TestApp, team: TeamId, actor: &Actor) -> Member {
    Member::find(app.services.db().read(), team, actor.session.person, None)
        .await
        .expect("is in the team")
}

async fn invite(app: &TestApp, team: TeamId, actor: &Actor, address: &str) -> InvitationId {
    let services = &app.services;
    let grant: Grant<perm::InviteMembers> = place(app, team, actor).await.require(services).await.expect("may invite");
    invitations::create(services, &grant, address, Role::Viewer).await.expect("invites")
}

/// A business of `actor` with one of everything.
async fn fill(
    app: &TestApp,
    team: TeamId,
    actor: &Actor,
    name: &str,
    mail_port: u16,
    (invitation, somebody): (InvitationId, MemberId),
) -> Ids {
    let services = &app.services;
    let member = place(app, team, actor).await;
    let create: Grant<perm::CreateBusiness> = member.require(services).await.expect("may create");
    let business = businesses::create(services, &create, stage::business(name)).await.expect("creates");
    let configure: Grant<perm::ConfigureSender> = member.require(services).await.expect("may configure");
    let address = format!("hello@{}.example", name.to_lowercase().replace(' ', "-"));
    let verified = senders::add(services, &configure, business, "Jane", &address).await.expect("adds");
    let token = app.mailed_token(&address, "/sender/verify/").await.expect("a mail");
    senders::verify(services, &token).await.expect("confirms");
    let sender = senders::add(services, &configure, business, "Jane", "sales@music.example")
        .await
        .expect("adds");
    let server = SmtpForm {
        host: "127.0.0.1".into(),
        port: mail_port.to_string(),
        tls: "none".into(),
        ..SmtpForm::default()
    };
    smtp::save(services, &configure, business, &server).await.expect("saves");
    let shop = Shop { team, business };
    let customer = shop.customer(app, &format!("jane@{business}.example"), |_| {}).await;
    let fresh = shop.customer(app, &format!("joe@{business}.example"), |_| {}).await;
    let persona = read::<Analysed>(&shop.analyse(actor, customer, "").await).persona;
    let edit = [
        ("team", team.to_string()),
        ("customer", customer.to_string()),
        ("version", "1".into()),
        ("subject", "Hello".into()),
        ("body", "A line.".into()),
    ];
    let edit = edit.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(post(actor, "drafts/save", &edit).await.status, 200);
    let waiting = shop.customer(app, &format!("sue@{business}.example"), |_| {}).await;
    assert_eq!(shop.analyse(actor, waiting, "").await.status, 200);
    let send: Grant<perm::SendEmails> = member.require(services).await.expect("may send");
    let order = Order {
        sender: verified,
        version: 1,
        review: true,
    };
    let outreach = outreach::queue(services, &send, business, waiting, order).await.expect("queues");
    let import: Grant<perm::ImportCsv> = member.require(services).await.expect("may import");
    let mut upload = Upload::begin(services, &import, business, "customers.csv").await.expect("begins");
    upload.write(b"email,name\nsue@example.com,Sue\n").await.expect("writes");
    let import = upload.finish().await.expect("is taken in");
    app.run_jobs().await;
    Ids {
        import,
        invitation,
        member: somebody,
        verified,
        outreach,
        waiting,
        business,
        sender,
        customer,
        persona,
        fields: BLANK_FIELDS,
        fresh,
    }
}

/// What names the fields of a customer without any.
const BLANK_FIELDS: &str = "vkN0uzJUxYcbWcY1y9RWtYqqrDRNiQwB8tgYs2Ldf4s";

async fn preview(app: &TestApp, actor: &Actor, team: TeamId, ids: &Ids) -> (ImportId, String) {
    let grant = place(app, team, actor).await.require(&app.services).await.expect("may import");
    let detail = import::detail(&app.services, &grant, ids.business, ids.import)
        .await
        .expect("reads");
    (ids.import, detail.version)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("makes the folder");
    for entry in fs::read_dir(from).expect("reads").map(|entry| entry.expect("reads")) {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("reads").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copies");
        }
    }
}
