//! The same table for what is no server function: plain routes that change something or give out rows.

use super::{
    ACTORS, Table,
    world::{Ids, World},
};
use crate::support::{
    TestApp,
    actor::{Answer, Browser, answer},
};
use app::paths;
use reqwest::{Method, header::ACCEPT, multipart};
use services::outreach::unsubscribe;

#[derive(Clone, Copy, Debug)]
enum Route {
    Upload,
    LeftOut,
    Export,
    Unsubscribe,
    UnsubscribeForged,
}

const ROUTES: [(&str, Route); 5] = [
    ("POST the file of an import", Route::Upload),
    ("GET the rows left out", Route::LeftOut),
    ("GET the customers", Route::Export),
    ("POST an unsubscribe link", Route::Unsubscribe),
    ("POST a forged one", Route::UnsubscribeForged),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_plain_route_answers_each_actor_as_agreed() {
    let world = World::build().await;
    let mut table = Table::headed("plain route");
    let mut round = world.round().await;
    for (name, route) in ROUTES {
        table.row(name);
        for (_, who, own) in ACTORS {
            let browser = Browser::new(&round.base_url, world.token(who));
            let ids = if own { &world.own } else { &world.other };
            let status = ask(&round, &browser, route, &world, ids).await.status.as_u16();
            table.cell(status);
            // The next one finds the world as it was.
            if status < 400 {
                std::mem::replace(&mut round, world.round().await).end().await;
            }
        }
    }
    round.end().await;
    insta::assert_snapshot!("plain_routes", table.0);
}

async fn ask(app: &TestApp, browser: &Browser, route: Route, world: &World, ids: &Ids) -> Answer {
    let request = match route {
        Route::Upload => {
            let part = multipart::Part::bytes(b"email\njoe@example.com\n".to_vec()).file_name("more.csv");
            browser
                .request(Method::POST, &paths::upload(world.team, ids.business))
                .multipart(multipart::Form::new().part("file", part))
        }
        Route::LeftOut => browser.request(Method::GET, &paths::left_out(world.team, ids.business, ids.import)),
        Route::Export => browser.request(Method::GET, &paths::export(world.team, ids.business)),
        // The link is the evidence: mail services post without an account.
        Route::Unsubscribe => {
            let token = unsubscribe::token(&app.services, world.team, ids.outreach);
            browser.request(Method::POST, &format!("/unsubscribe/{token}"))
        }
        Route::UnsubscribeForged => browser.request(Method::POST, "/unsubscribe/made-up"),
    };
    answer(request.header(ACCEPT, "application/json")).await
}
