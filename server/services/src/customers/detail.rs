//! A customer's page: fields, persona, draft, the person's other products. Masked here, once, for whoever may not see everything.

use super::{edit, find};
use crate::{
    Services, accounts,
    analysis::{self, attributes},
    drafts,
    entity::{business, customer, outreach, persona, sender, suppression, team},
    error::Result,
    grant::Grant,
    moments,
    outreach::{footer, label},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    Error,
    business::{Language, SenderState},
    credit::CreditAction,
    customer::{AlsoIn, CustomerDetail, Envelope, Figures, LastContact},
    ids::{BusinessId, CustomerId, PersonId, TeamId},
    money::{self, Cents},
    outreach::OutreachState,
    permission::{Sight, perm},
    persona::{Claim, Edited, Opportunity, Persona},
    time::Moment,
};
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;

/// Most businesses that the same person is looked for in.
const PRODUCTS_MAX: u64 = 500;
/// Everything that a customer's page shows to this person; the persona in that language, if it was made in it.
///
/// # Errors
/// `NotFound` for another team's, for a deleted one, and for one of another business.
pub async fn detail(
    services: &Services,
    grant: &Grant<perm::ViewCustomers>,
    business: BusinessId,
    id: CustomerId,
    language: Option<Language>,
) -> Result<CustomerDetail> {
    let (db, team_id) = (services.db().read(), grant.team());
    let own = grant.read_business(db, business).await?;
    let row = find(db, team_id, Some(business), id).await?;
    let team = team::Entity::find_by_id(team_id).one(db).await?.ok_or(Error::NotFound)?;
    let view = View {
        db,
        team: team_id,
        sight: grant.sight(),
        now: services.clock().now(),
        zone: moments::zone(&team.time_zone),
        products: products(db, team_id).await?,
        window: TimeDelta::days(team.contact_window_days.into()),
    };
    let envelope = view.envelope(&own).await?;
    let persona = view.persona(id, language).await?;
    let draft = drafts::shown(db, team_id, id, view.sight, view.now, view.zone).await?;
    let also_in = view.also_in(&row).await?;
    let last_contact = view.last_contact(&row).await?;
    let suppressed = view.suppressed(&row).await?;
    let open_outreach = view.open_outreach(&row).await?;
    let full = !view.sight.is_masked();
    Ok(CustomerDetail {
        id,
        business,
        sight: view.sight,
        figures: full.then(|| figures(&row)),
        first_payment: row.first_payment.map(|date| view.day(date)),
        last_payment: row.last_payment.map(|date| view.day(date)),
        notes: full.then(|| row.notes.clone()),
        attributes: full.then(|| attributes(row.attributes.as_ref())),
        tags: read::<Vec<String>>(row.tags.as_ref())
            .iter()
            .map(|tag| view.sight.text(tag))
            .collect(),
        fields_seen: edit::seen(&row),
        name: view.sight.text(&row.name),
        email: view.sight.address(&row.email),
        company: view.sight.text(&row.company),
        country: view.sight.text(&row.country),
        currency: row.currency.unwrap_or_default(),
        persona,
        draft,
        also_in,
        last_contact,
        suppressed,
        open_outreach,
        envelope,
        analysis_cost: services.settings().costs.of(CreditAction::Analysis),
        language_cost: services.settings().costs.of(CreditAction::PersonaLanguage),
        regenerate_cost: services.settings().costs.of(CreditAction::RegenerateEmail),
    })
}

fn figures(row: &customer::Model) -> Figures {
    let amount = |cents: Option<i64>| cents.map(|cents| money::format(row.currency.as_deref(), Cents(cents)));
    Figures {
        total_spent: amount(row.total_spent),
        monthly_spend: amount(row.monthly_spend),
        payment_count: row.payment_count,
        refund_volume: amount(row.refund_volume),
    }
}

/// What this program wrote; an unreadable value counts as nothing.
fn read<T: DeserializeOwned + Default>(stored: Option<&Value>) -> T {
    stored.and_then(|value| T::deserialize(value).ok()).unwrap_or_default()
}

#[derive(Clone)]
struct Product {
    name: String,
    mark: u8,
}

