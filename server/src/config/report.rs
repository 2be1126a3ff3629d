//! What is in force and where it came from, with secrets hidden.

use super::{Loaded, environment};
use figment::{Figment, Metadata, value::Value};
use std::fmt::Write;

/// One setting as `check-config` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    pub value: String,
    pub origin: String,
}

/// Keys whose value is never shown.
const SECRET: &[&str] = &["smtp.password", "secret.key"];

/// Every setting of the merged layers, in the order of their names.
pub fn entries(figment: &Figment) -> Vec<Entry> {
    let mut entries = Vec::new();
    let Ok(Value::Dict(_, sections)) = figment.find_value("") else {
        return entries;
    };
    for (section, value) in sections {
        let Value::Dict(_, fields) = value else { continue };
        for (field, value) in fields {
            let key = format!("{section}.{field}");
            let origin = figment.find_metadata(&key).map(|m| origin(m, &key)).unwrap_or_default();
            entries.push(Entry {
                value: shown(&key, &plain(&value)),
                key,
                origin,
            });
        }
    }
    entries
}

/// Where a value of this key was written.
pub fn origin(metadata: &Metadata, key: &str) -> String {
    match (&*metadata.name, &metadata.source) {
        ("environment", _) => environment::variable(key),
        (_, Some(figment::Source::File(path))) => path.display().to_string(),
        (name, _) => name.to_owned(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => match (number.to_u128(), number.to_i128(), number.to_f64()) {
            (Some(n), _, _) => n.to_string(),
            (_, Some(n), _) => n.to_string(),
            (_, _, n) => n.unwrap_or_default().to_string(),
        },
        other => format!("{other:?}"),
    }
}

fn shown(key: &str, value: &str) -> String {
    if value.is_empty() {
        "(not set)".into()
    } else if SECRET.contains(&key) {
        "***".into()
    } else if key == "database.url" {
        without_password(value)
    } else {
        value.to_owned()
    }
}

/// A database URL that may be shown.
#[must_use]
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((credentials, place)) => {
            let user = credentials.split(':').next().unwrap_or_default();
            let hidden = if credentials.contains(':') { ":***" } else { "" };
            format!("{scheme}://{user}{hidden}@{place}")
        }
        None => url.to_owned(),
    }
}

impl Loaded {
    /// Notes a value that was worked out from others.
    pub(super) fn derived(&mut self, key: &str, value: &str, from: &str) {
        if let Some(entry) = self.entries.iter_mut().find(|e| e.key == key) {
            entry.value = shown(key, value);
            entry.origin = from.to_owned();
        }
    }

    /// A line per setting: key, value, origin.
    #[must_use]
    pub fn report(&self) -> String {
        let width = |of: fn(&Entry) -> &str| self.entries.iter().map(|e| of(e).chars().count()).max().unwrap_or(0);
        let (keys, values) = (width(|e| &e.key), width(|e| &e.value));
        self.entries.iter().fold(String::new(), |mut text, e| {
            writeln!(text, "{:keys$}  {:values$}  {}", e.key, e.value, e.origin).expect("a String takes everything");
            text
        })
    }
}
