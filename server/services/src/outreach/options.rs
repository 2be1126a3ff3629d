//! What the customer's page needs around "Send e-mail": senders, what stands in the way, what is on its way.

use super::{
    compose,
    queue::{blockers, find_customer, find_draft, verified_senders},
    read::{count, open_row},
};
use crate::{
    Services,
    entity::{customer, outreach},
    error::Result,
    grant::Grant,
};
use domain::{
    ids::{BusinessId, CustomerId},
    outreach::{OutreachGroup, OutreachState, SendOptions, SenderChoice},
    permission::perm,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// # Errors
/// `NotFound` for another team's or business's customer.
pub async fn options(
    services: &Services,
    grant: &Grant<perm::ViewCustomers>,
    business: BusinessId,
    customer: CustomerId,
) -> Result<SendOptions> {
    let db = services.db().read();
    let business = grant.read_business(db, business).await?;
    let customer = find_customer(db, grant.team(), business.id, customer).await?;
    let draft = find_draft(db, &customer).await?;
    let senders = verified_senders(db, &business).await?;
    let open_differs = match &draft {
        Some(draft) => holds_another(db, &customer, &draft.subject, &draft.body).await?,
        None => false,
    };
    Ok(SendOptions {
        version: draft.as_ref().map_or(0, |draft| draft.version),
        blockers: blockers(db, &business, &customer, draft.as_ref()).await?,
        senders: senders
            .into_iter()
            .map(|sender| SenderChoice {
                id: sender.id,
                label: compose::label(&sender.name, &sender.email),
            })
            .collect(),
        open: open_row(services, db, grant.sight(), grant.team(), customer.id).await?,
        open_differs,
        waiting: count(db, grant.team(), business.id, OutreachGroup::Waiting).await?,
    })
}

/// Whether what waits to leave, and can still be stopped, has another text.
async fn holds_another(db: &impl ConnectionTrait, customer: &customer::Model, subject: &str, body: &str) -> Result<bool> {
    let held: Option<(String, String)> = outreach::Entity::find()
        .select_only()
        .column(outreach::Column::Subject)
        .column(outreach::Column::Body)
        .filter(outreach::Column::TeamId.eq(customer.team_id))
        .filter(outreach::Column::CustomerId.eq(customer.id))
        .filter(outreach::Column::State.is_in([OutreachState::Review, OutreachState::Queued, OutreachState::Paused]))
        .into_tuple()
        .one(db)
        .await?;
    Ok(held.is_some_and(|held| (held.0.as_str(), held.1.as_str()) != (subject, body)))
}
