//! A draft as a test to oneself: by the same road as the real one, counted nowhere, no contact.

use super::{
    compose,
    queue::{find_draft, verified_sender},
};
use crate::{
    Services, accounts,
    audit::{self, Event},
    customers,
    entity::person,
    error::{Error::Bug, Result},
    grant::Grant,
    mail::{
        self,
        message::{Outgoing, mailbox, with_footer},
        reply_to,
        smtp::{Answer, Refusal},
    },
};
use domain::{
    Error,
    audit::AuditKind,
    error::Conflict,
    ids::{BusinessId, CustomerId, OutreachId, SenderId},
    permission::perm,
};
use sea_orm::EntityTrait;
use tokio::time::timeout;
use tracing::Instrument;

/// Tests of one person in a quarter of an hour.
const MOST: i32 = 20;

/// Sends the customer's draft to the person who asks. Returns the address.
///
/// # Errors
/// `Conflict::MailServer` or `MailServerPrivate` when the server did not take it, `NoDraft`, `SenderUnverified`, `RateLimited`.
pub async fn send_test(
    services: &Services,
    grant: &Grant<perm::DraftEmails>,
    business: BusinessId,
    customer: CustomerId,
    sender: SenderId,
) -> Result<String> {
    let business = grant.business(services, business).await?;
    let db = services.db().read();
    let customer = customers::find(db, grant.team(), Some(business.id), customer).await?;
    let draft = find_draft(db, &customer).await?.ok_or(Error::Conflict(Conflict::NoDraft))?;
    let sender = verified_sender(db, &business, sender).await?;
    // Only a person has a mailbox.
    let person = grant.person().ok_or(Error::NotFound)?;
    let me = person::Entity::find_by_id(person).one(db).await?.ok_or(Error::NotFound)?;
    accounts::attempts::take(services, &format!("test-mail:{person}"), MOST).await?;
    let id = OutreachId(services.clock().new_id());
    let link = format!("{}/unsubscribe/test", services.settings().base_url);
    let outgoing = Outgoing {
        from: mailbox(&sender.name, &sender.email)?,
        to: mailbox(&me.name, &me.email)?,
        reply_to: Some(mailbox("", reply_to(&business, &sender.email))?),
        subject: format!("[Test] {}", draft.subject),
        body: with_footer(&draft.body, &business.name, &business.postal_address, &link),
        message_id: compose::message_id(id, &sender.email),
        unsubscribe: None,
    };
    let told = Event::new(AuditKind::TestMailSent)
        .business(business.id)
        .customer(customer.id)
        .subject(id.0);
    // It goes on when the page is closed: what was sent is recorded.
    let work = tokio::spawn(deliver(services.clone(), grant.clone(), business.id, outgoing, told).in_current_span());
    work.await.map_err(|cause| Bug(format!("a test mail: {cause}")))??;
    Ok(me.email)
}

async fn deliver(services: Services, grant: Grant<perm::DraftEmails>, business: BusinessId, outgoing: Outgoing, told: Event) -> Result<()> {
    match timeout(mail::PATIENCE, hand_over(&services, &grant, business, &outgoing)).await {
        Ok(taken) => taken?,
        Err(_) => return Err(refused(&Refusal::of_server("The mail server took too long")).into()),
    }
    let txn = services.db().begin().await?;
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), told).await?;
    txn.commit().await?;
    Ok(())
}

/// The server's words go to the log, not to the page.
fn refused(refusal: &Refusal) -> Error {
    tracing::info!(why = refusal.text, "a test mail was not taken");
    refusal.public()
}

/// While the person waits, so with an answer at once.
async fn hand_over(services: &Services, grant: &Grant<perm::DraftEmails>, business: BusinessId, outgoing: &Outgoing) -> Result<()> {
    let encoded = outgoing.encode(services.clock().now())?;
    let road = mail::of_business(services, services.db().read(), grant.team(), business).await?;
    let opened = road.open(services, &encoded).await.map_err(|refusal| refused(&refusal))?;
    match opened.hand_over(services, outgoing, &encoded).await {
        Answer::Accepted => Ok(()),
        Answer::Refused(refusal) => Err(refused(&refusal).into()),
        Answer::NoAnswer(why) => Err(refused(&Refusal::of_server(why)).into()),
    }
}
