//! Searching: letters are letters, whatever they mean to a database.

use super::{Given, add, business, names, run, searching};
use crate::support::{TestApp, both_databases};
use domain::{
    customer::{CustomerQuery, CustomerSort},
    ids::BusinessId,
};
use services::customers::search;

both_databases! {
    a_search_takes_every_letter_literally
    short_searches_find_where_words_begin
    an_address_is_found_by_its_parts
    the_index_follows_changes_and_deletions
    a_small_business_beside_another_finds_its_own
}

async fn found(app: &TestApp, shop: BusinessId, text: &str) -> Vec<String> {
    let query = CustomerQuery {
        sort: Some(CustomerSort::Name),
        ..searching(text)
    };
    names(app, &app.owner().await, shop, query).await
}

async fn a_search_takes_every_letter_literally(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let all = [
        "Jörg Müller",
        "MULLERIN, Ökonomie",
        "Terhi Hämäläinen",
        "王小明",
        "ヤマダ タロウ",
        "100% Sure",
        "100 Surely",
        "under_score",
        "underXscore",
        "Hugh O'Reilly",
        "The \"Quoted\" One",
        "back\\slash",
        "Łukasz Wójcik",
        "Straße AND near OR *",
    ];
    let mut given: Vec<Given> = all
        .iter()
        .enumerate()
        .map(|(n, name)| Given {
            email: format!("c{n}@mail.example"),
            name: (*name).into(),
            ..Given::default()
        })
        .collect();
    given.push(Given {
        company: "Müller & Söhne".into(),
        email: "c99@mail.example".into(),
        name: "Zoe".into(),
        ..Given::default()
    });
    add(app, shop, given).await;
    for (text, expected) in [
        ("müller", vec!["Jörg Müller", "MULLERIN, Ökonomie", "Zoe"]),
        ("MULLER", vec!["Jörg Müller", "MULLERIN, Ökonomie", "Zoe"]),
        ("hämäl", vec!["Terhi Hämäläinen"]),
        ("王小明", vec!["王小明"]),
        ("タロウ", vec!["ヤマダ タロウ"]),
        ("100%", vec!["100% Sure"]),
        ("0% s", vec!["100% Sure"]),
        ("r_s", vec!["under_score"]),
        ("o'rei", vec!["Hugh O'Reilly"]),
        ("\"quoted\"", vec!["The \"Quoted\" One"]),
        ("k\\s", vec!["back\\slash"]),
        ("wojcik", vec!["Łukasz Wójcik"]),
        ("strasse and", vec!["Straße AND near OR *"]),
        ("or *", vec!["Straße AND near OR *"]),
        ("words : müller", vec![]),
        ("müller @", vec![]),
        ("jörg c0@mail.example", vec![]),
        ("c99@mail.ex", vec!["Zoe"]),
        ("müller'); --", vec![]),
        ("%%%", vec![]),
        ("___", vec![]),
        ("   müller  ", vec!["Jörg Müller", "MULLERIN, Ökonomie", "Zoe"]),
    ] {
        assert_eq!(found(app, shop, text).await, expected, "{text}");
    }
    // Longer than any name, and not a statement that breaks.
    assert!(found(app, shop, &"müller".repeat(2_000)).await.is_empty());
    let html = app
        .owner()
        .await
        .browser
        .get(&format!("/t/{}/b/{shop}/customers?search=%22%3E%3Cscript%3E", app.team().await))
        .await;
    assert_eq!(html.status, 200);
    assert!(html.body.contains("No customer matches") && !html.body.contains("\"><script>\""));
}

async fn short_searches_find_where_words_begin(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let given = ["Helena Holý", "Andrew Ng", "王小明", "Élodie"].map(|name| Given {
        email: format!("{}-{}@mail.example", name.len(), name.chars().count()),
        name: name.into(),
        ..Given::default()
    });
    add(app, shop, given.to_vec()).await;
    for (text, expected) in [
        ("h", vec!["Helena Holý"]),
        ("He", vec!["Helena Holý"]),
        ("el", vec!["Élodie"]),
        ("e", vec!["Élodie"]),
        ("ng", vec!["Andrew Ng"]),
        ("王", vec!["王小明"]),
        ("小明", vec!["王小明"]),
        ("明", vec!["王小明"]),
        ("%", vec![]),
        ("_", vec![]),
        ("'", vec![]),
        ("\"", vec![]),
    ] {
        assert_eq!(found(app, shop, text).await, expected, "{text}");
    }
    assert_eq!(found(app, shop, " ").await.len(), 4, "nothing is asked for");
}

async fn an_address_is_found_by_its_parts(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let given = |email: &str| Given {
        email: email.into(),
        name: email[..3].into(),
        ..Given::default()
    };
    add(
        app,
        shop,
        vec![
            given("anna_b@music.example"),
            given("annaxb@music.example"),
            given("stanisław@wp.example"),
        ],
    )
    .await;
    assert_eq!(found(app, shop, "anna_b@").await, ["ann"]);
    assert_eq!(found(app, shop, "ANNA_B@music.example").await, ["ann"]);
    assert_eq!(found(app, shop, "@music").await.len(), 2);
    assert_eq!(found(app, shop, "Stanisław@").await, ["sta"]);
}

async fn the_index_follows_changes_and_deletions(app: &TestApp) {
    let shop = business(app, "Music Store").await;
    let team = app.team().await;
    let ids = add(app, shop, vec![Given::named("Anna First"), Given::named("Bert Second")]).await;
    run(app, "UPDATE customer SET name = 'Clara Third' WHERE id = $1", vec![ids[0].0.into()]).await;
    search::index(app.services.db().write(), team, shop, &ids).await.expect("indexes");
    assert_eq!(found(app, shop, "clara").await, ["Clara Third"]);
    assert!(found(app, shop, "anna f").await.is_empty());
    let now = app.services.clock().now();
    run(
        app,
        "UPDATE customer SET deleted_at = $2 WHERE id = $1",
        vec![ids[1].0.into(), now.into()],
    )
    .await;
    assert!(found(app, shop, "bert").await.is_empty());
    run(app, "DELETE FROM customer WHERE id = $1", vec![ids[1].0.into()]).await;
    // SQLite gives the number of the deleted row out again.
    add(app, shop, vec![Given::named("Dora Fourth")]).await;
    assert!(found(app, shop, "bert").await.is_empty());
    assert_eq!(found(app, shop, "dora").await, ["Dora Fourth"]);
}

async fn a_small_business_beside_another_finds_its_own(app: &TestApp) {
    let (shop, other) = (business(app, "Music Store").await, business(app, "Ticket Shop").await);
    add(app, other, (0..30).map(|n| Given::named(&format!("Anna {n}"))).collect()).await;
    add(app, shop, vec![Given::named("Anna Here")]).await;
    assert_eq!(found(app, shop, "anna").await, ["Anna Here"]);
    assert_eq!(found(app, other, "anna").await.len(), 25);
    // The small one's addresses are looked for in the large one, and the other way round.
    add(app, other, vec![Given::named("Anna Here")]).await;
    let both = || CustomerQuery {
        also_elsewhere: true,
        ..CustomerQuery::default()
    };
    let owner = app.owner().await;
    assert_eq!(names(app, &owner, other, both()).await, ["Anna Here"]);
    assert_eq!(names(app, &owner, shop, both()).await, ["Anna Here"]);
}
