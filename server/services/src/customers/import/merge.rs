//! What a row of the file makes of a customer, and how that reads on a timeline. Pure.

use super::rows::Fields;
use crate::entity::customer;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    ids::{BusinessId, CustomerId, ImportId, TeamId},
    import::MergeMode,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Whose customer it becomes, by which import.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub team: TeamId,
    pub business: BusinessId,
    pub import: ImportId,
    pub now: DateTime<Utc>,
}

/// A customer who was not there.
#[must_use]
pub fn created(origin: &Origin, id: CustomerId, email: &str, fields: &Fields) -> customer::Model {
    let (first, last) = payments([fields.first_payment, fields.last_payment], [None, None]);
    customer::Model {
        team_id: origin.team,
        id,
        business_id: origin.business,
        email: email.to_owned(),
        name: fields.name.clone().unwrap_or_default(),
        company: fields.company.clone().unwrap_or_default(),
        country: fields.country.clone().unwrap_or_default(),
        currency: fields.currency.clone(),
        total_spent: fields.total_spent,
        monthly_spend: fields.monthly_spend,
        payment_count: fields.payment_count,
        first_payment: first,
        last_payment: last,
        refund_volume: fields.refund_volume,
        notes: fields.notes.clone().unwrap_or_default(),
        tags: (!fields.tags.is_empty()).then(|| json!(fields.tags)),
        attributes: (!fields.attributes.is_empty()).then(|| json!(fields.attributes)),
        segment: None,
        opportunity: None,
        import_id: Some(origin.import),
        created_at: origin.now,
        updated_at: origin.now,
        deleted_at: None,
    }
}

/// Whether the row's amounts are in another currency than the customer's.
#[must_use]
pub fn other_currency(customer: &customer::Model, fields: &Fields) -> bool {
    matches!((&customer.currency, &fields.currency), (Some(theirs), Some(said)) if theirs != said)
}

/// The customer afterwards. A blank cell never erases; tags are kept, since people set them too.
#[must_use]
pub fn merged(old: &customer::Model, fields: &Fields, mode: MergeMode) -> customer::Model {
    let text = |old: &String, new: &Option<String>| new.clone().unwrap_or_else(|| old.clone());
    let (first, last) = payments([old.first_payment, old.last_payment], [fields.first_payment, fields.last_payment]);
    customer::Model {
        name: text(&old.name, &fields.name),
        company: text(&old.company, &fields.company),
        country: text(&old.country, &fields.country),
        currency: old.currency.clone().or_else(|| fields.currency.clone()),
        total_spent: figure(old.total_spent, fields.total_spent, mode),
        monthly_spend: figure(old.monthly_spend, fields.monthly_spend, mode),
        payment_count: figure(old.payment_count, fields.payment_count, mode),
        first_payment: first,
        last_payment: last,
        refund_volume: figure(old.refund_volume, fields.refund_volume, mode),
        notes: text(&old.notes, &fields.notes),
        tags: with_tags(old.tags.as_ref(), &fields.tags),
        attributes: with_attributes(old.attributes.as_ref(), &fields.attributes),
        ..old.clone()
    }
}

/// Two rows of one address added up; for everything but figures the later one counts.
#[must_use]
pub fn summed(earlier: &Fields, later: &Fields) -> Fields {
    let (first, last) = payments(
        [earlier.first_payment, earlier.last_payment],
        [later.first_payment, later.last_payment],
    );
    let mut tags = earlier.tags.clone();
    tags.extend(later.tags.iter().filter(|tag| !earlier.tags.contains(tag)).cloned());
    let mut attributes = earlier.attributes.clone();
    attributes.extend(later.attributes.clone());
    let add = |a, b| figure(a, b, MergeMode::Add);
    Fields {
        name: later.name.clone().or_else(|| earlier.name.clone()),
        company: later.company.clone().or_else(|| earlier.company.clone()),
        country: later.country.clone().or_else(|| earlier.country.clone()),
        currency: earlier.currency.clone().or_else(|| later.currency.clone()),
        total_spent: add(earlier.total_spent, later.total_spent),
        monthly_spend: add(earlier.monthly_spend, later.monthly_spend),
        payment_count: add(earlier.payment_count, later.payment_count),
        first_payment: first,
        last_payment: last,
        refund_volume: add(earlier.refund_volume, later.refund_volume),
        notes: later.notes.clone().or_else(|| earlier.notes.clone()),
        tags,
        attributes,
    }
}

fn figure(old: Option<i64>, new: Option<i64>, mode: MergeMode) -> Option<i64> {
    match (old, new, mode) {
        (old, None, _) => old,
        (Some(old), Some(new), MergeMode::Add) => Some(old.saturating_add(new)),
        (_, Some(new), _) => Some(new),
    }
}

/// The earliest first and the latest last payment. All four are days of payments, so the later first may also be the last.
fn payments(old: [Option<NaiveDate>; 2], new: [Option<NaiveDate>; 2]) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let first = [old[0], new[0]].into_iter().flatten().min();
    let last = [old[1], new[1]].into_iter().flatten().max();
    match (first, last) {
        (Some(first), Some(last)) if first > last => (Some(last), Some(first)),
        both => both,
    }
}

