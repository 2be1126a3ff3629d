//! The analysis of one customer: set credits aside, write, then store the result and spend them in one transaction.
//!
//! Two people who press at once get one clean outcome: whoever comes second hears that an analysis runs, or that one has
//! just ended, and nothing of theirs is spent. That is why the caller says which result they saw (`docs/decisions/0014`).

use super::{
    stats,
    writer::{self, Analysis, Subject},
};
use crate::{
    Services,
    audit::{self, Event},
    batches, businesses, customers, drafts,
    entity::{business, customer, persona},
    error::{Error, Result},
    grant::Grant,
    ledger::{self, Purpose},
    moments,
};
use chrono::TimeDelta;
use domain::{
    Error as Public,
    audit::AuditKind,
    business::Language,
    credit::{CreditAction, Credits},
    error::Conflict,
    ids::{BusinessId, CustomerId, HoldId, PersonId, PersonaId, TeamId},
    money::{Cents, Currency},
    permission::perm,
    persona::Analysed,
};
use futures::FutureExt;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use std::{panic::AssertUnwindSafe, time::Duration};
use tracing::Instrument;

/// A writer that takes longer has failed.
const WRITER_TIMEOUT: Duration = Duration::from_secs(60);
/// A hold that is older belongs to work that died; it no longer keeps others out.
pub(crate) const DEAD_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Analyses a customer: persona, segment, opportunity and a draft, for the price in the settings. `seen` is the persona that the
/// person saw when they decided, `None` for a customer that was not analysed.
///
/// # Errors
/// `NotFound` · `Forbidden` · `NotEnoughCredits` · `Conflict(Analysing | AnalysedMeanwhile | WriterFailed)`: nothing was spent then.
pub async fn analyse(
    services: &Services,
    grant: &Grant<perm::DraftEmails>,
    customer: CustomerId,
    seen: Option<PersonaId>,
) -> Result<Analysed> {
    let row = customers::find(services.db().read(), grant.team(), None, customer).await?;
    let business = grant.business(services, row.business_id).await?;
    let run = Run {
        services: services.clone(),
        grant: grant.clone(),
        business: business.id,
        owner: business.owner_id,
        customer,
        language: business.language,
        seen,
        cost: services.settings().costs.of(CreditAction::Analysis),
    };
    let subject = subject(services, row, business).await?;
    // It goes on when the page is closed: a hold always finds its end.
    let work = tokio::spawn(run.whole(subject).in_current_span());
    work.await.map_err(|cause| Error::Bug(format!("analysis: {cause}")))?
}

/// What the writer is told.
///
/// # Errors
/// When the database fails.
pub(crate) async fn subject(services: &Services, row: customer::Model, business: business::Model) -> Result<Subject> {
    let distribution = stats::of(services, &business, row.currency.as_deref()).await?;
    let today = services
        .clock()
        .now()
        .with_timezone(&moments::zone(&business.time_zone))
        .date_naive();
    Ok(Subject {
        customer: writer::Customer {
            name: row.name,
            company: row.company,
            country: row.country,
            currency: row.currency.as_deref().and_then(Currency::parse),
            total_spent: row.total_spent.map(Cents),
            monthly_spend: row.monthly_spend.map(Cents),
            payment_count: row.payment_count,
            first_payment: row.first_payment,
            last_payment: row.last_payment,
            refund_volume: row.refund_volume.map(Cents),
            attributes: attributes(row.attributes.as_ref()),
        },
        language: business.language,
        business: businesses::settings_of(business),
        distribution,
        today,
    })
}

/// Custom columns as they stand on the customer, by name.
pub(crate) fn attributes(stored: Option<&serde_json::Value>) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let all = stored.and_then(serde_json::Value::as_object).into_iter().flatten();
    all.map(|(key, value)| (key.clone(), text(value))).collect()
}

/// One analysis on its way.
pub(crate) struct Run {
    services: Services,
    grant: Grant<perm::DraftEmails>,
    business: BusinessId,
    owner: PersonId,
    customer: CustomerId,
    language: Language,
    seen: Option<PersonaId>,
    cost: Credits,
}

