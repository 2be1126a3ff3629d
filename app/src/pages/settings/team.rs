//! Settings → Team.

mod audit;
mod invitations;
mod members;
mod overview;
mod roles;

pub use audit::AuditPage;
pub use invitations::InvitationsPage;
pub use members::MembersPage;
pub use overview::OverviewPage;
pub use roles::RolesPage;
