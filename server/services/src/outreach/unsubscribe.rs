//! The link in every outreach that ends further mail. It needs no account, and works as long as the row is there, also for teams that
//! were deleted. The token is the outreach's place and a seal with the installation's key: none can be guessed, none is stored.

use super::suppressed;
use crate::{
    Services,
    audit::{self, Event},
    entity::{business, outreach},
    error::Result,
    grant::Actor,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Error,
    audit::AuditKind,
    email,
    ids::{OutreachId, TeamId},
    outreach::{SuppressionReason, UnsubscribeOffer},
};
use hmac::{Hmac, Mac};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value};
use sha2::Sha256;
use uuid::Uuid;

/// Bytes of the seal: 128 bits.
const SEAL: usize = 16;

/// Where one click ends further mail.
pub(super) fn link(services: &Services, team: TeamId, id: OutreachId) -> String {
    format!("{}/unsubscribe/{}", services.settings().base_url, token(services, team, id))
}

/// The token of an outreach.
#[must_use]
pub fn token(services: &Services, team: TeamId, id: OutreachId) -> String {
    let place = [team.0.into_bytes(), id.0.into_bytes()].concat();
    let seal = seal(services, &place).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode([place.as_slice(), &seal[..SEAL]].concat())
}

fn seal(services: &Services, place: &[u8]) -> Hmac<Sha256> {
    let key = &services.settings().secret_key.0;
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("a key of any length will do");
    // The key seals passwords too: the word keeps the uses apart.
    mac.update(b"unsubscribe");
    mac.update(place);
    mac
}

fn open(services: &Services, token: &str) -> Result<(TeamId, OutreachId)> {
    let forged = || Error::NotFound;
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| forged())?;
    let (place, given) = bytes.split_at_checked(32).ok_or_else(forged)?;
    if given.len() != SEAL || seal(services, place).verify_truncated_left(given).is_err() {
        return Err(forged().into());
    }
    let (team, id) = place.split_at(16);
    let uuid = |bytes: &[u8]| Uuid::from_slice(bytes).map_err(|_| forged());
    Ok((TeamId(uuid(team)?), OutreachId(uuid(id)?)))
}

/// What the link is about. Reading changes nothing: mail filters open links too.
///
/// # Errors
/// `NotFound` for a forged token.
pub async fn offer(services: &Services, token: &str) -> Result<UnsubscribeOffer> {
    let (team, id) = open(services, token)?;
    let db = services.db().read();
    let Some(row) = find(db, team, id).await? else {
        // The team was purged: nothing will ever come.
        return Ok(UnsubscribeOffer {
            business: String::new(),
            email: String::new(),
            done: true,
        });
    };
    let business = business::Entity::find()
        .filter(business::Column::TeamId.eq(team))
        .filter(business::Column::Id.eq(row.business_id))
        .one(db)
        .await?;
    Ok(UnsubscribeOffer {
        business: business.map(|business| business.name).unwrap_or_default(),
        email: email::mask(&row.email),
        done: suppressed(db, team, row.business_id, &row.email).await?.is_some(),
    })
}

/// Ends further mail of this business to this address. A second time it changes nothing and is as fine.
///
/// # Errors
/// `NotFound` for a forged token.
pub async fn confirm(services: &Services, token: &str) -> Result<()> {
    let (team, id) = open(services, token)?;
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    let Some(row) = find(&txn, team, id).await? else {
        return Ok(());
    };
    let sql = "INSERT INTO suppression (team_id, id, business_id, email, reason, created_at) VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT DO NOTHING";
    let values: [Value; 6] = [
        team.0.into(),
        services.clock().new_id().into(),
        row.business_id.0.into(),
        row.email.into(),
        SuppressionReason::Unsubscribed.as_str().into(),
        now.into(),
    ];
    let added = txn
        .execute_raw(Statement::from_sql_and_values(txn.get_database_backend(), sql, values))
        .await?;
    if added.rows_affected() == 1 {
        let who = Actor::holder("the recipient");
        let told = Event::new(AuditKind::Suppressed)
            .business(row.business_id)
            .customer(row.customer_id)
            .subject(row.id.0)
            .detail("reason", SuppressionReason::Unsubscribed.as_str());
        audit::record(&txn, services.clock(), team, &who, told).await?;
    }
    txn.commit().await?;
    Ok(())
}

async fn find(db: &impl ConnectionTrait, team: TeamId, id: OutreachId) -> Result<Option<outreach::Model>> {
    Ok(outreach::Entity::find()
        .filter(outreach::Column::TeamId.eq(team))
        .filter(outreach::Column::Id.eq(id))
        .one(db)
        .await?)
}