impl Run {
    /// The first one of a customer, for a batch: it has the right and has set the price aside.
    pub(crate) fn first(services: &Services, grant: &Grant<perm::DraftEmails>, business: &business::Model, customer: CustomerId) -> Self {
        Self {
            services: services.clone(),
            grant: grant.clone(),
            business: business.id,
            owner: business.owner_id,
            customer,
            language: business.language,
            seen: None,
            cost: services.settings().costs.of(CreditAction::Analysis),
        }
    }

    async fn whole(self, subject: Subject) -> Result<Analysed> {
        let hold = self.hold().await?;
        let ended = match self.write(&subject).await {
            Ok(analysis) => self.finish(hold, analysis).await,
            Err(error) => Err(error),
        };
        if ended.is_err() {
            self.give_back(hold).await;
        }
        ended
    }

    /// Sets the price aside, unless somebody else is at it or the result is another than the one that was seen.
    async fn hold(&self) -> Result<HoldId> {
        let (services, team) = (&self.services, self.grant.team());
        let purpose = Purpose {
            action: CreditAction::Analysis,
            business: self.business,
            customer: Some(self.customer),
        };
        let txn = services.db().begin().await?;
        self.grant.still_holds(&txn, Some(self.business)).await?;
        let held = ledger::hold(&txn, services.clock(), team, self.grant.actor(), purpose, self.cost).await;
        let hold = match held {
            Ok(hold) => hold,
            Err(error) => {
                txn.rollback().await?;
                return Err(ledger::with_figures(services.db().read(), team, self.cost, error).await);
            }
        };
        // Holds of one team come one after the other from here on, so these two look at what is settled.
        let since = services.clock().now() - DEAD_AFTER;
        let held = ledger::is_held(&txn, team, self.customer, CreditAction::Analysis, since, hold).await?;
        if held || batches::waits_for(&txn, team, self.customer).await? {
            return Err(Public::Conflict(Conflict::Analysing).into());
        }
        self.is_as_seen(&txn).await?;
        txn.commit().await?;
        Ok(hold)
    }

    /// # Errors
    /// `Conflict(WriterFailed)`.
    pub(crate) async fn write(&self, subject: &Subject) -> Result<Analysis> {
        let writing = AssertUnwindSafe(self.services.writer().write(subject)).catch_unwind();
        let cause = match tokio::time::timeout(WRITER_TIMEOUT, writing).await {
            Ok(Ok(Ok(analysis))) => return Ok(analysis),
            Ok(Ok(Err(cause))) => cause.to_string(),
            Ok(Err(_)) => "it panicked".to_owned(),
            Err(_) => "it took too long".to_owned(),
        };
        tracing::warn!(%cause, customer = %self.customer, "the writer did not finish");
        Err(Public::Conflict(Conflict::WriterFailed).into())
    }

    /// Stores everything and spends the credits, or does neither.
    async fn finish(&self, hold: HoldId, analysis: Analysis) -> Result<Analysed> {
        let txn = self.services.db().begin().await?;
        self.grant.still_holds(&txn, Some(self.business)).await?;
        let persona = self.keep(&txn, hold, analysis).await?;
        let balance = ledger::balance(&txn, self.grant.team()).await?;
        txn.commit().await?;
        Ok(Analysed {
            persona,
            spent: self.cost,
            balance,
        })
    }

    /// The same inside a transaction that asked for the right; roll it back on any error.
    ///
    /// # Errors
    /// `NotFound` for a customer that was deleted, `Conflict(AnalysedMeanwhile)`.
    pub(crate) async fn keep(&self, txn: &DatabaseTransaction, hold: HoldId, analysis: Analysis) -> Result<PersonaId> {
        let (clock, team) = (self.services.clock(), self.grant.team());
        self.lock_customer(txn).await?;
        self.is_as_seen(txn).await?;
        let persona = self.store_persona(txn, &analysis).await?;
        let draft = drafts::Written {
            team,
            business: self.business,
            customer: self.customer,
            by: self.grant.person().unwrap_or(self.owner),
            language: self.language,
            letter: analysis.letter,
        };
        drafts::store(txn, clock, draft).await?;
        ledger::post(txn, clock, team, hold).await?;
        let event = Event::new(AuditKind::CustomerAnalysed)
            .business(self.business)
            .customer(self.customer)
            .subject(persona.0)
            .detail("credits", self.cost.0)
            .detail("again", self.seen.is_some());
        audit::record(txn, clock, team, self.grant.actor(), event).await?;
        Ok(persona)
    }

