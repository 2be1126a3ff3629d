//! A business that may send: a verified sender, a postal address, customers with drafts.

use super::smtp::{Received, Sink};
use crate::stage;
use chrono::TimeDelta;
use domain::{
    business::{Language, SenderState},
    ids::{BusinessId, CustomerId, DraftId, OutreachId, SenderId, TeamId},
    outreach::OutreachState,
    permission::perm,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use services::{
    Member, Services, businesses,
    entity::{customer, draft, outreach, sender},
    mail,
    outreach::{Order, queue},
};
use tokio_util::sync::CancellationToken;

/// The sender's address.
const SENDER: &str = "jane@music.example";

pub struct Mailing {
    pub team: TeamId,
    pub business: BusinessId,
    pub sender: SenderId,
}

impl Mailing {
    /// Opened by this member, who owns it then.
    pub async fn open(services: &Services, member: &Member, name: &str) -> Self {
        // What the people around were mailed has left before anything is counted.
        mail::deliver_due(services, &CancellationToken::new()).await.expect("delivers");
        let grant = member.require::<perm::CreateBusiness>(services).await.expect("may create");
        let business = businesses::create(services, &grant, stage::business(name)).await.expect("creates");
        let now = services.clock().now();
        let sender = SenderId(services.clock().new_id());
        let row = sender::ActiveModel {
            team_id: Set(member.team()),
            id: Set(sender),
            business_id: Set(business),
            name: Set("Jane Peacock".into()),
            email: Set(SENDER.into()),
            state: Set(SenderState::Verified),
            verified_at: Set(Some(now)),
            created_by: Set(member.person()),
            created_at: Set(now),
            ..Default::default()
        };
        sender::Entity::insert(row)
            .exec_without_returning(services.db().write())
            .await
            .expect("a sender");
        Self {
            team: member.team(),
            business,
            sender,
        }
    }

    /// A customer without a draft. The name makes the address: `helena@customer.example`.
    pub async fn stranger(&self, services: &Services, name: &str) -> CustomerId {
        let now = services.clock().now();
        let id = CustomerId(services.clock().new_id());
        let row = customer::ActiveModel {
            team_id: Set(self.team),
            id: Set(id),
            business_id: Set(self.business),
            email: Set(address(name)),
            name: Set(name.into()),
            company: Set(String::new()),
            country: Set(String::new()),
            notes: Set(String::new()),
            opportunity: Set(Some(4)),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        customer::Entity::insert(row)
            .exec_without_returning(services.db().write())
            .await
            .expect("a customer");
        id
    }

    /// A customer with a draft that may leave.
    pub async fn customer(&self, services: &Services, member: &Member, name: &str) -> CustomerId {
        let id = self.stranger(services, name).await;
        self.draft(services, member, id, &format!("For {name}"), "Hi,\n\nten records for you.\n\nJane")
            .await;
        id
    }

    pub async fn draft(&self, services: &Services, member: &Member, customer: CustomerId, subject: &str, body: &str) {
        let row = draft::ActiveModel {
            team_id: Set(self.team),
            id: Set(DraftId(services.clock().new_id())),
            business_id: Set(self.business),
            customer_id: Set(customer),
            language: Set(Language::English),
            subject: Set(subject.into()),
            body: Set(body.into()),
            claims: Set(serde_json::json!([])),
            version: Set(1),
            edited_by: Set(member.person()),
            edited_at: Set(services.clock().now()),
            variants: Set(None),
        };
        draft::Entity::insert(row)
            .exec_without_returning(services.db().write())
            .await
            .expect("a draft");
    }

    /// Other words in a customer's draft.
    pub async fn rewrite(&self, services: &Services, customer: CustomerId, subject: &str, body: &str) {
        let words = draft::ActiveModel {
            subject: Set(subject.into()),
            body: Set(body.into()),
            ..Default::default()
        };
        draft::Entity::update_many()
            .set(words)
            .filter(draft::Column::TeamId.eq(self.team))
            .filter(draft::Column::CustomerId.eq(customer))
            .exec(services.db().write())
            .await
            .expect("rewrites");
    }

    pub async fn rename(&self, services: &Services, customer: CustomerId, name: &str) {
        let row = customer::ActiveModel {
            name: Set(name.into()),
            ..Default::default()
        };
        customer::Entity::update_many()
            .set(row)
            .filter(customer::Column::TeamId.eq(self.team))
            .filter(customer::Column::Id.eq(customer))
            .exec(services.db().write())
            .await
            .expect("renames");
    }

    pub const fn order(&self) -> Order {
        Order {
            sender: self.sender,
            version: 1,
            review: false,
        }
    }

    /// Sends the customer's draft.
    pub async fn send(&self, services: &Services, member: &Member, customer: CustomerId) -> services::Result<OutreachId> {
        // Ids of one instant are in no order.
        services.clock().advance(TimeDelta::milliseconds(1));
        let grant = member.require::<perm::SendEmails>(services).await?;
        queue(services, &grant, self.business, customer, self.order()).await
    }

    /// As many customers with a queued e-mail each.
    pub async fn queued(&self, services: &Services, member: &Member, many: usize) -> Vec<OutreachId> {
        let mut ids = Vec::new();
        for n in 0..many {
            let customer = self.customer(services, member, &format!("Customer{n}")).await;
            ids.push(self.send(services, member, customer).await.expect("queues"));
        }
        ids
    }
}

pub fn address(name: &str) -> String {
    format!("{}@customer.example", name.to_lowercase())
}

pub async fn row(services: &Services, id: OutreachId) -> outreach::Model {
    let rows = outreach::Entity::find()
        .filter(outreach::Column::Id.eq(id))
        .all(services.db().read());
    rows.await.expect("reads").pop().expect("an outreach")
}

/// Every outreach there is, oldest first.
pub async fn rows(services: &Services) -> Vec<outreach::Model> {
    outreach::Entity::find()
        .order_by_asc(outreach::Column::QueuedAt)
        .order_by_asc(outreach::Column::Id)
        .all(services.db().read())
        .await
        .expect("reads")
}

pub async fn states(services: &Services) -> Vec<OutreachState> {
    rows(services).await.into_iter().map(|row| row.state).collect()
}

/// The sender of a business.
pub async fn sender_of(services: &Services, business: BusinessId) -> SenderId {
    let found = sender::Entity::find()
        .filter(sender::Column::BusinessId.eq(business))
        .one(services.db().read())
        .await
        .expect("reads");
    found.expect("a sender").id
}

/// How long a sender still rests.
pub async fn rest(services: &Services, sender: SenderId) -> Option<TimeDelta> {
    let found = sender::Entity::find()
        .filter(sender::Column::Id.eq(sender))
        .one(services.db().read())
        .await
        .expect("reads");
    let rest = found.expect("a sender").next_send_at? - services.clock().now();
    (rest > TimeDelta::zero()).then_some(rest)
}

/// What came from the sender, oldest first.
pub fn came(sink: &Sink) -> Vec<Received> {
    let mut all = sink.received();
    all.retain(|mail| mail.from == SENDER);
    all
}

/// Their Message-IDs.
pub fn came_ids(sink: &Sink) -> Vec<String> {
    came(sink).iter().filter_map(|mail| mail.header("Message-ID")).collect()
}
