//! What people changed of an analysis by hand, beside what was generated.

crate::sql::script_migration!(
    "persona_edits",
    "
-- Of the summary in this language; segment and opportunity are edited on the analysis itself.
ALTER TABLE persona ADD COLUMN edited_summary text;
ALTER TABLE persona ADD COLUMN edited_segment text;
ALTER TABLE persona ADD COLUMN edited_opportunity @int CHECK (edited_opportunity BETWEEN 1 AND 5);
ALTER TABLE persona ADD COLUMN edited_by @uuid;
ALTER TABLE persona ADD COLUMN edited_at @ts;
-- Counts the edits of an analysis, in whichever language.
ALTER TABLE persona ADD COLUMN edit_version @int NOT NULL DEFAULT 0;
"
);
