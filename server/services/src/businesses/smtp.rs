//! A business's own mail server: its password goes in and never comes out again.

use crate::{
    Services,
    audit::{self, Event},
    entity::smtp_server::{ActiveModel, Column, Entity, Model},
    error::Result,
    grant::Grant,
    mail::{self, smtp::Refusal},
    outreach, seal,
    settings::SmtpServer,
};
use domain::{
    Error,
    audit::AuditKind,
    business::{
        SmtpSettings,
        form::{CheckedSmtp, SmtpForm},
    },
    ids::{BusinessId, TeamId},
    permission::perm,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

/// Saves the server. An empty password keeps the stored one, but only for the same server and user: a stored password
/// must not be sent to a server that somebody else chose.
///
/// # Errors
/// `Invalid` for fields, `Forbidden` for a business that is not theirs.
pub async fn save(services: &Services, grant: &Grant<perm::ConfigureSender>, id: BusinessId, form: &SmtpForm) -> Result<()> {
    grant.business(services, id).await?;
    let checked = form.checked()?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(id)).await?;
    let before = find(&txn, grant.team(), id).await?;
    let password = if form.password.is_empty() {
        before
            .as_ref()
            .filter(|row| same_login(row, &checked))
            .and_then(|row| row.password_sealed.clone())
    } else {
        Some(seal::seal(&services.settings().secret_key, &form.password)?)
    };
    let mut changed = changed(before.as_ref(), &checked);
    if !form.password.is_empty() {
        changed.push("password");
    }
    let row = ActiveModel {
        team_id: Set(grant.team()),
        business_id: Set(id),
        host: Set(checked.host),
        port: Set(i32::from(checked.port)),
        tls: Set(checked.tls),
        username: Set(checked.user),
        password_sealed: Set(password),
        updated_at: Set(services.clock().now()),
    };
    let rest = [
        Column::Host,
        Column::Port,
        Column::Tls,
        Column::Username,
        Column::PasswordSealed,
        Column::UpdatedAt,
    ];
    let clash = OnConflict::columns([Column::TeamId, Column::BusinessId])
        .update_columns(rest)
        .to_owned();
    Entity::insert(row).on_conflict(clash).exec_without_returning(&txn).await?;
    let event = Event::new(AuditKind::SmtpChanged).business(id).detail("fields", changed);
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    outreach::forget_refusals(&txn, grant.team(), id).await?;
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// Forgets the server and its password; mail then leaves by the installation's own.
///
/// # Errors
/// `Forbidden` for a business that is not theirs.
pub async fn remove(services: &Services, grant: &Grant<perm::ConfigureSender>, id: BusinessId) -> Result<()> {
    grant.business(services, id).await?;
    let txn = services.db().begin().await?;
    grant.still_holds(&txn, Some(id)).await?;
    let gone = Entity::delete_many()
        .filter(Column::TeamId.eq(grant.team()))
        .filter(Column::BusinessId.eq(id))
        .exec(&txn)
        .await?;
    if gone.rows_affected > 0 {
        let event = Event::new(AuditKind::SmtpChanged).business(id).detail("removed", true);
        audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
        outreach::forget_refusals(&txn, grant.team(), id).await?;
    }
    txn.commit().await?;
    services.wake();
    Ok(())
}

/// Connects and signs in, without sending anything. What the server answered goes to the log, not to the page:
/// a page that repeats it would read other machines' banners to whoever asks.
///
/// # Errors
/// `NotFound` without a server of its own, `Conflict::MailServer` when it doesn't answer or refuses, `Conflict::MailServerPrivate` when
/// it is inside a private network.
pub async fn test(services: &Services, grant: &Grant<perm::ConfigureSender>, id: BusinessId) -> Result<()> {
    grant.business(services, id).await?;
    let row = find(services.db().read(), grant.team(), id).await?.ok_or(Error::NotFound)?;
    let server = opened(services, row)?;
    let step = services.settings().sending.timeout;
    let refusal = match tokio::time::timeout(mail::PATIENCE, mail::smtp::test(&server, step)).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(refusal)) => refusal,
        Err(_) => Refusal::of_server("The mail server took too long"),
    };
    tracing::info!(why = refusal.text, host = server.host, "the mail server refused the test");
    Err(refusal.public().into())
}

/// What the form shows.
pub(super) async fn shown(db: &impl ConnectionTrait, team: TeamId, id: BusinessId) -> Result<Option<SmtpSettings>> {
    let row = find(db, team, id).await?;
    Ok(row.map(|row| SmtpSettings {
        port: port(&row),
        host: row.host,
        tls: row.tls,
        user: row.username,
        has_password: row.password_sealed.is_some(),
    }))
}

async fn find(db: &impl ConnectionTrait, team: TeamId, id: BusinessId) -> Result<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::BusinessId.eq(id))
        .one(db)
        .await?)
}

/// The business's own server, ready to talk to. Only for sending: the password is inside.
pub(crate) async fn own(services: &Services, db: &impl ConnectionTrait, team: TeamId, id: BusinessId) -> Result<Option<SmtpServer>> {
    find(db, team, id).await?.map(|row| opened(services, row)).transpose()
}

fn port(row: &Model) -> u16 {
    u16::try_from(row.port).unwrap_or_default()
}

fn opened(services: &Services, row: Model) -> Result<SmtpServer> {
    let key = &services.settings().secret_key;
    Ok(SmtpServer {
        port: port(&row),
        password: row.password_sealed.as_deref().map(|sealed| seal::open(key, sealed)).transpose()?,
        host: row.host,
        tls: row.tls,
        user: row.username,
        anywhere: services.settings().sending.allow_private_hosts,
    })
}

fn same_login(row: &Model, new: &CheckedSmtp) -> bool {
    row.host == new.host && row.port == i32::from(new.port) && row.tls == new.tls && row.username == new.user
}

fn changed(before: Option<&Model>, new: &CheckedSmtp) -> Vec<&'static str> {
    let Some(row) = before else {
        return vec!["host", "port", "tls", "user"];
    };
    let differs = [
        ("host", row.host != new.host),
        ("port", row.port != i32::from(new.port)),
        ("tls", row.tls != new.tls),
        ("user", row.username != new.user),
    ];
    differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}
