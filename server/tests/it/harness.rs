//! The harness keeps its promises: actors are who they say, the mail server misbehaves as asked, leftovers fail a test.

use crate::support::{
    TestApp,
    app::PASSWORD,
    both_databases,
    database::Kind,
    smtp::{Mode, Sink},
};
use domain::{
    Error,
    permission::{Access, Permission, perm},
    role::Role,
};
use serde_json::json;
use services::{
    Member,
    accounts::{self, Origin},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

both_databases! {
    actors_have_their_roles_and_a_stranger_none
    a_refusal_is_an_error_of_ours
}

async fn actors_have_their_roles_and_a_stranger_none(app: &TestApp) {
    let team = app.team().await;
    let actors = [app.owner().await, app.admin().await, app.member().await, app.viewer().await];
    for (actor, role) in actors.iter().zip(Role::ALL) {
        assert_eq!(actor.browser.get("/").await.status, 200);
        let grant = app.grant::<perm::ViewCustomers>(actor).await;
        assert_eq!((grant.team(), grant.role()), (team, *role));
        assert_eq!(
            grant.sight().is_masked(),
            role.access(Permission::ViewCustomerData) == Access::Masked
        );
    }
    let stranger = app.stranger().await;
    let found = Member::find(app.services.db().read(), team, stranger.session.person, None).await;
    assert_eq!(found.expect_err("no member").into_public("test"), Error::NotFound);
    assert!(app.smtp.received().is_empty(), "nothing is delivered before the jobs run");
    app.run_jobs().await;
}

async fn a_refusal_is_an_error_of_ours(app: &TestApp) {
    let browser = app.anonymous();
    assert_eq!(browser.call("missing", &json!({})).await.error(), Error::NotFound);
    assert_eq!(browser.submit("missing", &[("a", "b")], "/").await.error(), Error::NotFound);
}

#[tokio::test]
async fn a_mail_that_nobody_looked_at_fails_the_test() {
    let test = tokio::spawn(TestApp::run(Kind::Sqlite, async |app: &TestApp| {
        accounts::sign_up(&app.services, &Origin::default(), "Jane", "jane@example.com", PASSWORD)
            .await
            .expect("signs up");
    }));
    let why = test.await.expect_err("fails").into_panic();
    let why = why.downcast_ref::<String>().expect("a text");
    assert!(why.contains("verify_email to jane@example.com"), "{why}");
}

/// Says all lines at once and reads what comes until the server hangs up or answers `until`.
async fn conversation(sink: &Sink, lines: &str, until: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", sink.port)).await.expect("connects");
    // A server that is down hangs up before everything is written.
    stream.write_all(lines.as_bytes()).await.ok();
    let mut said = String::new();
    let mut buffer = [0; 1024];
    while !said.contains(until) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(n) => said.push_str(&String::from_utf8_lossy(&buffer[..n])),
        }
    }
    said
}

const MESSAGE: &str = "EHLO test\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n\
    Message-ID: <1@example.com>\r\nSubject: a\r\n long one\r\n\r\n..dot\r\n.\r\n";

#[tokio::test]
async fn the_mail_server_records_refuses_and_goes_away() {
    let sink = Sink::start().await;
    let said = conversation(&sink, &format!("{MESSAGE}QUIT\r\n"), "221").await;
    assert!(said.contains("250 taken"), "{said}");
    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert_eq!(
        (received[0].from.as_str(), received[0].to.as_slice()),
        ("a@example.com", ["b@example.com".to_owned()].as_slice())
    );
    assert_eq!(received[0].header("subject").as_deref(), Some("a long one"));
    assert!(received[0].raw.ends_with("\r\n\r\n.dot\r\n"));

    sink.behave(Mode::Refuse("b@example.com".into()));
    let refused = conversation(&sink, "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nQUIT\r\n", "221").await;
    assert!(refused.contains("550"), "{refused}");

    sink.behave(Mode::HangAfterData);
    let hanging = conversation(&sink, MESSAGE, "354").await;
    assert!(!hanging.contains("250 taken"), "{hanging}");

    sink.behave(Mode::Down);
    assert_eq!(conversation(&sink, "EHLO test\r\n", "250").await, "");
    assert_eq!(sink.message_ids()[0], "<1@example.com>");
}
