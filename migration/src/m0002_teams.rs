//! Teams, who is in them, and who is invited.

crate::sql::script_migration!(
    "teams",
    "
CREATE TABLE team (
  id @uuid PRIMARY KEY,
  name text NOT NULL,
  time_zone text NOT NULL,
  contact_window_days @int NOT NULL DEFAULT 14,
  created_by @uuid NOT NULL REFERENCES person (id),
  created_at @ts NOT NULL,
  next_grant_at @ts,
  -- Set while the pool is low, so that one crossing warns once.
  low_balance_since @ts,
  deleted_at @ts
);

CREATE TABLE member (
  team_id @uuid NOT NULL REFERENCES team (id),
  id @uuid NOT NULL,
  person_id @uuid NOT NULL REFERENCES person (id),
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  joined_at @ts NOT NULL,
  last_active_at @ts,
  PRIMARY KEY (team_id, id),
  CONSTRAINT member_person_key UNIQUE (team_id, person_id)
);
CREATE UNIQUE INDEX member_one_owner ON member (team_id) WHERE role = 'owner';
CREATE INDEX member_of_person ON member (person_id);

CREATE TABLE invitation (
  team_id @uuid NOT NULL REFERENCES team (id),
  id @uuid NOT NULL,
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'member', 'viewer')),
  token_hash text NOT NULL CONSTRAINT invitation_token_key UNIQUE,
  invited_by @uuid NOT NULL REFERENCES person (id),
  created_at @ts NOT NULL,
  sent_at @ts NOT NULL,
  expires_at @ts NOT NULL,
  accepted_at @ts,
  revoked_at @ts,
  PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX invitation_pending_key ON invitation (team_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
"
);
