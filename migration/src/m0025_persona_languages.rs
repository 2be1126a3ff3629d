//! Personas of one analysis in several languages, written from what the analysis was written from.

crate::sql::script_migration!(
    "persona_languages",
    "
-- The analysis that a persona in another language belongs to; NULL is the analysis itself.
ALTER TABLE persona ADD COLUMN analysis_id @uuid;
-- What the writer was told.
ALTER TABLE persona ADD COLUMN basis @json;
-- Only the newest of a customer was ever shown.
DELETE FROM persona WHERE EXISTS (
  SELECT 1 FROM persona newer WHERE newer.team_id = persona.team_id AND newer.customer_id = persona.customer_id
    AND (newer.made_at > persona.made_at OR (newer.made_at = persona.made_at AND newer.id > persona.id))
);
CREATE UNIQUE INDEX persona_analysis_key ON persona (team_id, customer_id) WHERE analysis_id IS NULL;
"
);
