//! Teams and the people in them.

use crate::{
    credit::Balance,
    ids::{BusinessId, MemberId, PersonId, TeamId},
    permission::Permission,
    role::Role,
    time::Moment,
};
use serde::{Deserialize, Serialize};

pub const NAME_MAX: u32 = 80;
/// A deleted team can be restored for so many days; then it is purged.
pub const RESTORABLE_DAYS: i64 = 30;

/// A team in the switcher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamLink {
    pub id: TeamId,
    pub name: String,
    pub role: Role,
}

/// What every page of a team knows: the frame's data and who is asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamFrame {
    pub id: TeamId,
    pub name: String,
    pub person: PersonId,
    pub person_name: String,
    pub person_email: String,
    pub role: Role,
    pub balance: Balance,
    /// A banner for owner and admins below the threshold.
    pub low_balance: bool,
    pub businesses: Vec<BusinessLink>,
    pub teams: Vec<TeamLink>,
    pub steps: Checklist,
}

impl TeamFrame {
    /// The same decision the server makes, for showing.
    #[must_use]
    pub fn may(&self, permission: Permission, business: Option<BusinessId>) -> bool {
        let owns = business.is_some_and(|id| self.businesses.iter().any(|b| b.id == id && b.own));
        self.role.may(permission, owns)
    }
}

/// What of the way to the first e-mail is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist {
    pub business: bool,
    pub sender: bool,
    /// A link was mailed to an address and not opened yet.
    pub sender_mailed: bool,
    pub import: bool,
    pub outreach: bool,
}

impl Checklist {
    pub const STEPS: u8 = 5;

    /// Out of five; the team itself is the first.
    #[must_use]
    pub const fn done(self) -> u8 {
        1 + self.business as u8 + self.sender as u8 + self.import as u8 + self.outreach as u8
    }
}

/// A business in the switcher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessLink {
    pub id: BusinessId,
    pub name: String,
    /// 1, 2 or 3: the colour of its mark, the same everywhere.
    pub mark: u8,
    /// Whether the person asking owns it.
    pub own: bool,
    /// Who owns it, for "ask …".
    pub owner_name: String,
    pub customers: u64,
    /// There is a postal address, which every e-mail must carry.
    pub addressed: bool,
    /// E-mails that wait for a review and replies: at most one more than `COUNTED`.
    pub to_review: u8,
    pub replies: u8,
}

impl BusinessLink {
    /// Every page shows these figures, so they are counted no further; beyond stands "99+".
    pub const COUNTED: u8 = 99;
}

/// A row of Settings → Team → Members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    pub id: MemberId,
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub joined: Moment,
    pub last_active: Option<Moment>,
    pub is_me: bool,
    /// The businesses that are theirs.
    pub businesses: Vec<OwnedBusiness>,
}

/// A business in the row of its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedBusiness {
    pub id: BusinessId,
    pub name: String,
    pub mark: u8,
}

/// A part of the list of members: after this cursor, or before it. `after` wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberQuery {
    pub after: Option<String>,
    pub before: Option<String>,
}

/// What somebody has in a team, before they leave it or become a viewer, and who may take it over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belongings {
    pub member: MemberId,
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub is_me: bool,
    pub businesses: Vec<OwnedBusiness>,
    /// E-mails that wait in their name: they are paused for review.
    pub waiting: u64,
    /// Drafts that they wrote last; they stay with their customers. At most `COUNTED_MAX`.
    pub drafts: u64,
    /// Work in the background that stops, with the business it is for.
    pub running: Vec<RunningWork>,
    /// Whoever may take the businesses over, the owner first.
    pub heirs: Vec<Heir>,
}

/// More than this is "1,000 or more".
pub const COUNTED_MAX: u64 = 1_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningWork {
    /// "Import", …
    pub what: String,
    pub since: Moment,
}

/// Who may own a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heir {
    pub member: MemberId,
    pub name: String,
    pub role: Role,
}

/// A team that was deleted and can be restored by whoever owns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedTeam {
    pub id: TeamId,
    pub name: String,
    pub deleted: Moment,
    /// From then on it is gone.
    pub purged: Moment,
}

/// Settings → Team: seats and slots of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamOverview {
    pub id: TeamId,
    pub name: String,
    pub time_zone: String,
    /// Of name and time zone.
    pub version: i32,
    pub plan: String,
    /// People in the team, the owner and viewers too.
    pub members: u32,
    /// Invitations that can still be accepted; each holds a seat.
    pub invited: u32,
    /// `None`: unlimited by configuration.
    pub seats: Option<u32>,
    pub slots_used: u32,
    pub slots: Option<u32>,
    pub balance: Balance,
    pub credits_per_month: u32,
    pub created: Moment,
}

impl TeamOverview {
    #[must_use]
    pub const fn seats_used(&self) -> u32 {
        self.members + self.invited
    }

    /// The number of seats, if every one of them is taken.
    #[must_use]
    pub fn full(&self) -> Option<u32> {
        self.seats.filter(|seats| self.seats_used() >= *seats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_team_counts_as_the_first_of_five() {
        assert_eq!(Checklist::default().done(), 1);
        let all = Checklist {
            business: true,
            sender: true,
            sender_mailed: false,
            import: true,
            outreach: true,
        };
        assert_eq!(all.done(), 5);
    }
}
