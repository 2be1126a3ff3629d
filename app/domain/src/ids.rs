//! Identifiers: UUID version 7, made by the server, one type per noun so that they can't be mixed up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "db", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        // Ids are never numbers of the database's own making; the row's key type has to say so.
        #[cfg(feature = "db")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> { Err(sea_orm::DbErr::ConvertFromU64(stringify!($name))) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

id! {
    TeamId,
    /// Somebody with an account, in any number of teams.
    PersonId,
    /// A place of a person in a team.
    MemberId,
    InvitationId,
    BusinessId,
    /// A From address of a business.
    SenderId,
    CustomerId,
    ImportId,
    /// One result of an analysis; another one has another id.
    PersonaId,
    DraftId,
    OutreachId,
    /// One deed for many customers.
    BatchId,
    ReplyId,
    /// A row of the ledger.
    TransferId,
    /// All transfers of one hold share it.
    HoldId,
    JobId,
    AuditEventId,
    SessionId,
}
