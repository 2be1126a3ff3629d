//! Taking a file in: written to disk as it comes, hashed and looked at on the way, bounded. Then it is an import.

use super::{format, queue, sniff::Sniffer, stage};
use crate::{
    Services,
    entity::{business, import},
    error::Result,
    grant::Grant,
    jobs::{Job, JobKind},
};
use domain::{
    Error as Public,
    error::Conflict,
    ids::{BusinessId, ImportId},
    import::{ColumnTarget, ImportCounts, ImportField, ImportState, MergeMode},
    money::Currency,
    permission::perm,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::{
    fs::File,
    io::{AsyncWriteExt, BufWriter},
};

const BUFFER: usize = 256 * 1024;
const NAME_MAX: usize = 120;

/// A file on its way in. Dropped before its end, it leaves nothing behind.
pub struct Upload {
    services: Services,
    grant: Grant<perm::ImportCsv>,
    business: business::Model,
    id: ImportId,
    name: String,
    file: BufWriter<File>,
    hash: Sha256,
    sniffer: Sniffer,
    bytes: u64,
    kept: bool,
}

impl Upload {
    /// `name`: what the person's computer calls it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub async fn begin(services: &Services, grant: &Grant<perm::ImportCsv>, business: BusinessId, name: &str) -> Result<Self> {
        let business = grant.business(services, business).await?;
        let id = ImportId(services.clock().new_id());
        tokio::fs::create_dir_all(stage::folder(services, id)).await?;
        let file = File::create(stage::upload(services, id)).await?;
        Ok(Self {
            services: services.clone(),
            grant: grant.clone(),
            business,
            id,
            name: clean(name),
            file: BufWriter::with_capacity(BUFFER, file),
            hash: Sha256::new(),
            sniffer: Sniffer::default(),
            bytes: 0,
            kept: false,
        })
    }

    /// The next bytes of the file.
    ///
    /// # Errors
    /// `FileTooLarge` beyond the installation's bound.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.services.settings().upload_max_bytes {
            return Err(Public::Conflict(Conflict::FileTooLarge).into());
        }
        self.hash.update(bytes);
        self.sniffer.feed(bytes);
        self.file.write_all(bytes).await?;
        Ok(())
    }

    /// The file is here: an import now, which is being read unless its columns name no address.
    ///
    /// # Errors
    /// `FileEmpty`, `FileUnreadable`; `Forbidden` when the right was lost meanwhile.
    pub async fn finish(self) -> Result<ImportId> {
        let services = self.services.clone();
        let (id, _) = self.store(false).await?;
        services.wake();
        Ok(id)
    }

    /// `take`: the job is the caller's at once. No job without a column of addresses.
    pub(super) async fn store(mut self, take: bool) -> Result<(ImportId, Option<Job>)> {
        self.file.flush().await?;
        self.file.get_ref().sync_all().await?;
        let sniffed = std::mem::take(&mut self.sniffer).finish().map_err(Public::Conflict)?;
        let currency = Currency::parse(&self.business.currency).ok_or(Public::Malformed)?;
        let (format, columns) = format::detect(&sniffed, &currency).map_err(Public::Conflict)?;
        let addresses = ColumnTarget::Field(ImportField::Email);
        let readable = columns.iter().any(|column| column.target == addresses);
        let hash: String = std::mem::take(&mut self.hash)
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let row = import::ActiveModel {
            team_id: Set(self.grant.team()),
            id: Set(self.id),
            business_id: Set(self.business.id),
            state: Set(if readable { ImportState::Reading } else { ImportState::Uploaded }),
            file_name: Set(self.name.clone()),
            file_hash: Set(hash),
            bytes: Set(i64::try_from(self.bytes).unwrap_or(i64::MAX)),
            format: Set(json!(format)),
            columns: Set(json!(columns)),
            merge: Set(MergeMode::Replace),
            counts: Set(json!(ImportCounts::default())),
            processed: Set(0),
            row_count: Set(0),
            new_count: Set(0),
            updated_count: Set(0),
            created_by: Set(self.grant.person()),
            created_at: Set(self.services.clock().now()),
            ..Default::default()
        };
        let txn = self.services.db().begin().await?;
        self.grant.still_holds(&txn, Some(self.business.id)).await?;
        import::Entity::insert(row).exec_without_returning(&txn).await?;
        let job = if readable {
            queue(&txn, &self.services, &self.grant, self.id, JobKind::ImportRead, take).await?
        } else {
            None
        };
        txn.commit().await?;
        self.kept = true;
        Ok((self.id, job))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.kept {
            // A broken upload is nothing to anybody; when the folder stays, only space is lost.
            let _ = std::fs::remove_dir_all(stage::folder(&self.services, self.id));
        }
    }
}

/// The last part of a path, on one line, of a bounded length.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    match name.trim() {
        "" => "customers.csv".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(clean("C:\\Users\\me\\a\nb.csv"), "ab.csv");
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean(" \t"), "customers.csv");
        assert_eq!(clean(&"é".repeat(500)).chars().count(), NAME_MAX);
    }
}
