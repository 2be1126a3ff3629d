//! How a use case fails: with something the caller can act on, or with a cause that is logged once at the boundary.

use domain::error::{Conflict, Error as Public, FieldCode};
use sea_orm::{DbErr, RuntimeErr};

/// The error of the use cases.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller can act on it.
    #[error(transparent)]
    Public(#[from] Public),
    #[error("database: {0}")]
    Db(DbErr),
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    /// The database's own bound on a pool refused a transfer. `ledger::with_figures` says how much was there.
    #[error("the pool would be overdrawn")]
    Overdrawn,
    /// Something that should not happen.
    #[error("{0}")]
    Bug(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What crosses the wire. `reference` finds the cause in the log.
    #[must_use]
    pub fn into_public(self, reference: &str) -> Public {
        match self {
            Self::Public(error) => error,
            Self::Db(DbErr::ConnectionAcquire(cause)) => {
                tracing::warn!(%cause, reference, "no database connection was free");
                Public::Unavailable
            }
            Self::Overdrawn => {
                tracing::warn!(reference, "a pool changed under a hold");
                Public::Unavailable
            }
            cause @ (Self::Db(_) | Self::Io(_) | Self::Bug(_)) => {
                tracing::error!(%cause, reference, "unexpected error");
                Public::Internal {
                    reference: reference.to_owned(),
                }
            }
        }
    }
}

/// PostgreSQL's name of a constraint, SQLite's columns of it, and what the caller hears.
type Constraint = (&'static str, &'static str, fn() -> Public);

/// Constraints a caller can act on.
const CONSTRAINTS: &[Constraint] = &[
    ("person_email_key", "person.email", || Public::field("email", FieldCode::Taken)),
    ("business_name_key", "business.team_id, business.name", || {
        Public::field("name", FieldCode::Taken)
    }),
    ("sender_email_key", "sender.team_id, sender.business_id, sender.email", || {
        Public::field("email", FieldCode::Taken)
    }),
    ("member_person_key", "member.team_id, member.person_id", || {
        Public::Conflict(Conflict::AlreadyMember)
    }),
    ("invitation_pending_key", "invitation.team_id, invitation.email", || {
        Public::Conflict(Conflict::AlreadyInvited)
    }),
    (
        "outreach_one_open",
        "outreach.team_id, outreach.business_id, outreach.customer_id",
        || Public::Conflict(Conflict::OpenOutreach),
    ),
    ("import_one_running", "import.team_id, import.business_id", || {
        Public::Conflict(Conflict::ImportRunning)
    }),
];

/// The constraint that keeps a pool from going below nothing; both databases name it.
const POOL_BOUND: &str = "ledger_account_available";

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if let DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) = &error {
            let text = cause.to_string();
            if text.contains(POOL_BOUND) {
                return Self::Overdrawn;
            }
            let hit = CONSTRAINTS
                .iter()
                .find(|(name, columns, _)| text.contains(&format!("\"{name}\"")) || text.ends_with(columns));
            if let Some((_, _, public)) = hit {
                return Self::Public(public());
            }
        }
        Self::Db(error)
    }
}
