//! What an import changed of a customer, in words: for its preview and for the timeline.

use domain::money::{Cents, Currency, group_thousands};
use serde_json::{Map, Value};

/// Changes in words: "total spent $40.71 → $49.62, payments 6 → 7". Texts are named only, not quoted: "name, notes changed".
#[must_use]
pub fn words(changes: &Map<String, Value>, currency: Option<&str>) -> String {
    let money = currency.and_then(Currency::parse);
    let amount = |value: &Value| match (value.as_i64(), &money) {
        (Some(cents), Some(currency)) => currency.format(Cents(cents)),
        (Some(cents), None) => cents.to_string(),
        (None, _) => "none".to_owned(),
    };
    let count = |value: &Value| value.as_u64().map_or_else(|| "none".to_owned(), group_thousands);
    let day = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let shown = |field: &str, value: &Value| match field {
        "payment_count" => count(value),
        "first_payment" | "last_payment" => day(value),
        _ => amount(value),
    };
    let label = |field: &str| match field {
        "total_spent" => Some("total spent"),
        "monthly_spend" => Some("monthly spend"),
        "refund_volume" => Some("refunds"),
        "payment_count" => Some("payments"),
        "first_payment" => Some("first payment"),
        "last_payment" => Some("last payment"),
        _ => None,
    };
    const ORDER: [&str; 14] = [
        "total_spent",
        "payment_count",
        "monthly_spend",
        "refund_volume",
        "first_payment",
        "last_payment",
        "currency",
        "name",
        "email",
        "company",
        "country",
        "notes",
        "tags",
        "attributes",
    ];
    let (mut parts, mut named) = (Vec::new(), Vec::new());
    for field in ORDER {
        let Some([before, after]) = changes.get(field).and_then(Value::as_array).map(Vec::as_slice) else {
            continue;
        };
        match label(field) {
            Some(label) => parts.push(format!("{label} {} → {}", shown(field, before), shown(field, after))),
            None => named.push(field),
        }
    }
    if !named.is_empty() {
        parts.push(format!("{} changed", named.join(", ")));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_show_before_and_after_texts_only_their_name() {
        let changes =
            json!({"payment_count": [6, 7], "total_spent": [4071, 4962], "notes": ["a", "b"], "name": ["x", "y"], "country": null});
        assert_eq!(
            words(changes.as_object().expect("an object"), Some("USD")),
            "total spent $40.71 → $49.62, payments 6 → 7, name, notes changed"
        );
        assert_eq!(words(&Map::new(), None), "");
    }
}
