//! An analysis as people correct it: summary, segment, opportunity. What was generated stays beside it, and can be had back.

use super::analyse::{as_seen, show_in_list};
use crate::{
    Services,
    audit::{self, Event},
    customers,
    entity::persona,
    error::Result,
    grant::Grant,
};
use domain::{
    Error as Public,
    audit::AuditKind,
    edit::{PersonaEdit, PersonaSeen},
    error::Conflict,
    ids::{BusinessId, CustomerId},
    permission::perm,
    persona::{Claim, Segment},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Deserialize;
use serde_json::{Value, json};

/// Keeps what somebody made of an analysis: the summary in the language that was seen, segment and opportunity in all of them. Gives the
/// business it is in.
///
/// # Errors
/// `NotFound` · `Forbidden` · `Conflict(Stale)` when somebody edited it meanwhile · `Conflict(AnalysedMeanwhile)`.
pub async fn edit(
    services: &Services,
    grant: &Grant<perm::EditAnalysis>,
    customer: CustomerId,
    seen: PersonaSeen,
    edit: PersonaEdit,
) -> Result<BusinessId> {
    change(services, grant, customer, seen, Some(edit)).await
}

/// Takes the edits of the summary in that language, of segment and opportunity back.
///
/// # Errors
/// As `edit`.
pub async fn to_generated(
    services: &Services,
    grant: &Grant<perm::EditAnalysis>,
    customer: CustomerId,
    seen: PersonaSeen,
) -> Result<BusinessId> {
    change(services, grant, customer, seen, None).await
}

async fn change(
    services: &Services,
    grant: &Grant<perm::EditAnalysis>,
    customer: CustomerId,
    seen: PersonaSeen,
    edit: Option<PersonaEdit>,
) -> Result<BusinessId> {
    let (team, clock) = (grant.team(), services.clock());
    let row = customers::find(services.db().read(), team, None, customer).await?;
    let business = grant.business(services, row.business_id).await?.id;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(business)).await?;
    customers::lock(&txn, team, customer).await?;
    let analysis = as_seen(&txn, team, customer, seen.analysis).await?;
    if analysis.edit_version != seen.version {
        return Err(Public::Conflict(Conflict::Stale).into());
    }
    let words = in_language(&txn, &analysis, seen).await?;
    let before = Shown::of(&analysis, &words);
    let generated = Shown {
        summary: generated_summary(&words),
        segment: analysis.segment,
        opportunity: analysis.opportunity,
    };
    let after = edit.map_or_else(
        || generated.clone(),
        |edit| Shown {
            summary: edit.summary,
            segment: edit.segment,
            opportunity: edit.opportunity.get().into(),
        },
    );
    if before == after {
        return Ok(business);
    }
    let mut event = Event::new(AuditKind::PersonaEdited)
        .business(business)
        .customer(customer)
        .subject(analysis.id.0)
        .detail("language", words.language.as_str());
    let mut fields = Vec::new();
    if before.summary != after.summary {
        fields.push("summary");
    }
    if before.segment != after.segment {
        fields.push("segment");
        event = event.detail("segment", json!([before.segment.as_str(), after.segment.as_str()]));
    }
    if before.opportunity != after.opportunity {
        fields.push("opportunity");
        event = event.detail("opportunity", json!([before.opportunity, after.opportunity]));
    }
    let event = event.detail("fields", fields);

    let summary = (after.summary != generated.summary).then(|| after.summary.clone());
    let by = grant.person().unwrap_or(analysis.made_by);
    let is_own = words.id == analysis.id;
    if !is_own {
        let mut words = words.into_active_model();
        words.edited_by = Set(summary.is_some().then_some(by));
        words.edited_at = Set(summary.is_some().then(|| clock.now()));
        words.edited_summary = Set(summary.clone());
        words.update(&txn).await?;
    }
    let summary = if is_own { summary } else { analysis.edited_summary.clone() };
    let segment = (after.segment != generated.segment).then_some(after.segment);
    let opportunity = (after.opportunity != generated.opportunity).then_some(after.opportunity);
    let touched = is_own || before.segment != after.segment || before.opportunity != after.opportunity;
    let is_edited = summary.is_some() || segment.is_some() || opportunity.is_some();
    let version = analysis.edit_version + 1;
    let mut row = analysis.into_active_model();
    if touched {
        row.edited_by = Set(is_edited.then_some(by));
        row.edited_at = Set(is_edited.then(|| clock.now()));
    }
    row.edited_summary = Set(summary);
    row.edited_segment = Set(segment);
    row.edited_opportunity = Set(opportunity);
    row.edit_version = Set(version);
    row.update(&txn).await?;
    show_in_list(&txn, team, customer, after.segment, after.opportunity).await?;
    audit::record(&txn, clock, team, grant.actor(), event).await?;
    txn.commit().await?;
    Ok(business)
}

/// What a page shows of an analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    summary: String,
    segment: Segment,
    opportunity: i32,
}

impl Shown {
    fn of(analysis: &persona::Model, words: &persona::Model) -> Self {
        Self {
            summary: words.edited_summary.clone().unwrap_or_else(|| generated_summary(words)),
            segment: analysis.edited_segment.unwrap_or(analysis.segment),
            opportunity: analysis.edited_opportunity.unwrap_or(analysis.opportunity),
        }
    }
}

/// The claims in a row, as the editor begins with them.
fn generated_summary(row: &persona::Model) -> String {
    let claims: Vec<Claim> = Vec::deserialize(&row.summary as &Value).unwrap_or_default();
    domain::persona::in_words(&claims)
}

async fn in_language(db: &impl ConnectionTrait, analysis: &persona::Model, seen: PersonaSeen) -> Result<persona::Model> {
    if analysis.language == seen.language {
        return Ok(analysis.clone());
    }
    persona::Entity::find()
        .filter(persona::Column::TeamId.eq(analysis.team_id))
        .filter(persona::Column::AnalysisId.eq(analysis.id))
        .filter(persona::Column::Language.eq(seen.language))
        .one(db)
        .await?
        .ok_or_else(|| Public::NotFound.into())
}
