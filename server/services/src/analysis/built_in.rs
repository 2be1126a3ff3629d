//! The built-in writer: rules and phrases, offline and deterministic.
//!
//! The same subject always gives the same answer. Nothing is said that does not rest on a known field; a field that is
//! not known is left out, never filled with a guess.

mod facts;
mod letter;
mod offer;
mod persona;
mod phrases;
mod segment;
mod words;

use super::writer::{Analysis, PersonaText, Rewritten, Subject, WriterError};
use facts::Facts;
use letter::Angle;

/// Writes an analysis.
///
/// # Errors
/// When a phrase can't be filled in, which the tests rule out for every language.
pub fn write(subject: &Subject) -> Result<Analysis, WriterError> {
    let facts = Facts::of(subject);
    let segment = segment::of(&facts);
    let offer = offer::choose(subject, segment);
    Ok(Analysis {
        segment,
        opportunity: segment::opportunity(&facts, segment),
        persona: persona::write(subject, &facts, segment, &offer)?,
        letter: letter::write(subject, &facts, segment, &offer, Angle::Segment)?,
        variant: variant(subject, Angle::Segment),
    })
}

/// Writes the persona alone: in another language it says the same, because it is made of the same.
///
/// # Errors
/// As `write`.
pub fn persona(subject: &Subject) -> Result<PersonaText, WriterError> {
    let facts = Facts::of(subject);
    let segment = segment::of(&facts);
    persona::write(subject, &facts, segment, &offer::choose(subject, segment))
}

/// Writes another letter to the same customer: the first angle that was not written in this tone, best one that was not written in any.
/// `None` when all were.
///
/// # Errors
/// As `write`.
pub fn rewrite(subject: &Subject, written: &[String]) -> Result<Option<Rewritten>, WriterError> {
    let facts = Facts::of(subject);
    let segment = segment::of(&facts);
    let offer = offer::choose(subject, segment);
    let angles = Angle::ALL.into_iter().filter(|angle| angle.suits(&offer));
    let left: Vec<Angle> = angles.filter(|angle| !written.contains(&variant(subject, *angle))).collect();
    let is_new = |angle: &&Angle| !written.iter().any(|variant| variant.ends_with(&format!(".{}", angle.as_str())));
    let Some(angle) = left.iter().find(is_new).or(left.first()).copied() else {
        return Ok(None);
    };
    Ok(Some(Rewritten {
        letter: letter::write(subject, &facts, segment, &offer, angle)?,
        variant: variant(subject, angle),
    }))
}

/// What a letter in this tone and from this angle goes by: "friendly.question".
fn variant(subject: &Subject, angle: Angle) -> String {
    format!("{}.{}", subject.business.tone, angle.as_str())
}

#[cfg(test)]
mod tests;
