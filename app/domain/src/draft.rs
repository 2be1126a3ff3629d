//! What a draft must fulfil before it may leave, and what its editor sends.

use crate::{
    credit::{Balance, Credits},
    error::{Error, FieldCode, FieldErrors},
    persona::Claim,
    time::Moment,
};
use serde::{Deserialize, Serialize};

pub const SUBJECT_MAX: u32 = 200;
pub const BODY_MAX: u32 = 20_000;

closed_enum! {
    /// Why a draft may not leave yet.
    pub enum DraftProblem {
        NoSubject = "no_subject",
        NoBody = "no_body",
        SubjectVariable = "subject_variable",
        BodyVariable = "body_variable",
        SubjectPlaceholder = "subject_placeholder",
        BodyPlaceholder = "body_placeholder",
        SubjectTooLong = "subject_too_long",
        BodyTooLong = "body_too_long",
    }
}

impl DraftProblem {
    /// The control of the editor that it belongs to.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoSubject | Self::SubjectVariable | Self::SubjectPlaceholder | Self::SubjectTooLong => "subject",
            Self::NoBody | Self::BodyVariable | Self::BodyPlaceholder | Self::BodyTooLong => "body",
        }
    }

    #[must_use]
    pub const fn code(self) -> FieldCode {
        match self {
            Self::NoSubject | Self::NoBody => FieldCode::Required,
            Self::SubjectVariable | Self::BodyVariable => FieldCode::UnknownVariable,
            Self::SubjectPlaceholder | Self::BodyPlaceholder => FieldCode::Placeholder,
            Self::SubjectTooLong => FieldCode::TooLong { max: SUBJECT_MAX },
            Self::BodyTooLong => FieldCode::TooLong { max: BODY_MAX },
        }
    }

    /// What to do about it, as a sentence.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoSubject => "Write a subject.",
            Self::NoBody => "Write a text.",
            Self::SubjectVariable => "Replace the {{…}} variable in the subject, it would arrive empty.",
            Self::BodyVariable => "Replace the {{…}} variable in the text, it would arrive empty.",
            Self::SubjectPlaceholder => "Replace the […] in the subject by what it stands for.",
            Self::BodyPlaceholder => "Replace the […] in the text by what it stands for.",
            Self::SubjectTooLong => "Shorten the subject to 200 characters.",
            Self::BodyTooLong => "Shorten the text to 20,000 characters.",
        }
    }
}

/// Everything that keeps a draft from leaving, in the order of the editor; empty when it may leave.
#[must_use]
pub fn problems(subject: &str, body: &str) -> Vec<DraftProblem> {
    use DraftProblem as P;
    let mut found = Vec::new();
    let parts = [
        (
            subject,
            SUBJECT_MAX,
            P::NoSubject,
            P::SubjectVariable,
            P::SubjectPlaceholder,
            P::SubjectTooLong,
        ),
        (body, BODY_MAX, P::NoBody, P::BodyVariable, P::BodyPlaceholder, P::BodyTooLong),
    ];
    for (text, max, empty, variable, placeholder, long) in parts {
        if text.trim().is_empty() {
            found.push(empty);
        }
        if has_variable(text) {
            found.push(variable);
        }
        if has_placeholder(text) {
            found.push(placeholder);
        }
        if text.chars().count() > max as usize {
            found.push(long);
        }
    }
    found
}

/// The same as field errors, for whoever has to refuse.
///
/// # Errors
/// `Invalid` with every problem.
pub fn check(subject: &str, body: &str) -> Result<(), Error> {
    let mut errors = FieldErrors::default();
    for problem in problems(subject, body) {
        errors.push(problem.field(), problem.code());
    }
    errors.finish()
}

/// A variable that nothing fills, or the rest of one.
fn has_variable(text: &str) -> bool {
    ["{{", "}}", "{%", "%}"].iter().any(|mark| text.contains(mark))
}

/// Words that stand in brackets for something else: "[first name]", "[insert link]".
const STAND_INS: [&str; 24] = [
    "name",
    "vorname",
    "nachname",
    "nombre",
    "nom",
    "prénom",
    "nome",
    "company",
    "firma",
    "empresa",
    "link",
    "date",
    "insert",
    "your",
    "here",
    "product",
    "offer",
    "code",
    "price",
    "signature",
    "placeholder",
    "todo",
    "tbd",
    "xxx",
];

