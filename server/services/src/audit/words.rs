//! An event as what somebody did, in plain English, after their name. What the log shows of a customer is never in here.

use domain::{
    audit::AuditKind,
    import::MergeMode,
    outreach::{OutreachAction, SuppressionReason},
    permission::Permission,
    reply::Sentiment,
    role::Role,
};
use serde_json::Value;

/// "changed a business's settings: name, time zone".
pub fn sentence(kind: AuditKind, detail: &Value) -> String {
    let detail = Detail(detail);
    said(kind, detail).unwrap_or_else(|| match kind {
        AuditKind::TeamChanged | AuditKind::BusinessChanged | AuditKind::CustomerChanged | AuditKind::SmtpChanged => {
            with_fields(kind.label(), &detail.fields())
        }
        _ => kind.label().to_owned(),
    })
}

/// What the detail adds to the kind's own words; `None` where it adds nothing.
fn said(kind: AuditKind, detail: Detail<'_>) -> Option<String> {
    Some(match kind {
        AuditKind::TeamCreated => format!("created the team with {}", many(detail.number("credits")?, "credit")),
        AuditKind::PersonJoined => format!("joined the team as {}", detail.role()?),
        AuditKind::InvitationSent => format!("invited {}{}", detail.text("email")?, detail.as_role()),
        AuditKind::InvitationResent => format!("invited {} again{}", detail.text("email")?, detail.as_role()),
        AuditKind::InvitationRevoked => format!("revoked the invitation of {}", detail.text("email")?),
        AuditKind::BusinessCreated => format!("created the business {}", detail.text("name")?),
        AuditKind::SmtpChanged if detail.is("removed") => "removed the mail server".into(),
        AuditKind::SenderAdded if detail.is("resent") => format!("mailed the sender {} a new link", detail.text("email")?),
        AuditKind::SenderAdded => format!("added the sender {}", detail.text("email")?),
        AuditKind::SenderVerified => format!("confirmed the sender {}", detail.text("email")?),
        AuditKind::SenderRemoved => format!("removed the sender {}", detail.text("email")?),
        AuditKind::ImportStarted => {
            let merge = match MergeMode::parse(detail.text("merge")?)? {
                MergeMode::Replace => "figures are replaced",
                MergeMode::Add => "figures are added",
            };
            format!("started an import of {}, {merge}", many(detail.number("rows")?, "row"))
        }
        AuditKind::ImportFinished if detail.is("failed") => "could not finish an import".into(),
        AuditKind::ImportFinished => format!(
            "finished an import of {}: {} new, {} updated, {}, {} invalid",
            many(detail.number("rows")?, "row"),
            detail.number("new")?,
            detail.number("updated")?,
            many(detail.number("duplicates")?, "duplicate"),
            detail.number("invalid")?
        ),
        AuditKind::ImportCancelled if detail.is("abandoned") => "cancelled an import that nobody had started".into(),
        AuditKind::ImportCancelled if detail.text("state") == Some("running") => "cancelled an import that was running".into(),
        AuditKind::CustomerAnalysed => {
            let again = if detail.is("again") { " again" } else { "" };
            format!("analysed a customer{again} for {}", many(detail.number("credits")?, "credit"))
        }
        AuditKind::DraftChanged => {
            let version = detail.number("version")?;
            format!("changed a draft's {}, now version {version}", and(&detail.fields())?)
        }
        AuditKind::OutreachQueued if detail.is("review") => "put an e-mail into review".into(),
        AuditKind::OutreachQueued if detail.is("again") => "queued the same e-mail once more".into(),
        AuditKind::OutreachQueued if detail.action() == Some(OutreachAction::Approve) => "approved an e-mail, so it was queued".into(),
        AuditKind::OutreachPaused => format!("paused {}", many(detail.number("e_mails")?, "e-mail")),
        AuditKind::OutreachResumed => format!("put {} back into the queue", many(detail.number("e_mails")?, "paused e-mail")),
        AuditKind::OutreachResolved => match detail.action()? {
            OutreachAction::MarkSent => "noted that an e-mail without an answer did arrive".into(),
            OutreachAction::MarkFailed => "noted that an e-mail without an answer did not arrive".into(),
            OutreachAction::SendAgain => "gave up an e-mail without an answer and sent it again".into(),
            _ => return None,
        },
        AuditKind::ReplyLogged => {
            let sentiment = Sentiment::parse(detail.text("sentiment")?)?;
            format!("logged a {} reply", sentiment.label().to_lowercase())
        }
        AuditKind::Suppressed => match SuppressionReason::parse(detail.text("reason")?)? {
            SuppressionReason::Unsubscribed => "unsubscribed from further e-mails".into(),
            SuppressionReason::Bounced => "suppressed an address that mails came back from".into(),
            SuppressionReason::Complained => "suppressed an address that complained".into(),
            SuppressionReason::ByHand => "suppressed an address by hand".into(),
        },
        AuditKind::Exported if detail.text("what") == Some("left out") => {
            format!("downloaded {} that an import had left out", many(detail.number("rows")?, "row"))
        }
        AuditKind::Denied => {
            let permission = Permission::parse(detail.text("permission")?)?;
            format!("was refused the right to {}{}", permission.sentence(), detail.as_role())
        }
        AuditKind::TeamChanged if detail.0.get("name").is_some() || detail.0.get("time_zone").is_some() => {
            let changes = [("name", "the name"), ("time_zone", "the time zone")]
                .into_iter()
                .filter_map(|(key, words)| Some(format!("{words}{}", detail.within(key).change()?)));
            format!("changed {}", and(&changes.collect::<Vec<_>>())?)
        }
        AuditKind::PersonRemoved => format!("removed {} from the team{}", detail.text("name")?, detail.handed_over()),
        AuditKind::PersonLeft if detail.text("name").is_some() => format!("left the team{}", detail.handed_over()),
        AuditKind::RoleChanged => {
            let role = |key| Role::parse(detail.text(key)?).map(Role::label);
            let (name, before, after) = (detail.text("name")?, role("before")?, role("after")?);
            format!("changed the role of {name} from {before} to {after}{}", detail.handed_over())
        }
        AuditKind::OwnershipTransferred => format!("transferred the team to {}", detail.text("after")?),
        AuditKind::TeamDeleted => format!("deleted the team {}", detail.text("name")?),
        AuditKind::BusinessHandedOver => format!("handed the business over{}", detail.change()?),
        AuditKind::BusinessDeleted => format!("deleted the business {}", detail.text("name")?),
        AuditKind::BusinessRestored => format!("restored the business {}", detail.text("name")?),
        AuditKind::DraftRegenerated => format!("regenerated an e-mail for {}", many(detail.number("credits")?, "credit")),
        AuditKind::TeamChanged
        | AuditKind::PersonaTranslated
        | AuditKind::PersonaEdited
        | AuditKind::TeamRestored
        | AuditKind::PersonLeft
        | AuditKind::StripeConnected
        | AuditKind::StripeDisconnected
        | AuditKind::BusinessChanged
        | AuditKind::SmtpChanged
        | AuditKind::ImportCancelled
        | AuditKind::CustomerChanged
        | AuditKind::OutreachQueued
        | AuditKind::OutreachSent
        | AuditKind::OutreachFailed
        | AuditKind::OutreachUnknown
        | AuditKind::OutreachCancelled
        | AuditKind::TestMailSent
        | AuditKind::CreditsGranted
        | AuditKind::CreditsSpent
        | AuditKind::Exported => return None,
    })
}

