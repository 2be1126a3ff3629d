//! Accounts: people, their sessions, mailed links, and limits on attempts.

crate::sql::script_migration!(
    "people",
    "
CREATE TABLE person (
  id @uuid PRIMARY KEY,
  email text NOT NULL CONSTRAINT person_email_key UNIQUE,
  name text NOT NULL,
  password_hash text NOT NULL,
  verified_at @ts,
  created_at @ts NOT NULL
);

CREATE TABLE session (
  id @uuid PRIMARY KEY,
  person_id @uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  token_hash text NOT NULL CONSTRAINT session_token_key UNIQUE,
  user_agent text NOT NULL,
  created_at @ts NOT NULL,
  last_seen_at @ts NOT NULL,
  expires_at @ts NOT NULL
);
CREATE INDEX session_person ON session (person_id);
CREATE INDEX session_expires ON session (expires_at);

-- A link that was mailed to a person: single use, known by its hash only.
CREATE TABLE mailed_link (
  id @uuid PRIMARY KEY,
  person_id @uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('verify_email', 'reset_password')),
  token_hash text NOT NULL CONSTRAINT mailed_link_token_key UNIQUE,
  created_at @ts NOT NULL,
  expires_at @ts NOT NULL,
  used_at @ts
);
CREATE INDEX mailed_link_person ON mailed_link (person_id, kind);

-- Attempts per key (kind + address or network) in a window; bounded by a sweep.
CREATE TABLE attempt (
  key text PRIMARY KEY,
  window_start @ts NOT NULL,
  count @int NOT NULL
);
"
);
