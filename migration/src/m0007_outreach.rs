//! E-mails to customers on their way, and what came back.

crate::sql::script_migration!(
    "outreach",
    "
CREATE TABLE outreach (
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  customer_id @uuid NOT NULL,
  sender_id @uuid NOT NULL,
  -- The customer's address key when it was queued.
  email text NOT NULL,
  to_name text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  state text NOT NULL CHECK (state IN ('review', 'queued', 'sending', 'sent', 'failed', 'unknown', 'paused', 'cancelled')),
  message_id text NOT NULL CONSTRAINT outreach_message_key UNIQUE,
  queued_by @uuid NOT NULL REFERENCES person (id),
  queued_at @ts NOT NULL,
  not_before @ts,
  due_at @ts NOT NULL,
  attempts @int NOT NULL DEFAULT 0,
  lease_token @uuid,
  lease_until @ts,
  -- Set in its own transaction just before the text is handed over: from here on only an answer decides.
  handed_over_at @ts,
  sent_at @ts,
  error text,
  PRIMARY KEY (team_id, id),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id),
  FOREIGN KEY (team_id, customer_id) REFERENCES customer (team_id, id),
  FOREIGN KEY (team_id, sender_id) REFERENCES sender (team_id, id)
);
CREATE UNIQUE INDEX outreach_one_open ON outreach (team_id, business_id, customer_id)
  WHERE state IN ('review', 'queued', 'sending', 'paused', 'unknown');
CREATE INDEX outreach_due ON outreach (due_at) WHERE state IN ('queued', 'sending');
CREATE INDEX outreach_by_business ON outreach (team_id, business_id, queued_at, id);
CREATE INDEX outreach_by_customer ON outreach (team_id, customer_id, queued_at);
CREATE INDEX outreach_by_email ON outreach (team_id, email, queued_at);
CREATE INDEX outreach_by_sender ON outreach (team_id, sender_id, sent_at);

CREATE TABLE reply (
  team_id @uuid NOT NULL,
  id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  customer_id @uuid NOT NULL,
  outreach_id @uuid,
  body text NOT NULL,
  sentiment text NOT NULL CHECK (sentiment IN ('positive', 'neutral', 'negative')),
  received_on @date NOT NULL,
  logged_by @uuid NOT NULL REFERENCES person (id),
  created_at @ts NOT NULL,
  PRIMARY KEY (team_id, id),
  FOREIGN KEY (team_id, customer_id) REFERENCES customer (team_id, id),
  FOREIGN KEY (team_id, outreach_id) REFERENCES outreach (team_id, id)
);
CREATE INDEX reply_by_business ON reply (team_id, business_id, created_at, id);
CREATE INDEX reply_by_customer ON reply (team_id, customer_id, created_at);
"
);
