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
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

/// On a machine where nobody else is.
const DEVELOPMENT: &str = "demo-password";

const PEOPLE: [(Role, &str, &str); 4] = [
    (Role::Owner, "owner@demo.example", "Andrew Adams"),
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

/// Somebody's account and, where there is a team, their place in it, without an invitation and audited as the system's doing: both or
/// neither. What a run that broke off made is taken over with another password, because that one was never printed.
///
/// # Errors
/// `Invalid(email: Taken)` when somebody else signed up with the address. They can't have verified it: no mail goes to that domain.
pub async fn arrive(services: &Services, who: Role, team: Option<TeamId>) -> Result<Person> {
    let (role, email, name) = PEOPLE.into_iter().find(|(role, ..)| *role == who).ok_or(Error::NotFound)?;
    let secret = if services.settings().dev {
        DEVELOPMENT.to_owned()
    } else {
        tokens::new().0
    };
    let hash = password::hash(secret.clone()).await?;
    let now = services.clock().now();
    let txn = services.db().begin().await?;
    let before = accounts::locked_by_email(&txn, email).await?;
    if before.as_ref().is_some_and(|row| row.verified_at.is_none()) {
        return Err(Error::field("email", FieldCode::Taken).into());
    }
    let id = before.as_ref().map_or_else(|| PersonId(services.clock().new_id()), |row| row.id);
    let row = person::ActiveModel {
        id: Set(id),
        email: Set(email.to_owned()),
        name: Set(name.to_owned()),
        password_hash: Set(hash),
        verified_at: Set(Some(now)),
        created_at: Set(before.as_ref().map_or(now, |row| row.created_at)),
    };
    match before {
        Some(_) => {
            row.update(&txn).await?;
        }
        None => {
            person::Entity::insert(row).exec_without_returning(&txn).await?;
        }
    }
    if let Some(team) = team {
        join(services, &txn, team, id, role).await?;
    }
    txn.commit().await?;
    Ok(Person {
        id,
        role,
        email,
        name,
        password: Some(secret),
    })
}

async fn join(services: &Services, txn: &DatabaseTransaction, team: TeamId, person: PersonId, role: Role) -> Result<()> {
    let place = member::Entity::find()
        .filter(member::Column::TeamId.eq(team))
        .filter(member::Column::PersonId.eq(person))
        .one(txn)
        .await?;
    if place.is_some() {
        return Ok(());
    }
    let clock = services.clock();
    let row = member::ActiveModel {
        team_id: Set(team),
        id: Set(MemberId(clock.new_id())),
        person_id: Set(person),
        role: Set(role),
        joined_at: Set(clock.now()),
        last_active_at: Set(None),
    };
    member::Entity::insert(row).exec_without_returning(txn).await?;
    let event = Event::new(AuditKind::PersonJoined).subject(person.0).detail("role", role.as_str());
    audit::record(txn, clock, team, &Actor::system(), event).await
}

/// All four, if they are here; their passwords are known in development only.
pub async fn find(services: &Services) -> Result<Option<[Person; 4]>> {
    let mut everybody = Vec::new();
    for (role, email, name) in PEOPLE {
        let Some(row) = accounts::find_by_email(services.db().read(), email).await? else {
            return Ok(None);
        };
        everybody.push(Person {
            id: row.id,
            role,
            email,
            name,
            password: services.settings().dev.then(|| DEVELOPMENT.to_owned()),
        });
    }
    Ok(everybody.try_into().ok())
}
