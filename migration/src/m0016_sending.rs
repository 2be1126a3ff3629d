//! Sending: what an outreach looked like when it was queued, when a sender may send next, and the indexes of the queue.

crate::sql::script_migration!(
    "sending",
    "
-- The sender as the recipient sees it, as of queueing.
ALTER TABLE outreach ADD COLUMN from_name text NOT NULL DEFAULT '';
ALTER TABLE outreach ADD COLUMN from_email text NOT NULL DEFAULT '';

-- A hint that keeps workers from claiming in vain: nothing leaves from this sender before. What counts is outreach.handed_over_at.
ALTER TABLE sender ADD COLUMN next_send_at @ts;
ALTER TABLE sender ADD COLUMN next_reason text;

-- The line of the workers, and what they hold. Literal states: the planner uses a partial index only where the query says the same.
CREATE INDEX outreach_waiting ON outreach (due_at, id) WHERE state = 'queued';
CREATE INDEX outreach_leased ON outreach (lease_until) WHERE state = 'sending';
-- Pages and counts of one business.
CREATE INDEX outreach_by_state ON outreach (team_id, business_id, state, queued_at, id);
-- The rate of a sender.
CREATE INDEX outreach_by_hand_over ON outreach (team_id, sender_id, handed_over_at) WHERE handed_over_at IS NOT NULL;

-- When a queue was last looked at by whichever worker.
CREATE TABLE heartbeat (
  name text PRIMARY KEY,
  at @ts NOT NULL
);
"
);
