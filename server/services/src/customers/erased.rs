//! Addresses that were erased: only a keyed hash is kept, so that no import brings one back. Must not keep or log an address.

use crate::{Services, entity::erased_address, error::Result, settings::SecretKey};
use chrono::{DateTime, Utc};
use domain::ids::TeamId;
use hmac::{Hmac, Mac};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::OnConflict};
use sha2::Sha256;
use std::collections::{HashMap, HashSet};

/// What is kept of an address, hexadecimal. Another team's hash of the same address is another one.
#[must_use]
pub fn hash(key: &SecretKey, team: TeamId, address: &str) -> String {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
    mac.update(b"erased address\0");
    mac.update(team.0.as_bytes());
    mac.update(address.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Remembers that an address was erased. Call it in the transaction of the erasure.
///
/// # Errors
/// When the database refuses it.
pub async fn remember(db: &impl ConnectionTrait, services: &Services, team: TeamId, address: &str, at: DateTime<Utc>) -> Result<()> {
    let row = erased_address::ActiveModel {
        team_id: Set(team),
        address_hash: Set(hash(&services.settings().secret_key, team, address)),
        erased_at: Set(at),
    };
    erased_address::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Whether the team erased anybody.
///
/// # Errors
/// When the database fails.
pub async fn any(db: &impl ConnectionTrait, team: TeamId) -> Result<bool> {
    let one = erased_address::Entity::find()
        .filter(erased_address::Column::TeamId.eq(team))
        .limit(1)
        .one(db)
        .await?;
    Ok(one.is_some())
}

/// Which of these addresses were erased.
///
/// # Errors
/// When the database fails.
pub async fn among<'a>(db: &impl ConnectionTrait, services: &Services, team: TeamId, addresses: &'a [String]) -> Result<HashSet<&'a str>> {
    let key = &services.settings().secret_key;
    let hashes: HashMap<String, &'a str> = addresses
        .iter()
        .map(|address| (hash(key, team, address), address.as_str()))
        .collect();
    let found: Vec<String> = erased_address::Entity::find()
        .select_only()
        .column(erased_address::Column::AddressHash)
        .filter(erased_address::Column::TeamId.eq(team))
        .filter(erased_address::Column::AddressHash.is_in(hashes.keys().cloned()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.iter().filter_map(|hash| hashes.get(hash).copied()).collect())
}