/// What is stored with an event.
#[derive(Clone, Copy)]
struct Detail<'a>(&'a Value);

impl<'a> Detail<'a> {
    fn text(self, key: &str) -> Option<&'a str> {
        self.0.get(key)?.as_str()
    }

    fn number(self, key: &str) -> Option<i64> {
        self.0.get(key)?.as_i64()
    }

    fn is(self, key: &str) -> bool {
        self.0.get(key) == Some(&Value::Bool(true))
    }

    fn role(self) -> Option<&'static str> {
        Role::parse(self.text("role")?).map(Role::label)
    }

    /// What a detail says of one thing.
    fn within(self, key: &str) -> Self {
        Self(self.0.get(key).unwrap_or(&Value::Null))
    }

    /// " from … to …".
    fn change(self) -> Option<String> {
        Some(format!(" from {} to {}", self.text("before")?, self.text("after")?))
    }

    /// The businesses that changed hands by it.
    fn handed_over(self) -> String {
        let names = self.0.get("handed_over").and_then(Value::as_array);
        let names: Vec<String> = names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        and(&names).map_or_else(String::new, |names| format!(", {names} handed over"))
    }

    fn as_role(self) -> String {
        self.role().map_or_else(String::new, |role| format!(" as {role}"))
    }

    fn action(self) -> Option<OutreachAction> {
        OutreachAction::parse(self.text("action")?)
    }

    fn fields(self) -> Vec<String> {
        let fields = self.0.get("fields").and_then(Value::as_array);
        fields.into_iter().flatten().filter_map(Value::as_str).map(field).collect()
    }
}

