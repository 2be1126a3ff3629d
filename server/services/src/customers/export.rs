//! Customers as a CSV file (RFC 4180, UTF-8), made while it is sent: a page of rows at a time, so memory does not grow with them.
//!
//! It holds what its reader may see: viewers get shortened addresses and no column of money. Texts that a spreadsheet would run are
//! guarded, which our import takes off again.

use super::{
    import::cells,
    list::{Selection, may_see_deleted},
};
use crate::{
    Services,
    analysis::attributes,
    audit::{self, Event},
    customers::search::tags_of,
    error::Result,
    grant::Grant,
};
use domain::{
    audit::AuditKind,
    customer::Chosen,
    ids::{BusinessId, CustomerId},
    money::{self, Cents},
    permission::{Sight, perm},
    persona::Segment,
};
use sea_orm::{
    FromQueryResult,
    prelude::{Date, Json},
};
use std::io;

/// Rows that are read and sent at once.
const PAGE: usize = 1_000;
/// Custom columns of a file; what is beyond them is left out.
const ATTRIBUTES_MAX: usize = 200;
/// Headings of what we made of a customer, which an import leaves out.
pub const SEGMENT_HEADING: &str = "Persona segment";
pub const OPPORTUNITY_HEADING: &str = "Opportunity score";
const COLUMNS: &str = "c.id, c.email, c.name, c.company, c.country, c.currency, c.total_spent, c.monthly_spend, c.payment_count, \
    c.first_payment, c.last_payment, c.refund_volume, c.notes, c.tags, c.attributes, c.segment, c.opportunity";

#[derive(Debug, FromQueryResult)]
struct Row {
    id: CustomerId,
    email: String,
    name: String,
    company: String,
    country: String,
    currency: Option<String>,
    total_spent: Option<i64>,
    monthly_spend: Option<i64>,
    payment_count: Option<i64>,
    first_payment: Option<Date>,
    last_payment: Option<Date>,
    refund_volume: Option<i64>,
    notes: String,
    tags: Option<Json>,
    attributes: Option<Json>,
    segment: Option<Segment>,
    opportunity: Option<i32>,
}

/// A file that is being made.
#[derive(Debug)]
pub struct Export {
    pub file_name: String,
    services: Services,
    grant: Grant<perm::ViewCustomers>,
    selection: Selection,
    attributes: Vec<String>,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Start,
    After(CustomerId),
    End,
}

/// Begins a file; who takes it stands in the audit log.
///
/// # Errors
/// As the list.
pub async fn export(services: &Services, grant: &Grant<perm::ViewCustomers>, business: BusinessId, chosen: &Chosen) -> Result<Export> {
    let db = services.db().read();
    let business = grant.read_business(db, business).await?;
    let sight = grant.sight();
    if chosen.query.deleted {
        may_see_deleted(grant, &business)?;
    }
    let selection = Selection::of(db, &business, chosen, sight.is_masked(), services.clock().now()).await?;
    let among = selection.among(db).await?;
    let rows = among.count().await?;
    let attributes = match sight {
        Sight::Full => among.attributes(ATTRIBUTES_MAX).await?,
        Sight::Masked => Vec::new(),
    };
    let mut fields = chosen.query.narrowed_by();
    if !chosen.ids.is_empty() {
        fields = vec!["ticked"];
    }
    let event = Event::new(AuditKind::Exported)
        .business(business.id)
        .detail("what", "customers")
        .detail("rows", rows)
        .detail("filter", fields);
    let txn = services.db().begin().await?;
    grant.still_sees(&txn).await?;
    audit::record(&txn, services.clock(), grant.team(), grant.actor(), event).await?;
    txn.commit().await?;
    Ok(Export {
        file_name: format!("{} customers {}.csv", business.name, services.clock().now().format("%Y-%m-%d")),
        services: services.clone(),
        grant: grant.clone(),
        selection,
        attributes,
        place: Place::Start,
    })
}

