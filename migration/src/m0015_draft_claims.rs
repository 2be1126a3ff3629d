//! What an older version of a draft rests on, and the ledger of one customer.

crate::sql::script_migration!(
    "draft_claims",
    "
ALTER TABLE draft_version ADD COLUMN claims @json;
CREATE INDEX ledger_transfer_by_customer ON ledger_transfer (team_id, customer_id, at) WHERE customer_id IS NOT NULL;
"
);
