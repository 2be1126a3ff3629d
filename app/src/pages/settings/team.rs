//! Settings → Team.

mod audit;
mod credits;
mod ending;
mod invitations;
mod member;
mod members;
mod overview;
mod roles;

pub use audit::AuditPage;
pub use credits::CreditsPage;
pub use ending::{LeavePage, TransferPage};
pub use invitations::InvitationsPage;
pub use member::{MemberPage, choices};
pub use members::MembersPage;
pub use overview::OverviewPage;
pub use roles::RolesPage;
