//! Customers, imports, personas, drafts, replies, suppressions.

use crate::sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite's full-text index needs a row number of its own; PostgreSQL keys by (team, id).
        let sqlite = CUSTOMER
            .replace("@key", "seq integer PRIMARY KEY,")
            .replace("@unique", "UNIQUE (team_id, id)");
        let postgres = CUSTOMER.replace("@key", "").replace("@unique", "PRIMARY KEY (team_id, id)");
        sql::run(manager, IMPORT).await?;
        sql::run_either(manager, &sqlite, &postgres).await?;
        sql::run(manager, REST).await
    }
}

const IMPORT: &str = "
CREATE TABLE import (
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('uploaded', 'reading', 'previewed', 'running', 'done', 'cancelled', 'failed')),
  file_name text NOT NULL,
  file_hash text NOT NULL,
  bytes @big NOT NULL,
  format @json NOT NULL,
  columns @json NOT NULL,
  merge text NOT NULL CHECK (merge IN ('replace', 'add')),
  counts @json NOT NULL,
  processed @big NOT NULL DEFAULT 0,
  row_count @big NOT NULL DEFAULT 0,
  new_count @big NOT NULL DEFAULT 0,
  updated_count @big NOT NULL DEFAULT 0,
  -- The last address that was written: where a restarted run goes on.
  cursor text,
  reason text,
  created_by @uuid REFERENCES person (id),
  created_at @ts NOT NULL,
  finished_at @ts,
  PRIMARY KEY (team_id, id),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id)
);
CREATE UNIQUE INDEX import_one_running ON import (team_id, business_id) WHERE state = 'running';
CREATE INDEX import_by_business ON import (team_id, business_id, created_at);
";

const CUSTOMER: &str = "
CREATE TABLE customer (
  @key
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  email text NOT NULL,
  name text NOT NULL DEFAULT '',
  company text NOT NULL DEFAULT '',
  country text NOT NULL DEFAULT '',
  currency text,
  total_spent @big,
  monthly_spend @big,
  payment_count @big,
  first_payment @date,
  last_payment @date,
  refund_volume @big,
  notes text NOT NULL DEFAULT '',
  tags @json,
  attributes @json,
  segment text,
  opportunity @int CHECK (opportunity BETWEEN 1 AND 5),
  import_id @uuid,
  created_at @ts NOT NULL,
  updated_at @ts NOT NULL,
  deleted_at @ts,
  @unique,
  CONSTRAINT customer_email_key UNIQUE (team_id, business_id, email),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id)
);
CREATE INDEX customer_by_spent ON customer (team_id, business_id, total_spent, id);
CREATE INDEX customer_by_last_payment ON customer (team_id, business_id, last_payment, id);
";

const REST: &str = "
-- What an import or an edit changed of a customer, for the timeline and for undoing.
CREATE TABLE customer_change (
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  customer_id @uuid NOT NULL,
  import_id @uuid,
  person_id @uuid REFERENCES person (id),
  changes @json NOT NULL,
  at @ts NOT NULL,
  PRIMARY KEY (team_id, id),
  FOREIGN KEY (team_id, customer_id) REFERENCES customer (team_id, id) ON DELETE CASCADE
);
CREATE INDEX customer_change_by_customer ON customer_change (team_id, customer_id, at);

CREATE TABLE persona (
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  customer_id @uuid NOT NULL,
  language text NOT NULL,
  segment text NOT NULL,
  opportunity @int NOT NULL CHECK (opportunity BETWEEN 1 AND 5),
  summary @json NOT NULL,
  signals @json NOT NULL,
  offer @json,
  made_by @uuid NOT NULL REFERENCES person (id),
  made_at @ts NOT NULL,
  PRIMARY KEY (team_id, id),
  CONSTRAINT persona_language_key UNIQUE (team_id, customer_id, language),
  FOREIGN KEY (team_id, customer_id) REFERENCES customer (team_id, id) ON DELETE CASCADE
);

CREATE TABLE draft (
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  customer_id @uuid NOT NULL,
  language text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  claims @json NOT NULL,
  version @int NOT NULL,
  edited_by @uuid NOT NULL REFERENCES person (id),
  edited_at @ts NOT NULL,
  PRIMARY KEY (team_id, id),
  CONSTRAINT draft_customer_key UNIQUE (team_id, customer_id),
  FOREIGN KEY (team_id, customer_id) REFERENCES customer (team_id, id) ON DELETE CASCADE
);

CREATE TABLE draft_version (
  team_id @uuid NOT NULL,
  draft_id @uuid NOT NULL,
  version @int NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  edited_by @uuid NOT NULL REFERENCES person (id),
  edited_at @ts NOT NULL,
  PRIMARY KEY (team_id, draft_id, version),
  FOREIGN KEY (team_id, draft_id) REFERENCES draft (team_id, id) ON DELETE CASCADE
);

-- Who must not be mailed; business_id NULL is the whole team.
CREATE TABLE suppression (
  team_id @uuid NOT NULL REFERENCES team (id),
  id @uuid NOT NULL,
  business_id @uuid,
  email text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('unsubscribed', 'bounced', 'complained', 'by_hand')),
  created_by @uuid REFERENCES person (id),
  created_at @ts NOT NULL,
  PRIMARY KEY (team_id, id),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id)
);
CREATE INDEX suppression_by_email ON suppression (team_id, email);
CREATE UNIQUE INDEX suppression_key ON suppression (team_id, business_id, email) WHERE business_id IS NOT NULL;
CREATE UNIQUE INDEX suppression_team_key ON suppression (team_id, email) WHERE business_id IS NULL;
";
