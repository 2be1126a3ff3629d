//! The demo team: four people, two businesses, the sample customers of this project, analysed, some written to.
//!
//! Goes through the same use cases as everybody. Only what would send mail is put down as done, because nobody must be mailed:
//! accounts without a verification, senders without a confirmation, e-mails that left in the past.

mod history;
mod people;
mod samples;

use crate::{
    Grant, Member, Services, analysis, businesses,
    customers::import::{self as importing, FileImport},
    entity::{business, customer, import, team},
    error::Result,
    teams,
};
use domain::{
    Error,
    business::{BusinessSettings, CallToAction, Incentive, Language, Tone},
    error::Conflict,
    ids::{BusinessId, CustomerId, PersonId, TeamId},
    import::{ImportState, MergeMode},
    permission::perm,
    persona::Segment,
    role::Role,
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

/// Makes the demo team, or finds it, or goes on where a run broke off. In development everybody has the same password, which is printed
/// again; elsewhere each has a random one, printed once.
///
/// Each step is whole or not there, and one that is there is passed over. The viewer comes last: whoever finds all four finds all.
///
/// # Errors
/// `Conflict`-like `Invalid(email: Taken)` when the demo's addresses belong to other accounts.
pub async fn seed(services: &Services) -> Result<Demo> {
    if let Some(demo) = existing(services).await? {
        return Ok(demo);
    }
    let owner = people::arrive(services, Role::Owner, None).await?;
    let team = match team_of(services, owner.id).await? {
        Some(team) => team,
        None => teams::create(services, &owner.session(), TEAM, "America/Edmonton").await?,
    };
    let admin = people::arrive(services, Role::Admin, Some(team)).await?;
    let member = people::arrive(services, Role::Member, Some(team)).await?;
    let today = services.clock().now().date_naive();
    for (person, settings, sample) in [
        (&member, music_store(), samples::MUSIC_STORE),
        (&owner, ticket_shop(), samples::TICKET_SHOP),
    ] {
        let place = Member::find(services.db().read(), team, person.id, None).await?;
        let business = match business_of(services, team, &settings.name).await? {
            Some(business) => business,
            None => {
                let create: Grant<perm::CreateBusiness> = place.require(services).await?;
                businesses::create(services, &create, settings).await?
            }
        };
        fill(services, team, business, &samples::shifted(sample, today)?).await?;
        let customers = analyse(services, &place, business).await?;
        history::write(services, &place, business, &customers).await?;
    }
    let viewer = people::arrive(services, Role::Viewer, Some(team)).await?;
    finished(services, team, &[owner, admin, member, viewer], false).await
}

/// As the system: a person would be told by mail that their import has ended.
async fn fill(services: &Services, team: TeamId, business: BusinessId, file: &samples::Sample) -> Result<()> {
    let before = import::Entity::find()
        .filter(import::Column::TeamId.eq(team))
        .filter(import::Column::BusinessId.eq(business))
        .all(services.db().read())
        .await?;
    if before.iter().any(|row| row.state == ImportState::Done) {
        return Ok(());
    }
    // What a run that broke off was at: this one reads the file from its beginning, which changes nobody twice.
    for row in before.iter().filter(|row| !row.state.is_over()) {
        importing::cancel(services, &Grant::system(team), business, row.id).await?;
    }
    let folder = services.settings().data_dir.join("demo");
    tokio::fs::create_dir_all(&folder).await?;
    let path = folder.join(file.name);
    tokio::fs::write(&path, &file.text).await?;
    let import = FileImport {
        path: &path,
        merge: MergeMode::Replace,
        again: true,
    };
    importing::run_file_as_system(services, business, import).await?;
    tokio::fs::remove_dir_all(&folder).await?;
    Ok(())
}

/// Analyses all but a few, as long as the credits last; those who were.
async fn analyse(services: &Services, place: &Member, business: BusinessId) -> Result<Vec<CustomerId>> {
    let grant: Grant<perm::DraftEmails> = place.require(services).await?;
    let all: Vec<(CustomerId, Option<Segment>)> = customer::Entity::find()
        .select_only()
        .columns([customer::Column::Id, customer::Column::Segment])
        .filter(customer::Column::TeamId.eq(place.team()))
        .filter(customer::Column::BusinessId.eq(business))
        .order_by_asc(customer::Column::Email)
        .into_tuple()
        .all(services.db().read())
        .await?;
    let mut analysed = Vec::new();
    let some = all.len().saturating_sub(usize::try_from(LEFT).unwrap_or_default());
    for (customer, segment) in all.into_iter().take(some) {
        if segment.is_some() {
            analysed.push(customer);
            continue;
        }
        match analysis::analyse(services, &grant, customer, None).await {
            Ok(_) => analysed.push(customer),
            Err(crate::Error::Public(Error::NotEnoughCredits { .. })) => break,
            // A process was killed in the middle of it: its credits come back later, and somebody may press the button then.
            Err(crate::Error::Public(Error::Conflict(Conflict::Analysing))) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(analysed)
}

/// The demo team, if all of it is here.
async fn existing(services: &Services) -> Result<Option<Demo>> {
    let Some(everybody) = people::find(services).await? else {
        return Ok(None);
    };
    match team_of(services, everybody[0].id).await? {
        Some(team) => finished(services, team, &everybody, true).await.map(Some),
        None => Ok(None),
    }
}

/// The first team that the demo's owner founded.
async fn team_of(services: &Services, owner: PersonId) -> Result<Option<TeamId>> {
    let team = team::Entity::find()
        .filter(team::Column::CreatedBy.eq(owner))
        .filter(team::Column::DeletedAt.is_null())
        .order_by_asc(team::Column::CreatedAt)
        .one(services.db().read())
        .await?;
    Ok(team.map(|team| team.id))
}

async fn business_of(services: &Services, team: TeamId, name: &str) -> Result<Option<BusinessId>> {
    let row = business::Entity::find()
        .filter(business::Column::TeamId.eq(team))
        .filter(business::Column::Name.eq(name))
        .filter(business::Column::DeletedAt.is_null())
        .one(services.db().read())
        .await?;
    Ok(row.map(|row| row.id))
}

async fn finished(services: &Services, team: TeamId, everybody: &[Person; 4], found: bool) -> Result<Demo> {
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
