//! The words and figures of a timeline's events: subjects, replies, what an import changed. Withheld from viewers here.

use super::Found;
use crate::{
    businesses,
    entity::{outreach, reply},
    error::Result,
};
use domain::{
    customer::{TimelineEvent, TimelineKind},
    ids::{OutreachId, PersonId, ReplyId, TeamId},
    money::{Cents, Currency, group_thousands},
    permission::Sight,
    reply::Sentiment,
    time::Moment,
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect, prelude::Date};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Characters of a reply that a timeline shows.
const QUOTE_MAX: usize = 600;

struct Mail {
    subject: String,
    by: PersonId,
    error: Option<String>,
}

struct Reply {
    text: String,
    sentiment: Sentiment,
    received: Date,
}

pub struct Details {
    sight: Sight,
    mails: HashMap<Uuid, Mail>,
    replies: HashMap<Uuid, Reply>,
    names: HashMap<PersonId, String>,
}

impl Details {
    pub async fn of(db: &DatabaseConnection, team: TeamId, events: &[Found], sight: Sight) -> Result<Self> {
        let subjects: Vec<Uuid> = events.iter().filter_map(|event| event.subject).collect();
        let mails = mails(db, team, &subjects).await?;
        let replies = replies(db, team, &subjects).await?;
        let unnamed = events.iter().filter(|event| event.name.is_none()).filter_map(|event| event.person);
        let names = businesses::names(db, unnamed.chain(mails.values().map(|mail| mail.by))).await?;
        Ok(Self {
            sight,
            mails,
            replies,
            names,
        })
    }

    pub fn event(&self, event: Found, at: Moment, business: &str, mark: u8) -> TimelineEvent {
        let mail = event.subject.and_then(|id| self.mails.get(&id));
        let reply = event.subject.and_then(|id| self.replies.get(&id));
        let mut badges = event.badges;
        if let Some(reply) = reply {
            badges.push(sentiment(reply.sentiment).to_owned());
            badges.push(format!("Received {}", reply.received.format("%-d %b %Y")));
        }
        let words = match (event.kind, mail, reply) {
            (TimelineKind::Replied, _, Some(reply)) => Some(quote(&reply.text)),
            (TimelineKind::Failed, Some(mail), _) => Some(match &mail.error {
                Some(error) => format!("{}: {error}", mail.subject),
                None => mail.subject.clone(),
            }),
            (_, Some(mail), _) => Some(mail.subject.clone()),
            _ => event.detail,
        };
        let sender = mail.and_then(|mail| self.names.get(&mail.by));
        let person = event.person.and_then(|id| self.names.get(&id));
        TimelineEvent {
            kind: event.kind,
            at,
            person: event.name.or_else(|| person.or(sender).cloned()),
            business: business.to_owned(),
            mark,
            detail: words.filter(|_| !self.sight.is_masked()),
            badges,
        }
    }
}

async fn mails(db: &DatabaseConnection, team: TeamId, ids: &[Uuid]) -> Result<HashMap<Uuid, Mail>> {
    use outreach::{Column, Entity};
    let rows: Vec<(OutreachId, String, PersonId, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Subject, Column::QueuedBy, Column::Error])
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mail = |(id, subject, by, error): (OutreachId, String, PersonId, Option<String>)| (id.0, Mail { subject, by, error });
    Ok(rows.into_iter().map(mail).collect())
}

async fn replies(db: &DatabaseConnection, team: TeamId, ids: &[Uuid]) -> Result<HashMap<Uuid, Reply>> {
    use reply::{Column, Entity};
    let rows: Vec<(ReplyId, String, Sentiment, Date)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Body, Column::Sentiment, Column::ReceivedOn])
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let reply = |(id, text, sentiment, received): (ReplyId, String, Sentiment, Date)| {
        let reply = Reply { text, sentiment, received };
        (id.0, reply)
    };
    Ok(rows.into_iter().map(reply).collect())
}

const fn sentiment(sentiment: Sentiment) -> &'static str {
    match sentiment {
        Sentiment::Positive => "Positive",
        Sentiment::Neutral => "Neutral",
        Sentiment::Negative => "Negative",
    }
}

fn quote(text: &str) -> String {
    let mut quote: String = text.chars().take(QUOTE_MAX).collect();
    if quote.len() < text.len() {
        quote.push('…');
    }
    quote
}

/// `{"total_spent": [4071, 4962]}` → "total spent $40.71 → $49.62". Texts are named only: "notes changed".
pub fn changed(changes: &Value, currency: Option<&str>) -> String {
    let money = currency.and_then(Currency::parse);
    let amount = |value: &Value| match (value.as_i64(), &money) {
        (Some(cents), Some(currency)) => currency.format(Cents(cents)),
        (Some(cents), None) => cents.to_string(),
        (None, _) => "none".to_owned(),
    };
    let count = |value: &Value| value.as_u64().map_or_else(|| "none".to_owned(), group_thousands);
    let day = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let (mut parts, mut named) = (Vec::new(), Vec::new());
    for field in ORDER {
        let Some([before, after]) = changes.get(field).and_then(Value::as_array).map(Vec::as_slice) else {
            continue;
        };
        let (label, before, after) = match field {
            "total_spent" => ("total spent", amount(before), amount(after)),
            "monthly_spend" => ("monthly spend", amount(before), amount(after)),
            "refund_volume" => ("refunds", amount(before), amount(after)),
            "payment_count" => ("payments", count(before), count(after)),
            "first_payment" => ("first payment", day(before), day(after)),
            "last_payment" => ("last payment", day(before), day(after)),
            other => {
                named.push(other);
                continue;
            }
        };
        parts.push(format!("{label} {before} → {after}"));
    }
    if !named.is_empty() {
        parts.push(format!("{} changed", named.join(", ")));
    }
    parts.join(", ")
}

/// Figures first.
const ORDER: [&str; 14] = [
    "total_spent",
    "payment_count",
    "monthly_spend",
    "refund_volume",
    "first_payment",
    "last_payment",
    "currency",
    "name",
    "email",
    "company",
    "country",
    "notes",
    "tags",
    "attributes",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_show_before_and_after_texts_only_their_name() {
        let changes =
            json!({"payment_count": [6, 7], "total_spent": [4071, 4962], "notes": ["a", "b"], "name": ["x", "y"], "country": null});
        assert_eq!(
            changed(&changes, Some("USD")),
            "total spent $40.71 → $49.62, payments 6 → 7, name, notes changed"
        );
        assert_eq!(changed(&json!({}), None), "");
    }

    #[test]
    fn a_long_reply_is_cut_between_letters() {
        assert_eq!(quote("é"), "é");
        assert_eq!(quote(&"é".repeat(601)).chars().count(), 601);
    }
}
