//! Who is asking, and evidence of what they may do.
//!
//! A `Member` comes only from the look-up of a session's person in a team; a `Grant<P>` only from a member that has
//! permission `P` (or from the system, inside this crate). A use case that takes `&Grant<perm::X>` can't be called
//! unchecked. Neither can be deserialised.
//!
//! The right grant opens a use case:
//! ```
//! use domain::permission::perm;
//! use services::Grant;
//! fn import(_: &Grant<perm::ImportCsv>) {}
//! fn caller(grant: &Grant<perm::ImportCsv>) { import(grant) }
//! ```
//! Another one does not:
//! ```compile_fail,E0308
//! use domain::permission::perm;
//! use services::Grant;
//! fn import(_: &Grant<perm::ImportCsv>) {}
//! fn caller(grant: &Grant<perm::ViewCustomers>) { import(grant) }
//! ```
//! Nobody makes one by hand, neither whole nor from another one:
//! ```compile_fail,E0451
//! use domain::permission::{Scope, Sight, perm};
//! use services::Grant;
//! fn widen(found: Grant<perm::ImportCsv>) -> Grant<perm::ImportCsv> { Grant { scope: Scope::Any, ..found } }
//! ```
//! The system's grant stays inside this crate:
//! ```compile_fail,E0624
//! use domain::{ids::TeamId, permission::perm};
//! use services::Grant;
//! fn system(team: TeamId) -> Grant<perm::ImportCsv> { Grant::system(team) }
//! ```
//! A member is not made by hand either:
//! ```compile_fail,E0451
//! use domain::role::Role;
//! use services::Member;
//! fn promote(found: Member) -> Member { Member { role: Role::Owner, ..found } }
//! ```
//! And nothing that came over the wire becomes evidence:
//! ```compile_fail,E0277
//! use domain::permission::perm;
//! use services::Grant;
//! fn read(text: &str) -> Option<Grant<perm::ImportCsv>> { serde_json::from_str(text).ok() }
//! ```
//! ```compile_fail,E0277
//! use services::Member;
//! fn read(text: &str) -> Option<Member> { serde_json::from_str(text).ok() }
//! ```

use crate::{Services, accounts::Session, audit, entity, error::Result};
use domain::{
    Error,
    audit::AuditKind,
    ids::{BusinessId, MemberId, PersonId, TeamId},
    permission::{Permission, Requirement, Scope, Sight},
    role::Role,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::marker::PhantomData;

/// A person's place in a team, as of this request.
#[derive(Clone, Debug)]
pub struct Member {
    team: TeamId,
    id: MemberId,
    person: PersonId,
    name: String,
    role: Role,
    request_id: Option<String>,
}

impl Member {
    /// The place of whoever asks in a team: the door for requests.
    ///
    /// # Errors
    /// `Unauthenticated` for nobody, `Unverified`, `NotFound` for strangers.
    pub async fn asking(db: &impl ConnectionTrait, asking: Option<&Session>, team: TeamId, request_id: Option<String>) -> Result<Self> {
        let session = Session::proven(asking)?;
        Self::find(db, team, session.person, request_id).await
    }

    /// The place of a person in a team, for work that goes on without them. A team they are not in is not found, like one that does not
    /// exist.
    ///
    /// # Errors
    /// `NotFound` for strangers.
    pub async fn find(db: &impl ConnectionTrait, team: TeamId, person: PersonId, request_id: Option<String>) -> Result<Self> {
        let row = entity::member::Entity::find()
            .filter(entity::member::Column::TeamId.eq(team))
            .filter(entity::member::Column::PersonId.eq(person))
            .inner_join(entity::team::Entity)
            .filter(entity::team::Column::DeletedAt.is_null())
            .find_also_related(entity::person::Entity)
            .one(db)
            .await?;
        let Some((member, Some(who))) = row else {
            return Err(Error::NotFound.into());
        };
        Ok(Self {
            team,
            id: member.id,
            person,
            name: who.name,
            role: member.role,
            request_id,
        })
    }

    #[must_use]
    pub const fn team(&self) -> TeamId {
        self.team
    }
    #[must_use]
    pub const fn id(&self) -> MemberId {
        self.id
    }
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The person as who acts.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            person: Some(self.person),
            name: self.name.clone(),
            request_id: self.request_id.clone(),
        }
    }

    /// Evidence of permission `P`. A refused change is recorded in the audit log.
    ///
    /// # Errors
    /// `Forbidden` where the role lacks the permission.
    pub async fn require<P: Requirement>(&self, services: &Services) -> Result<Grant<P>> {
        let actor = self.actor();
        match self.role.scope(P::PERMISSION) {
            Some(scope) => Ok(Grant {
                team: self.team,
                actor,
                role: self.role,
                scope,
                sight: self.role.sight(),
                permission: PhantomData,
            }),
            None => {
                denied(services, self.team, &actor, P::PERMISSION, None).await?;
                Err(Error::Forbidden { permission: P::PERMISSION }.into())
            }
        }
    }
}

/// Who acts: a person, or the system.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) person: Option<PersonId>,
    pub(crate) name: String,
    pub(crate) request_id: Option<String>,
}

