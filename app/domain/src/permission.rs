//! The permission matrix: data, one pure function over it, and marker types that let the compiler ask for evidence.
//!
//! The rows are the product's contract; UI, server functions, exports, webhooks and command line all read this table.

use crate::{email, role::Role};

/// What a role may do with one permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Yes,
    /// Only in businesses that the person created or that were handed over to them.
    Own,
    No,
    /// Allowed, with addresses masked and without money figures.
    Masked,
}

impl Access {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Own => "own",
            Self::No => "no",
            Self::Masked => "masked",
        }
    }

    #[must_use]
    pub const fn allows(self) -> bool {
        !matches!(self, Self::No)
    }
}

/// Which businesses a grant reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Any,
    Own,
}

/// What a grant lets its holder see of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Sight {
    Full,
    Masked,
}

impl Sight {
    #[must_use]
    pub const fn is_masked(self) -> bool {
        matches!(self, Self::Masked)
    }

    /// An address as it may be seen.
    #[must_use]
    pub fn address(self, address: &str) -> String {
        match self {
            Self::Full => address.to_owned(),
            Self::Masked => email::mask(address),
        }
    }

    /// A text that is not masked itself but may hold an address: somebody's name may be theirs.
    #[must_use]
    pub fn text(self, text: &str) -> String {
        match self {
            Self::Full => text.to_owned(),
            Self::Masked => email::mask_within(text),
        }
    }
}

closed_enum! {
    /// The heading a permission stands under.
    pub enum Group {
        Business = "business",
        Customer = "customer",
        Team = "team",
    }
}

/// Evidence that a type stands for one row of the matrix.
pub trait Requirement: Send + Sync + 'static {
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($variant:ident, $name:literal, $group:ident, $label:literal, $sentence:literal, $owner:ident $admin:ident $member:ident $viewer:ident;)+) => {
        closed_enum! {
            /// A row of the matrix.
            pub enum Permission { $( $variant = $name, )+ }
        }

        impl Permission {
            #[must_use]
            pub const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group),+ }
            }

            /// The row's label.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// What one needs the right for: "you need the right to …".
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }
        }

        impl Role {
            /// The matrix, total over both arguments.
            #[must_use]
            pub const fn access(self, permission: Permission) -> Access {
                match permission {
                    $(Permission::$variant => match self {
                        Self::Owner => Access::$owner,
                        Self::Admin => Access::$admin,
                        Self::Member => Access::$member,
                        Self::Viewer => Access::$viewer,
                    }),+
                }
            }
        }

        /// One marker type per row, for grants.
        pub mod perm {
            use super::{Permission, Requirement};
            $(
                #[derive(Clone, Copy, Debug)]
                pub struct $variant;
                impl Requirement for $variant {
                    const PERMISSION: Permission = Permission::$variant;
                }
            )+
        }
    };
}

permissions! {
    // variant, stored name, group, label, sentence, owner admin member viewer
    ViewBusinesses, "view_businesses", Business, "View all businesses", "see the businesses", Yes Yes Yes Yes;
    CreateBusiness, "create_business", Business, "Create new business", "create a business", Yes Yes Yes No;
    EditAnyBusiness, "edit_any_business", Business, "Edit any business", "edit any business", Yes Yes No No;
    EditOwnBusiness, "edit_own_business", Business, "Edit own business", "edit this business", Yes Yes Yes No;
    DeleteAnyBusiness, "delete_any_business", Business, "Delete any business", "delete any business", Yes Yes No No;
    DeleteOwnBusiness, "delete_own_business", Business, "Delete own business", "delete this business", Yes Yes Yes No;
    ConfigureStripe, "configure_stripe", Business, "Configure Stripe", "connect Stripe", Yes Yes Own No;
    ConfigureSender, "configure_sender", Business, "Configure sender verification", "set up senders and mail servers", Yes Yes Own No;
    ViewCustomers, "view_customers", Customer, "View all customers", "see customers", Yes Yes Yes Yes;
    ViewCustomerData, "view_customer_data", Customer, "View customer data (unmasked)", "see addresses and money figures", Yes Yes Yes Masked;
    ImportCsv, "import_csv", Customer, "Import customers (CSV)", "import customers from a file", Yes Yes Own No;
    ImportStripe, "import_stripe", Customer, "Import customers (Stripe)", "import customers from Stripe", Yes Yes Own No;
    DeleteCustomers, "delete_customers", Customer, "Delete customers (cleanup)", "delete customers", Yes Yes Own No;
    DraftEmails, "draft_emails", Customer, "Draft emails", "analyse customers and draft e-mails", Yes Yes Own No;
    RegenerateEmail, "regenerate_email", Customer, "Regenerate email content", "regenerate an e-mail", Yes Yes Own No;
    SendEmails, "send_emails", Customer, "Send emails", "send e-mails", Yes Yes Own No;
    UseBatch, "use_batch", Customer, "Use batch operations", "act on many customers at once", Yes Yes Own No;
    LogReplies, "log_replies", Customer, "Log customer replies", "log replies", Yes Yes Own No;
    EditAnalysis, "edit_analysis", Customer, "Edit customer analysis", "edit a customer's analysis", Yes Yes Own No;
    RegeneratePersona, "regenerate_persona", Customer, "Regenerate persona in language", "make a persona in another language", Yes Yes Own No;
    ViewTeamSettings, "view_team_settings", Team, "View team settings", "see the team's settings", Yes Yes Yes Yes;
    InviteMembers, "invite_members", Team, "Invite members", "invite people", Yes Yes No No;
    RemoveMembers, "remove_members", Team, "Remove members", "remove people", Yes Yes No No;
    ChangeRoles, "change_roles", Team, "Change member roles", "change roles", Yes Yes No No;
    EditTeamSettings, "edit_team_settings", Team, "Edit team settings", "change the team's settings", Yes Yes No No;
    PurchaseAddons, "purchase_addons", Team, "Purchase add-ons", "buy add-ons", Yes Yes No No;
    DeleteTeam, "delete_team", Team, "Delete team", "delete the team", Yes No No No;
    TransferOwnership, "transfer_ownership", Team, "Transfer ownership", "transfer ownership", Yes No No No;
}

