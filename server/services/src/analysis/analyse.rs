//! The analysis of one customer: set credits aside, write, then store the result and spend them in one transaction.
//!
//! Two people who press at once get one clean outcome: whoever comes second hears that an analysis runs, or that one has
//! just ended, and nothing of theirs is spent. That is why the caller says which result they saw (`docs/decisions/0014`).

use super::{
    spend::{Spend, outliving},
    stats,
    writer::{self, Analysis, PersonaText, Subject},
};
use crate::{
    Services,
    audit::{self, Event},
    businesses, customers, drafts,
    entity::{audit_event, business, customer, persona},
    error::{Error, Result},
    grant::Grant,
    ledger, moments,
};
use chrono::{DateTime, Utc};
use domain::{
    Error as Public,
    audit::AuditKind,
    business::Language,
    credit::CreditAction,
    error::Conflict,
    ids::{CustomerId, HoldId, PersonId, PersonaId, TeamId},
    money::{Cents, Currency},
    permission::perm,
    persona::{Analysed, Segment},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde::Serialize;

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
        spend: Spend {
            services: services.clone(),
            grant: grant.clone(),
            business: business.id,
            owner: business.owner_id,
            customer,
            action: CreditAction::Analysis,
            cost: services.settings().costs.of(CreditAction::Analysis),
        },
        language: business.language,
        seen,
    };
    let subject = subject(services, row, business).await?;
    outliving(run.whole(subject)).await
}

/// What the writer is told.
pub(super) async fn subject(services: &Services, row: customer::Model, business: business::Model) -> Result<Subject> {
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
struct Run {
    spend: Spend<perm::DraftEmails>,
    language: Language,
    seen: Option<PersonaId>,
}

impl Run {
    async fn whole(self, subject: Subject) -> Result<Analysed> {
        let spend = &self.spend;
        // Nothing is set aside where somebody else is at it or the result is another than the one that was seen.
        let (txn, hold) = spend.hold(Conflict::Analysing).await?;
        self.is_as_seen(&txn).await?;
        txn.commit().await?;
        let ended = match spend.written(spend.services.writer().write(&subject)).await {
            Ok(analysis) => self.finish(hold, &subject, analysis).await,
            Err(error) => Err(error),
        };
        if ended.is_err() {
            spend.give_back(hold).await;
        }
        ended
    }

    /// Stores everything and spends the credits, or does neither.
    async fn finish(&self, hold: HoldId, subject: &Subject, analysis: Analysis) -> Result<Analysed> {
        let spend = &self.spend;
        let (clock, team) = (spend.services.clock(), spend.team());
        let txn = spend.store().await?;
        self.is_as_seen(&txn).await?;
        let persona = self.store_persona(&txn, subject, &analysis).await?;
        let draft = drafts::Written {
            team,
            business: spend.business,
            customer: spend.customer,
            by: spend.author(),
            language: self.language,
            letter: analysis.letter,
            variants: vec![analysis.variant],
        };
        drafts::store(&txn, clock, draft).await?;
        ledger::post(&txn, clock, team, hold).await?;
        let event = Event::new(AuditKind::CustomerAnalysed)
            .business(spend.business)
            .customer(spend.customer)
            .subject(persona.0)
            .detail("credits", spend.cost.0)
            .detail("again", self.seen.is_some());
        audit::record(&txn, clock, team, spend.grant.actor(), event).await?;
        let balance = ledger::balance(&txn, team).await?;
        txn.commit().await?;
        Ok(Analysed {
            persona,
            spent: spend.cost,
            balance,
        })
    }

    async fn is_as_seen(&self, db: &impl ConnectionTrait) -> Result<()> {
        let now = newest(db, self.spend.team(), self.spend.customer).await?;
        if now.map(|row| row.id) == self.seen {
            Ok(())
        } else {
            Err(Public::Conflict(Conflict::AnalysedMeanwhile).into())
        }
    }

    async fn store_persona(&self, txn: &DatabaseTransaction, subject: &Subject, analysis: &Analysis) -> Result<PersonaId> {
        let (clock, team) = (self.spend.services.clock(), self.spend.team());
        let score = i32::from(analysis.opportunity.get());
        let id = PersonaId(clock.new_id());
        persona::Entity::delete_many()
            .filter(persona::Column::TeamId.eq(team))
            .filter(persona::Column::CustomerId.eq(self.spend.customer))
            .exec(txn)
            .await?;
        let made = Made {
            team,
            id,
            customer: self.spend.customer,
            language: self.language,
            segment: analysis.segment,
            opportunity: score,
            by: self.spend.author(),
            at: clock.now(),
        };
        let mut row = made.row(&analysis.persona)?;
        row.basis = Set(Some(json(&basis(subject))?));
        persona::Entity::insert(row).exec_without_returning(txn).await?;
        show_in_list(txn, team, self.spend.customer, analysis.segment, score).await?;
        Ok(id)
    }
}

/// What the list filters and sorts by. `updated_at` stays: it tells of the customer's own fields.
pub(super) async fn show_in_list(
    txn: &DatabaseTransaction,
    team: TeamId,
    customer: CustomerId,
    segment: Segment,
    opportunity: i32,
) -> Result<()> {
    customer::Entity::update_many()
        .col_expr(customer::Column::Segment, Expr::value(segment.as_str()))
        .col_expr(customer::Column::Opportunity, Expr::value(opportunity))
        .filter(customer::Column::TeamId.eq(team))
        .filter(customer::Column::Id.eq(customer))
        .exec(txn)
        .await?;
    Ok(())
}

/// What is needed to write the same in another language; nothing of it is long.
fn basis(subject: &Subject) -> Subject {
    let mut basis = subject.clone();
    for text in [
        &mut basis.business.description,
        &mut basis.business.signature,
        &mut basis.business.postal_address,
    ] {
        text.clear();
    }
    basis
}

/// A persona around its words.
pub(super) struct Made {
    pub team: TeamId,
    pub id: PersonaId,
    pub customer: CustomerId,
    pub language: Language,
    pub segment: Segment,
    pub opportunity: i32,
    pub by: PersonId,
    pub at: DateTime<Utc>,
}

impl Made {
    pub fn row(self, text: &PersonaText) -> Result<persona::ActiveModel> {
        Ok(persona::ActiveModel {
            team_id: Set(self.team),
            id: Set(self.id),
            customer_id: Set(self.customer),
            language: Set(self.language),
            segment: Set(self.segment),
            opportunity: Set(self.opportunity),
            summary: Set(json(&text.summary)?),
            signals: Set(json(&text.signals)?),
            offer: Set(text.suggested_offer.as_ref().map(json).transpose()?),
            made_by: Set(self.by),
            made_at: Set(self.at),
            analysis_id: Set(None),
            basis: Set(None),
            edited_summary: Set(None),
            edited_segment: Set(None),
            edited_opportunity: Set(None),
            edited_by: Set(None),
            edited_at: Set(None),
            edit_version: Set(0),
        })
    }
}

fn json(value: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|cause| Error::Bug(format!("persona: {cause}")))
}

