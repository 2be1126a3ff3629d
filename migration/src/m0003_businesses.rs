//! Businesses with their outreach settings, mail servers, senders.

crate::sql::script_migration!(
    "businesses",
    "
CREATE TABLE business (
  team_id @uuid NOT NULL REFERENCES team (id),
  id @uuid NOT NULL,
  name text NOT NULL,
  owner_id @uuid NOT NULL REFERENCES person (id),
  created_by @uuid NOT NULL REFERENCES person (id),
  mark @int NOT NULL,
  website text NOT NULL DEFAULT '',
  contact_name text NOT NULL DEFAULT '',
  contact_role text NOT NULL DEFAULT '',
  currency text NOT NULL,
  time_zone text NOT NULL,
  description text NOT NULL DEFAULT '',
  upsell text NOT NULL DEFAULT '',
  incentives @json NOT NULL,
  language text NOT NULL,
  tone text NOT NULL,
  call_to_action text NOT NULL,
  call_link text NOT NULL DEFAULT '',
  signature text NOT NULL DEFAULT '',
  postal_address text NOT NULL DEFAULT '',
  reply_to text NOT NULL DEFAULT '',
  version @int NOT NULL DEFAULT 1,
  -- Kept by imports and deletions, so that no page counts a million rows.
  customer_count @big NOT NULL DEFAULT 0,
  created_at @ts NOT NULL,
  deleted_at @ts,
  PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX business_name_key ON business (team_id, name) WHERE deleted_at IS NULL;

CREATE TABLE smtp_server (
  team_id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  host text NOT NULL,
  port @int NOT NULL CHECK (port BETWEEN 1 AND 65535),
  tls text NOT NULL CHECK (tls IN ('tls', 'starttls', 'none')),
  username text NOT NULL,
  -- Sealed with the installation's key.
  password_sealed text,
  updated_at @ts NOT NULL,
  PRIMARY KEY (team_id, business_id),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id)
);

CREATE TABLE sender (
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'verified')),
  token_hash text CONSTRAINT sender_token_key UNIQUE,
  token_expires_at @ts,
  verified_at @ts,
  created_by @uuid NOT NULL REFERENCES person (id),
  created_at @ts NOT NULL,
  PRIMARY KEY (team_id, id),
  CONSTRAINT sender_email_key UNIQUE (team_id, business_id, email),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id)
);
"
);
