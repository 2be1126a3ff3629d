//! Time and randomness, handed in so that tests decide them.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use uuid::Uuid;

/// The only source of "now".
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands until a test moves it.
    Test(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn standing_at(start: DateTime<Utc>) -> Self {
        Self::Test(Arc::new(AtomicI64::new(start.timestamp_millis())))
    }

    /// Now, in whole milliseconds, so that both databases store the same.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one home of the system clock")]
            Self::System => Utc::now().duration_trunc(TimeDelta::milliseconds(1)).unwrap_or_default(),
            Self::Test(ms) => DateTime::from_timestamp_millis(ms.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Moves a test clock; the system clock stays.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Test(ms) = self {
            ms.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }

    /// A new id: UUID version 7 of this clock's time.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
    }
}
