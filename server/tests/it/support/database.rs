//! A fresh, migrated database for each test: one template per process, copied.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database};
use services::{Clock, Db};
use std::{path::Path, time::Duration};
use tokio::sync::OnceCell;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

static SQLITE_TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// The address of a new database; an embedded one lies in `folder`.
pub async fn fresh(kind: Kind, folder: &Path) -> String {
    match kind {
        Kind::Sqlite => {
            let template = SQLITE_TEMPLATE.get_or_init(sqlite_template).await;
            let file = folder.join("test.sqlite");
            std::fs::write(&file, template).expect("writes the copy");
            sqlite_url(&file)
        }
        Kind::Postgres => {
            let template = POSTGRES_TEMPLATE.get_or_init(postgres_template).await;
            let name = unique("test");
            on_server(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
            postgres_url(&name)
        }
    }
}

/// A new database without any tables.
pub async fn empty_postgres() -> String {
    let name = unique("empty");
    on_server(&format!("CREATE DATABASE {name}")).await;
    postgres_url(&name)
}

/// A migrated database whose texts are sorted as a language sorts them, not by their bytes.
pub async fn in_a_language() -> String {
    let name = unique("language");
    on_server(&format!(
        "CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
    ))
    .await;
    let url = postgres_url(&name);
    migrate_and_close(&url).await;
    url
}

/// Connects as the process does, but waits only shortly: a transaction that asks for a second connection must show.
pub async fn connect(url: &str) -> Db {
    Db::connect(url, 8, Duration::from_secs(2)).await.expect("connects")
}

/// Closes both pools, so that a server of many tests runs out of nothing.
pub async fn close(db: &Db) {
    db.read().close_by_ref().await.expect("closes");
    db.write().close_by_ref().await.expect("closes");
}

async fn sqlite_template() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("template.sqlite");
    migrate_and_close(&sqlite_url(&file)).await;
    // The last connection wrote the log back into the file.
    std::fs::read(&file).expect("reads the template")
}

async fn postgres_template() -> String {
    let name = unique("template");
    on_server(&format!("CREATE DATABASE {name}")).await;
    migrate_and_close(&postgres_url(&name)).await;
    name
}

async fn migrate_and_close(url: &str) {
    let db = connect(url).await;
    Migrator::up(db.write(), None).await.expect("migrates");
    close(&db).await;
}

async fn on_server(sql: &str) {
    let server = Database::connect(postgres_server()).await.expect("reaches PostgreSQL");
    server.execute_unprepared(sql).await.expect("PostgreSQL does it");
    server.close().await.expect("closes");
}

fn unique(what: &str) -> String {
    format!("{what}_{}", Clock::System.new_id().simple())
}

pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

fn postgres_url(name: &str) -> String {
    let server = postgres_server();
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

#[expect(clippy::disallowed_methods, reason = "the test script hands the address over")]
fn postgres_server() -> String {
    std::env::var("ASKUSERS_TEST_POSTGRES_URL").expect("ASKUSERS_TEST_POSTGRES_URL is not set: run `make test`, which starts a PostgreSQL")
}
