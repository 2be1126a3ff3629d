//! Which letters were written to a customer since the analysis, so that a regenerated one is another.

crate::sql::script_migration!(
    "draft_variants",
    "
ALTER TABLE draft ADD COLUMN variants @json;
"
);
