//! What the command line does: with a person's rights, or as the system, and audited so.
//!
//! Owns no table. Must not be reached from HTTP: whoever runs a command on the machine has the database anyway.

pub mod demo;

use crate::{
    Grant, Member, Services, accounts,
    customers::import::{self, FileImport},
    entity::business,
    error::Result,
};
use domain::{
    Error, email,
    ids::{BusinessId, TeamId},
    import::ImportReport,
    permission::{Requirement, perm},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Imports a file into a business; `acting` is the address of whoever's rights count, `None` is the system.
///
/// # Errors
/// `Unauthenticated` for an address without a verified account, `NotFound` for no business of theirs, `Forbidden` without the right,
/// and whatever keeps the file from being imported.
pub async fn import_file(services: &Services, acting: Option<&str>, business: BusinessId, file: FileImport<'_>) -> Result<ImportReport> {
    let Some(address) = acting else {
        return import::run_file_as_system(services, business, file).await;
    };
    let team = team_of(services, business).await?;
    let grant: Grant<perm::ImportCsv> = rights(services, address, team).await?;
    import::run_file(services, &grant, business, file).await
}

/// What somebody may do, found by their address.
async fn rights<P: Requirement>(services: &Services, address: &str, team: TeamId) -> Result<Grant<P>> {
    let db = services.db().read();
    let key = email::normalise(address).ok_or(Error::Unauthenticated)?;
    let person = accounts::find_by_email(db, &key).await?.ok_or(Error::Unauthenticated)?;
    accounts::sessions::proven(person.verified_at.is_some())?;
    Member::find(db, team, person.id, None).await?.require(services).await
}

async fn team_of(services: &Services, business: BusinessId) -> Result<TeamId> {
    let row = business::Entity::find()
        .filter(business::Column::Id.eq(business))
        .filter(business::Column::DeletedAt.is_null())
        .one(services.db().read())
        .await?;
    Ok(row.ok_or(Error::NotFound)?.team_id)
}
