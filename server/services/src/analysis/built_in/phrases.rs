//! The phrases of each language: one template a line in `phrases/*.txt`, filled in by name.
//!
//! A phrase may mark words that rest on a field: `{{ times|src("payment_count") }}`. The marks come out as claims.

use crate::analysis::writer::WriterError;
use domain::{
    business::{Language, Tone},
    persona::{Claim, SourceField},
};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use std::{collections::BTreeMap, sync::LazyLock};

/// Around marked words, between characters that no text from outside may hold (`facts` takes them out).
const OPEN: char = '\u{E000}';
const BETWEEN: char = '\u{E001}';
const CLOSE: char = '\u{E002}';

const FILES: [(Language, &str); 7] = [
    (Language::English, include_str!("phrases/en.txt")),
    (Language::Chinese, include_str!("phrases/zh.txt")),
    (Language::Spanish, include_str!("phrases/es.txt")),
    (Language::French, include_str!("phrases/fr.txt")),
    (Language::German, include_str!("phrases/de.txt")),
    (Language::Portuguese, include_str!("phrases/pt.txt")),
    (Language::Japanese, include_str!("phrases/ja.txt")),
];

static BOOK: LazyLock<Result<Environment<'static>, String>> = LazyLock::new(|| load().map_err(|cause| cause.to_string()));

fn load() -> Result<Environment<'static>, minijinja::Error> {
    let mut book = Environment::new();
    book.set_undefined_behavior(UndefinedBehavior::Strict);
    book.set_auto_escape_callback(|_| AutoEscape::None);
    book.add_filter("src", |text: String, field: String| format!("{OPEN}{field}{BETWEEN}{text}{CLOSE}"));
    for (language, file) in FILES {
        for (key, text) in lines(file) {
            book.add_template_owned(format!("{language}/{key}"), text.to_owned())?;
        }
    }
    Ok(book)
}

fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, text)| (key.trim(), text.trim()))
}

/// Values for a phrase. Text is cleaned on its way in.
#[derive(Clone, Debug, Default)]
pub struct Values(BTreeMap<&'static str, Value>);

impl Values {
    pub fn set(&mut self, name: &'static str, text: impl AsRef<str>) -> &mut Self {
        self.0.insert(name, Value::from(clean(text.as_ref())));
        self
    }

    pub fn flag(&mut self, name: &'static str, yes: bool) -> &mut Self {
        self.0.insert(name, Value::from(yes));
        self
    }
}

/// One line, without control characters and without those that mark words.
pub fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !('\u{E000}'..='\u{F8FF}').contains(c))
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same without braces: a customer's name must never look like a variable.
pub fn clean_value(text: &str) -> String {
    clean(&text.replace(['{', '}'], " "))
}

/// Whether a tone says "du" rather than "Sie".
pub const fn is_informal(tone: Tone) -> bool {
    match tone {
        Tone::Friendly => true,
        Tone::Plain | Tone::Formal => false,
    }
}

/// A filled-in phrase with its claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    pub text: String,
    pub claims: Vec<Claim>,
}

/// Fills in the phrase of that name, in its form for the tone where it has two.
///
/// # Errors
/// When the phrase is missing, needs a value that is not there, or comes out empty.
pub fn fill(language: Language, tone: Tone, key: &str, values: &Values) -> Result<Phrase, WriterError> {
    let book = BOOK.as_ref().map_err(|cause| WriterError(cause.clone()))?;
    let form = if is_informal(tone) { "i" } else { "f" };
    let template = book
        .get_template(&format!("{language}/{key}.{form}"))
        .or_else(|_| book.get_template(&format!("{language}/{key}")))
        .map_err(|cause| WriterError(cause.to_string()))?;
    let text = template
        .render(values.0.clone())
        .map_err(|cause| WriterError(format!("{language}/{key}: {cause}")))?;
    let phrase = unmark(&text);
    if phrase.text.trim().is_empty() {
        return Err(WriterError(format!("{language}/{key} came out empty")));
    }
    Ok(phrase)
}

/// Takes the marks out of a text and makes claims of them.
fn unmark(marked: &str) -> Phrase {
    let mut phrase = Phrase::default();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once(OPEN) {
        phrase.text.push_str(before);
        let (inside, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        let (field, words) = inside.split_once(BETWEEN).unwrap_or(("", inside));
        phrase.text.push_str(words);
        if let Some(source) = SourceField::parse(field) {
            phrase.claims.push(Claim {
                text: words.to_owned(),
                sources: vec![source],
            });
        }
        rest = after;
    }
    phrase.text.push_str(rest);
    phrase
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(file: &'static str) -> BTreeSet<String> {
        let base = |key: &str| key.strip_suffix(".i").or(key.strip_suffix(".f")).unwrap_or(key).to_owned();
        lines(file).map(|(key, _)| base(key)).collect()
    }

    #[test]
    fn every_language_has_every_phrase() {
        let english = keys(FILES[0].1);
        assert!(english.len() > 60, "{}", english.len());
        for (language, file) in FILES {
            assert_eq!(keys(file), english, "{language}");
            for (key, _) in lines(file).filter(|(key, _)| key.ends_with(".i")) {
                let formal = key.replace(".i", ".f");
                assert!(lines(file).any(|(other, _)| other == formal), "{language}: {formal}");
            }
        }
        let languages: BTreeSet<Language> = FILES.iter().map(|(language, _)| *language).collect();
        assert_eq!(languages.len(), Language::ALL.len());
    }

    #[test]
    fn every_phrase_is_a_template() {
        BOOK.as_ref().expect("templates");
    }

    #[test]
    fn marks_become_claims() {
        let phrase = unmark("a \u{E000}payment_count\u{E001}twice\u{E002} b");
        assert_eq!(phrase.text, "a twice b");
        assert_eq!(phrase.claims[0].text, "twice");
        assert_eq!(phrase.claims[0].sources, [SourceField::PaymentCount]);
    }

    #[test]
    fn no_value_can_bring_marks_lines_or_braces_of_its_own() {
        assert_eq!(clean_value(" Helena\u{E000}\r\nBcc: {{ name }}\u{7}"), "Helena Bcc: name");
    }
}
