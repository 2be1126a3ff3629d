//! Customers that are deleted for good some time after their deletion, and what is done with many of them at once.

use crate::sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, TABLES).await?;
        sql::run_either(manager, "", POSTGRES_TRIGGERS).await
    }
}

const TABLES: &str = "
-- Set when a deleted customer's fields were taken away, where outreach or replies keep the row.
ALTER TABLE customer ADD COLUMN purged_at @ts;
-- The list of deleted customers, and those whose time is over.
CREATE INDEX customer_deleted ON customer (team_id, business_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX customer_to_purge ON customer (deleted_at) WHERE deleted_at IS NOT NULL AND purged_at IS NULL;

CREATE TABLE batch (
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('analyse', 'send', 'delete', 'restore')),
  state text NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'stopped')),
  -- Whom to send from, and whether somebody reviews first.
  sender_id @uuid,
  review @bool NOT NULL DEFAULT FALSE,
  -- Items: their number is fixed when it starts.
  item_count @big NOT NULL,
  -- Who was chosen and left out at the start: numbers by reason.
  skipped @json NOT NULL,
  -- What one item costs.
  cost @big NOT NULL,
  reason text,
  created_by @uuid NOT NULL REFERENCES person (id),
  created_at @ts NOT NULL,
  finished_at @ts,
  PRIMARY KEY (team_id, id),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id)
);
CREATE INDEX batch_by_business ON batch (team_id, business_id, created_at);

CREATE TABLE batch_item (
  team_id @uuid NOT NULL,
  batch_id @uuid NOT NULL,
  number @int NOT NULL,
  customer_id @uuid NOT NULL,
  -- Its part of what was set aside when the batch started.
  hold_id @uuid,
  -- Of the draft that was there then.
  version @int,
  state text NOT NULL CHECK (state IN ('waiting', 'done', 'skipped', 'failed', 'left')),
  why text,
  PRIMARY KEY (team_id, batch_id, number),
  FOREIGN KEY (team_id, batch_id) REFERENCES batch (team_id, id)
);
CREATE INDEX batch_item_waiting ON batch_item (team_id, batch_id, number) WHERE state = 'waiting';
-- Whether a customer waits in a batch, and whether a hold does.
CREATE INDEX batch_item_by_customer ON batch_item (team_id, customer_id) WHERE state = 'waiting';
CREATE INDEX batch_item_by_hold ON batch_item (team_id, hold_id) WHERE state = 'waiting';
";

// One statement sets credits aside for hundreds of customers. Moving the balance once for each row of it would leave as many dead
// versions of the account's row, which every later row has to pass: the balance moves once for the statement. SQLite keeps no versions.
const POSTGRES_TRIGGERS: &str = "
DROP TRIGGER ledger_transfer_moves ON ledger_transfer;
CREATE OR REPLACE FUNCTION ledger_transfer_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM moved n WHERE n.pending_id IS NOT NULL AND NOT EXISTS
     (SELECT 1 FROM ledger_transfer t WHERE t.team_id = n.team_id AND t.id = n.pending_id AND t.phase = 'pending')) THEN
    RAISE EXCEPTION 'ledger_transfer ends no pending transfer' USING ERRCODE = 'AU002';
  END IF;
  UPDATE ledger_account a SET available = a.available + m.available, held = a.held + m.held
    FROM (
      SELECT p.team_id, p.kind, CAST(sum(p.available) AS bigint) AS available, CAST(sum(p.held) AS bigint) AS held FROM (
        SELECT n.team_id, n.debit AS kind,
          CASE n.phase WHEN 'void' THEN n.amount WHEN 'post' THEN 0 ELSE -n.amount END AS available,
          CASE n.phase WHEN 'pending' THEN n.amount WHEN 'posted' THEN 0 ELSE -n.amount END AS held
        FROM moved n
        UNION ALL
        SELECT n.team_id, n.credit, n.amount, 0 FROM moved n WHERE n.phase IN ('posted', 'post')
      ) p GROUP BY p.team_id, p.kind
    ) m WHERE a.team_id = m.team_id AND a.kind = m.kind;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_transfer_moves AFTER INSERT ON ledger_transfer
  REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION ledger_transfer_moves();
";
