//! What the log says of one customer, for the timeline.

crate::sql::script_migration!(
    "timeline",
    "
CREATE INDEX audit_event_by_customer ON audit_event (team_id, customer_id, at, id) WHERE customer_id IS NOT NULL;
"
);
