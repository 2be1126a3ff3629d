//! Every URL in one place. Pages and mails never write one by hand.

use domain::{
    business::Language,
    ids::{BusinessId, CustomerId, ImportId, MemberId, TeamId},
};

pub const HOME: &str = "/";
pub const PRICING: &str = "/pricing";
pub const PRICING_YEARLY: &str = "/pricing?period=yearly";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_UP: &str = "/sign-up";
/// "A mail is on its way": after sign-up, and for whoever is not verified yet.
pub const CHECK_MAIL: &str = "/check-mail";
/// The same after the mail was sent once more.
pub const MAIL_SENT: &str = "/check-mail?sent=again";
pub const FORGOT: &str = "/forgot";
/// The teams of whoever is signed in.
pub const TEAMS: &str = "/teams";
pub const NEW_TEAM: &str = "/teams/new";
pub const GALLERY: &str = "/dev/gallery";
pub const MAILBOX: &str = "/dev/mailbox";
/// Where the sign-out form posts to: the server function `accounts/sign_out`.
pub const SIGN_OUT: &str = "/api/accounts/sign_out";

/// A path of this site, as somebody may be led to after signing in; `None` for anything that could lead elsewhere.
#[must_use]
pub fn local(next: &str) -> Option<&str> {
    let path = next.strip_prefix('/')?;
    let elsewhere = path.starts_with(['/', '\\']);
    (!elsewhere && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')).then_some(next)
}

/// The sign-in page that leads back to `path` afterwards.
#[must_use]
pub fn sign_in_then(path: &str) -> String {
    format!("{SIGN_IN}?next={}", escape(path))
}

#[must_use]
pub fn verify(token: &str) -> String {
    format!("/verify/{token}")
}

#[must_use]
pub fn reset(token: &str) -> String {
    format!("/reset/{token}")
}

#[must_use]
pub fn join(token: &str) -> String {
    format!("/join/{token}")
}

#[must_use]
pub fn verify_sender(token: &str) -> String {
    format!("/sender/verify/{token}")
}

/// "The address is confirmed".
pub const SENDER_VERIFIED: &str = "/sender/verified";

/// A team's first page: the checklist of the first run, later the way to its businesses.
#[must_use]
pub fn team(team: TeamId) -> String {
    format!("/t/{team}")
}

#[must_use]
pub fn insights(team: TeamId) -> String {
    format!("/t/{team}/insights")
}

#[must_use]
pub fn team_settings(team: TeamId) -> String {
    format!("/t/{team}/settings/team")
}

#[must_use]
pub fn members(team: TeamId) -> String {
    format!("/t/{team}/settings/team/members")
}

/// One person of the team.
#[must_use]
pub fn member(team: TeamId, member: MemberId) -> String {
    format!("/t/{team}/settings/team/members/{member}")
}

#[must_use]
pub fn leave(team: TeamId) -> String {
    format!("/t/{team}/settings/team/leave")
}

#[must_use]
pub fn transfer(team: TeamId) -> String {
    format!("/t/{team}/settings/team/transfer")
}

#[must_use]
pub fn invitations(team: TeamId) -> String {
    format!("/t/{team}/settings/team/invitations")
}

#[must_use]
pub fn credits(team: TeamId) -> String {
    format!("/t/{team}/settings/team/credits")
}

/// What each role may do.
#[must_use]
pub fn roles(team: TeamId) -> String {
    format!("/t/{team}/settings/team/roles")
}

#[must_use]
pub fn audit(team: TeamId) -> String {
    format!("/t/{team}/settings/team/audit")
}

#[must_use]
pub fn businesses(team: TeamId) -> String {
    format!("/t/{team}/settings/businesses")
}

#[must_use]
pub fn new_business(team: TeamId) -> String {
    format!("/t/{team}/settings/businesses/new")
}

#[must_use]
pub fn business_settings(team: TeamId, business: BusinessId) -> String {
    format!("/t/{team}/settings/businesses/{business}")
}

#[must_use]
pub fn customers(team: TeamId, business: BusinessId) -> String {
    format!("/t/{team}/b/{business}/customers")
}

#[must_use]
pub fn customer(team: TeamId, business: BusinessId, customer: CustomerId) -> String {
    format!("/t/{team}/b/{business}/customers/{customer}")
}

/// The same with the persona in that language.
#[must_use]
pub fn customer_in(team: TeamId, business: BusinessId, id: CustomerId, language: Language) -> String {
    format!("{}?language={language}", customer(team, business, id))
}

/// A new import.
#[must_use]
pub fn import(team: TeamId, business: BusinessId) -> String {
    format!("/t/{team}/b/{business}/import")
}

/// One import: its columns, preview, progress and result.
#[must_use]
pub fn import_run(team: TeamId, business: BusinessId, import: ImportId) -> String {
    format!("/t/{team}/b/{business}/import/{import}")
}

/// Where the form of a new import posts its file to, as a route.
pub const UPLOAD_ROUTE: &str = "/files/{team}/{business}/import";

#[must_use]
pub fn upload(team: TeamId, business: BusinessId) -> String {
    format!("/files/{team}/{business}/import")
}

/// The rows that an import left out, as a route.
pub const LEFT_OUT_ROUTE: &str = "/files/{team}/{business}/import/{import}/left-out.csv";

#[must_use]
pub fn left_out(team: TeamId, business: BusinessId, import: ImportId) -> String {
    format!("/files/{team}/{business}/import/{import}/left-out.csv")
}

#[must_use]
pub fn outreach(team: TeamId, business: BusinessId) -> String {
    format!("/t/{team}/b/{business}/outreach")
}

#[must_use]
pub fn replies(team: TeamId, business: BusinessId) -> String {
    format!("/t/{team}/b/{business}/replies")
}

/// Where the link in every outreach leads.
#[must_use]
pub fn unsubscribe(token: &str) -> String {
    format!("/unsubscribe/{token}")
}

/// The same as the HTTP router writes it; the page's route says it once more.
pub const UNSUBSCRIBE_ROUTE: &str = "/unsubscribe/{token}";

/// A text as part of a query string.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}
