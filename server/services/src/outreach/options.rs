//! What the customer's page needs around "Send e-mail": senders, what stands in the way, what is on its way.

use super::{
    compose,
    queue::{blockers, find_customer, find_draft, verified_senders},
    read::{count, open_row},
};
use crate::{Services, error::Result, grant::Grant};
use domain::{
    ids::{BusinessId, CustomerId},
    outreach::{OutreachGroup, SendOptions, SenderChoice},
    permission::perm,
};

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
        waiting: count(db, grant.team(), business.id, OutreachGroup::Waiting).await?,
    })
}
