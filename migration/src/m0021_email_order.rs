//! Addresses compare by their bytes, as on SQLite and in the files of an import: their order is the same whatever the locale of the
//! database, and a range of them holds what lies between its ends.

use crate::sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The column, not the queries: its indexes (the key, the trigrams) are built anew with it and serve all of them.
        let postgres = "ALTER TABLE customer ALTER COLUMN email TYPE text COLLATE \"C\";";
        sql::run_either(manager, "", postgres).await
    }
}
