//! A valid call of every server function, in the order of their names. `ids` are those of the member's own business or of
//! somebody else's.

use super::world::{Ids, World};
use crate::support::app::PASSWORD;
use serde_json::{Value, json};

/// How a server function is called.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// Reads.
    Json,
    /// Whatever a form posts: texts.
    Form,
}

pub struct Sample {
    pub endpoint: &'static str,
    pub way: Way,
    pub body: fn(&World, &Ids) -> Value,
}

const fn reads(endpoint: &'static str, body: fn(&World, &Ids) -> Value) -> Sample {
    Sample {
        endpoint,
        way: Way::Json,
        body,
    }
}

const fn posts(endpoint: &'static str, body: fn(&World, &Ids) -> Value) -> Sample {
    Sample {
        endpoint,
        way: Way::Form,
        body,
    }
}

pub const SAMPLES: &[Sample] = &[
    posts("accounts/forgot", |_, _| json!({ "email": "member@example.com" })),
    reads("accounts/me", |_, _| json!({})),
    posts("accounts/resend", |_, _| json!({})),
    posts(
        "accounts/reset",
        |w, _| json!({ "token": w.reset_token, "password": "another long secret" }),
    ),
    posts(
        "accounts/sign_in",
        |_, _| json!({ "email": "member@example.com", "password": PASSWORD }),
    ),
    posts("accounts/sign_out", |_, _| json!({})),
    posts(
        "accounts/sign_up",
        |_, _| json!({ "name": "Somebody", "email": "somebody@example.com", "password": PASSWORD }),
    ),
    posts("accounts/verify", |w, _| json!({ "token": w.verify_token })),
    posts(
        "analysis/analyse",
        |w, b| json!({ "team": w.team, "customer": b.fresh, "seen": "" }),
    ),
    posts("analysis/edit", |w, b| {
        json!({
            "team": w.team, "customer": b.customer, "seen": b.persona, "language": "en", "version": "0", "summary": "Pays late.",
            "segment": "loyal", "opportunity": "2",
        })
    }),
    posts(
        "analysis/to_generated",
        |w, b| json!({ "team": w.team, "customer": b.customer, "seen": b.persona, "language": "en", "version": "0" }),
    ),
    posts(
        "analysis/translate",
        |w, b| json!({ "team": w.team, "customer": b.customer, "seen": b.persona, "language": "de" }),
    ),
    reads(
        "audit/list",
        |w, _| json!({ "team": w.team, "query": { "kind": null, "person": null, "after": null, "before": null } }),
    ),
    posts(
        "businesses/add_sender",
        |w, b| json!({ "team": w.team, "business": b.business, "name": "Jane", "email": "jane@music.example" }),
    ),
    posts(
        "businesses/connect_stripe",
        |w, b| json!({ "team": w.team, "business": b.business, "key": "rk_test_51H8abcdefghijklm" }),
    ),
    posts("businesses/create", |w, _| {
        let mut form = business_form("Vinyl Club");
        form["team"] = json!(w.team);
        form
    }),
    reads("businesses/defaults", |w, _| json!({ "team": w.team })),
    posts("businesses/delete", |w, b| {
        let name = if b.business == w.other.business {
            "Ticket Shop"
        } else {
            "Music Store"
        };
        json!({ "team": w.team, "business": b.business, "confirmation": name })
    }),
    reads("businesses/deleted", |w, _| json!({ "team": w.team })),
    reads("businesses/detail", |w, b| json!({ "team": w.team, "business": b.business })),
    posts(
        "businesses/disconnect_stripe",
        |w, b| json!({ "team": w.team, "business": b.business }),
    ),
    posts(
        "businesses/hand_over",
        |w, b| json!({ "team": w.team, "business": b.business, "seen": "1", "hand_to": b.member }),
    ),
    reads("businesses/heirs", |w, b| json!({ "team": w.team, "business": b.business })),
    reads("businesses/list", |w, _| json!({ "team": w.team })),
    posts(
        "businesses/remove_sender",
        |w, b| json!({ "team": w.team, "business": b.business, "sender": b.sender }),
    ),
    posts("businesses/remove_smtp", |w, b| json!({ "team": w.team, "business": b.business })),
    posts(
        "businesses/resend_sender",
        |w, b| json!({ "team": w.team, "business": b.business, "sender": b.sender }),
    ),
    posts("businesses/restore", |w, b| json!({ "team": w.team, "business": b.business })),
    posts("businesses/save", |w, b| {
        let mut form = business_form("A new name");
        form["team"] = json!(w.team);
        form["business"] = json!(b.business);
        form["version"] = json!("1");
        form
    }),
    posts("businesses/save_smtp", |w, b| {
        json!({
            "team": w.team, "business": b.business, "host": "127.0.0.1", "port": "2525", "tls": "none",
            "user": "", "password": "",
        })
    }),
    posts("businesses/test_smtp", |w, b| json!({ "team": w.team, "business": b.business })),
    reads("credits/page", |w, _| {
        let query = json!({ "person": null, "business": null, "action": null, "after": null, "before": null });
        json!({ "team": w.team, "query": query })
    }),
    reads(
        "customers/detail",
        |w, b| json!({ "team": w.team, "business": b.business, "customer": b.customer }),
    ),
    reads("customers/list", |w, b| {
        let query = json!({
            "search": "jane", "segment": null, "opportunity": null, "draft": null, "tag": null, "also_elsewhere": false,
            "sort": null, "descending": null, "cursor": null, "limit": null,
        });
        json!({ "team": w.team, "business": b.business, "query": query })
    }),
    posts(
        "customers/save",
        |w, b| json!({ "team": w.team, "customer": b.customer, "seen": b.fields, "name": "Jane", "tags": "vip" }),
    ),
    reads(
        "customers/timeline",
        |w, b| json!({ "team": w.team, "business": b.business, "customer": b.customer, "before": null }),
    ),
    reads("dev/check", |_, _| json!({})),
    reads("dev/has_mailbox", |_, _| json!({})),
    reads("dev/mailbox", |_, _| json!({})),
    posts(
        "drafts/regenerate",
        |w, b| json!({ "team": w.team, "customer": b.customer, "seen": "2", "tone": "" }),
    ),
    posts(
        "drafts/restore",
        |w, b| json!({ "team": w.team, "customer": b.customer, "version": "2", "chosen": "1" }),
    ),
    posts(
        "drafts/save",
        |w, b| json!({ "team": w.team, "customer": b.customer, "version": "2", "subject": "Hello", "body": "A line." }),
    ),
    reads("drafts/versions", |w, b| json!({ "team": w.team, "customer": b.customer })),
    posts(
        "imports/cancel",
        |w, b| json!({ "team": w.team, "business": b.business, "import": b.import }),
    ),
    posts("imports/columns", |w, b| {
        json!({
            "team": w.team, "business": b.business, "import": b.import, "targets[0]": "email", "targets[1]": "name",
        })
    }),
    reads(
        "imports/detail",
        |w, b| json!({ "team": w.team, "business": b.business, "import": b.import }),
    ),
    posts("imports/format", |w, b| {
        json!({
            "team": w.team, "business": b.business, "import": b.import, "encoding": "utf-8", "delimiter": "comma",
            "heading": "true", "date_order": "ymd", "decimal": "point",
        })
    }),
    reads(
        "imports/list",
        |w, b| json!({ "team": w.team, "business": b.business, "before": null }),
    ),
    posts(
        "imports/start",
        |w, b| json!({ "team": w.team, "business": b.business, "import": b.import, "seen": w.preview(b), "merge": "replace" }),
    ),
    // The link is the evidence: anybody may hold it.
    posts("invitations/accept", |w, _| json!({ "token": w.join_token })),
    posts(
        "invitations/create",
        |w, _| json!({ "team": w.team, "email": "second@example.com", "role": "viewer" }),
    ),
    posts(
        "invitations/join",
        |w, _| json!({ "token": w.join_token, "name": "Newcomer", "password": PASSWORD }),
    ),
    reads("invitations/list", |w, _| json!({ "team": w.team })),
    reads("invitations/offer", |w, _| json!({ "token": w.join_token })),
    posts("invitations/resend", |w, b| json!({ "team": w.team, "invitation": b.invitation })),
    posts("invitations/revoke", |w, b| json!({ "team": w.team, "invitation": b.invitation })),
    posts("invitations/switch", |w, _| json!({ "token": w.join_token })),
    posts(
        "members/change_role",
        |w, b| json!({ "team": w.team, "member": b.member, "role": "viewer" }),
    ),
    reads("members/detail", |w, b| json!({ "team": w.team, "member": b.member })),
    posts("members/leave", |w, _| json!({ "team": w.team })),
    reads(
        "members/list",
        |w, _| json!({ "team": w.team, "query": { "after": null, "before": null } }),
    ),
    reads("members/overview", |w, _| json!({ "team": w.team })),
    reads("members/own", |w, _| json!({ "team": w.team })),
    posts("members/remove", |w, b| json!({ "team": w.team, "member": b.member })),
    posts(
        "members/transfer",
        |w, b| json!({ "team": w.team, "member": b.member, "password": PASSWORD, "confirmation": "Acme" }),
    ),
    posts(
        "outreach/act",
        |w, b| json!({ "team": w.team, "outreach": b.outreach, "action": "approve" }),
    ),
    reads(
        "outreach/options",
        |w, b| json!({ "team": w.team, "business": b.business, "customer": b.customer }),
    ),
    reads(
        "outreach/page",
        |w, b| json!({ "team": w.team, "business": b.business, "query": { "group": null, "open": b.outreach, "after": null, "before": null } }),
    ),
    posts("outreach/pause_all", |w, b| json!({ "team": w.team, "business": b.business })),
    posts("outreach/resume_all", |w, b| json!({ "team": w.team, "business": b.business })),
    posts(
        "outreach/send",
        |w, b| json!({ "team": w.team, "business": b.business, "customer": b.customer, "sender": b.verified, "version": "2" }),
    ),
    posts(
        "outreach/test",
        |w, b| json!({ "team": w.team, "business": b.business, "customer": b.customer, "sender": b.verified }),
    ),
    // Nothing tells a wrong link apart from one whose outreach is gone.
    reads("outreach/unsubscribe_offer", |_, _| json!({ "token": "made-up" })),
    reads(
        "replies/list",
        |w, b| json!({ "team": w.team, "business": b.business, "query": { "sentiment": null, "after": null, "before": null } }),
    ),
    posts("replies/log", |w, b| {
        json!({
            "team": w.team, "business": b.business, "customer": b.waiting, "received": "2027-01-12", "text": "Yes, please.",
            "sentiment": "positive", "outreach": b.outreach,
        })
    }),
    reads(
        "replies/options",
        |w, b| json!({ "team": w.team, "business": b.business, "customer": b.customer }),
    ),
    reads("senders/offer", |w, _| json!({ "token": w.sender_token })),
    posts("senders/verify", |w, _| json!({ "token": w.sender_token })),
    // Whoever is signed in may found a team.
    posts("teams/create", |_, _| json!({ "name": "Second", "time_zone": "UTC" })),
    posts("teams/delete", |w, _| json!({ "team": w.team, "confirmation": "Acme" })),
    reads("teams/deleted", |_, _| json!({})),
    reads("teams/frame", |w, _| json!({ "team": w.team })),
    // Not deleted: nothing to do.
    posts("teams/restore", |w, _| json!({ "team": w.team })),
    posts(
        "teams/save",
        |w, _| json!({ "team": w.team, "version": "1", "name": "A new name", "time_zone": "UTC" }),
    ),
];

fn business_form(name: &str) -> Value {
    json!({
        "name": name, "website": "https://music.example", "contact_name": "Jane", "contact_role": "Sales", "currency": "USD",
        "time_zone": "Europe/Berlin", "description": "Music by the track.", "upsell": "", "language": "en", "tone": "friendly",
        "call_to_action": "reply", "call_link": "", "signature": "Jane", "postal_address": "1 Main Street", "reply_to": "",
    })
}
