//! Finding and sorting customers: the text they are found by, a trigram index over it, and an index for each order of the list.
//!
//! `customer.search` is written by the use cases (lower case, without accents), so that both databases find the same.

use crate::sql;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run_either(manager, SQLITE, POSTGRES).await?;
        sql::run(manager, INDEXES).await?;
        if manager.get_database_backend() == DbBackend::Postgres && has_trigrams(manager).await? {
            sql::run(manager, POSTGRES_TRIGRAMS).await?;
        }
        Ok(())
    }
}

/// Without the extensions (their packages missing, or no right to create them) the list still finds, by reading the business.
async fn has_trigrams(manager: &SchemaManager<'_>) -> Result<bool, DbErr> {
    let sql = "SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'btree_gin')";
    let row = manager
        .get_connection()
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let found: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(found == 2)
}

// The index holds no text of its own and is filled in batches; a row that goes takes its entry along, because SQLite gives
// the same number out again. `scope` is three letters that stand for the business: they keep the search in a small business
// fast beside a large one.
const SQLITE: &str = "
ALTER TABLE customer ADD COLUMN search text NOT NULL DEFAULT '';
CREATE VIRTUAL TABLE customer_search USING fts5(
  scope, words, email, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
CREATE TRIGGER customer_search_gone AFTER DELETE ON customer BEGIN
  DELETE FROM customer_search WHERE rowid = old.seq;
END;
";

// The text compares by its bytes, as on SQLite: names are in the same order on both.
const POSTGRES: &str = "
ALTER TABLE customer ADD COLUMN search text COLLATE \"C\" NOT NULL DEFAULT '';
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE EXTENSION IF NOT EXISTS btree_gin;
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'searching customers has no index: create the extensions pg_trgm and btree_gin (%)', SQLERRM;
END $$;
";

const POSTGRES_TRIGRAMS: &str = "
CREATE INDEX customer_search ON customer USING gin (business_id, search gin_trgm_ops, email gin_trgm_ops);
";

const INDEXES: &str = "
CREATE INDEX customer_by_name ON customer (team_id, business_id, search, id);
CREATE INDEX customer_by_opportunity ON customer (team_id, business_id, opportunity, id);
CREATE INDEX customer_by_added ON customer (team_id, business_id, id);
CREATE INDEX customer_by_segment ON customer (team_id, business_id, segment, id) WHERE segment IS NOT NULL;
CREATE INDEX draft_by_business ON draft (team_id, business_id, customer_id);
";
