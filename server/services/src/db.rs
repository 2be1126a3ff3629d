//! The database: one writer and many readers on SQLite, one pool on PostgreSQL, and how a write transaction begins.

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use std::time::Duration;

/// Handles on one database.
#[derive(Clone, Debug)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
}

impl Db {
    /// `sqlite://path/to/file.sqlite?mode=rwc` or `postgres://user@host/name`.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn connect(url: &str, max_connections: u32, acquire_timeout: Duration) -> Result<Self, DbErr> {
        let options = |max: u32| {
            let mut options = ConnectOptions::new(url.to_owned());
            options.max_connections(max).acquire_timeout(acquire_timeout).sqlx_logging(false);
            options
        };
        if !url.starts_with("sqlite:") {
            let pool = Database::connect(options(max_connections)).await?;
            return Ok(Self {
                read: pool.clone(),
                write: pool,
            });
        }
        let mut writer = options(1);
        // WAL lets readers go on while one writes. 64 MB of cache and rarer checkpoints keep a large import from slowing down. FULL: what is
        // committed survives a power cut, or an e-mail that was handed over could be sent once more.
        writer.map_sqlx_sqlite_opts(|o| {
            o.foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("cache_size", "-65536")
                .pragma("wal_autocheckpoint", "4000")
        });
        let write = Database::connect(writer).await?;
        let mut readers = options(max_connections);
        readers.map_sqlx_sqlite_opts(|o| {
            o.foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("query_only", "ON")
                .pragma("cache_size", "-16384")
        });
        let read = Database::connect(readers).await?;
        Ok(Self { write, read })
    }

    /// For reading outside a transaction.
    #[must_use]
    pub const fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For migrations and single statements that need no transaction.
    #[must_use]
    pub const fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// A write transaction. On SQLite it takes the writer at once (`BEGIN IMMEDIATE`), so two can't deadlock.
    /// Never ask for a second one while holding the first.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.write
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            })
            .await
    }

    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Sqlite
    }
}
