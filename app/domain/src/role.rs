//! The four roles of a person in a team, and who may give which.

closed_enum! {
    /// Ordered from most to least rights.
    pub enum Role {
        Owner = "owner",
        Admin = "admin",
        Member = "member",
        Viewer = "viewer",
    }
}

impl Role {
    /// The word on badges and menus.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Member => "Member",
            Self::Viewer => "Viewer",
        }
    }

    /// "You are …": there is one owner.
    #[must_use]
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Owner => "the owner",
            Self::Admin => "an admin",
            Self::Member => "a member",
            Self::Viewer => "a viewer",
        }
    }

    /// What the role is for, in one line.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Owner => "Everything, and the only one who can transfer or delete the team",
            Self::Admin => "All businesses, members, settings and add-ons",
            Self::Member => "Works in the businesses they created, reads the others",
            Self::Viewer => "Reads with masked addresses and without money figures",
        }
    }

    /// Roles that this role may give by invitation or by the role menu. Owner comes only by transfer,
    /// and nobody grants above their own.
    #[must_use]
    pub const fn grantable(self) -> &'static [Self] {
        match self {
            Self::Owner | Self::Admin => &[Self::Admin, Self::Member, Self::Viewer],
            Self::Member | Self::Viewer => &[],
        }
    }

    #[must_use]
    pub fn may_grant(self, other: Self) -> bool {
        self.grantable().contains(&other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_grants_above_their_own_and_owner_never() {
        for giver in Role::ALL {
            for given in Role::ALL {
                if giver.may_grant(*given) {
                    assert!(given >= giver, "{giver} must not give {given}");
                    assert_ne!(*given, Role::Owner);
                }
            }
        }
    }
}
