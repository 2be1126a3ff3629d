//! How many mails a sender may hand over. Counted from the hand-overs themselves, under a lock on the sender; what is noted at the
//! sender is a hint that keeps workers from claiming in vain.

use crate::{
    Services,
    entity::{outreach, sender},
    error::Result,
    jobs::backoff,
    settings::Sending,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ids::{BusinessId, SenderId, TeamId},
    outreach::WaitReason,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType,
};

/// Until when, and why.
pub(super) type Rest = (DateTime<Utc>, WaitReason);

/// Makes two workers that count the same sender's mails wait for each other. SQLite has one writer anyway.
pub(super) async fn lock(db: &impl ConnectionTrait, team: TeamId, sender: SenderId) -> Result<Option<sender::Model>> {
    Ok(sender::Entity::find()
        .filter(sender::Column::TeamId.eq(team))
        .filter(sender::Column::Id.eq(sender))
        // Weaker than FOR UPDATE: a row that refers to the sender can still be inserted.
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await?)
}

/// How long the sender rests; `None`: it may hand over now.
pub(super) async fn rest(
    db: &impl ConnectionTrait,
    limits: &Sending,
    team: TeamId,
    sender: SenderId,
    now: DateTime<Utc>,
) -> Result<Option<Rest>> {
    let gap = TimeDelta::from_std(limits.min_gap).unwrap_or(TimeDelta::zero());
    let rules = [
        (1, gap, WaitReason::Gap),
        (limits.per_hour, TimeDelta::hours(1), WaitReason::SenderHour),
        (limits.per_day, TimeDelta::days(1), WaitReason::SenderDay),
    ];
    let mut longest: Option<Rest> = None;
    for (most, window, reason) in rules {
        // With the limit's n-th newest hand-over still inside the window, the limit is used up until it leaves the window.
        let Some(nth) = nth_newest(db, team, sender, now - window, most).await? else {
            continue;
        };
        let free = nth + window;
        if free > now && longest.is_none_or(|(until, _)| free > until) {
            longest = Some((free, reason));
        }
    }
    Ok(longest)
}

/// The offset is no page: it is bounded by the limit it checks.
async fn nth_newest(
    db: &impl ConnectionTrait,
    team: TeamId,
    sender: SenderId,
    since: DateTime<Utc>,
    n: u32,
) -> Result<Option<DateTime<Utc>>> {
    let found = outreach::Entity::find()
        .select_only()
        .column(outreach::Column::HandedOverAt)
        .filter(outreach::Column::TeamId.eq(team))
        .filter(outreach::Column::SenderId.eq(sender))
        .filter(outreach::Column::HandedOverAt.gt(since))
        .order_by_desc(outreach::Column::HandedOverAt)
        .offset(u64::from(n.saturating_sub(1)))
        .limit(1)
        .into_tuple::<Option<DateTime<Utc>>>()
        .one(db)
        .await?;
    Ok(found.flatten())
}

/// Notes at the sender until when it rests, or that it was served just now: whoever was served longest ago comes first.
pub(super) async fn note(db: &impl ConnectionTrait, team: TeamId, sender: SenderId, now: DateTime<Utc>, rest: Option<Rest>) -> Result<()> {
    let hint = sender::ActiveModel {
        next_send_at: Set(Some(rest.map_or(now, |(until, _)| until))),
        next_reason: Set(rest.map(|(_, reason)| reason)),
        ..Default::default()
    };
    write(db, hint, one(team, sender)).await
}

/// The sender's mail server can't be used: it rests, longer each time. Mails that were under way together count once.
pub(super) async fn note_refusal(db: &impl ConnectionTrait, team: TeamId, sender: SenderId, now: DateTime<Utc>) -> Result<()> {
    let Some(row) = lock(db, team, sender).await? else {
        return Ok(());
    };
    if row.next_reason == Some(WaitReason::Server) && row.next_send_at.is_some_and(|until| until > now) {
        return Ok(());
    }
    let refusals = row.refusals.saturating_add(1);
    let resting = sender::ActiveModel {
        refusals: Set(refusals),
        next_send_at: Set(Some(now + backoff(refusals))),
        next_reason: Set(Some(WaitReason::Server)),
        ..Default::default()
    };
    write(db, resting, one(team, sender)).await
}

/// A mail of the sender was taken: its server works.
pub(super) async fn note_taken(db: &impl ConnectionTrait, team: TeamId, sender: SenderId) -> Result<()> {
    let fine = sender::ActiveModel {
        refusals: Set(0),
        ..Default::default()
    };
    write(db, fine, one(team, sender).add(sender::Column::Refusals.gt(0))).await
}

/// A business's mails take another road from now on: what its senders met on the old one tells nothing.
pub(crate) async fn forget_refusals(db: &impl ConnectionTrait, team: TeamId, business: BusinessId) -> Result<()> {
    let fresh = sender::ActiveModel {
        refusals: Set(0),
        next_send_at: Set(None),
        next_reason: Set(None),
        ..Default::default()
    };
    let whose = Condition::all()
        .add(sender::Column::TeamId.eq(team))
        .add(sender::Column::BusinessId.eq(business))
        .add(sender::Column::Refusals.gt(0));
    write(db, fresh, whose).await
}

/// Hints were made under the limits of then; whoever starts forgets them and counts anew.
pub(super) async fn forget_hints(services: &Services) -> Result<()> {
    let none = sender::ActiveModel {
        next_send_at: Set(None),
        next_reason: Set(None),
        ..Default::default()
    };
    let hinted = Condition::all().add(sender::Column::NextSendAt.is_not_null());
    write(services.db().write(), none, hinted).await
}

fn one(team: TeamId, sender: SenderId) -> Condition {
    Condition::all()
        .add(sender::Column::TeamId.eq(team))
        .add(sender::Column::Id.eq(sender))
}

async fn write(db: &impl ConnectionTrait, fields: sender::ActiveModel, whose: Condition) -> Result<()> {
    sender::Entity::update_many().set(fields).filter(whose).exec(db).await?;
    Ok(())
}
