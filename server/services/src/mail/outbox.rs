//! Delivering the system's own mails. They are put into the outbox by `letters::post`, in the transaction of their cause.

use super::{
    MAX_ATTEMPTS, host, installation,
    message::Outgoing,
    message::mailbox,
    noted,
    smtp::{Answer, Refusal},
};
use crate::{
    Services,
    entity::mail::{Column, Entity, Model},
    error::{Error, Result},
    jobs::{backoff, lease_time, skip_locked},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Statement, Value,
    sea_query::{Expr, SimpleExpr},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Delivers what is due, until the outbox is empty or `stop`. Returns how many mails were tried.
///
/// # Errors
/// When the database can't be used.
pub async fn deliver_due(services: &Services, stop: &CancellationToken) -> Result<usize> {
    end_dead_leases(services).await?;
    let mut tried = 0;
    while !stop.is_cancelled()
        && let Some((mail, lease)) = claim(services).await?
    {
        deliver(services, &mail, lease).await?;
        tried += 1;
    }
    Ok(tried)
}

/// A worker died: before the hand-over the mail waits again; after it only a person can tell.
async fn end_dead_leases(services: &Services) -> Result<()> {
    let now = services.clock().now();
    let dead = || {
        Entity::update_many()
            .col_expr(Column::LeaseToken, Expr::value(Option::<Uuid>::None))
            .filter(Column::State.eq("sending"))
            .filter(Column::LeaseUntil.lt(now))
    };
    let db = services.db().write();
    dead()
        .col_expr(Column::State, Expr::value("queued"))
        .filter(Column::HandedOverAt.is_null())
        .exec(db)
        .await?;
    dead()
        .col_expr(Column::State, Expr::value("unknown"))
        .col_expr(Column::Error, Expr::value("The worker stopped while the mail server had the text"))
        .col_expr(Column::Body, Expr::value(""))
        .filter(Column::HandedOverAt.is_not_null())
        .exec(db)
        .await?;
    Ok(())
}

async fn claim(services: &Services) -> Result<Option<(Model, Uuid)>> {
    let now = services.clock().now();
    let lease = services.clock().new_id();
    let until = now + lease_time(services.settings().sending.lease);
    let sql = format!(
        "UPDATE mail SET state = 'sending', lease_token = $1, lease_until = $2, attempts = attempts + 1 WHERE id = (
           SELECT id FROM mail WHERE state = 'queued' AND due_at <= $3 ORDER BY due_at, id LIMIT 1 {}) RETURNING *",
        skip_locked(services)
    );
    let values: [Value; 3] = [lease.into(), until.into(), now.into()];
    let db = services.db().write();
    let row = Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .one(db)
        .await?;
    Ok(row.map(|row| (row, lease)))
}

async fn deliver(services: &Services, mail: &Model, lease: Uuid) -> Result<()> {
    let made = outgoing(services, mail).and_then(|outgoing| Ok((outgoing.encode(services.clock().now())?, outgoing)));
    let (encoded, outgoing) = match made {
        Ok(made) => made,
        Err(error) => return finish(services, mail, lease, "failed", Some(error.to_string())).await,
    };
    let opened = match installation(services).open(services, &encoded).await {
        Ok(opened) => opened,
        Err(refusal) => return refused(services, mail, lease, refusal).await,
    };
    let until = services.clock().now() + lease_time(services.settings().sending.lease);
    let handed_over = [
        (Column::HandedOverAt, Expr::value(services.clock().now())),
        (Column::LeaseUntil, Expr::value(until)),
    ];
    if !mine(services, mail, lease, handed_over).await? {
        opened.leave().await;
        return Ok(());
    }
    match opened.hand_over(services, &outgoing, &encoded).await {
        Answer::Accepted => finish(services, mail, lease, "sent", None).await,
        Answer::Refused(refusal) => refused(services, mail, lease, refusal).await,
        Answer::NoAnswer(why) => finish(services, mail, lease, "unknown", Some(why)).await,
    }
}

fn outgoing(services: &Services, mail: &Model) -> Result<Outgoing> {
    let from = services
        .settings()
        .mail_from
        .parse()
        .map_err(|_| Error::Bug("mail_from is no address".into()))?;
    Ok(Outgoing {
        from,
        to: mailbox("", &mail.to_address)?,
        reply_to: None,
        subject: mail.subject.clone(),
        body: mail.body.clone(),
        message_id: format!("<{}@{}>", mail.id, host(services)),
        unsubscribe: None,
    })
}

async fn refused(services: &Services, mail: &Model, lease: Uuid, refusal: Refusal) -> Result<()> {
    // A server that is down or does not let us in is no mail's fault.
    if refusal.permanent || (mail.attempts >= MAX_ATTEMPTS && !refusal.everyone) {
        return finish(services, mail, lease, "failed", Some(refusal.text)).await;
    }
    let due = services.clock().now() + backoff(mail.attempts);
    let again = [
        (Column::State, Expr::value("queued")),
        (Column::DueAt, Expr::value(due)),
        (Column::Error, Expr::value(refusal.text)),
        (Column::HandedOverAt, Expr::value(Option::<sea_orm::prelude::DateTimeUtc>::None)),
        (Column::LeaseToken, Expr::value(Option::<Uuid>::None)),
    ];
    noted(services, || mine(services, mail, lease, again.clone())).await?;
    Ok(())
}

/// The end of a mail: nobody tries it again, and the links in its text open accounts.
async fn finish(services: &Services, mail: &Model, lease: Uuid, state: &str, error: Option<String>) -> Result<()> {
    let sent_at = (state == "sent").then(|| services.clock().now());
    let changes = [
        (Column::State, Expr::value(state)),
        (Column::Error, Expr::value(error)),
        (Column::SentAt, Expr::value(sent_at)),
        (Column::Body, Expr::value("")),
        (Column::LeaseToken, Expr::value(Option::<Uuid>::None)),
    ];
    noted(services, || mine(services, mail, lease, changes.clone())).await?;
    Ok(())
}

/// Changes the mail if this worker still holds it.
async fn mine<const N: usize>(services: &Services, mail: &Model, lease: Uuid, changes: [(Column, SimpleExpr); N]) -> Result<bool> {
    let mut update = Entity::update_many()
        .filter(Column::Id.eq(mail.id))
        .filter(Column::State.eq("sending"))
        .filter(Column::LeaseToken.eq(lease));
    for (column, value) in changes {
        update = update.col_expr(column, value);
    }
    Ok(update.exec(services.db().write()).await?.rows_affected == 1)
}
