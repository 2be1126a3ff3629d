//! The persona of an analysis in another language, for its price. It is written from what the analysis was written from, so it says the
//! same whatever was imported since. A language that is there already costs nothing; a new analysis starts anew.

use super::{
    analyse::{Made, as_seen},
    spend::{Spend, outliving},
    writer::{PersonaText, Subject},
};
use crate::{
    Services,
    audit::{self, Event},
    customers,
    entity::persona,
    error::Result,
    grant::Grant,
    ledger,
};
use domain::{
    Error as Public,
    audit::AuditKind,
    business::Language,
    credit::{CreditAction, Credits},
    error::Conflict,
    ids::{CustomerId, HoldId, PersonaId},
    permission::perm,
    persona::Translated,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Deserialize;

/// Has the persona written in a language. `seen` is the analysis that the person saw.
///
/// # Errors
/// `NotFound` · `Forbidden` · `NotEnoughCredits` · `Conflict(Writing | AnalysedMeanwhile | OldAnalysis | WriterFailed)`: nothing was spent
/// then.
pub async fn translate(
    services: &Services,
    grant: &Grant<perm::RegeneratePersona>,
    customer: CustomerId,
    seen: PersonaId,
    language: Language,
) -> Result<Translated> {
    let row = customers::find(services.db().read(), grant.team(), None, customer).await?;
    let business = grant.business(services, row.business_id).await?;
    let run = Run {
        spend: Spend {
            services: services.clone(),
            grant: grant.clone(),
            business: business.id,
            owner: business.owner_id,
            customer,
            action: CreditAction::PersonaLanguage,
            cost: services.settings().costs.of(CreditAction::PersonaLanguage),
        },
        language,
        seen,
    };
    outliving(run.whole()).await
}

/// One persona on its way.
struct Run {
    spend: Spend<perm::RegeneratePersona>,
    language: Language,
    seen: PersonaId,
}

impl Run {
    async fn whole(self) -> Result<Translated> {
        let spend = &self.spend;
        let db = spend.services.db().read();
        let analysis = self.as_seen(db).await?;
        if self.is_made(db, &analysis).await? {
            return self.free().await;
        }
        let (txn, hold) = spend.hold(Conflict::Writing).await?;
        let analysis = self.as_seen(&txn).await?;
        if self.is_made(&txn, &analysis).await? {
            txn.rollback().await?;
            return self.free().await;
        }
        txn.commit().await?;
        let ended = match self.write(&analysis).await {
            Ok(text) => self.finish(hold, &text).await,
            Err(error) => Err(error),
        };
        match ended {
            Ok(Some(done)) => Ok(done),
            // A hold that had been given up was not dead after all.
            Ok(None) => {
                spend.give_back(hold).await;
                self.free().await
            }
            Err(error) => {
                spend.give_back(hold).await;
                Err(error)
            }
        }
    }

    async fn write(&self, analysis: &persona::Model) -> Result<PersonaText> {
        let basis = analysis.basis.as_ref().and_then(|basis| Subject::deserialize(basis).ok());
        let mut subject = basis.ok_or(Public::Conflict(Conflict::OldAnalysis))?;
        subject.language = self.language;
        self.spend.written(self.spend.services.writer().persona(&subject)).await
    }

    /// Stores the persona and spends the credits, or does neither; `None` where it was made meanwhile.
    async fn finish(&self, hold: HoldId, text: &PersonaText) -> Result<Option<Translated>> {
        let spend = &self.spend;
        let (clock, team) = (spend.services.clock(), spend.team());
        let txn = spend.store().await?;
        let analysis = self.as_seen(&txn).await?;
        if self.is_made(&txn, &analysis).await? {
            return Ok(None);
        }
        let made = Made {
            team,
            id: PersonaId(clock.new_id()),
            customer: spend.customer,
            language: self.language,
            segment: analysis.segment,
            opportunity: analysis.opportunity,
            by: spend.author(),
            at: clock.now(),
        };
        let mut row = made.row(text)?;
        row.analysis_id = Set(Some(analysis.id));
        persona::Entity::insert(row).exec_without_returning(&txn).await?;
        ledger::post(&txn, clock, team, hold).await?;
        let event = Event::new(AuditKind::PersonaTranslated)
            .business(spend.business)
            .customer(spend.customer)
            .subject(analysis.id.0)
            .detail("credits", spend.cost.0)
            .detail("language", self.language.as_str());
        audit::record(&txn, clock, team, spend.grant.actor(), event).await?;
        let balance = ledger::balance(&txn, team).await?;
        txn.commit().await?;
        Ok(Some(Translated {
            business: spend.business,
            spent: spend.cost,
            balance,
        }))
    }

    /// It is there already.
    async fn free(&self) -> Result<Translated> {
        Ok(Translated {
            business: self.spend.business,
            spent: Credits(0),
            balance: ledger::balance(self.spend.services.db().read(), self.spend.team()).await?,
        })
    }

    async fn as_seen(&self, db: &impl ConnectionTrait) -> Result<persona::Model> {
        as_seen(db, self.spend.team(), self.spend.customer, self.seen).await
    }

    async fn is_made(&self, db: &impl ConnectionTrait, analysis: &persona::Model) -> Result<bool> {
        let found = persona::Entity::find()
            .filter(persona::Column::TeamId.eq(self.spend.team()))
            .filter(persona::Column::CustomerId.eq(analysis.customer_id))
            .filter(persona::Column::Language.eq(self.language))
            .count(db)
            .await?;
        Ok(found > 0)
    }
}
