//! Another letter in place of a draft, for the price of a regenerated e-mail. The versions before stay.
//!
//! As with an analysis, the caller says which version they saw: of two who press at once one pays, and the other is shown what there is.

use super::{
    analyse::subject,
    spend::{Spend, outliving},
    writer::{Rewritten, Subject},
};
use crate::{
    Services,
    audit::{self, Event},
    customers, drafts,
    entity::draft,
    error::Result,
    grant::Grant,
    ledger,
};
use domain::{
    Error as Public,
    audit::AuditKind,
    business::{Language, Tone},
    credit::CreditAction,
    draft::Regenerated,
    error::Conflict,
    ids::{CustomerId, HoldId},
    permission::perm,
};
use sea_orm::ConnectionTrait;

/// Writes the draft of a customer anew, in the business's tone or in another one. `seen` is the version that the person saw.
///
/// # Errors
/// `NotFound` · `Forbidden` · `NotEnoughCredits` · `Conflict(NoDraft | Writing | DraftChanged | NoVariant | WriterFailed)`: nothing was
/// spent then.
pub async fn regenerate(
    services: &Services,
    grant: &Grant<perm::RegenerateEmail>,
    customer: CustomerId,
    seen: i32,
    tone: Option<Tone>,
) -> Result<Regenerated> {
    let row = customers::find(services.db().read(), grant.team(), None, customer).await?;
    let business = grant.business(services, row.business_id).await?;
    let run = Run {
        spend: Spend {
            services: services.clone(),
            grant: grant.clone(),
            business: business.id,
            owner: business.owner_id,
            customer,
            action: CreditAction::RegenerateEmail,
            cost: services.settings().costs.of(CreditAction::RegenerateEmail),
        },
        language: business.language,
        seen,
    };
    let mut subject = subject(services, row, business).await?;
    if let Some(tone) = tone {
        subject.business.tone = tone;
    }
    outliving(run.whole(subject)).await
}

/// One letter on its way.
struct Run {
    spend: Spend<perm::RegenerateEmail>,
    language: Language,
    seen: i32,
}

impl Run {
    async fn whole(self, subject: Subject) -> Result<Regenerated> {
        let spend = &self.spend;
        let (txn, hold) = spend.hold(Conflict::Writing).await?;
        let draft = self.as_seen(&txn).await?;
        txn.commit().await?;
        let ended = match self.another(&subject, &draft).await {
            Ok((letter, variants)) => self.finish(hold, letter, variants).await,
            Err(error) => Err(error),
        };
        if ended.is_err() {
            spend.give_back(hold).await;
        }
        ended
    }

    /// A letter that is not the present text, and the variants that were written with it.
    async fn another(&self, subject: &Subject, draft: &draft::Model) -> Result<(Rewritten, Vec<String>)> {
        let mut written = drafts::variants(draft);
        loop {
            let writing = self.spend.services.writer().rewrite(subject, &written);
            let Some(letter) = self.spend.written(writing).await? else {
                return Err(Public::Conflict(Conflict::NoVariant).into());
            };
            if written.contains(&letter.variant) {
                return Err(Public::Conflict(Conflict::WriterFailed).into());
            }
            written.push(letter.variant.clone());
            // A draft from before its variants were kept may be this very one.
            if letter.letter.body != draft.body {
                return Ok((letter, written));
            }
        }
    }

    /// Stores the version and spends the credits, or does neither.
    async fn finish(&self, hold: HoldId, written: Rewritten, variants: Vec<String>) -> Result<Regenerated> {
        let spend = &self.spend;
        let (clock, team) = (spend.services.clock(), spend.team());
        let txn = spend.store().await?;
        let before = self.as_seen(&txn).await?;
        let draft = drafts::Written {
            team,
            business: spend.business,
            customer: spend.customer,
            by: spend.author(),
            language: self.language,
            letter: written.letter,
            variants,
        };
        let version = drafts::store(&txn, clock, draft).await?;
        ledger::post(&txn, clock, team, hold).await?;
        let event = Event::new(AuditKind::DraftRegenerated)
            .business(spend.business)
            .customer(spend.customer)
            .subject(before.id.0)
            .detail("credits", spend.cost.0)
            .detail("variant", written.variant)
            .detail("version", version);
        audit::record(&txn, clock, team, spend.grant.actor(), event).await?;
        let balance = ledger::balance(&txn, team).await?;
        txn.commit().await?;
        Ok(Regenerated {
            version,
            spent: spend.cost,
            balance,
        })
    }

    async fn as_seen(&self, db: &impl ConnectionTrait) -> Result<draft::Model> {
        let found = drafts::of_customer(db, self.spend.team(), self.spend.customer).await?;
        let draft = found.ok_or(Public::Conflict(Conflict::NoDraft))?;
        if draft.version == self.seen {
            Ok(draft)
        } else {
            Err(Public::Conflict(Conflict::DraftChanged).into())
        }
    }
}
