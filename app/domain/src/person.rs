//! People with an account.

use crate::ids::PersonId;
use serde::{Deserialize, Serialize};

/// Shortest password that is taken.
pub const PASSWORD_MIN: u32 = 10;
/// Longest password that is taken (a bound on the work of a hash).
pub const PASSWORD_MAX: u32 = 200;
pub const NAME_MAX: u32 = 120;

/// Who is signed in, as every page knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub verified: bool,
    pub teams: Vec<crate::team::TeamLink>,
}

/// Up to two capitals for an avatar.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).take(2).collect()
}
