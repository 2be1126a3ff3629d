//! Which customers the list shows. Each filter has a form that an index serves and one that tests a row.

use super::{Product, Sql, Way};
use crate::{customers::search, entity::business, error::Result};
use domain::{
    Error,
    customer::CustomerQuery,
    ids::{BusinessId, TeamId},
    persona::Segment,
};

/// Characters of a search; more would only make the statement long.
const SEARCH_MAX: usize = 200;

/// The words of the draft `r` as they are now were not sent yet.
pub const UNSENT: &str = "NOT EXISTS (SELECT 1 FROM outreach s WHERE s.team_id = r.team_id AND s.customer_id = r.customer_id \
     AND s.state = 'sent' AND s.subject = r.subject AND s.body = r.body)";

#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Parts of `customer.search` that must be there: the words searched for, the tag. An address is in no text.
    words: Option<String>,
    /// The words may also be in the address, or only there; never for those who see it masked.
    address: Option<String>,
    tag: Option<String>,
    segment: Option<Segment>,
    opportunity: Option<i32>,
    draft: Option<bool>,
    elsewhere: bool,
    /// For `elsewhere`: the team's other businesses, and whether they are so small that they are read first.
    others: Vec<BusinessId>,
    others_are_few: bool,
    scope: String,
}

impl Filter {
    /// # Errors
    /// `Malformed` for a value that no filter has.
    pub fn asked(query: &CustomerQuery, business: &business::Model, masked: bool, others: &[&Product]) -> Result<Self> {
        let elsewhere: i64 = others.iter().map(|other| other.customers).sum();
        let text: String = query.search.chars().take(SEARCH_MAX).collect();
        let draft = match query.draft.as_deref() {
            None => None,
            Some("ready") => Some(true),
            Some("none") => Some(false),
            Some(_) => return Err(Error::Malformed.into()),
        };
        let address = search::address_needle(&text).filter(|_| !masked);
        // No address has a space, and no text an at sign: one look less.
        let has = |sign| address.as_deref().is_some_and(|text| text.contains(sign));
        let (spaced, at) = (has(' '), has('@'));
        Ok(Self {
            words: search::needle(&text).filter(|_| !at),
            address: address.filter(|_| at || !spaced),
            tag: query.tag.as_deref().filter(|tag| !tag.is_empty()).map(search::tag_needle),
            segment: query.segment,
            opportunity: query.opportunity.map(i32::from),
            draft,
            elsewhere: query.also_elsewhere,
            others: others.iter().map(|other| other.id).collect(),
            others_are_few: elsewhere.saturating_mul(4) < business.customer_count,
            scope: search::scope(business.id),
        })
    }

    pub const fn is_none(&self) -> bool {
        !self.is_text() && self.segment.is_none() && self.opportunity.is_none() && self.draft.is_none() && !self.elsewhere
    }

    /// `FROM … WHERE true`: what is read first.
    pub fn from(&self, sql: &mut Sql, way: Way, team: TeamId, business: BusinessId) {
        if way == Way::Gather && sql.is_sqlite() && self.is_text() {
            // CROSS JOIN: SQLite reads the first table first. The other way round takes minutes.
            sql.push(" FROM customer_search f CROSS JOIN customer c ON c.seq = f.rowid WHERE f.customer_search MATCH ");
            sql.bind(self.fts());
        } else if way == Way::Gather && self.draft == Some(true) && !self.is_text() {
            sql.push(" FROM draft d CROSS JOIN customer c WHERE d.team_id = ").bind(team.0);
            sql.push(" AND d.business_id = ").bind(business.0);
            sql.push(" AND c.id = d.customer_id");
        } else if self.starts_elsewhere(way) {
            sql.push(" FROM (SELECT DISTINCT email FROM customer WHERE team_id = ").bind(team.0);
            sql.push(" AND deleted_at IS NULL AND business_id IN (")
                .bind_all(self.others.iter().map(|id| id.0))
                .push(")) o CROSS JOIN customer c WHERE c.email = o.email");
        } else {
            sql.push(" FROM customer c WHERE 1 = 1");
        }
    }

