//! Times as a page shows them. Formatted by the server, so that both halves render the same.

use serde::{Deserialize, Serialize};

/// A point in time, ready to show: machine-readable, as people say it, and exact in the team's time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// RFC 3339 in UTC, or `YYYY-MM-DD` for a day.
    pub iso: String,
    /// "5 weeks ago", "in 3 days".
    pub relative: String,
    /// "Tue 12 Jan 2027, 10:24".
    pub exact: String,
}