impl Export {
    /// The next bytes; `None` after the last ones. Nothing may be asked for after an error.
    pub async fn next(&mut self) -> Option<io::Result<Vec<u8>>> {
        if matches!(self.place, Place::End) {
            return None;
        }
        // Whoever takes it sees a file that broke off instead of a short one.
        Some(self.part().await.map_err(|error| {
            tracing::warn!(%error, "an export broke off");
            io::Error::other(error.to_string())
        }))
    }

    async fn part(&mut self) -> Result<Vec<u8>> {
        let db = self.services.db().read();
        // A large file takes its time; who may not see it any more gets no more of it.
        self.grant.still_sees(db).await?;
        let (mut buffer, after) = match self.place {
            // Spreadsheets know UTF-8 by its mark.
            Place::Start => (b"\xef\xbb\xbf".to_vec(), None),
            Place::After(id) => (Vec::new(), Some(id)),
            Place::End => return Ok(Vec::new()),
        };
        let rows: Vec<Row> = self.selection.among(db).await?.after(COLUMNS, after, PAGE).await?;
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut buffer);
        if after.is_none() {
            out.write_record(self.headings()).map_err(io::Error::from)?;
        }
        for row in &rows {
            out.write_record(self.cells(row)).map_err(io::Error::from)?;
        }
        out.flush()?;
        drop(out);
        self.place = match rows.last() {
            Some(last) if rows.len() == PAGE => Place::After(last.id),
            _ => Place::End,
        };
        Ok(buffer)
    }

    /// Headings that our import understands.
    fn headings(&self) -> Vec<String> {
        if self.grant.sight().is_masked() {
            return ["E-mail", "Name", "Company", "Country", "First payment", "Last payment", "Tags"]
                .map(String::from)
                .into();
        }
        let known = [
            "E-mail",
            "Name",
            "Company",
            "Country",
            "Currency",
            "Total spent",
            "Monthly spend",
            "Payments",
            "First payment",
            "Last payment",
            "Refund volume",
            "Notes",
            "Tags",
            SEGMENT_HEADING,
            OPPORTUNITY_HEADING,
        ];
        let own = self.attributes.iter().map(|name| cells::guarded(name));
        known.into_iter().map(str::to_owned).chain(own).collect()
    }

    fn cells(&self, row: &Row) -> Vec<String> {
        let sight = self.grant.sight();
        let text = |text: &str| cells::guarded(&sight.text(text));
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let tags: Vec<String> = tags_of(row.tags.as_ref()).iter().map(|tag| sight.text(tag)).collect();
        let tags = cells::guarded(&tags.join(", "));
        let mut cells = vec![
            cells::guarded(&sight.address(&row.email)),
            text(&row.name),
            text(&row.company),
            text(&row.country),
        ];
        if sight.is_masked() {
            cells.extend([day(row.first_payment), day(row.last_payment), tags]);
            return cells;
        }
        let amount = |cents: Option<i64>| {
            cents
                .map(|cents| money::plain(row.currency.as_deref(), Cents(cents)))
                .unwrap_or_default()
        };
        cells.extend([
            row.currency.clone().unwrap_or_default(),
            amount(row.total_spent),
            amount(row.monthly_spend),
            row.payment_count.map(|count| count.to_string()).unwrap_or_default(),
            day(row.first_payment),
            day(row.last_payment),
            amount(row.refund_volume),
            cells::guarded(&row.notes),
            tags,
            row.segment.map(|segment| segment.label().to_owned()).unwrap_or_default(),
            row.opportunity.map(|score| score.to_string()).unwrap_or_default(),
        ]);
        let own = attributes(row.attributes.as_ref());
        cells.extend(self.attributes.iter().map(|name| {
            let value = own.iter().find(|(own, _)| own == name);
            value.map(|(_, value)| cells::guarded(value)).unwrap_or_default()
        }));
        cells
    }
}
