//! Replies of customers, logged by hand.

use crate::{
    error::{Error, FieldCode, FieldErrors},
    ids::{CustomerId, OutreachId, ReplyId},
    time::Moment,
};
use serde::{Deserialize, Serialize};

pub const TEXT_MAX: u32 = 20_000;

closed_enum! {
    pub enum Sentiment {
        Positive = "positive",
        Neutral = "neutral",
        Negative = "negative",
    }
}

impl Sentiment {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Positive => "Positive",
            Self::Neutral => "Neutral",
            Self::Negative => "Negative",
        }
    }
}

/// A reply as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplyForm {
    /// `YYYY-MM-DD`.
    pub received: String,
    pub text: String,
    pub sentiment: String,
    /// The outreach it answers; empty: none.
    pub outreach: String,
}

/// A reply that keeps every rule that needs no database. Its day is checked by whoever knows a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedReply {
    pub text: String,
    pub sentiment: Sentiment,
    pub outreach: Option<OutreachId>,
}

impl ReplyForm {
    /// # Errors
    /// `Invalid` for the text and the sentiment, `NotFound` for an outreach that is none.
    pub fn checked(&self) -> Result<CheckedReply, Error> {
        let mut errors = FieldErrors::default();
        let text = self.text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
        if text.is_empty() {
            errors.push("text", FieldCode::Required);
        } else if text.chars().count() > TEXT_MAX as usize {
            errors.push("text", FieldCode::TooLong { max: TEXT_MAX });
        }
        let sentiment = Sentiment::parse(&self.sentiment);
        if sentiment.is_none() {
            errors.push("sentiment", FieldCode::NotAChoice);
        }
        errors.finish()?;
        let outreach = match self.outreach.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Error::NotFound)?),
        };
        Ok(CheckedReply {
            text,
            sentiment: sentiment.ok_or(Error::Malformed)?,
            outreach,
        })
    }
}

/// What the form starts with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyOptions {
    /// Today in the team's time zone, `YYYY-MM-DD`.
    pub today: String,
    /// E-mails that were sent to this customer, newest first: id and subject with its day.
    pub answered: Vec<(OutreachId, String)>,
}

/// What the replies page is asked for; every part of it lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyQuery {
    pub sentiment: Option<Sentiment>,
    /// The part after this cursor (older), or before it (newer). `after` wins.
    pub after: Option<String>,
    pub before: Option<String>,
}

/// A row of the replies page; the words are withheld from viewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyRow {
    pub id: ReplyId,
    pub customer: CustomerId,
    pub outreach: Option<OutreachId>,
    pub name: String,
    /// Masked for viewers.
    pub email: String,
    pub text: Option<String>,
    /// What it answers; withheld from viewers.
    pub subject: Option<String>,
    pub sentiment: Sentiment,
    pub received: Moment,
    pub logged_by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str, sentiment: &str, outreach: &str) -> ReplyForm {
        ReplyForm {
            received: "2027-01-12".into(),
            text: text.into(),
            sentiment: sentiment.into(),
            outreach: outreach.into(),
        }
    }

    #[test]
    fn a_reply_has_words_and_a_mood() {
        let checked = form(" Yes\r\nplease ", "positive", "").checked().expect("fine");
        assert_eq!(
            (checked.text.as_str(), checked.sentiment, checked.outreach),
            ("Yes\nplease", Sentiment::Positive, None)
        );
        let refused = form(" ", "happy", "").checked().expect_err("neither");
        assert!(refused.field_message("text").is_some() && refused.field_message("sentiment").is_some());
        let long = "é".repeat(20_001);
        assert!(form(&long, "neutral", "").checked().is_err());
        assert!(form(&long[..40_000], "neutral", "").checked().is_ok());
        assert_eq!(form("x", "neutral", "1").checked(), Err(Error::NotFound));
    }
}
