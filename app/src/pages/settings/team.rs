//! Settings → Team.

mod audit;
mod credits;
mod invitations;
mod members;
mod overview;
mod roles;

pub use audit::AuditPage;
pub use credits::CreditsPage;
pub use invitations::InvitationsPage;
pub use members::MembersPage;
pub use overview::OverviewPage;
pub use roles::RolesPage;
