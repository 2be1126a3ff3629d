//! Settings → Team.

mod audit;
mod roles;

pub use audit::AuditPage;
pub use roles::RolesPage;
