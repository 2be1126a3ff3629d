//! Is the process up, and can it serve? For supervisors and load balancers; says nothing that a stranger should not know.

use crate::state::AppState;
use axum::{Json, extract::State, http::StatusCode};
use migration::{Migrator, MigratorTrait};
use serde::Serialize;

/// `/healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok"
}

#[derive(Debug, Serialize)]
pub struct Readiness {
    /// `ok` or `unreachable`.
    database: &'static str,
    /// `current`, `missing` or `unknown`.
    migrations: &'static str,
}

/// `/readyz`: the database answers and has this program's schema.
pub async fn readyz(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let db = state.services.db().read();
    let (status, database, migrations) = match (db.ping().await, Migrator::get_pending_migrations_read_only(db).await) {
        (Ok(()), Ok(missing)) if missing.is_empty() => (StatusCode::OK, "ok", "current"),
        (Ok(()), Ok(_)) => (StatusCode::SERVICE_UNAVAILABLE, "ok", "missing"),
        (Ok(()), Err(error)) => {
            tracing::warn!(%error, "the state of the schema can't be read");
            (StatusCode::SERVICE_UNAVAILABLE, "ok", "unknown")
        }
        (Err(error), _) => {
            tracing::warn!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "unreachable", "unknown")
        }
    };
    (status, Json(Readiness { database, migrations }))
}
