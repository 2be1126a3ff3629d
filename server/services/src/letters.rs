//! The texts of the system's own mails, and putting one into the outbox in the transaction of its cause.

use crate::{
    Clock, Services,
    accounts::attempts,
    entity::{batch, mail, team},
    error::Result,
};
use domain::{
    ids::{BusinessId, ImportId, PersonId, TeamId},
    import::ImportReport,
    money::group_thousands,
    role::Role,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

/// A mail of the system.
#[derive(Clone, Debug)]
pub struct Letter {
    /// For the outbox and tests: `verify_email`, `invitation`, …
    pub kind: &'static str,
    pub subject: String,
    pub body: String,
}

/// Letters to one address, and of one person's making, within a window of attempts: so many and no more, whatever teams, businesses
/// and invitations they come from.
const UNASKED_TO_ONE: i32 = 5;
const UNASKED_BY_ONE: i32 = 50;

/// Counts a letter to somebody who did not ask for it. Before the transaction that posts it.
///
/// # Errors
/// `RateLimited` when the address or the person has had enough of them.
pub async fn unasked(services: &Services, by: Option<PersonId>, to: &str) -> Result<()> {
    if let Some(person) = by {
        attempts::take(services, &format!("mails-by:{person}"), UNASKED_BY_ONE).await?;
    }
    attempts::take(services, &format!("mails-to:{to}"), UNASKED_TO_ONE).await
}

/// Puts a letter into the outbox; the worker delivers it after the commit.
///
/// # Errors
/// When the database refuses it.
pub async fn post(db: &impl ConnectionTrait, clock: &Clock, team: Option<TeamId>, to: &str, letter: Letter) -> Result<()> {
    let row = mail::ActiveModel {
        id: Set(clock.new_id()),
        team_id: Set(team),
        kind: Set(letter.kind.to_owned()),
        to_address: Set(to.to_owned()),
        subject: Set(letter.subject),
        body: Set(letter.body),
        state: Set("queued".to_owned()),
        due_at: Set(clock.now()),
        attempts: Set(0),
        created_at: Set(clock.now()),
        ..Default::default()
    };
    mail::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

fn letter(kind: &'static str, subject: String, body: String) -> Letter {
    Letter { kind, subject, body }
}

/// Names come from people: a line break in one must not become a header or a second paragraph.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[must_use]
pub fn verify_email(services: &Services, token: &str) -> Letter {
    let url = format!("{}/verify/{token}", services.settings().base_url);
    letter(
        "verify_email",
        "Verify your e-mail address".into(),
        format!(
            "Open this link to verify your address and sign in to AskUsers:\n\n{url}\n\nIt works once, for three days. If you did not sign up, ignore this mail.\n"
        ),
    )
}

#[must_use]
pub fn account_exists(services: &Services) -> Letter {
    let base = &services.settings().base_url;
    letter(
        "account_exists",
        "You have an AskUsers account already".into(),
        format!(
            "Somebody, probably you, tried to sign up with this address. It has an account already.\n\nSign in: {base}/sign-in\nForgot the password: {base}/forgot\n\nIf it was not you, nothing needs to be done.\n"
        ),
    )
}

#[must_use]
pub fn reset_password(services: &Services, token: &str) -> Letter {
    let url = format!("{}/reset/{token}", services.settings().base_url);
    letter(
        "reset_password",
        "Choose a new password".into(),
        format!(
            "Open this link to choose a new password. Every device will be signed out:\n\n{url}\n\nIt works once, for an hour. If you did not ask for it, ignore this mail: your password stays.\n"
        ),
    )
}

#[must_use]
pub fn invitation(services: &Services, token: &str, team: &str, inviter: &str, role: Role) -> Letter {
    let url = format!("{}/join/{token}", services.settings().base_url);
    let (team, inviter) = (line(team), line(inviter));
    letter(
        "invitation",
        format!("{inviter} invites you to {team} on AskUsers"),
        format!(
            "{inviter} invites you to join the team {team} as {}.\n\nJoin: {url}\n\nThe link works once, for seven days, and only for this address.\n",
            role.label().to_lowercase()
        ),
    )
}

/// What a letter about the end of an import tells.
#[derive(Clone, Copy, Debug)]
pub struct Imported<'a> {
    pub team: TeamId,
    pub business: BusinessId,
    pub business_name: &'a str,
    pub import: ImportId,
    pub file_name: &'a str,
    pub report: &'a ImportReport,
}

#[must_use]
pub fn import_finished(services: &Services, about: &Imported<'_>) -> Letter {
    let Imported {
        team,
        business,
        import,
        report,
        ..
    } = about;
    let url = format!("{}/t/{team}/b/{business}/import/{import}", services.settings().base_url);
    let (file, name) = (line(about.file_name), line(about.business_name));
    let number = group_thousands;
    letter(
        "import_finished",
        format!("{file} is imported into {name}"),
        format!(
            "Of {} rows {} became new customers and {} updated ones; {} were duplicates and {} invalid.\n\nResult: {url}\n",
            number(report.rows),
            number(report.new),
            number(report.updated),
            number(report.duplicates),
            number(report.invalid),
        ),
    )
}

/// Whoever started a batch hears of its end.
#[must_use]
pub(crate) fn batch_ended(services: &Services, row: &batch::Model, business: &str, done: u64, reason: Option<&str>) -> Letter {
    let (team, at, id) = (row.team_id, row.business_id, row.id);
    let url = format!("{}/t/{team}/b/{at}/batches/{id}", services.settings().base_url);
    let name = line(business);
    let counts = format!(
        "{} of {} customers of {name} were {}.",
        group_thousands(done),
        group_thousands(row.item_count.unsigned_abs()),
        row.kind.done()
    );
    let (subject, why) = match reason {
        None => (
            format!("{} customers of {name} {}", group_thousands(done), row.kind.done()),
            String::new(),
        ),
        Some(reason) => (format!("A batch of {name} was stopped"), format!(" {}", line(reason))),
    };
    letter("batch_ended", subject, format!("{counts}{why}\n\nResult: {url}\n"))
}

#[must_use]
pub fn member_joined(services: &Services, team_id: TeamId, team: &str, who: &str, role: Role) -> Letter {
    let url = format!("{}/t/{team_id}/settings/team/members", services.settings().base_url);
    let (team, who) = (line(team), line(who));
    letter(
        "member_joined",
        format!("{who} joined {team}"),
        format!(
            "{who} accepted the invitation and is now {} of {team}.\n\nMembers: {url}\n",
            role.label().to_lowercase()
        ),
    )
}

#[must_use]
pub fn role_changed(services: &Services, team: &team::Model, by: &str, before: Role, after: Role) -> Letter {
    let url = format!("{}/t/{}/settings/team/roles", services.settings().base_url, team.id);
    let (name, by) = (line(&team.name), line(by));
    letter(
        "role_changed",
        format!("You are {} of {name} now", after.with_article()),
        format!(
            "{by} changed your role from {} to {}: {}.\n\nWhat each role may do: {url}\n",
            before.label().to_lowercase(),
            after.label().to_lowercase(),
            after.description(),
        ),
    )
}

#[must_use]
pub fn removed(services: &Services, team: &team::Model, by: &str) -> Letter {
    let base = &services.settings().base_url;
    let (name, by) = (line(&team.name), line(by));
    letter(
        "removed",
        format!("You are not in {name} any more"),
        format!(
            "{by} removed you from the team. Your businesses and drafts there went to a colleague, and your name stays in the team's records.\n\nYour account and your other teams stay as they are: {base}/teams\n"
        ),
    )
}

/// `more`: further businesses than the named one.
#[must_use]
pub fn business_handed_over(services: &Services, team: &team::Model, business: &str, more: usize, to: &str) -> Letter {
    let url = format!("{}/t/{}/settings/businesses", services.settings().base_url, team.id);
    let (team, business, to) = (line(&team.name), line(business), line(to));
    let what = match more {
        0 => business,
        1 => format!("{business} and one more business"),
        more => format!("{business} and {more} more businesses"),
    };
    letter(
        "business_handed_over",
        format!("{what} of {team} went to {to}"),
        format!(
            "{to} looks after {what} from now on. What waited to be sent by somebody who may not send it any more is paused for review.\n\nBusinesses: {url}\n"
        ),
    )
}

#[must_use]
pub fn ownership_transferred(services: &Services, team: &team::Model, before: &str, after: &str, is_new: bool) -> Letter {
    let url = format!("{}/t/{}/settings/team", services.settings().base_url, team.id);
    let (name, before, after) = (line(&team.name), line(before), line(after));
    let (subject, body) = if is_new {
        (
            format!("You own {name} now"),
            format!("{before} transferred the team to you. You are its only owner; {before} is an admin."),
        )
    } else {
        (
            format!("{after} owns {name} now"),
            format!(
                "You transferred the team to {after} and are an admin of it from now on. If it was not you, write to {after} and change your password."
            ),
        )
    };
    letter("ownership_transferred", subject, format!("{body}\n\nTeam: {url}\n"))
}

#[must_use]
pub fn team_deleted(services: &Services, team: &str, until: &str) -> Letter {
    let base = &services.settings().base_url;
    let team = line(team);
    letter(
        "team_deleted",
        format!("{team} is deleted"),
        format!(
            "Nobody can open the team any more, and nothing is sent for it. You can restore it until {until}; then everything in it is gone.\n\nRestore: {base}/teams\n"
        ),
    )
}
