//! E-mails of the past weeks and some answers. Put down as sent: the demo mails nobody.

use crate::{
    Member, Services,
    audit::{self, Event},
    entity::{business, customer, draft, outreach, reply, sender},
    error::Result,
    grant::Actor,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Error,
    audit::AuditKind,
    business::SenderState,
    ids::{BusinessId, CustomerId, OutreachId, ReplyId, SenderId},
    outreach::OutreachState,
    reply::Sentiment,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// So many customers were written to.
const SENT: usize = 8;

/// What some of them answered, and how many days after.
const ANSWERS: &[(&str, Sentiment, i64)] = &[
    ("Thank you, that made my day. Yes, tell me more about it.", Sentiment::Positive, 1),
    ("Not now, please ask again in spring.", Sentiment::Neutral, 2),
    ("I get too many of these.", Sentiment::Negative, 1),
];

/// A confirmed sender, sent e-mails made of the drafts, and replies.
pub async fn write(services: &Services, place: &Member, id: BusinessId, analysed: &[CustomerId]) -> Result<()> {
    let now = services.clock().now();
    let actor = Actor::person(place.person(), place.name());
    let db = services.db().read();
    let written: Vec<CustomerId> = analysed.iter().copied().take(SENT).collect();
    let drafts: HashMap<CustomerId, draft::Model> = draft::Entity::find()
        .filter(draft::Column::TeamId.eq(place.team()))
        .filter(draft::Column::CustomerId.is_in(written.clone()))
        .all(db)
        .await?
        .into_iter()
        .map(|draft| (draft.customer_id, draft))
        .collect();
    let customers = customer::Entity::find()
        .filter(customer::Column::TeamId.eq(place.team()))
        .filter(customer::Column::Id.is_in(written))
        .all(db)
        .await?;
    let business = business::Entity::find()
        .filter(business::Column::TeamId.eq(place.team()))
        .filter(business::Column::Id.eq(id))
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let txn = services.db().begin().await?;
    let before = sender::Entity::find()
        .filter(sender::Column::TeamId.eq(place.team()))
        .filter(sender::Column::BusinessId.eq(id))
        .one(&txn)
        .await?;
    // It comes with all the rest, so the rest is here too.
    if before.is_some() {
        return Ok(());
    }
    let sender = confirmed_sender(&txn, services, place, &business).await?;
    for (n, row) in customers.into_iter().enumerate() {
        let Some(draft) = drafts.get(&row.id) else { continue };
        let at = now - TimeDelta::days(3 + 2 * i64::try_from(n).unwrap_or_default());
        let sent = Sent {
            sender,
            row: &row,
            draft,
            at,
        };
        let outreach = sent.write(&txn, services, place, &actor).await?;
        if let Some((body, sentiment, days)) = ANSWERS.get(n) {
            let received = at + TimeDelta::days(*days);
            let answer = reply::ActiveModel {
                team_id: Set(place.team()),
                id: Set(ReplyId(services.clock().new_id())),
                business_id: Set(id),
                customer_id: Set(row.id),
                outreach_id: Set(Some(outreach)),
                body: Set((*body).to_owned()),
                sentiment: Set(*sentiment),
                received_on: Set(received.date_naive()),
                logged_by: Set(place.person()),
                created_at: Set(received),
            };
            reply::Entity::insert(answer).exec_without_returning(&txn).await?;
            let event = Event::new(AuditKind::ReplyLogged).business(id).customer(row.id).subject(outreach.0);
            audit::record(&txn, services.clock(), place.team(), &actor, event).await?;
        }
    }
    txn.commit().await?;
    Ok(())
}

async fn confirmed_sender(txn: &DatabaseTransaction, services: &Services, place: &Member, business: &business::Model) -> Result<SenderId> {
    let (id, now) = (SenderId(services.clock().new_id()), services.clock().now());
    let email = format!("hello@{}", business.website.trim_start_matches("https://"));
    let row = sender::ActiveModel {
        team_id: Set(place.team()),
        id: Set(id),
        business_id: Set(business.id),
        name: Set(business.name.clone()),
        email: Set(email.clone()),
        state: Set(SenderState::Verified),
        verified_at: Set(Some(now)),
        created_by: Set(place.person()),
        created_at: Set(now),
        ..Default::default()
    };
    sender::Entity::insert(row).exec_without_returning(txn).await?;
    let event = Event::new(AuditKind::SenderVerified)
        .business(business.id)
        .subject(id.0)
        .detail("email", email);
    audit::record(txn, services.clock(), place.team(), &Actor::system(), event).await?;
    Ok(id)
}

/// An e-mail that left.
struct Sent<'a> {
    sender: SenderId,
    row: &'a customer::Model,
    draft: &'a draft::Model,
    at: DateTime<Utc>,
}

impl Sent<'_> {
    async fn write(&self, txn: &DatabaseTransaction, services: &Services, place: &Member, actor: &Actor) -> Result<OutreachId> {
        let id = OutreachId(services.clock().new_id());
        let row = outreach::ActiveModel {
            team_id: Set(place.team()),
            id: Set(id),
            business_id: Set(self.row.business_id),
            customer_id: Set(self.row.id),
            sender_id: Set(self.sender),
            email: Set(self.row.email.clone()),
            to_name: Set(self.row.name.clone()),
            subject: Set(self.draft.subject.clone()),
            body: Set(self.draft.body.clone()),
            state: Set(OutreachState::Sent),
            message_id: Set(format!("<{id}@demo.example>")),
            queued_by: Set(place.person()),
            queued_at: Set(self.at),
            due_at: Set(self.at),
            attempts: Set(1),
            handed_over_at: Set(Some(self.at)),
            sent_at: Set(Some(self.at)),
            ..Default::default()
        };
        outreach::Entity::insert(row).exec_without_returning(txn).await?;
        let event = Event::new(AuditKind::OutreachSent)
            .business(self.row.business_id)
            .customer(self.row.id)
            .subject(id.0);
        audit::record(txn, services.clock(), place.team(), actor, event).await?;
        Ok(id)
    }
}
