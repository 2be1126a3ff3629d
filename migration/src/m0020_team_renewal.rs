//! The teams whose monthly credits are due are looked for every second.

crate::sql::script_migration!(
    "team_renewal",
    "
CREATE INDEX team_renewal ON team (next_grant_at) WHERE deleted_at IS NULL;
"
);
