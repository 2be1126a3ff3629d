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

use super::writer::{Analysis, Subject, WriterError};
use facts::Facts;

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
        summary: persona::summary(subject, &facts, segment)?,
        signals: persona::signals(subject, &facts)?,
        suggested_offer: persona::suggested(subject, &offer)?,
        letter: letter::write(subject, &facts, segment, &offer)?,
    })
}

#[cfg(test)]
mod tests;
