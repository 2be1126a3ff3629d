//! Keyset pages: a bounded part of a list and where it goes on.

use serde::{Deserialize, Serialize};

/// A part of a list. `total` is exact up to `TOTAL_BOUND`; above it the page says "10,000+".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Opaque cursor of the next part.
    pub next: Option<String>,
    /// Opaque cursor of the part before.
    pub previous: Option<String>,
    pub total: Total,
}

impl<T> Page<T> {
    /// The rows, to be made into what is shown; `with` puts that in their place.
    #[must_use]
    pub fn take(&mut self) -> Vec<T> {
        std::mem::take(&mut self.rows)
    }

    /// The same place in the list with these rows.
    #[must_use]
    pub fn with<U>(self, rows: Vec<U>) -> Page<U> {
        Page {
            rows,
            next: self.next,
            previous: self.previous,
            total: self.total,
        }
    }
}

/// How many rows a list has, counted no further than is cheap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Total {
    Exactly(u64),
    AtLeast(u64),
}

impl Total {
    /// Counting stops here.
    pub const BOUND: u64 = 10_000;

    /// What was counted to at most one more than the bound.
    #[must_use]
    pub const fn counted(n: u64) -> Self {
        if n > Self::BOUND {
            Self::AtLeast(Self::BOUND)
        } else {
            Self::Exactly(n)
        }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exactly(a), Self::Exactly(b)) => Self::Exactly(a + b),
            (Self::Exactly(a) | Self::AtLeast(a), Self::Exactly(b) | Self::AtLeast(b)) => Self::AtLeast(a + b),
        }
    }

    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self, Self::Exactly(0))
    }
}

impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exactly(n) => f.write_str(&crate::money::group_thousands(*n)),
            Self::AtLeast(n) => write!(f, "{}+", crate::money::group_thousands(*n)),
        }
    }
}