impl Actor {
    /// A person, outside any request that could be named.
    pub(crate) fn person(id: PersonId, name: &str) -> Self {
        Self {
            person: Some(id),
            name: name.to_owned(),
            request_id: None,
        }
    }

    /// Whoever holds a mailed link: they need no account.
    pub(crate) fn holder(name: &str) -> Self {
        Self {
            person: None,
            name: name.to_owned(),
            request_id: None,
        }
    }

    pub(crate) fn system() -> Self {
        Self::holder("system")
    }
}

/// Evidence that the actor may do what `P` stands for, in one team.
#[derive(Clone, Debug)]
pub struct Grant<P> {
    team: TeamId,
    actor: Actor,
    role: Role,
    scope: Scope,
    sight: Sight,
    permission: PhantomData<P>,
}

impl<P: Requirement> Grant<P> {
    /// For jobs without an actor and the command line without `--as`; named in the audit log as "system".
    pub(crate) fn system(team: TeamId) -> Self {
        Self {
            team,
            actor: Actor::system(),
            role: Role::Owner,
            scope: Scope::Any,
            sight: Sight::Full,
            permission: PhantomData,
        }
    }

    #[must_use]
    pub const fn team(&self) -> TeamId {
        self.team
    }
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }
    #[must_use]
    pub const fn sight(&self) -> Sight {
        self.sight
    }
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }
    /// The person behind the grant; `None` for the system.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        self.actor.person
    }

    /// A business of the team for reading.
    ///
    /// # Errors
    /// `NotFound` for another team's and for deleted ones.
    pub async fn read_business(&self, db: &impl ConnectionTrait, id: BusinessId) -> Result<entity::business::Model> {
        find_business(db, self.team, id).await
    }

    /// A business that this grant reaches: any of the team, or only the person's own. A refused attempt is recorded.
    ///
    /// # Errors
    /// `NotFound` for another team's, `Forbidden` for one that is not theirs.
    pub async fn business(&self, services: &Services, id: BusinessId) -> Result<entity::business::Model> {
        let business = find_business(services.db().read(), self.team, id).await?;
        if self.scope == Scope::Own && Some(business.owner_id) != self.actor.person {
            return self.refused(services, id).await;
        }
        Ok(business)
    }

    /// Whether the person still sees as much of customers as when they asked.
    ///
    /// # Errors
    /// `Forbidden` when their role or place has changed.
    pub async fn still_sees(&self, db: &impl ConnectionTrait) -> Result<()> {
        self.still_holds(db, None).await?;
        let Some(person) = self.actor.person else { return Ok(()) };
        if Member::find(db, self.team, person, None).await?.role.sight() != self.sight {
            return Err(Error::Forbidden { permission: P::PERMISSION }.into());
        }
        Ok(())
    }

    /// Records that the grant does not reach this business, and refuses. Outside of any transaction.
    pub(crate) async fn refused<T>(&self, services: &Services, id: BusinessId) -> Result<T> {
        denied(services, self.team, &self.actor, P::PERMISSION, Some(id)).await?;
        Err(Error::Forbidden { permission: P::PERMISSION }.into())
    }

    /// The same person's place, read again inside a transaction that changes something. It can't change before this transaction ends, so
    /// whoever takes the right away waits for it and finds what it did.
    ///
    /// # Errors
    /// `Forbidden` when they lost the right meanwhile.
    pub async fn still_holds(&self, db: &impl ConnectionTrait, business: Option<BusinessId>) -> Result<()> {
        let Some(person) = self.actor.person else { return Ok(()) };
        let forbidden = || Error::Forbidden { permission: P::PERMISSION };
        entity::member::Entity::find()
            .filter(entity::member::Column::TeamId.eq(self.team))
            .filter(entity::member::Column::PersonId.eq(person))
            .lock_shared()
            .one(db)
            .await?;
        // Out of the team is out of its rights; a database that fails says nothing about rights.
        let member = Member::find(db, self.team, person, None).await.map_err(|error| match error {
            crate::Error::Public(Error::NotFound) => forbidden().into(),
            other => other,
        })?;
        let scope = member.role.scope(P::PERMISSION).ok_or_else(forbidden)?;
        if let (Scope::Own, Some(id)) = (scope, business)
            && find_business(db, self.team, id).await?.owner_id != person
        {
            return Err(forbidden().into());
        }
        Ok(())
    }
}

async fn find_business(db: &impl ConnectionTrait, team: TeamId, id: BusinessId) -> Result<entity::business::Model> {
    use entity::business::{Column, Entity};
    Entity::find()
        .filter(Column::TeamId.eq(team))
        .filter(Column::Id.eq(id))
        .filter(Column::DeletedAt.is_null())
        .one(db)
        .await?
        .ok_or_else(|| Error::NotFound.into())
}

/// Records an attempt to change something that was refused. Outside of any transaction.
pub(crate) async fn denied(
    services: &Services,
    team: TeamId,
    actor: &Actor,
    permission: Permission,
    business: Option<BusinessId>,
) -> Result<()> {
    let mut event = audit::Event::new(AuditKind::Denied).detail("permission", permission.as_str());
    event.business = business;
    let txn = services.db().begin().await?;
    audit::record(&txn, services.clock(), team, actor, event).await?;
    txn.commit().await?;
    Ok(())
}
