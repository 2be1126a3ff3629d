//! A business's connection to Stripe.

crate::sql::script_migration!(
    "stripe_connection",
    "
CREATE TABLE stripe_connection (
  team_id @uuid NOT NULL,
  business_id @uuid NOT NULL,
  -- Sealed with the installation's key.
  key_sealed text NOT NULL,
  key_ending text NOT NULL,
  live @bool NOT NULL,
  connected_at @ts NOT NULL,
  PRIMARY KEY (team_id, business_id),
  FOREIGN KEY (team_id, business_id) REFERENCES business (team_id, id)
);
"
);
