//! The application as tests use it: the real router on a real socket, a database of its own, a clock that stands, a mail
//! server that records. `TestApp::run` checks afterwards that nothing was left over.

pub mod actor;
pub mod app;
pub mod database;
pub mod mailing;
pub mod process;
pub mod shop;
pub mod smtp;

pub use app::TestApp;

/// One test for each database: `both_databases! { name … }` beside `async fn name(app: &TestApp)`.
macro_rules! both_databases {
    ($($name:ident)+) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::support::TestApp::run(crate::support::database::Kind::Sqlite, super::$name).await;
            }
        )+}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::support::TestApp::run(crate::support::database::Kind::Postgres, super::$name).await;
            }
        )+}
    };
}
pub(crate) use both_databases;
