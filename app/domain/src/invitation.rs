//! Invitations: single use, bound to an address, seven days.

use crate::{ids::InvitationId, role::Role, time::Moment};
use serde::{Deserialize, Serialize};

pub const VALID_DAYS: i64 = 7;

closed_enum! {
    pub enum InvitationState {
        Pending = "pending",
        Accepted = "accepted",
        Expired = "expired",
        Revoked = "revoked",
    }
}

/// A row of the list of invitations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    pub state: InvitationState,
    pub invited_by: String,
    pub sent: Moment,
    pub expires: Moment,
}

/// What the holder of a join link sees before joining.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationOffer {
    pub team_name: String,
    pub email: String,
    pub role: Role,
    pub invited_by: String,
    pub visitor: Visitor,
    pub expires: Moment,
}

/// Who opened the link, and so what joining takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visitor {
    /// Signed in with the invited address: one press.
    Invited { name: String },
    /// Signed in with another address: has to switch first.
    Another { email: String },
    /// Signed out, and the address has an account: sign in and come back.
    HasAccount,
    /// Signed out and new: name and password.
    New,
}
