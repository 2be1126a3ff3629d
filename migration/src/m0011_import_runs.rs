//! What running imports needs beside their row: where the read file lies, rows refused late, addresses that never come back.

crate::sql::script_migration!(
    "import_runs",
    "
-- The folder, below the import's own, in which the last reading left what it found. NULL: not read yet.
ALTER TABLE import ADD COLUMN stage text;

-- Rows that were good when the file was read and are refused when they are written: the customer changed meanwhile.
CREATE TABLE import_refusal (
  team_id @uuid NOT NULL,
  import_id @uuid NOT NULL,
  line @big NOT NULL,
  -- From 1; 0 is the row as a whole.
  column_number @int NOT NULL,
  problem text NOT NULL,
  PRIMARY KEY (team_id, import_id, line),
  FOREIGN KEY (team_id, import_id) REFERENCES import (team_id, id)
);

-- Keyed hashes of erased addresses, so that no import brings one back.
CREATE TABLE erased_address (
  team_id @uuid NOT NULL REFERENCES team (id),
  address_hash text NOT NULL,
  erased_at @ts NOT NULL,
  PRIMARY KEY (team_id, address_hash)
);
"
);
