//! The words and figures of a timeline's events: subjects, replies, what an import changed. Withheld from viewers here.

use super::Found;
use crate::{
    accounts,
    entity::{outreach, reply},
    error::Result,
};
use domain::{
    customer::{TimelineEvent, TimelineKind},
    ids::{OutreachId, PersonId, ReplyId, TeamId},
    permission::Sight,
    reply::Sentiment,
    time::Moment,
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect, prelude::Date};
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
        let names = accounts::names(db, unnamed.chain(mails.values().map(|mail| mail.by))).await?;
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
            badges.push(reply.sentiment.label().to_owned());
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

fn quote(text: &str) -> String {
    let mut quote: String = text.chars().take(QUOTE_MAX).collect();
    if quote.len() < text.len() {
        quote.push('…');
    }
    quote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reply_is_cut_between_letters() {
        assert_eq!(quote("é"), "é");
        assert_eq!(quote(&"é".repeat(601)).chars().count(), 601);
    }
}
