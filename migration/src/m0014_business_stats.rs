//! How the customers of a business spend, kept so that an analysis reads one row instead of a million.

crate::sql::script_migration!(
    "business_stats",
    "
CREATE TABLE business_stats (
  team_id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  -- Empty for customers whose currency is not known.
  currency text NOT NULL,
  distribution @json NOT NULL,
  -- How many customers the business had then.
  customer_count @big NOT NULL,
  computed_at @ts NOT NULL,
  PRIMARY KEY (team_id, business_id, currency),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id)
);
"
);