impl Permission {
    /// The row that widens this one from own to any business, where the matrix has two rows for one deed.
    const fn wider(self) -> Option<Self> {
        match self {
            Self::EditOwnBusiness => Some(Self::EditAnyBusiness),
            Self::DeleteOwnBusiness => Some(Self::DeleteAnyBusiness),
            _ => None,
        }
    }

    /// Whether the permission is decided per business.
    #[must_use]
    pub const fn is_per_business(self) -> bool {
        matches!(Role::Member.access(self), Access::Own) || self.wider().is_some()
    }

    /// The roles that have this permission everywhere: whom to ask.
    #[must_use]
    pub fn granted_by(self) -> &'static str {
        match (Role::Admin.access(self), Role::Owner.access(self)) {
            (Access::Yes, _) => "an owner or admin",
            _ => "the owner",
        }
    }
}

impl Role {
    /// Which businesses the permission reaches for this role; `None` where the role lacks it.
    #[must_use]
    pub const fn scope(self, permission: Permission) -> Option<Scope> {
        match self.access(permission) {
            Access::No => None,
            Access::Own => Some(Scope::Own),
            Access::Yes | Access::Masked => match permission.wider() {
                Some(wider) if !self.access(wider).allows() => Some(Scope::Own),
                _ => Some(Scope::Any),
            },
        }
    }

    /// What this role sees of customers.
    #[must_use]
    pub const fn sight(self) -> Sight {
        match self.access(Permission::ViewCustomerData) {
            Access::Yes | Access::Own => Sight::Full,
            Access::Masked | Access::No => Sight::Masked,
        }
    }

    /// Whether this role may use the permission on one business.
    #[must_use]
    pub const fn may(self, permission: Permission, owns_business: bool) -> bool {
        match self.scope(permission) {
            Some(Scope::Any) => true,
            Some(Scope::Own) => owns_business,
            None => false,
        }
    }
}

/// The matrix as CSV: `group,permission,owner,admin,member,viewer`.
#[must_use]
pub fn matrix_csv() -> String {
    let mut out = String::from("group,permission,owner,admin,member,viewer\n");
    for permission in Permission::ALL {
        let cells = Role::ALL
            .iter()
            .map(|role| role.access(*permission).as_str())
            .collect::<Vec<_>>()
            .join(",");
        out.push_str(&format!("{},{},{cells}\n", permission.group(), permission.label()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_reaches_only_own_businesses_with_every_changing_customer_right() {
        for permission in Permission::ALL {
            if permission.group() == Group::Customer && Role::Viewer.access(*permission) == Access::No {
                assert_eq!(Role::Member.scope(*permission), Some(Scope::Own), "{permission}");
                assert!(!Role::Member.may(*permission, false));
                assert!(Role::Member.may(*permission, true));
            }
        }
        assert_eq!(Role::Member.scope(Permission::EditOwnBusiness), Some(Scope::Own));
        assert_eq!(Role::Admin.scope(Permission::EditOwnBusiness), Some(Scope::Any));
    }

    #[test]
    fn a_viewer_changes_nothing_and_sees_masked() {
        for permission in Permission::ALL {
            let reading = matches!(
                permission,
                Permission::ViewBusinesses | Permission::ViewCustomers | Permission::ViewCustomerData | Permission::ViewTeamSettings
            );
            assert_eq!(Role::Viewer.access(*permission).allows(), reading, "{permission}");
        }
        assert!(Role::Viewer.sight().is_masked());
        assert!(!Role::Member.sight().is_masked());
    }

    #[test]
    fn the_matrix_has_a_row_for_each_permission_and_ends_with_the_transfer() {
        let csv = matrix_csv();
        assert_eq!(csv.lines().count(), 29);
        assert!(csv.ends_with("team,Transfer ownership,yes,no,no,no\n"));
        assert!(csv.contains("business,Edit own business,yes,yes,yes,no\n"));
        assert!(csv.contains("customer,View customer data (unmasked),yes,yes,yes,masked\n"));
    }
}