/// The result that a customer has, in the language of the analysis.
pub(crate) async fn newest(db: &impl ConnectionTrait, team: TeamId, customer: CustomerId) -> Result<Option<persona::Model>> {
    Ok(persona::Entity::find()
        .filter(persona::Column::TeamId.eq(team))
        .filter(persona::Column::CustomerId.eq(customer))
        .filter(persona::Column::AnalysisId.is_null())
        .one(db)
        .await?)
}

/// The analysis that somebody saw, while it is the present one.
///
/// # Errors
/// `Conflict(AnalysedMeanwhile)` where another one took its place, `NotFound` where it never was this customer's.
pub(super) async fn as_seen(db: &impl ConnectionTrait, team: TeamId, customer: CustomerId, seen: PersonaId) -> Result<persona::Model> {
    let now = newest(db, team, customer).await?;
    if let Some(row) = now.filter(|row| row.id == seen) {
        return Ok(row);
    }
    let was = audit_event::Entity::find()
        .filter(audit_event::Column::TeamId.eq(team))
        .filter(audit_event::Column::CustomerId.eq(customer))
        .filter(audit_event::Column::Kind.eq(AuditKind::CustomerAnalysed))
        .filter(audit_event::Column::SubjectId.eq(seen.0))
        .count(db)
        .await?;
    let error = if was > 0 {
        Public::Conflict(Conflict::AnalysedMeanwhile)
    } else {
        Public::NotFound
    };
    Err(error.into())
}
