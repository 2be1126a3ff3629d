//! Senders take turns: the line of the workers by sender.

crate::sql::script_migration!(
    "outreach_line",
    "
-- From sender to sender, and each sender's mails in their order.
CREATE INDEX outreach_line ON outreach (team_id, sender_id, due_at, id) WHERE state = 'queued';
-- How many of its mails are in the workers' hands.
CREATE INDEX outreach_held ON outreach (team_id, sender_id) WHERE state = 'sending';
-- Nothing asks for what is due of all senders together any more.
DROP INDEX outreach_waiting;
DROP INDEX outreach_due;
"
);
