//! One dialect for both databases: column types by short names, and triggers written once for each.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Runs a script on the database. `@uuid @ts @date @json @bool @int @big` become the database's types.
pub async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let (uuid, ts, json) = match manager.get_database_backend() {
        DbBackend::Sqlite => ("blob", "text", "text"),
        _ => ("uuid", "timestamptz", "jsonb"),
    };
    let script = script
        .replace("@uuid", uuid)
        .replace("@ts", ts)
        .replace("@json", json)
        .replace("@date", "date")
        .replace("@bool", "boolean")
        .replace("@int", "integer")
        .replace("@big", "bigint");
    manager.get_connection().execute_unprepared(&script).await.map(|_| ())
}

/// Runs the script of the database in use.
pub async fn run_either(manager: &SchemaManager<'_>, sqlite: &str, postgres: &str) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Sqlite => run(manager, sqlite).await,
        _ => run(manager, postgres).await,
    }
}

/// Makes a table append-only.
pub async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let sqlite = format!(
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
         CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
    );
    let postgres = format!(
        "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'AU001'; END $$;
         CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
         CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();"
    );
    run_either(manager, &sqlite, &postgres).await
}

/// A migration that is one script.
macro_rules! script_migration {
    ($name:literal, $script:expr) => {
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Migration {
            async fn up(&self, manager: &sea_orm_migration::prelude::SchemaManager) -> Result<(), sea_orm_migration::prelude::DbErr> {
                crate::sql::run(manager, $script).await
            }
        }
    };
}
pub(crate) use script_migration;
