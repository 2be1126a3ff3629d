//! A sender whose mail server is down rests longer each time; no mail pays for it.

crate::sql::script_migration!(
    "sender_refusals",
    "
-- How often in a row its mail server could not be used. Nothing again once a mail was taken or the server's settings were saved.
ALTER TABLE sender ADD COLUMN refusals @int NOT NULL DEFAULT 0;
"
);