async fn products(db: &DatabaseConnection, team: TeamId) -> Result<HashMap<BusinessId, Product>> {
    let rows: Vec<(BusinessId, String, i32)> = business::Entity::find()
        .select_only()
        .column(business::Column::Id)
        .column(business::Column::Name)
        .column(business::Column::Mark)
        .filter(business::Column::TeamId.eq(team))
        .filter(business::Column::DeletedAt.is_null())
        .limit(PRODUCTS_MAX)
        .into_tuple()
        .all(db)
        .await?;
    let product = |(id, name, mark)| {
        let mark = u8::try_from(mark).unwrap_or(1);
        (id, Product { name, mark })
    };
    Ok(rows.into_iter().map(product).collect())
}

/// How one person sees one customer.
struct View<'a> {
    db: &'a DatabaseConnection,
    team: TeamId,
    sight: Sight,
    now: DateTime<Utc>,
    zone: Tz,
    products: HashMap<BusinessId, Product>,
    window: TimeDelta,
}

impl View<'_> {
    fn moment(&self, at: DateTime<Utc>) -> Moment {
        moments::moment(at, self.now, self.zone)
    }

    fn day(&self, date: NaiveDate) -> Moment {
        moments::day(date, self.now, self.zone)
    }

    /// The claims that this person may know of.
    fn claims(&self, claims: Vec<Claim>) -> Vec<Claim> {
        if !self.sight.is_masked() {
            return claims;
        }
        let open = claims.into_iter().filter(|claim| !claim.is_masked());
        open.map(|claim| Claim {
            text: self.sight.text(&claim.text),
            sources: claim.sources,
        })
        .collect()
    }

    async fn name_of(&self, person: PersonId) -> Result<String> {
        Ok(accounts::names(self.db, [person]).await?.remove(&person).unwrap_or_default())
    }

    /// The result of the analysis: its words in that language, if it was made in it, else in its own.
    async fn persona(&self, customer: CustomerId, language: Option<Language>) -> Result<Option<Persona>> {
        let Some(analysis) = analysis::newest(self.db, self.team, customer).await? else {
            return Ok(None);
        };
        let others = persona::Entity::find()
            .filter(persona::Column::TeamId.eq(self.team))
            .filter(persona::Column::CustomerId.eq(customer))
            .filter(persona::Column::AnalysisId.eq(analysis.id))
            .order_by_asc(persona::Column::MadeAt)
            .order_by_asc(persona::Column::Id)
            .all(self.db)
            .await?;
        let made_in = std::iter::once(&analysis).chain(&others).map(|row| row.language).collect();
        let asked = others.iter().find(|row| Some(row.language) == language);
        let row = asked.unwrap_or(&analysis);
        let full = !self.sight.is_masked();
        let score = u8::try_from(analysis.edited_opportunity.unwrap_or(analysis.opportunity))
            .ok()
            .and_then(Opportunity::new);
        let edited = self.edited(&analysis, row).await?;
        let offer: Option<Claim> = read(row.offer.as_ref());
        Ok(Some(Persona {
            id: analysis.id,
            language: row.language,
            segment: full.then(|| analysis.edited_segment.unwrap_or(analysis.segment)),
            opportunity: score.filter(|_| full),
            // What people wrote in their place is theirs, and withheld from viewers with them.
            summary: match row.edited_summary {
                Some(_) if !full => Vec::new(),
                _ => self.claims(read(Some(&row.summary))),
            },
            signals: self.claims(read(Some(&row.signals))),
            // Which offer suits rests on the segment, whatever its own words rest on.
            suggested_offer: offer.filter(|_| full),
            made_at: self.moment(row.made_at),
            made_by: self.name_of(row.made_by).await?,
            made_in,
            edits: analysis.edit_version,
            edited,
        }))
    }

    /// What people made of an analysis and of its words in a language.
    async fn edited(&self, analysis: &persona::Model, words: &persona::Model) -> Result<Option<Edited>> {
        let of = |row: &persona::Model| row.edited_at.zip(row.edited_by);
        let Some((at, by)) = of(words).max(of(analysis)) else {
            return Ok(None);
        };
        let full = !self.sight.is_masked();
        let score = u8::try_from(analysis.opportunity).ok().and_then(Opportunity::new);
        Ok(Some(Edited {
            by: self.name_of(by).await?,
            at: self.moment(at),
            summary: words.edited_summary.clone().filter(|_| full),
            generated: score.filter(|_| full).map(|score| (analysis.segment, score)),
        }))
    }

    async fn envelope(&self, business: &business::Model) -> Result<Envelope> {
        let sender = sender::Entity::find()
            .filter(sender::Column::TeamId.eq(self.team))
            .filter(sender::Column::BusinessId.eq(business.id))
            .filter(sender::Column::State.eq(SenderState::Verified))
            .order_by_asc(sender::Column::CreatedAt)
            .one(self.db)
            .await?;
        Ok(Envelope {
            sender_verified: sender.is_some(),
            from: sender.map_or_else(|| business.name.clone(), |from| label(&from.name, &from.email)),
            footer: footer(business),
        })
    }

    async fn also_in(&self, row: &customer::Model) -> Result<Vec<AlsoIn>> {
        let others = customer::Entity::find()
            .filter(customer::Column::TeamId.eq(self.team))
            .filter(customer::Column::BusinessId.is_in(self.products.keys().copied().filter(|id| *id != row.business_id)))
            .filter(customer::Column::Email.eq(&row.email))
            .filter(customer::Column::DeletedAt.is_null())
            .limit(PRODUCTS_MAX)
            .all(self.db)
            .await?;
        let mut list: Vec<AlsoIn> = others
            .into_iter()
            .filter_map(|other| {
                let Product { name, mark } = self.products.get(&other.business_id)?.clone();
                let spent = other
                    .total_spent
                    .map(|cents| money::format(other.currency.as_deref(), Cents(cents)));
                Some(AlsoIn {
                    business: other.business_id,
                    customer: other.id,
                    name,
                    mark,
                    since: self.moment(other.created_at),
                    spent: spent.filter(|_| !self.sight.is_masked()),
                })
            })
            .collect();
        list.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(list)
    }

    /// The newest e-mail of the team to this person, for whichever product.
    async fn last_contact(&self, row: &customer::Model) -> Result<Option<LastContact>> {
        let newest = outreach::Entity::find()
            .filter(outreach::Column::TeamId.eq(self.team))
            .filter(outreach::Column::Email.eq(&row.email))
            .filter(outreach::Column::State.is_in(OutreachState::CONTACT))
            .order_by_desc(outreach::Column::QueuedAt)
            .one(self.db)
            .await?;
        let Some(mail) = newest else { return Ok(None) };
        let at = mail.sent_at.or(mail.not_before).unwrap_or(mail.queued_at);
        let product = self.products.get(&mail.business_id).cloned();
        let (business, mark) = product.map_or_else(|| ("A deleted business".to_owned(), 1), |p| (p.name, p.mark));
        Ok(Some(LastContact {
            business,
            mark,
            person: self.name_of(mail.queued_by).await?,
            at: self.moment(at),
            warn: mail.business_id != row.business_id && self.now - at < self.window,
        }))
    }

    /// Why this person must not be mailed, in a word.
    async fn suppressed(&self, row: &customer::Model) -> Result<Option<String>> {
        let here = Condition::any()
            .add(suppression::Column::BusinessId.is_null())
            .add(suppression::Column::BusinessId.eq(row.business_id));
        let found = suppression::Entity::find()
            .filter(suppression::Column::TeamId.eq(self.team))
            .filter(suppression::Column::Email.eq(&row.email))
            .filter(here)
            .order_by_desc(suppression::Column::CreatedAt)
            .one(self.db)
            .await?;
        Ok(found.map(|found| found.reason.label().to_lowercase()))
    }

    async fn open_outreach(&self, row: &customer::Model) -> Result<Option<OutreachState>> {
        Ok(outreach::Entity::find()
            .select_only()
            .column(outreach::Column::State)
            .filter(outreach::Column::TeamId.eq(self.team))
            .filter(outreach::Column::BusinessId.eq(row.business_id))
            .filter(outreach::Column::CustomerId.eq(row.id))
            .filter(outreach::Column::State.is_in(OutreachState::OPEN))
            .into_tuple()
            .one(self.db)
            .await?)
    }
}