    async fn lock_customer(&self, txn: &DatabaseTransaction) -> Result<()> {
        customer::Entity::find()
            .select_only()
            .column(customer::Column::Id)
            .filter(customer::Column::TeamId.eq(self.grant.team()))
            .filter(customer::Column::Id.eq(self.customer))
            .filter(customer::Column::DeletedAt.is_null())
            .lock_exclusive()
            .into_tuple::<CustomerId>()
            .one(txn)
            .await?
            .map(|_| ())
            .ok_or_else(|| Public::NotFound.into())
    }

    async fn is_as_seen(&self, db: &impl ConnectionTrait) -> Result<()> {
        let now = newest(db, self.grant.team(), self.customer).await?;
        if now == self.seen {
            Ok(())
        } else {
            Err(Public::Conflict(Conflict::AnalysedMeanwhile).into())
        }
    }

    async fn store_persona(&self, txn: &DatabaseTransaction, analysis: &Analysis) -> Result<PersonaId> {
        let (clock, team) = (self.services.clock(), self.grant.team());
        let json = |claims: serde_json::Result<serde_json::Value>| claims.map_err(|cause| Error::Bug(format!("claims: {cause}")));
        let score = i32::from(analysis.opportunity.get());
        let id = PersonaId(clock.new_id());
        persona::Entity::delete_many()
            .filter(persona::Column::TeamId.eq(team))
            .filter(persona::Column::CustomerId.eq(self.customer))
            .filter(persona::Column::Language.eq(self.language))
            .exec(txn)
            .await?;
        let row = persona::ActiveModel {
            team_id: Set(team),
            id: Set(id),
            customer_id: Set(self.customer),
            language: Set(self.language),
            segment: Set(analysis.segment),
            opportunity: Set(score),
            summary: Set(json(serde_json::to_value(&analysis.summary))?),
            signals: Set(json(serde_json::to_value(&analysis.signals))?),
            offer: Set(analysis
                .suggested_offer
                .as_ref()
                .map(|offer| json(serde_json::to_value(offer)))
                .transpose()?),
            made_by: Set(self.grant.person().unwrap_or(self.owner)),
            made_at: Set(clock.now()),
        };
        persona::Entity::insert(row).exec_without_returning(txn).await?;
        // `updated_at` stays: it tells of the customer's own fields.
        customer::Entity::update_many()
            .col_expr(customer::Column::Segment, Expr::value(analysis.segment.as_str()))
            .col_expr(customer::Column::Opportunity, Expr::value(score))
            .filter(customer::Column::TeamId.eq(team))
            .filter(customer::Column::Id.eq(self.customer))
            .exec(txn)
            .await?;
        Ok(id)
    }

    /// A hold that can't be ended here is found by the sweep of stale ones.
    async fn give_back(&self, hold: HoldId) {
        let given = async {
            let txn = self.services.db().begin().await?;
            ledger::void(&txn, self.services.clock(), self.grant.team(), hold).await?;
            txn.commit().await?;
            Ok::<_, Error>(())
        };
        if let Err(cause) = given.await {
            tracing::error!(%cause, hold = %hold, "credits of a failed analysis were not given back yet");
        }
    }
}

/// The latest result that a customer has.
async fn newest(db: &impl ConnectionTrait, team: TeamId, customer: CustomerId) -> Result<Option<PersonaId>> {
    Ok(persona::Entity::find()
        .select_only()
        .column(persona::Column::Id)
        .filter(persona::Column::TeamId.eq(team))
        .filter(persona::Column::CustomerId.eq(customer))
        .order_by_desc(persona::Column::MadeAt)
        .order_by_desc(persona::Column::Id)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?)
}
