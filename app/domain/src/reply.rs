//! Replies of customers, logged by hand.

use crate::{
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

/// A row of the replies page; the words are withheld from viewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyRow {
    pub id: ReplyId,
    pub customer: CustomerId,
    pub outreach: Option<OutreachId>,
    pub name: String,
    pub text: Option<String>,
    pub sentiment: Sentiment,
    pub received: Moment,
    pub logged_by: String,
}