fn with_tags(old: Option<&Value>, new: &[String]) -> Option<Value> {
    let mut tags: Vec<String> = old.and_then(|tags| serde_json::from_value(tags.clone()).ok()).unwrap_or_default();
    let known = tags.len();
    for tag in new {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    if tags.len() == known { old.cloned() } else { Some(json!(tags)) }
}

fn with_attributes(old: Option<&Value>, new: &BTreeMap<String, String>) -> Option<Value> {
    if new.is_empty() {
        return old.cloned();
    }
    let mut all = old.and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, value) in new {
        all.insert(name.clone(), Value::String(value.clone()));
    }
    Some(Value::Object(all))
}

/// What differs, as `{"total_spent": [4071, 4962]}`: before and after by field. Empty when nothing does.
#[must_use]
pub fn changes(old: &customer::Model, new: &customer::Model) -> Map<String, Value> {
    let mut changes = Map::new();
    let mut note = |field: &str, before: Value, after: Value| {
        if before != after {
            changes.insert(field.to_owned(), json!([before, after]));
        }
    };
    note("name", json!(old.name), json!(new.name));
    note("company", json!(old.company), json!(new.company));
    note("country", json!(old.country), json!(new.country));
    note("currency", json!(old.currency), json!(new.currency));
    note("total_spent", json!(old.total_spent), json!(new.total_spent));
    note("monthly_spend", json!(old.monthly_spend), json!(new.monthly_spend));
    note("payment_count", json!(old.payment_count), json!(new.payment_count));
    note("first_payment", json!(old.first_payment), json!(new.first_payment));
    note("last_payment", json!(old.last_payment), json!(new.last_payment));
    note("refund_volume", json!(old.refund_volume), json!(new.refund_volume));
    note("notes", json!(old.notes), json!(new.notes));
    note("tags", json!(old.tags), json!(new.tags));
    note("attributes", json!(old.attributes), json!(new.attributes));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::changes::words;
    use uuid::Uuid;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().expect("a day"))
    }

    fn customer() -> customer::Model {
        let fields = Fields {
            name: Some("Luís".into()),
            currency: Some("USD".into()),
            total_spent: Some(4_071),
            payment_count: Some(6),
            first_payment: day("2008-03-10"),
            last_payment: day("2011-08-07"),
            tags: vec!["vip".into()],
            ..Fields::default()
        };
        let origin = Origin {
            team: TeamId(Uuid::nil()),
            business: BusinessId(Uuid::nil()),
            import: ImportId(Uuid::nil()),
            now: DateTime::UNIX_EPOCH,
        };
        created(&origin, CustomerId(Uuid::nil()), "luisg@embraer.com.br", &fields)
    }

    #[test]
    fn replacing_takes_the_files_figures_and_blanks_keep_what_is_there() {
        let fields = Fields {
            total_spent: Some(4_962),
            payment_count: Some(7),
            first_payment: day("2009-01-01"),
            last_payment: day("2012-01-01"),
            tags: vec!["vip".into(), "new".into()],
            ..Fields::default()
        };
        let old = customer();
        let new = merged(&old, &fields, MergeMode::Replace);
        assert_eq!((new.total_spent, new.payment_count), (Some(4_962), Some(7)));
        assert_eq!((new.first_payment, new.last_payment), (day("2008-03-10"), day("2012-01-01")));
        assert_eq!((new.name.as_str(), &new.tags), ("Luís", &Some(json!(["vip", "new"]))));
        assert_eq!(
            words(&changes(&old, &new), new.currency.as_deref()),
            "total spent $40.71 → $49.62, payments 6 → 7, last payment 2011-08-07 → 2012-01-01, tags changed"
        );
        assert!(changes(&old, &merged(&old, &Fields::default(), MergeMode::Replace)).is_empty());
    }

    #[test]
    fn adding_adds_figures_and_keeps_the_outer_dates() {
        let fields = Fields {
            currency: Some("USD".into()),
            total_spent: Some(891),
            payment_count: Some(1),
            refund_volume: Some(100),
            first_payment: day("2007-01-01"),
            ..Fields::default()
        };
        let new = merged(&customer(), &fields, MergeMode::Add);
        assert_eq!(
            (new.total_spent, new.payment_count, new.refund_volume),
            (Some(4_962), Some(7), Some(100))
        );
        assert_eq!((new.first_payment, new.last_payment), (day("2007-01-01"), day("2011-08-07")));
        let twice = summed(&fields, &fields);
        assert_eq!((twice.total_spent, twice.payment_count), (Some(1_782), Some(2)));
    }

    #[test]
    fn a_first_payment_after_the_last_one_is_the_last_one() {
        let fields = Fields {
            first_payment: day("2015-01-01"),
            ..Fields::default()
        };
        let mut old = customer();
        old.first_payment = None;
        let new = merged(&old, &fields, MergeMode::Replace);
        assert_eq!((new.first_payment, new.last_payment), (day("2011-08-07"), day("2015-01-01")));
    }

    #[test]
    fn another_currency_is_seen_only_where_both_are_known() {
        let euros = Fields {
            currency: Some("EUR".into()),
            ..Fields::default()
        };
        assert!(other_currency(&customer(), &euros));
        assert!(!other_currency(&customer(), &Fields::default()));
        let mut none = customer();
        none.currency = None;
        assert!(!other_currency(&none, &euros));
    }
}