/// A setting's name as its form has it.
fn field(name: &str) -> String {
    match name {
        "body" => "text".into(),
        "tls" => "encryption".into(),
        "user" => "user name".into(),
        "reply_to" => "reply address".into(),
        "call_link" => "link of the call".into(),
        other => other.replace('_', " "),
    }
}

fn with_fields(label: &str, fields: &[String]) -> String {
    if fields.is_empty() {
        label.to_owned()
    } else {
        format!("{label}: {}", fields.join(", "))
    }
}

/// `1 credit`, `59 rows`.
fn many(number: i64, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    let sign = if number < 0 { "−" } else { "" };
    format!("{sign}{} {word}{plural}", domain::money::group_thousands(number.unsigned_abs()))
}

/// `subject and text`.
fn and(words: &[String]) -> Option<String> {
    let (last, before) = words.split_last()?;
    Some(if before.is_empty() {
        last.clone()
    } else {
        format!("{} and {last}", before.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_event_reads_as_a_sentence() {
        let fields = json!({"fields": ["name", "time_zone", "reply_to", "tls", "user"]});
        let draft = json!({"fields": ["subject", "body"], "version": 1_003});
        let done = json!({"rows": 1_059, "new": 50, "updated": 3, "duplicates": 1, "invalid": 5});
        for (kind, detail, said) in [
            (
                AuditKind::TeamCreated,
                json!({"credits": 2_000}),
                "created the team with 2,000 credits",
            ),
            (
                AuditKind::TeamChanged,
                json!({"fields": ["name"]}),
                "changed the team's settings: name",
            ),
            (AuditKind::PersonJoined, json!({"role": "viewer"}), "joined the team as Viewer"),
            (
                AuditKind::TeamChanged,
                json!({"name": {"before": "Acme", "after": "Acme Media"}}),
                "changed the name from Acme to Acme Media",
            ),
            (
                AuditKind::PersonRemoved,
                json!({"name": "Jane", "role": "member", "handed_over": ["Music Store", "Vinyl Club"]}),
                "removed Jane from the team, Music Store and Vinyl Club handed over",
            ),
            (AuditKind::PersonLeft, json!({"name": "Jane", "handed_over": []}), "left the team"),
            (
                AuditKind::RoleChanged,
                json!({"name": "Jane", "before": "member", "after": "viewer"}),
                "changed the role of Jane from Member to Viewer",
            ),
            (
                AuditKind::OwnershipTransferred,
                json!({"before": "Joe", "after": "Jane"}),
                "transferred the team to Jane",
            ),
            (
                AuditKind::BusinessHandedOver,
                json!({"before": "Joe", "after": "Jane"}),
                "handed the business over from Joe to Jane",
            ),
            (
                AuditKind::BusinessDeleted,
                json!({"name": "Music Store"}),
                "deleted the business Music Store",
            ),
            (
                AuditKind::InvitationSent,
                json!({"email": "a@b.de", "role": "admin"}),
                "invited a@b.de as Admin",
            ),
            (
                AuditKind::InvitationResent,
                json!({"email": "a@b.de", "role": "admin"}),
                "invited a@b.de again as Admin",
            ),
            (
                AuditKind::InvitationRevoked,
                json!({"email": "a@b.de"}),
                "revoked the invitation of a@b.de",
            ),
            (
                AuditKind::BusinessCreated,
                json!({"name": "Music_Store"}),
                "created the business Music_Store",
            ),
            (
                AuditKind::BusinessChanged,
                fields.clone(),
                "changed a business's settings: name, time zone, reply address, encryption, user name",
            ),
            (
                AuditKind::SmtpChanged,
                json!({"fields": ["host", "tls"]}),
                "changed a mail server: host, encryption",
            ),
            (AuditKind::SmtpChanged, json!({"removed": true}), "removed the mail server"),
            (AuditKind::SenderAdded, json!({"email": "a@b.de"}), "added the sender a@b.de"),
            (
                AuditKind::SenderAdded,
                json!({"email": "a@b.de", "resent": true}),
                "mailed the sender a@b.de a new link",
            ),
            (
                AuditKind::ImportStarted,
                json!({"rows": 1, "merge": "add"}),
                "started an import of 1 row, figures are added",
            ),
            (
                AuditKind::ImportFinished,
                done,
                "finished an import of 1,059 rows: 50 new, 3 updated, 1 duplicate, 5 invalid",
            ),
            (AuditKind::ImportFinished, json!({"failed": true}), "could not finish an import"),
            (AuditKind::ImportCancelled, json!({"state": "previewed"}), "cancelled an import"),
            (
                AuditKind::ImportCancelled,
                json!({"abandoned": true}),
                "cancelled an import that nobody had started",
            ),
            (
                AuditKind::CustomerAnalysed,
                json!({"credits": 1, "again": true}),
                "analysed a customer again for 1 credit",
            ),
            (
                AuditKind::DraftChanged,
                draft,
                "changed a draft's subject and text, now version 1003",
            ),
            (AuditKind::OutreachQueued, json!({"review": false}), "queued an e-mail"),
            (
                AuditKind::OutreachQueued,
                json!({"action": "approve"}),
                "approved an e-mail, so it was queued",
            ),
            (AuditKind::OutreachPaused, json!({"action": "pause"}), "paused an e-mail"),
            (AuditKind::OutreachPaused, json!({"e_mails": 5}), "paused 5 e-mails"),
            (AuditKind::OutreachSent, json!({"by": "worker"}), "sent an e-mail"),
            (
                AuditKind::OutreachResolved,
                json!({"action": "mark_sent"}),
                "noted that an e-mail without an answer did arrive",
            ),
            (AuditKind::ReplyLogged, json!({"sentiment": "positive"}), "logged a positive reply"),
            (
                AuditKind::Suppressed,
                json!({"reason": "unsubscribed"}),
                "unsubscribed from further e-mails",
            ),
            (
                AuditKind::Exported,
                json!({"what": "left out", "rows": 2}),
                "downloaded 2 rows that an import had left out",
            ),
            (
                AuditKind::Denied,
                json!({"permission": "invite_members"}),
                "was refused the right to invite people",
            ),
            (
                AuditKind::Denied,
                json!({"permission": "invite_members", "role": "owner"}),
                "was refused the right to invite people as Owner",
            ),
        ] {
            assert_eq!(sentence(kind, &detail), said);
        }
    }

    #[test]
    fn what_an_older_version_stored_shows_no_words_of_ours() {
        for kind in AuditKind::ALL {
            for detail in [
                json!({}),
                Value::Null,
                json!({"reason": "new_one", "action": "new_one", "e_mails": "x", "fields": 3}),
            ] {
                assert_eq!(sentence(*kind, &detail), kind.label(), "{detail}");
            }
        }
    }
}
