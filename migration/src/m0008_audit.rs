//! Who did what, append-only. Holds ids and field names, never a customer's values.

use crate::sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, TABLE).await?;
        sql::append_only(manager, "audit_event").await
    }
}

const TABLE: &str = "
CREATE TABLE audit_event (
  team_id @uuid NOT NULL REFERENCES team (id),
  id @uuid NOT NULL,
  at @ts NOT NULL,
  kind text NOT NULL,
  -- The person, or NULL for the system; the name stays when the person goes.
  person_id @uuid,
  person_name text NOT NULL,
  business_id @uuid,
  customer_id @uuid,
  subject_id @uuid,
  request_id text,
  detail @json NOT NULL,
  PRIMARY KEY (team_id, id)
);
CREATE INDEX audit_event_by_time ON audit_event (team_id, at, id);
";
