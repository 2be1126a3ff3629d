//! The worker's part: claim, check, open, commit the hand-over, hand over, note the answer.
//!
//! Before the hand-over is committed every failure and every crash puts the mail back into the queue; after it only the mail
//! server's answer decides, and without one the mail is `unknown`, which no machine sends again.

use super::{
    claim::{Claimed, claim},
    compose, event, machine, rate, suppressed,
};
use crate::{
    Services, audit,
    entity::{
        business, customer, heartbeat, member,
        outreach::{ActiveModel, Column, Entity, Model},
        sender, team,
    },
    error::{Error, Result},
    jobs::{backoff, lease_time},
    mail::{
        self, MAX_ATTEMPTS,
        smtp::{Answer, Refusal},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{audit::AuditKind, business::SenderState, outreach::OutreachState, permission::Permission};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value};
use tokio_util::sync::CancellationToken;

/// The name under which workers say that they look at the queue.
pub(super) const HEARTBEAT: &str = "outreach";
/// How often they say so.
const BEAT: TimeDelta = TimeDelta::seconds(20);

/// Delivers what is due, until nothing is or `stop`. Returns how many mails were tried.
///
/// # Errors
/// When the database can't be used.
pub async fn deliver_due(services: &Services, stop: &CancellationToken) -> Result<usize> {
    let mut tried = 0;
    while !stop.is_cancelled()
        && let Some(claimed) = claim(services).await?
    {
        deliver(services, &claimed).await?;
        tried += 1;
    }
    Ok(tried)
}

/// Says that a worker is there, and ends the leases of workers that died. Returns how many ended.
///
/// # Errors
/// When the database can't be used.
pub async fn tidy(services: &Services, _stop: &CancellationToken) -> Result<usize> {
    let now = services.clock().now();
    let last = heartbeat::Entity::find_by_id(HEARTBEAT).one(services.db().read()).await?;
    if last.as_ref().is_none_or(|beat| beat.at <= now - BEAT) {
        // Whoever comes first after a pause may run under other limits.
        if last.is_none_or(|beat| beat.at <= now - BEAT * 3) {
            rate::forget_hints(services).await?;
        }
        beat(services, now).await?;
    }
    end_dead_leases(services, now).await
}

async fn beat(services: &Services, now: DateTime<Utc>) -> Result<()> {
    let sql = "INSERT INTO heartbeat (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at";
    let values: [Value; 2] = [HEARTBEAT.into(), now.into()];
    let db = services.db().write();
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await?;
    Ok(())
}

/// Before the hand-over the mail waits again; after it only a person can tell.
async fn end_dead_leases(services: &Services, now: DateTime<Utc>) -> Result<usize> {
    // Literal states, as in the partial indexes.
    let dead = "state = 'sending' AND lease_until < $1";
    let run =
        |sql: String, db: &sea_orm::DatabaseTransaction| Statement::from_sql_and_values(db.get_database_backend(), sql, [Value::from(now)]);
    let read = services.db().read();
    let any = format!("SELECT * FROM outreach WHERE {dead} LIMIT 1");
    let any = Statement::from_sql_and_values(read.get_database_backend(), any, [Value::from(now)]);
    if read.query_one_raw(any).await?.is_none() {
        return Ok(0);
    }
    let txn = services.db().begin().await?;
    let again =
        format!("UPDATE outreach SET state = 'queued', lease_token = NULL, lease_until = NULL WHERE {dead} AND handed_over_at IS NULL");
    let again = txn.execute_raw(run(again, &txn)).await?.rows_affected();
    let lost = format!(
        "UPDATE outreach SET state = 'unknown', lease_token = NULL, lease_until = NULL,
           error = 'The worker stopped while the mail server had the text'
         WHERE {dead} AND handed_over_at IS NOT NULL RETURNING *"
    );
    let lost = Entity::find().from_raw_sql(run(lost, &txn)).all(&txn).await?;
    for row in &lost {
        audit::record(
            &txn,
            services.clock(),
            row.team_id,
            &machine(),
            event(AuditKind::OutreachUnknown, row),
        )
        .await?;
    }
    txn.commit().await?;
    Ok(usize::try_from(again).unwrap_or(usize::MAX).saturating_add(lost.len()))
}

async fn deliver(services: &Services, claimed: &Claimed) -> Result<()> {
    let row = &claimed.row;
    let business = match check(services.db().read(), row).await? {
        Verdict::Go(business) => business,
        Verdict::Stop(state, why) => return stop(services, claimed, state, why).await,
    };
    let made = compose::outgoing(services, row, &business).and_then(|mail| Ok((mail.encode(services.clock().now())?, mail)));
    let (encoded, outgoing) = match made {
        Ok(made) => made,
        Err(error) => return end(services, claimed, OutreachState::Failed, Some(error.to_string())).await,
    };
    let opened = match mail::of_business(services, services.db().read(), row.team_id, row.business_id).await {
        Ok(road) => road.open(services, &encoded).await,
        // A password that can't be opened: the settings' fault, and they can be mended.
        Err(Error::Bug(text)) => Err(Refusal {
            private: false,
            permanent: false,
            everyone: true,
            text,
        }),
        Err(error) => return Err(error),
    };
    let opened = match opened {
        Ok(opened) => opened,
        Err(refusal) => return refused(services, claimed, refusal).await,
    };
    if !begin_hand_over(services, claimed).await? {
        opened.leave().await;
        return Ok(());
    }
    match opened.hand_over(services, &outgoing, &encoded).await {
        Answer::Accepted => end(services, claimed, OutreachState::Sent, None).await,
        Answer::Refused(refusal) => refused(services, claimed, refusal).await,
        Answer::NoAnswer(why) => end(services, claimed, OutreachState::Unknown, Some(why)).await,
    }
}

/// Whether a mail may still leave.
enum Verdict {
    Go(Box<business::Model>),
    Stop(OutreachState, &'static str),
}

/// Everything that may have changed since it was queued.
async fn check(db: &impl ConnectionTrait, row: &Model) -> Result<Verdict> {
    use Verdict::Stop;
    let team = team::Entity::find_by_id(row.team_id).one(db).await?;
    if team.is_none_or(|team| team.deleted_at.is_some()) {
        return Ok(Stop(OutreachState::Paused, "The team was deleted"));
    }
    let business = business::Entity::find()
        .filter(business::Column::TeamId.eq(row.team_id))
        .filter(business::Column::Id.eq(row.business_id))
        .filter(business::Column::DeletedAt.is_null())
        .one(db)
        .await?;
    let Some(business) = business else {
        return Ok(Stop(OutreachState::Cancelled, "The business was deleted"));
    };
    let customer = customer::Entity::find()
        .filter(customer::Column::TeamId.eq(row.team_id))
        .filter(customer::Column::Id.eq(row.customer_id))
        .filter(customer::Column::DeletedAt.is_null())
        .one(db)
        .await?;
    if customer.is_none() {
        return Ok(Stop(OutreachState::Cancelled, "The customer was deleted"));
    }
    if suppressed(db, row.team_id, row.business_id, &row.email).await?.is_some() {
        return Ok(Stop(OutreachState::Cancelled, "The address was suppressed meanwhile"));
    }
    if business.postal_address.trim().is_empty() {
        return Ok(Stop(OutreachState::Paused, "The business has no postal address any more"));
    }
    let verified = sender::Entity::find()
        .filter(sender::Column::TeamId.eq(row.team_id))
        .filter(sender::Column::Id.eq(row.sender_id))
        .filter(sender::Column::State.eq(SenderState::Verified))
        .one(db)
        .await?;
    if verified.is_none() {
        return Ok(Stop(OutreachState::Paused, "The sender is not verified any more"));
    }
    // Nothing leaves in the name of somebody who lost the right to send it.
    let member = member::Entity::find()
        .filter(member::Column::TeamId.eq(row.team_id))
        .filter(member::Column::PersonId.eq(row.queued_by))
        .one(db)
        .await?;
    let owns = business.owner_id == row.queued_by;
    if member.is_none_or(|member| !member.role.may(Permission::SendEmails, owns)) {
        return Ok(Stop(OutreachState::Paused, "Whoever queued it may not send it any more"));
    }
    Ok(Verdict::Go(Box::new(business)))
}

/// Commits, under the sender's lock, that the text is about to be handed over. `false`: it must not be, and its state says why.
async fn begin_hand_over(services: &Services, claimed: &Claimed) -> Result<bool> {
    let (row, now, limits) = (&claimed.row, services.clock().now(), services.settings().sending);
    let txn = services.db().begin().await?;
    rate::lock(&txn, row.team_id, row.sender_id).await?;
    if let Verdict::Stop(state, why) = check(&txn, row).await? {
        drop(txn);
        stop(services, claimed, state, why).await?;
        return Ok(false);
    }
    if let Some(rest) = rate::rest(&txn, &limits, row.team_id, row.sender_id, now).await? {
        let back = ActiveModel {
            state: Set(OutreachState::Queued),
            // Another worker was faster: this was no try.
            attempts: Set(row.attempts - 1),
            ..released()
        };
        change(&txn, claimed, back).await?;
        rate::note(&txn, row.team_id, row.sender_id, now, Some(rest)).await?;
        txn.commit().await?;
        return Ok(false);
    }
    let handed_over = ActiveModel {
        handed_over_at: Set(Some(now)),
        lease_until: Set(Some(now + lease_time(limits.lease))),
        ..Default::default()
    };
    if !change(&txn, claimed, handed_over).await? {
        return Ok(false);
    }
    let rest = rate::rest(&txn, &limits, row.team_id, row.sender_id, now).await?;
    rate::note(&txn, row.team_id, row.sender_id, now, rest).await?;
    txn.commit().await?;
    Ok(true)
}

/// What the server's no means: tried again later, or the end.
async fn refused(services: &Services, claimed: &Claimed, refusal: Refusal) -> Result<()> {
    let (row, now) = (&claimed.row, services.clock().now());
    if refusal.permanent || (row.attempts >= MAX_ATTEMPTS && !refusal.everyone) {
        return end(services, claimed, OutreachState::Failed, Some(refusal.text)).await;
    }
    // What would meet any mail is not this one's fault: it was no try, and the sender rests until the server or its settings are
    // mended. Behind what is due by now, so that another one finds out next time.
    let (due, attempts) = if refusal.everyone {
        (now, row.attempts - 1)
    } else {
        (now + backoff(row.attempts), row.attempts)
    };
    let again = ActiveModel {
        state: Set(OutreachState::Queued),
        due_at: Set(due),
        attempts: Set(attempts),
        error: Set(Some(refusal.text)),
        handed_over_at: Set(None),
        ..released()
    };
    mail::noted(services, || note_again(services, claimed, &again, refusal.everyone)).await
}

async fn note_again(services: &Services, claimed: &Claimed, again: &ActiveModel, everyone: bool) -> Result<()> {
    let txn = services.db().begin().await?;
    if change(&txn, claimed, again.clone()).await? && everyone {
        rate::note_refusal(&txn, claimed.row.team_id, claimed.row.sender_id, services.clock().now()).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// Ends a mail that must not leave any more.
async fn stop(services: &Services, claimed: &Claimed, state: OutreachState, why: &str) -> Result<()> {
    end(services, claimed, state, Some(why.to_owned())).await
}

/// Notes how it ended; nothing happens when the lease was lost meanwhile.
async fn end(services: &Services, claimed: &Claimed, state: OutreachState, error: Option<String>) -> Result<()> {
    let kind = match state {
        OutreachState::Sent => AuditKind::OutreachSent,
        OutreachState::Failed => AuditKind::OutreachFailed,
        OutreachState::Unknown => AuditKind::OutreachUnknown,
        OutreachState::Cancelled => AuditKind::OutreachCancelled,
        OutreachState::Paused => AuditKind::OutreachPaused,
        OutreachState::Review | OutreachState::Queued | OutreachState::Sending => {
            return Err(Error::Bug(format!("{state} is no end")));
        }
    };
    let ended = ActiveModel {
        state: Set(state),
        sent_at: Set((state == OutreachState::Sent).then(|| services.clock().now())),
        error: Set(error),
        ..released()
    };
    mail::noted(services, || note_end(services, claimed, state, kind, &ended)).await
}

async fn note_end(services: &Services, claimed: &Claimed, state: OutreachState, kind: AuditKind, ended: &ActiveModel) -> Result<()> {
    let txn = services.db().begin().await?;
    if change(&txn, claimed, ended.clone()).await? {
        if state == OutreachState::Sent {
            rate::note_taken(&txn, claimed.row.team_id, claimed.row.sender_id).await?;
        }
        let told = event(kind, &claimed.row).detail("by", "worker");
        audit::record(&txn, services.clock(), claimed.row.team_id, &machine(), told).await?;
    } else {
        tracing::warn!(outreach = %claimed.row.id, %state, "the lease was lost before the end was noted");
    }
    txn.commit().await?;
    Ok(())
}

fn released() -> ActiveModel {
    ActiveModel {
        lease_token: Set(None),
        lease_until: Set(None),
        ..Default::default()
    }
}

/// Changes the outreach if this worker still holds it.
async fn change(db: &impl ConnectionTrait, claimed: &Claimed, changes: ActiveModel) -> Result<bool> {
    let done = Entity::update_many()
        .set(changes)
        .filter(Column::TeamId.eq(claimed.row.team_id))
        .filter(Column::Id.eq(claimed.row.id))
        .filter(Column::State.eq(OutreachState::Sending))
        .filter(Column::LeaseToken.eq(claimed.lease))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
