//! The demo team: four people, two businesses, the sample customers of this project, analysed, some written to.
//!
//! Goes through the same use cases as everybody. Only what would send mail is put down as done, because nobody must be mailed:
//! accounts without a verification, senders without a confirmation, e-mails that left in the past.

mod history;
mod people;
mod samples;

use crate::{
    Grant, Member, Services, accounts, analysis, businesses,
    customers::import::{self, FileImport},
    entity::{customer, team},
    error::Result,
    teams,
};
use domain::{
    Error,
    business::{BusinessSettings, CallToAction, Incentive, Language, Tone},
    ids::{BusinessId, CustomerId, TeamId},
    import::MergeMode,
    permission::perm,
};
use people::Person;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

pub const TEAM: &str = "Chinook Media";
/// Customers of each business that nobody has looked at yet.
const LEFT: u64 = 5;

/// What the command prints.
#[derive(Clone, Debug, Serialize)]
pub struct Demo {
    pub team: DemoTeam,
    pub businesses: Vec<DemoBusiness>,
    pub users: Vec<DemoUser>,
    /// Whether it was there already.
    #[serde(skip)]
    pub found: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct DemoTeam {
    pub id: TeamId,
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct DemoBusiness {
    pub id: BusinessId,
    pub name: String,
    /// The address of whoever created it.
    pub created_by: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct DemoUser {
    pub role: String,
    pub email: String,
    /// `None`: it was chosen when the team was made, and is not known any more.
    pub password: Option<String>,
}

/// Makes the demo team, or finds it. In development everybody has the same password, which is printed again; elsewhere each has a
/// random one, printed once.
///
/// # Errors
/// `Conflict`-like `Invalid(email: Taken)` when the demo's addresses belong to other accounts.
pub async fn seed(services: &Services) -> Result<Demo> {
    if let Some(demo) = existing(services).await? {
        return Ok(demo);
    }
    let everybody = people::create(services).await?;
    let [owner, _, member, _] = &everybody;
    let team = teams::create(services, &owner.session(), TEAM, "America/Edmonton").await?;
    for person in &everybody[1..] {
        people::join(services, team, person).await?;
    }
    let today = services.clock().now().date_naive();
    for (person, settings, sample) in [
        (member, music_store(), samples::MUSIC_STORE),
        (owner, ticket_shop(), samples::TICKET_SHOP),
    ] {
        let place = Member::find(services.db().read(), team, person.id, None).await?;
        let create: Grant<perm::CreateBusiness> = place.require(services).await?;
        let business = businesses::create(services, &create, settings).await?;
        fill(services, business, &samples::shifted(sample, today)?).await?;
        let customers = analyse(services, &place, business).await?;
        history::write(services, &place, business, &customers).await?;
    }
    finished(services, team, &everybody, false).await
}

/// As the system: a person would be told by mail that their import has ended.
async fn fill(services: &Services, business: BusinessId, file: &samples::Sample) -> Result<()> {
    let folder = services.settings().data_dir.join("demo");
    tokio::fs::create_dir_all(&folder).await?;
    let path = folder.join(file.name);
    tokio::fs::write(&path, &file.text).await?;
    let import = FileImport {
        path: &path,
        merge: MergeMode::Replace,
        again: true,
    };
    import::run_file_as_system(services, business, import).await?;
    tokio::fs::remove_dir_all(&folder).await?;
    Ok(())
}

/// Analyses all but a few, as long as the credits last; those who were.
async fn analyse(services: &Services, place: &Member, business: BusinessId) -> Result<Vec<CustomerId>> {
    let grant: Grant<perm::DraftEmails> = place.require(services).await?;
    let all: Vec<CustomerId> = customer::Entity::find()
        .select_only()
        .column(customer::Column::Id)
        .filter(customer::Column::TeamId.eq(place.team()))
        .filter(customer::Column::BusinessId.eq(business))
        .order_by_asc(customer::Column::Email)
        .into_tuple()
        .all(services.db().read())
        .await?;
    let mut analysed = Vec::new();
    let some = all.len().saturating_sub(usize::try_from(LEFT).unwrap_or_default());
    for customer in all.into_iter().take(some) {
        match analysis::analyse(services, &grant, customer, None).await {
            Ok(_) => analysed.push(customer),
            Err(crate::Error::Public(Error::NotEnoughCredits { .. })) => break,
            Err(other) => return Err(other),
        }
    }
    Ok(analysed)
}

/// The demo team, if it is here.
async fn existing(services: &Services) -> Result<Option<Demo>> {
    let db = services.db().read();
    let Some(owner) = accounts::find_by_email(db, people::OWNER).await? else {
        return Ok(None);
    };
    let team = team::Entity::find()
        .filter(team::Column::CreatedBy.eq(owner.id))
        .filter(team::Column::DeletedAt.is_null())
        .order_by_asc(team::Column::CreatedAt)
        .one(db)
        .await?;
    let Some(team) = team else { return Ok(None) };
    let everybody = people::find(services).await?;
    finished(services, team.id, &everybody, true).await.map(Some)
}

async fn finished(services: &Services, team: TeamId, everybody: &[Person; 4], found: bool) -> Result<Demo> {
    use crate::entity::business;
    let db = services.db().read();
    let rows = business::Entity::find()
        .filter(business::Column::TeamId.eq(team))
        .filter(business::Column::DeletedAt.is_null())
        .order_by_asc(business::Column::CreatedAt)
        .order_by_asc(business::Column::Id)
        .limit(10)
        .all(db)
        .await?;
    let name = team::Entity::find_by_id(team)
        .one(db)
        .await?
        .map_or_else(|| TEAM.to_owned(), |row| row.name);
    let address = |id| {
        everybody
            .iter()
            .find(|person| person.id == id)
            .map(|person| person.email.to_owned())
    };
    Ok(Demo {
        team: DemoTeam { id: team, name },
        businesses: rows
            .into_iter()
            .map(|row| DemoBusiness {
                id: row.id,
                created_by: address(row.created_by).unwrap_or_default(),
                name: row.name,
            })
            .collect(),
        users: everybody
            .iter()
            .map(|person| DemoUser {
                role: person.role.as_str().to_owned(),
                email: person.email.to_owned(),
                password: person.password.clone(),
            })
            .collect(),
        found,
    })
}

fn music_store() -> BusinessSettings {
    BusinessSettings {
        name: "Chinook Music".into(),
        website: "https://music.chinook.example".into(),
        contact_name: "Jane Peacock".into(),
        contact_role: "Sales".into(),
        currency: "USD".into(),
        time_zone: "America/Edmonton".into(),
        description: "Music by the track and by the album, from classical to metal, to keep for ever.".into(),
        upsell: "the Collector's Pass: every new album a week before the others".into(),
        incentives: vec![
            Incentive {
                code: "ENCORE20".into(),
                text: "20 % off the next album".into(),
                audience: "customers who have not bought for a while".into(),
                valid_until: None,
            },
            Incentive {
                code: "LISTEN5".into(),
                text: "five tracks on the house".into(),
                audience: "loyal customers".into(),
                valid_until: None,
            },
        ],
        language: Language::English,
        tone: Tone::Friendly,
        call_to_action: CallToAction::Reply,
        call_link: String::new(),
        signature: "Jane Peacock\nChinook Music".into(),
        postal_address: "1111 6 Ave SW\nCalgary AB T2P 5M5\nCanada".into(),
        reply_to: String::new(),
    }
}

fn ticket_shop() -> BusinessSettings {
    BusinessSettings {
        name: "Chinook Tickets".into(),
        website: "https://tickets.chinook.example".into(),
        contact_name: "Andrew Adams".into(),
        description: "Tickets for concerts and festivals, sent to the phone.".into(),
        upsell: "a season card for one hall".into(),
        incentives: vec![Incentive {
            code: "FRONTROW".into(),
            text: "an upgrade to the front row".into(),
            audience: "the best customers".into(),
            valid_until: None,
        }],
        signature: "Andrew Adams\nChinook Tickets".into(),
        ..music_store()
    }
}
