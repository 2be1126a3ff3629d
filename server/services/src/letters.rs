//! The texts of the system's own mails, and putting one into the outbox in the transaction of its cause.

use crate::{Clock, Services, accounts::attempts, entity::mail, error::Result};
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
