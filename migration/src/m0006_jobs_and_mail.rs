//! The queue of background work and the outbox of the system's own mails.

crate::sql::script_migration!(
    "jobs_and_mail",
    "
CREATE TABLE job (
  id @uuid PRIMARY KEY,
  team_id @uuid REFERENCES team (id),
  kind text NOT NULL,
  -- The id of what the job works on (an import, …).
  subject_id @uuid,
  payload @json NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  actor_id @uuid REFERENCES person (id),
  due_at @ts NOT NULL,
  attempts @int NOT NULL DEFAULT 0,
  lease_token @uuid,
  lease_until @ts,
  error text,
  created_at @ts NOT NULL,
  finished_at @ts
);
CREATE INDEX job_due ON job (due_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_by_subject ON job (subject_id);

-- The system's own mails (verification, invitation, …).
CREATE TABLE mail (
  id @uuid PRIMARY KEY,
  team_id @uuid REFERENCES team (id),
  kind text NOT NULL,
  to_address text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown')),
  due_at @ts NOT NULL,
  attempts @int NOT NULL DEFAULT 0,
  lease_token @uuid,
  lease_until @ts,
  -- Set in its own transaction just before the text is handed over.
  handed_over_at @ts,
  error text,
  created_at @ts NOT NULL,
  sent_at @ts
);
CREATE INDEX mail_due ON mail (due_at) WHERE state IN ('queued', 'sending');

-- Where mails land in development, without a mail server.
CREATE TABLE dev_mail (
  id @uuid PRIMARY KEY,
  message_id text NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  at @ts NOT NULL
);
"
);
