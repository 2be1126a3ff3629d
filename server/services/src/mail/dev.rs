//! The mailbox of development: mails that would have left. Exists only with `settings.dev`.

use super::message::Outgoing;
use crate::{Services, entity::dev_mail, error::Result, moments};
use domain::{Error, mail::DevMail};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, QuerySelect};

/// How many mails the page shows.
const SHOWN: u64 = 100;

pub(super) async fn keep(services: &Services, mail: &Outgoing) -> Result<()> {
    let row = dev_mail::ActiveModel {
        id: Set(services.clock().new_id()),
        message_id: Set(mail.message_id.clone()),
        from_address: Set(mail.from.to_string()),
        to_address: Set(mail.to.to_string()),
        subject: Set(mail.subject.clone()),
        body: Set(mail.body.clone()),
        at: Set(services.clock().now()),
    };
    dev_mail::Entity::insert(row).exec_without_returning(services.db().write()).await?;
    Ok(())
}

/// The newest mails.
///
/// # Errors
/// `NotFound` outside development.
pub async fn list(services: &Services) -> Result<Vec<DevMail>> {
    if !services.settings().dev {
        return Err(Error::NotFound.into());
    }
    let rows = dev_mail::Entity::find()
        .order_by_desc(dev_mail::Column::At)
        .order_by_desc(dev_mail::Column::Id)
        .limit(SHOWN)
        .all(services.db().read())
        .await?;
    let now = services.clock().now();
    Ok(rows
        .into_iter()
        .map(|row| DevMail {
            id: row.id.to_string(),
            from: row.from_address,
            to: row.to_address,
            subject: row.subject,
            body: row.body,
            at: moments::moment(row.at, now, chrono_tz::Tz::UTC),
        })
        .collect())
}
