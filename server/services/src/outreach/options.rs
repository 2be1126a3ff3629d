//! What the customer's page needs around "Send e-mail": senders, what stands in the way, what is on its way.

use super::{
    compose,
    queue::{blockers, find_draft, verified_senders},
    read::{count, find_open, shown},
};
use crate::{
    Services, customers,
    entity::{business, sender},
    error::Result,
    grant::Grant,
};
use domain::{
    ids::{BusinessId, CustomerId},
    outreach::{OutreachAction, OutreachGroup, SendBlocker, SendOptions, SenderChoice},
    permission::perm,
};
use sea_orm::ConnectionTrait;

/// Whom a business may send from, and what keeps all of its e-mails from leaving.
///
/// # Errors
/// When the database fails.
pub(crate) async fn senders(db: &impl ConnectionTrait, business: &business::Model) -> Result<(Vec<SenderChoice>, Vec<SendBlocker>)> {
    let senders = verified_senders(db, business).await?;
    let mut blockers = Vec::new();
    if senders.is_empty() {
        blockers.push(SendBlocker::NoSender);
    }
    if business.postal_address.trim().is_empty() {
        blockers.push(SendBlocker::NoPostalAddress);
    }
    Ok((senders.into_iter().map(choice).collect(), blockers))
}

fn choice(sender: sender::Model) -> SenderChoice {
    SenderChoice {
        id: sender.id,
        label: compose::label(&sender.name, &sender.email),
    }
}

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
    let customer = customers::find(db, grant.team(), Some(business.id), customer).await?;
    let draft = find_draft(db, &customer).await?;
    let senders = verified_senders(db, &business).await?;
    let open = find_open(db, grant.team(), customer.id).await?;
    let stoppable = open.as_ref().filter(|open| OutreachAction::Cancel.fits(open.state));
    let open_differs = stoppable
        .zip(draft.as_ref())
        .is_some_and(|(open, draft)| (&open.subject, &open.body) != (&draft.subject, &draft.body));
    Ok(SendOptions {
        version: draft.as_ref().map_or(0, |draft| draft.version),
        blockers: blockers(db, &business, &customer, draft.as_ref()).await?,
        senders: senders.into_iter().map(choice).collect(),
        open: match &open {
            Some(open) => Some(shown(services, db, grant.sight(), open).await?),
            None => None,
        },
        open_differs,
        waiting: count(db, grant.team(), business.id, OutreachGroup::Waiting).await?,
    })
}
