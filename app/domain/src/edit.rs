//! What people change of a customer and of its analysis by hand.

use crate::{
    business::Language,
    error::{Error, FieldCode, FieldErrors},
    ids::PersonaId,
    persona::{Opportunity, Segment},
};
use serde::{Deserialize, Serialize};

/// Characters of a text, as an import takes them.
pub const TEXT_MAX: u32 = 2_000;
pub const TAG_MAX: u32 = 60;
pub const TAGS_MAX: u32 = 50;

/// What the form of a customer's fields sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldsForm {
    pub name: String,
    pub company: String,
    pub country: String,
    pub notes: String,
    /// "vip, b2b".
    pub tags: String,
}

/// A customer's fields that people edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub company: String,
    pub country: String,
    pub notes: String,
    pub tags: Vec<String>,
}

impl FieldsForm {
    /// The same with one-line texts, plain line ends in the notes and each tag once.
    ///
    /// # Errors
    /// `Invalid` where something is too long to be kept.
    pub fn checked(&self) -> Result<Fields, Error> {
        let mut errors = FieldErrors::default();
        let mut bounded = |name: &str, text: String| {
            if text.chars().count() > TEXT_MAX as usize {
                errors.push(name, FieldCode::TooLong { max: TEXT_MAX });
            }
            text
        };
        let name = bounded("name", line(&self.name));
        let company = bounded("company", line(&self.company));
        let country = bounded("country", line(&self.country));
        let notes = bounded("notes", lines(&self.notes));
        let mut tags: Vec<String> = Vec::new();
        for tag in self.tags.split([',', ';', '|']).map(line) {
            let known = tags.iter().any(|other| other.to_lowercase() == tag.to_lowercase());
            if !tag.is_empty() && !known {
                tags.push(tag);
            }
        }
        if tags.iter().any(|tag| tag.chars().count() > TAG_MAX as usize) {
            errors.push("tags", FieldCode::TooLong { max: TAG_MAX });
        } else if tags.len() > TAGS_MAX as usize {
            let (min, max) = (0, TAGS_MAX.into());
            errors.push("tags", FieldCode::OutOfRange { min, max });
        }
        errors.finish()?;
        Ok(Fields {
            name,
            company,
            country,
            notes,
            tags,
        })
    }
}

/// Which analysis somebody saw, in which language, after how many edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonaSeen {
    pub analysis: PersonaId,
    pub language: Language,
    pub version: i32,
}

/// What the form of an analysis sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonaForm {
    pub summary: String,
    pub segment: String,
    pub opportunity: String,
}

/// What somebody makes of an analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonaEdit {
    pub summary: String,
    pub segment: Segment,
    pub opportunity: Opportunity,
}

impl PersonaForm {
    /// What it says, with plain line ends.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn checked(&self) -> Result<PersonaEdit, Error> {
        let mut errors = FieldErrors::default();
        let summary = lines(&self.summary);
        if summary.is_empty() {
            errors.push("summary", FieldCode::Required);
        } else if summary.chars().count() > TEXT_MAX as usize {
            errors.push("summary", FieldCode::TooLong { max: TEXT_MAX });
        }
        let segment = Segment::parse(&self.segment);
        let opportunity = self.opportunity.parse().ok().and_then(Opportunity::new);
        if segment.is_none() {
            errors.push("segment", FieldCode::NotAChoice);
        }
        if opportunity.is_none() {
            errors.push("opportunity", FieldCode::NotAChoice);
        }
        match (segment, opportunity, errors.finish()) {
            (Some(segment), Some(opportunity), Ok(())) => Ok(PersonaEdit {
                summary,
                segment,
                opportunity,
            }),
            (.., Err(error)) => Err(error),
            _ => Err(Error::Malformed),
        }
    }
}

fn line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let plain: String = text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_one_line_each_and_tags_stand_once() {
        let form = FieldsForm {
            name: " Helena\r\nHol\u{fd} ".into(),
            notes: "a\r\nb\n".into(),
            tags: "vip, VIP; b2b ,,".into(),
            ..FieldsForm::default()
        };
        let fields = form.checked().expect("short enough");
        assert_eq!((fields.name.as_str(), fields.notes.as_str()), ("Helena Hol\u{fd}", "a\nb"));
        assert_eq!(fields.tags, ["vip", "b2b"]);
    }

    #[test]
    fn what_is_too_long_is_named() {
        let form = FieldsForm {
            name: "x".repeat(2_001),
            tags: "y".repeat(61),
            ..FieldsForm::default()
        };
        let error = form.checked().expect_err("too long");
        assert!(error.field_message("name").is_some() && error.field_message("tags").is_some());
        let many = (0..51).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let form = FieldsForm {
            tags: many,
            ..FieldsForm::default()
        };
        assert!(form.checked().is_err());
    }

    #[test]
    fn a_persona_needs_words_and_known_choices() {
        let form = |summary: &str, segment: &str, opportunity: &str| PersonaForm {
            summary: summary.into(),
            segment: segment.into(),
            opportunity: opportunity.into(),
        };
        assert!(form("Pays late.", "loyal", "3").checked().is_ok());
        let error = form(" ", "king", "6").checked().expect_err("wrong");
        for field in ["summary", "segment", "opportunity"] {
            assert!(error.field_message(field).is_some(), "{field}");
        }
    }
}
