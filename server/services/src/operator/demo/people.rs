//! The four people of the demo team. Their addresses are of a domain that nobody can own, and their accounts start verified, so that
//! no mail is sent.

use crate::{
    Services,
    accounts::{self, Session, password},
    audit::{self, Event},
    entity::{member, person},
    error::Result,
    grant::Actor,
    tokens,
};
use domain::{
    Error,
    audit::AuditKind,
    error::FieldCode,
    ids::{MemberId, PersonId, SessionId, TeamId},
    role::Role,
};
use sea_orm::{ActiveValue::Set, EntityTrait};

pub const OWNER: &str = "owner@demo.example";
/// On a machine where nobody else is.
const DEVELOPMENT: &str = "demo-password";

const PEOPLE: [(Role, &str, &str); 4] = [
    (Role::Owner, OWNER, "Andrew Adams"),
    (Role::Admin, "admin@demo.example", "Nancy Edwards"),
    (Role::Member, "member@demo.example", "Jane Peacock"),
    (Role::Viewer, "viewer@demo.example", "Margaret Park"),
];

/// Somebody of the demo team.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub role: Role,
    pub email: &'static str,
    pub name: &'static str,
    pub password: Option<String>,
}

impl Person {
    /// As if signed in; no session is stored.
    pub fn session(&self) -> Session {
        Session {
            id: SessionId(self.id.0),
            person: self.id,
            name: self.name.to_owned(),
            email: self.email.to_owned(),
            verified: true,
            prolonged: false,
        }
    }
}

/// The accounts.
pub async fn create(services: &Services) -> Result<[Person; 4]> {
    let mut everybody = Vec::new();
    for (role, email, name) in PEOPLE {
        if accounts::find_by_email(services.db().read(), email).await?.is_some() {
            return Err(Error::field("email", FieldCode::Taken).into());
        }
        let secret = if services.settings().dev {
            DEVELOPMENT.to_owned()
        } else {
            tokens::new().0
        };
        let (id, now) = (PersonId(services.clock().new_id()), services.clock().now());
        let row = person::ActiveModel {
            id: Set(id),
            email: Set(email.to_owned()),
            name: Set(name.to_owned()),
            password_hash: Set(password::hash(secret.clone()).await?),
            verified_at: Set(Some(now)),
            created_at: Set(now),
        };
        person::Entity::insert(row).exec_without_returning(services.db().write()).await?;
        everybody.push(Person {
            id,
            role,
            email,
            name,
            password: Some(secret),
        });
    }
    four(everybody)
}

/// Those who are here already; their passwords are known in development only.
pub async fn find(services: &Services) -> Result<[Person; 4]> {
    let mut everybody = Vec::new();
    for (role, email, name) in PEOPLE {
        let row = accounts::find_by_email(services.db().read(), email).await?.ok_or(Error::NotFound)?;
        everybody.push(Person {
            id: row.id,
            role,
            email,
            name,
            password: services.settings().dev.then(|| DEVELOPMENT.to_owned()),
        });
    }
    four(everybody)
}

fn four(everybody: Vec<Person>) -> Result<[Person; 4]> {
    everybody.try_into().map_err(|_| crate::Error::Bug("four people".into()))
}

/// Enters the team without an invitation, audited as the system's doing.
pub async fn join(services: &Services, team: TeamId, person: &Person) -> Result<()> {
    let clock = services.clock();
    let row = member::ActiveModel {
        team_id: Set(team),
        id: Set(MemberId(clock.new_id())),
        person_id: Set(person.id),
        role: Set(person.role),
        joined_at: Set(clock.now()),
        last_active_at: Set(None),
    };
    let txn = services.db().begin().await?;
    member::Entity::insert(row).exec_without_returning(&txn).await?;
    let event = Event::new(AuditKind::PersonJoined)
        .subject(person.id.0)
        .detail("role", person.role.as_str());
    audit::record(&txn, clock, team, &Actor::system(), event).await?;
    txn.commit().await?;
    Ok(())
}
