//! Credits: append-only transfers between four accounts of a team, balances kept by triggers and bounded by a constraint.

use crate::sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, TABLES).await?;
        sql::run_either(manager, SQLITE_TRIGGERS, POSTGRES_TRIGGERS).await?;
        sql::append_only(manager, "ledger_transfer").await
    }
}

const TABLES: &str = "
CREATE TABLE ledger_account (
  team_id @uuid NOT NULL REFERENCES team (id),
  -- monthly and bought are the pool; issued is where credits come from, spent where they go.
  kind text NOT NULL CHECK (kind IN ('monthly', 'bought', 'issued', 'spent')),
  available @big NOT NULL DEFAULT 0,
  held @big NOT NULL DEFAULT 0,
  PRIMARY KEY (team_id, kind),
  CONSTRAINT ledger_account_available CHECK (available >= 0 OR kind = 'issued'),
  CONSTRAINT ledger_account_held CHECK (held >= 0)
);

CREATE TABLE ledger_transfer (
  team_id @uuid NOT NULL,
  -- Made by the caller: the idempotency key.
  id @uuid NOT NULL,
  phase text NOT NULL CHECK (phase IN ('posted', 'pending', 'post', 'void')),
  debit text NOT NULL,
  credit text NOT NULL,
  amount @big NOT NULL CHECK (amount > 0),
  action text NOT NULL,
  -- Transfers of one hold share it; post and void name the pending transfer they end.
  hold_id @uuid,
  pending_id @uuid,
  person_id @uuid REFERENCES person (id),
  business_id @uuid,
  customer_id @uuid,
  external_ref text CONSTRAINT ledger_transfer_external_key UNIQUE,
  at @ts NOT NULL,
  PRIMARY KEY (team_id, id),
  CONSTRAINT ledger_transfer_shape UNIQUE (team_id, id, debit, credit, amount),
  CONSTRAINT ledger_transfer_ends CHECK ((phase IN ('post', 'void')) = (pending_id IS NOT NULL)),
  CONSTRAINT ledger_transfer_held CHECK ((phase = 'posted') = (hold_id IS NULL)),
  FOREIGN KEY (team_id, debit) REFERENCES ledger_account (team_id, kind),
  FOREIGN KEY (team_id, credit) REFERENCES ledger_account (team_id, kind),
  -- A hold's end is of the same accounts and amount as its beginning.
  CONSTRAINT ledger_transfer_pending FOREIGN KEY (team_id, pending_id, debit, credit, amount)
    REFERENCES ledger_transfer (team_id, id, debit, credit, amount)
);
-- A hold ends once.
CREATE UNIQUE INDEX ledger_transfer_ended_once ON ledger_transfer (team_id, pending_id) WHERE pending_id IS NOT NULL;
CREATE INDEX ledger_transfer_by_hold ON ledger_transfer (team_id, hold_id);
CREATE INDEX ledger_transfer_by_time ON ledger_transfer (team_id, at, id);
";

const SQLITE_TRIGGERS: &str = "
CREATE TRIGGER ledger_transfer_moves AFTER INSERT ON ledger_transfer BEGIN
  UPDATE ledger_account SET
    available = available + CASE NEW.phase WHEN 'void' THEN NEW.amount WHEN 'post' THEN 0 ELSE -NEW.amount END,
    held = held + CASE NEW.phase WHEN 'pending' THEN NEW.amount WHEN 'posted' THEN 0 ELSE -NEW.amount END
    WHERE team_id = NEW.team_id AND kind = NEW.debit;
  UPDATE ledger_account SET available = available + NEW.amount
    WHERE team_id = NEW.team_id AND kind = NEW.credit AND NEW.phase IN ('posted', 'post');
END;
CREATE TRIGGER ledger_transfer_ends_pending BEFORE INSERT ON ledger_transfer
  WHEN NEW.pending_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM ledger_transfer WHERE team_id = NEW.team_id AND id = NEW.pending_id AND phase = 'pending')
BEGIN SELECT RAISE(ABORT, 'ledger_transfer ends no pending transfer'); END;
";

const POSTGRES_TRIGGERS: &str = "
CREATE FUNCTION ledger_transfer_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.pending_id IS NOT NULL AND NOT EXISTS
     (SELECT 1 FROM ledger_transfer WHERE team_id = NEW.team_id AND id = NEW.pending_id AND phase = 'pending') THEN
    RAISE EXCEPTION 'ledger_transfer ends no pending transfer' USING ERRCODE = 'AU002';
  END IF;
  UPDATE ledger_account SET
    available = available + CASE NEW.phase WHEN 'void' THEN NEW.amount WHEN 'post' THEN 0 ELSE -NEW.amount END,
    held = held + CASE NEW.phase WHEN 'pending' THEN NEW.amount WHEN 'posted' THEN 0 ELSE -NEW.amount END
    WHERE team_id = NEW.team_id AND kind = NEW.debit;
  UPDATE ledger_account SET available = available + NEW.amount
    WHERE team_id = NEW.team_id AND kind = NEW.credit AND NEW.phase IN ('posted', 'post');
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_transfer_moves AFTER INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_transfer_moves();
";