    /// `AND …` for each filter that `from` has not taken care of.
    pub fn conditions(&self, sql: &mut Sql, way: Way) {
        if way == Way::Walk || !sql.is_sqlite() {
            self.texts(sql, way);
        }
        // A plus keeps SQLite from leaving the order's index for the filter's.
        let plus = if way == Way::Walk && sql.is_sqlite() { "+" } else { "" };
        if let Some(segment) = self.segment {
            sql.push(" AND ").push(plus).push("c.segment = ").bind(segment.as_str());
        }
        if let Some(score) = self.opportunity {
            sql.push(" AND ").push(plus).push("c.opportunity >= ").bind(score);
        }
        if let Some(ready) = self.draft {
            sql.push(if ready { " AND EXISTS" } else { " AND NOT EXISTS" });
            sql.push(" (SELECT 1 FROM draft r WHERE r.team_id = c.team_id AND r.customer_id = c.id");
            if ready {
                sql.push(" AND ").push(UNSENT);
            }
            sql.push(")");
        }
        if self.elsewhere && self.others.is_empty() {
            sql.push(" AND 1 = 0");
        } else if self.elsewhere && !self.starts_elsewhere(way) {
            sql.push(" AND EXISTS (SELECT 1 FROM customer o WHERE o.team_id = c.team_id AND o.email = c.email AND o.deleted_at IS NULL AND o.business_id IN (");
            sql.bind_all(self.others.iter().map(|id| id.0)).push("))");
        }
    }

    /// A small product beside a large one: its addresses are looked for in the large one, not the other way round.
    fn starts_elsewhere(&self, way: Way) -> bool {
        let first = self.is_text() || self.draft == Some(true);
        way == Way::Gather && self.elsewhere && self.others_are_few && !self.others.is_empty() && !first
    }

    pub const fn is_text(&self) -> bool {
        self.words.is_some() || self.address.is_some() || self.tag.is_some()
    }

    /// The texts that must be there, as conditions on the row. LIKE has an index on PostgreSQL; the functions have none,
    /// which is what a walk along the order wants.
    fn texts(&self, sql: &mut Sql, way: Way) {
        match (&self.words, &self.address) {
            (Some(words), Some(address)) => {
                sql.push(" AND (");
                contains(sql, way, "c.search", words);
                sql.push(" OR ");
                contains(sql, way, "c.email", address);
                sql.push(")");
            }
            (Some(words), None) => contains(sql.push(" AND "), way, "c.search", words),
            (None, Some(address)) => contains(sql.push(" AND "), way, "c.email", address),
            (None, None) => {}
        }
        if let Some(tag) = &self.tag {
            sql.push(" AND ");
            contains(sql, way, "c.search", tag);
        }
    }

    /// The same for SQLite's full-text index.
    fn fts(&self) -> String {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut query = format!("scope : {}", quoted(&self.scope));
        match (&self.words, &self.address) {
            (Some(words), Some(address)) => query.push_str(&format!(" AND (words : {} OR email : {})", quoted(words), quoted(address))),
            (Some(words), None) => query.push_str(&format!(" AND words : {}", quoted(words))),
            (None, Some(address)) => query.push_str(&format!(" AND email : {}", quoted(address))),
            (None, None) => {}
        }
        if let Some(tag) = &self.tag {
            query.push_str(&format!(" AND words : {}", quoted(tag)));
        }
        query
    }
}

fn contains(sql: &mut Sql, way: Way, column: &str, text: &str) {
    match (sql.is_sqlite(), way) {
        (true, _) => sql.push("instr(").push(column).push(", ").bind(text).push(") > 0"),
        (false, Way::Walk) => sql.push("strpos(").push(column).push(", ").bind(text).push(") > 0"),
        (false, Way::Gather) => {
            let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            sql.push(column).push(" LIKE ").bind(format!("%{literal}%"))
        }
    };
}
