//! Whose turn it is: senders take turns, and each sender's mails stand in their line.

use crate::{
    Services,
    entity::outreach::{Entity, Model},
    error::Result,
    jobs::lease_time,
};
use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, Statement, Value};
use uuid::Uuid;

/// The last second of the year 9999.
const END_OF_TIME: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(at) => at,
    None => DateTime::UNIX_EPOCH,
};

/// An outreach in the hands of this worker, until its lease ends.
pub(super) struct Claimed {
    pub row: Model,
    pub lease: Uuid,
}

/// Takes the next due mail of a sender that does not rest: of the one that has the fewest mails in hand, then of the one that was
/// served longest ago. One statement, so two workers never get the same.
pub(super) async fn claim(services: &Services) -> Result<Option<Claimed>> {
    let now = services.clock().now();
    let lease = services.clock().new_id();
    let until = now + lease_time(services.settings().sending.lease);
    let lock = if services.db().is_sqlite() {
        ""
    } else {
        "FOR UPDATE OF o SKIP LOCKED"
    };
    // `line` steps from sender to sender over the index `outreach_line`, so a long line costs no more than a short one. Past the end of
    // time begins the next sender: without it SQLite would read all of this one's mails to get there.
    let sql = format!(
        "UPDATE outreach SET state = 'sending', lease_token = $1, lease_until = $2, attempts = attempts + 1, handed_over_at = NULL
         WHERE (team_id, id) = (
           WITH RECURSIVE line (team_id, sender_id) AS (
             SELECT * FROM (SELECT team_id, sender_id FROM outreach WHERE state = 'queued' ORDER BY team_id, sender_id LIMIT 1) AS f
             UNION
             SELECT
               (SELECT o.team_id FROM outreach o WHERE o.state = 'queued' AND (o.team_id, o.sender_id, o.due_at) > (l.team_id, l.sender_id, $4)
                ORDER BY o.team_id, o.sender_id LIMIT 1),
               (SELECT o.sender_id FROM outreach o WHERE o.state = 'queued' AND (o.team_id, o.sender_id, o.due_at) > (l.team_id, l.sender_id, $4)
                ORDER BY o.team_id, o.sender_id LIMIT 1)
             FROM line l WHERE l.team_id IS NOT NULL
           ), firsts AS MATERIALIZED (
             SELECT s.team_id, s.next_send_at,
               (SELECT o.id FROM outreach o
                WHERE o.team_id = s.team_id AND o.sender_id = s.id AND o.state = 'queued' AND o.due_at <= $3
                ORDER BY o.due_at, o.id LIMIT 1) AS id,
               (SELECT COUNT(*) FROM outreach h WHERE h.state = 'sending' AND h.team_id = s.team_id AND h.sender_id = s.id) AS in_hand
             FROM line l JOIN sender s ON s.team_id = l.team_id AND s.id = l.sender_id
             WHERE s.next_send_at IS NULL OR s.next_send_at <= $3
           )
           SELECT o.team_id, o.id FROM firsts f JOIN outreach o ON o.team_id = f.team_id AND o.id = f.id
           WHERE o.state = 'queued'
           ORDER BY f.in_hand, f.next_send_at NULLS FIRST, o.due_at, o.id LIMIT 1 {lock}) RETURNING *"
    );
    let values: [Value; 4] = [lease.into(), until.into(), now.into(), END_OF_TIME.into()];
    let db = services.db().write();
    let row = Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .one(db)
        .await?;
    Ok(row.map(|row| Claimed { row, lease }))
}
