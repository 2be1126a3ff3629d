//! A team's settings change by version; a deleted team can be restored for a while and is purged then, its append-only tables too.

use crate::sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, COLUMNS).await?;
        for table in ["audit_event", "ledger_transfer"] {
            let sqlite = format!(
                "DROP TRIGGER {table}_no_delete;
                 CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
                   WHEN NOT EXISTS (SELECT 1 FROM team WHERE id = OLD.team_id AND purging)
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
            );
            let postgres = format!(
                "CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
                 BEGIN
                   IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM team WHERE id = OLD.team_id AND purging) THEN RETURN OLD; END IF;
                   RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'AU001';
                 END $$;"
            );
            sql::run_either(manager, &sqlite, &postgres).await?;
        }
        Ok(())
    }
}

const COLUMNS: &str = "
ALTER TABLE team ADD COLUMN version @int NOT NULL DEFAULT 1;
ALTER TABLE team ADD COLUMN deleted_by @uuid;
-- Set once by the purge, and never taken back: from then on its append-only rows may go.
ALTER TABLE team ADD COLUMN purging @bool NOT NULL DEFAULT FALSE;
CREATE INDEX team_deleted ON team (deleted_at) WHERE deleted_at IS NOT NULL;

-- What somebody leaves behind is counted by these.
CREATE INDEX draft_by_editor ON draft (team_id, edited_by);
CREATE INDEX outreach_waiting_of ON outreach (team_id, queued_by) WHERE state = 'queued';
";
