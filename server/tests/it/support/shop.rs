//! A business with customers, for tests of what is done with them.

use super::{
    TestApp,
    actor::{Actor, Answer, answer},
};
use crate::stage;
use domain::{
    Error,
    ids::{BusinessId, CustomerId, PersonaId, TeamId},
    permission::perm,
};
use reqwest::{Method, header::ACCEPT};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use services::{businesses, entity::customer};

const MUSIC: &str = include_str!("../../../services/samples/music-store-customers.csv");

#[derive(Clone, Copy, Debug)]
pub struct Shop {
    pub team: TeamId,
    pub business: BusinessId,
}

impl Shop {
    /// A business of the app's team that this person created.
    pub async fn open(app: &TestApp, owner: &Actor, name: &str) -> Self {
        let grant = app.grant::<perm::CreateBusiness>(owner).await;
        let mut settings = stage::business(name);
        settings.upsell = "the Annual Pass".into();
        settings.signature = String::new();
        settings.postal_address = "12 Harbour Road\nCalgary AB".into();
        let business = businesses::create(&app.services, &grant, settings)
            .await
            .expect("creates a business");
        // What follows is later than the team's first credits, so that "newest first" is one order.
        app.services.clock().advance(chrono::TimeDelta::minutes(1));
        Self {
            team: app.team().await,
            business,
        }
    }

    /// A customer with that address; `change` fills in more.
    pub async fn customer(&self, app: &TestApp, email: &str, change: impl FnOnce(&mut customer::Model)) -> CustomerId {
        let (clock, id) = (app.services.clock(), CustomerId(app.services.clock().new_id()));
        let mut row = customer::Model {
            team_id: self.team,
            id,
            business_id: self.business,
            email: email.to_owned(),
            name: String::new(),
            company: String::new(),
            country: String::new(),
            currency: Some("USD".into()),
            total_spent: None,
            monthly_spend: None,
            payment_count: None,
            first_payment: None,
            last_payment: None,
            refund_volume: None,
            notes: String::new(),
            tags: None,
            attributes: None,
            segment: None,
            opportunity: None,
            import_id: None,
            created_at: clock.now(),
            updated_at: clock.now(),
            deleted_at: None,
        };
        change(&mut row);
        customer::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(app.services.db().write())
            .await
            .expect("stores a customer");
        id
    }

    /// The customers of the sample, in its order.
    pub async fn music(&self, app: &TestApp) -> Vec<CustomerId> {
        let mut all = Vec::new();
        for line in MUSIC.lines().skip(1) {
            // Only the last five columns matter, and no comma is in them.
            let mut last = line.rsplitn(6, ',');
            let (currency, newest, oldest, count, spent) = (last.next(), last.next(), last.next(), last.next(), last.next());
            let mut first = line.splitn(3, ',');
            let (email, name) = (first.next().expect("an address"), first.next().expect("a name"));
            let cents = spent.expect("an amount").replace('.', "").parse().expect("a number");
            let id = self
                .customer(app, email, |row| {
                    name.clone_into(&mut row.name);
                    row.currency = currency.map(str::to_owned);
                    row.total_spent = Some(cents);
                    row.payment_count = count.and_then(|n| n.parse().ok());
                    row.first_payment = oldest.and_then(|date| date.parse().ok());
                    row.last_payment = newest.and_then(|date| date.parse().ok());
                })
                .await;
            all.push(id);
        }
        all
    }

    /// Helena Holý of the sample, with all the others around her.
    pub async fn helena(&self, app: &TestApp) -> CustomerId {
        let all = self.music(app).await;
        let line = MUSIC.lines().skip(1).position(|line| line.starts_with("hholy@gmail.com"));
        all[line.expect("she is in the sample")]
    }

    /// Presses "Analyse".
    pub async fn analyse(&self, who: &Actor, customer: CustomerId, seen: &str) -> Answer {
        let (team, customer) = (self.team.to_string(), customer.to_string());
        post(who, "analysis/analyse", &[("team", &team), ("customer", &customer), ("seen", seen)]).await
    }

    /// "Regenerate", after having seen that version of the draft.
    pub async fn regenerate(&self, who: &Actor, customer: CustomerId, seen: i32, tone: &str) -> Answer {
        let (team, customer, seen) = (self.team.to_string(), customer.to_string(), seen.to_string());
        let fields = [("team", team.as_str()), ("customer", &customer), ("seen", &seen), ("tone", tone)];
        post(who, "drafts/regenerate", &fields).await
    }

    /// The persona in a language, after having seen that analysis.
    pub async fn translate(&self, who: &Actor, customer: CustomerId, seen: PersonaId, language: &str) -> Answer {
        let (team, customer, seen) = (self.team.to_string(), customer.to_string(), seen.to_string());
        let fields = [
            ("team", team.as_str()),
            ("customer", &customer),
            ("seen", &seen),
            ("language", language),
        ];
        post(who, "analysis/translate", &fields).await
    }

    /// As many customers, each with a spend of their own.
    pub async fn hundred(&self, app: &TestApp) -> Vec<CustomerId> {
        let mut customers = Vec::new();
        for i in 0..100 {
            let email = format!("customer{i}@example.com");
            customers.push(self.customer(app, &email, |row| row.total_spent = Some(100 * i)).await);
        }
        customers
    }

    /// The customer's page as data.
    pub async fn detail(&self, who: &Actor, customer: CustomerId) -> Answer {
        let input = json!({"team": self.team, "business": self.business, "customer": customer});
        who.browser.call("customers/detail", &input).await
    }

    /// The customer's page as HTML.
    pub async fn page(&self, who: &Actor, customer: CustomerId) -> Answer {
        who.browser.get(&app::paths::customer(self.team, self.business, customer)).await
    }
}

/// Posts a form as a page with scripts does: the answer is data.
pub async fn post(who: &Actor, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
    let request = who.browser.request(Method::POST, &format!("/api/{endpoint}"));
    answer(request.header(ACCEPT, "application/json").form(fields)).await
}

/// What an answer holds.
pub fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> T {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("the shape of the answer")
}

/// How many were analysed and how many found no credit left, of presses at once. Nothing else may come of one.
pub async fn done_and_refused(presses: impl Iterator<Item = impl Future<Output = Answer>>) -> (usize, usize) {
    let (mut done, mut refused) = (0, 0);
    for answer in futures::future::join_all(presses).await {
        match answer.status.as_u16() {
            200 => done += 1,
            402 => {
                let (needed, available) = (1, 0);
                assert_eq!(answer.error(), Error::NotEnoughCredits { needed, available });
                refused += 1;
            }
            other => panic!("neither done nor refused: {other} {}", answer.body),
        }
    }
    (done, refused)
}