/// A placeholder that somebody meant to fill in. A remark in brackets is none.
fn has_placeholder(text: &str) -> bool {
    text.split('[').skip(1).filter_map(|rest| rest.split_once(']')).any(|(inside, _)| {
        let is_words = inside.chars().count() <= 40 && inside.chars().all(|c| c.is_alphabetic() || " _-'’".contains(c));
        let lower = inside.to_lowercase();
        is_words && lower.split([' ', '_', '-']).any(|word| STAND_INS.contains(&word))
    })
}

/// The claims that the text still makes: words that were edited away rest on nothing any more.
#[must_use]
pub fn still_made(claims: Vec<Claim>, subject: &str, body: &str) -> Vec<Claim> {
    let said = |words: &str| !words.is_empty() && (body.contains(words) || subject.contains(words));
    claims.into_iter().filter(|claim| said(&claim.text)).collect()
}

/// A version of a draft, newest first. Its words are withheld from viewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftVersion {
    pub version: i32,
    pub edited_by: String,
    pub edited_at: Moment,
    pub subject: Option<String>,
    pub body: Option<String>,
}

/// What another e-mail cost and what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regenerated {
    pub version: i32,
    pub spent: Credits,
    pub balance: Balance,
}

/// What the editor saves: the text and the version it was read at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftEdit {
    pub subject: String,
    pub body: String,
    pub version: i32,
}

impl DraftEdit {
    /// The same with a one-line subject and plain line ends. What may be saved is wider than what may leave:
    /// only lengths are bounded.
    ///
    /// # Errors
    /// `Invalid` where a part is too long to be kept.
    pub fn checked(self) -> Result<Self, Error> {
        let subject = self.subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let body = self.body.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned();
        let mut errors = FieldErrors::default();
        for problem in problems(&subject, &body) {
            if matches!(problem, DraftProblem::SubjectTooLong | DraftProblem::BodyTooLong) {
                errors.push(problem.field(), problem.code());
            }
        }
        errors.finish()?;
        Ok(Self {
            subject,
            body,
            version: self.version,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DraftProblem as P;

    #[test]
    fn a_written_mail_may_leave() {
        assert_eq!(problems("Hello, Helena", "Hi Helena,\n\n10 % {sic} off.\n"), []);
    }

    #[test]
    fn what_would_arrive_empty_may_not() {
        assert_eq!(problems(" ", "\n"), [P::NoSubject, P::NoBody]);
        assert_eq!(problems("Hi {{name}}", "Hi {{ name }}"), [P::SubjectVariable, P::BodyVariable]);
        assert_eq!(problems("Hi", "rest of one }}"), [P::BodyVariable]);
        assert_eq!(problems("Hi", "{% if %}"), [P::BodyVariable]);
    }

    #[test]
    fn a_placeholder_is_no_remark() {
        for text in ["Hi [Name],", "See [insert link here]", "[FIRST_NAME]", "Ihr [Vorname]", "[TODO]"] {
            assert_eq!(problems("Hi", text), [P::BodyPlaceholder], "{text}");
        }
        for text in ["As you wrote [sic]", "see [1]", "an open [ bracket", "[Link, Anna and 3 others]"] {
            assert_eq!(problems("Hi", text), [], "{text}");
        }
    }

    #[test]
    fn words_that_were_edited_away_are_no_claims() {
        let claim = |text: &str| Claim {
            text: text.into(),
            sources: vec![crate::persona::SourceField::PaymentCount],
        };
        let kept = still_made(
            vec![claim("seven times"), claim("in July"), claim("")],
            "Hi",
            "You paid seven times.",
        );
        assert_eq!(kept, [claim("seven times")]);
    }

    #[test]
    fn lengths_count_characters() {
        assert_eq!(problems(&"é".repeat(200), "x"), []);
        assert_eq!(problems(&"é".repeat(201), &"é".repeat(20_001)), [P::SubjectTooLong, P::BodyTooLong]);
        assert!(check(&"é".repeat(201), "x").is_err());
    }

    #[test]
    fn an_edit_keeps_a_subject_on_one_line() {
        let edit = DraftEdit {
            subject: " Hi\r\nBcc: x@example.com ".into(),
            body: "a\r\nb\rc\n\n".into(),
            version: 1,
        };
        let edit = edit.checked().expect("short enough");
        assert_eq!(edit.subject, "Hi Bcc: x@example.com");
        assert_eq!(edit.body, "a\nb\nc");
    }
}
