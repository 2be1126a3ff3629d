//! The rows that a preview shows: the first of the file, and some of each group. Bounded, however long the file is.

use super::{
    columns::clipped,
    known::Known,
    merge,
    records::Row,
    rows::{Fields, Plan, Problem},
};
use crate::customers::changes::words;
use domain::{
    email,
    import::{Column, ColumnTarget, ImportField, ImportGroup, MergeMode, PreviewRow},
    money::{Cents, Currency},
};
use std::collections::{BTreeMap, HashMap};

const FIRST: usize = 12;
const OF_EACH: usize = 4;
/// A cell is shown so long.
const CELL: usize = 80;

/// Keeps what is shown. Rows come in any order.
#[derive(Debug, Default)]
pub struct Preview {
    first: BTreeMap<u64, PreviewRow>,
    groups: HashMap<ImportGroup, BTreeMap<u64, PreviewRow>>,
}

impl Preview {
    /// Whether a row would be kept; making one for nothing costs more than asking.
    #[must_use]
    pub fn wants(&self, line: u64, group: ImportGroup) -> bool {
        has_room(&self.first, FIRST, line) || self.groups.get(&group).is_none_or(|rows| has_room(rows, OF_EACH, line))
    }

    pub fn keep(&mut self, row: PreviewRow) {
        let of_group = self.groups.entry(row.group).or_default();
        insert(of_group, OF_EACH, row.clone());
        insert(&mut self.first, FIRST, row);
    }

    /// In the order of the file.
    #[must_use]
    pub fn finish(self) -> Vec<PreviewRow> {
        let mut all = self.first;
        all.extend(self.groups.into_values().flatten());
        all.into_values().collect()
    }
}

fn has_room(rows: &BTreeMap<u64, PreviewRow>, max: usize, line: u64) -> bool {
    rows.len() < max || rows.last_key_value().is_some_and(|(last, _)| line < *last)
}

fn insert(rows: &mut BTreeMap<u64, PreviewRow>, max: usize, row: PreviewRow) {
    rows.insert(row.line, row);
    if rows.len() > max {
        rows.pop_last();
    }
}

/// A row that was read.
#[must_use]
pub fn good(line: u64, address: &str, fields: &Fields, known: &Known, group: ImportGroup, what: Option<String>) -> PreviewRow {
    let money = fields.currency.as_deref().and_then(Currency::parse);
    let spent = match (fields.total_spent, money) {
        (Some(cents), Some(currency)) => currency.format(Cents(cents)),
        _ => String::new(),
    };
    let change = |mode| {
        let Some(old) = &known.existing else { return String::new() };
        let told = words(&merge::changes(old, &merge::merged(old, fields, mode)), old.currency.as_deref());
        if told.is_empty() { "nothing changes".to_owned() } else { told }
    };
    let what = what.or_else(|| known.why().map(str::to_owned));
    PreviewRow {
        line,
        email: address.to_owned(),
        name: clipped(fields.name.as_deref().unwrap_or_default(), CELL),
        spent,
        group,
        what: what.clone().unwrap_or_else(|| change(MergeMode::Replace)),
        what_added: what.unwrap_or_else(|| change(MergeMode::Add)),
    }
}

/// A row that could not be read: its cells as they stand.
#[must_use]
pub fn broken(row: &Row, plan: &Plan, problem: Problem, columns: &[Column]) -> PreviewRow {
    let cell = |field| plan.column(field).map_or("", |column| row.cell(column).trim());
    let what = reason(problem, columns);
    let name = match cell(ImportField::Name) {
        "" => format!("{} {}", cell(ImportField::FirstName), cell(ImportField::LastName))
            .trim()
            .to_owned(),
        name => name.to_owned(),
    };
    let address = cell(ImportField::Email);
    PreviewRow {
        line: row.line,
        email: clipped(&email::normalise(address).unwrap_or_else(|| address.to_owned()), CELL),
        name: clipped(&name, CELL),
        spent: clipped(cell(ImportField::TotalSpent), CELL),
        group: ImportGroup::Invalid,
        what: what.clone(),
        what_added: what,
    }
}

/// "E-mail, column 1: not an e-mail address".
#[must_use]
pub fn reason(problem: Problem, columns: &[Column]) -> String {
    let label = problem.problem.label();
    let Some(column) = problem.column.checked_sub(1).and_then(|i| columns.get(i)) else {
        return label.to_owned();
    };
    let name = match &column.target {
        ColumnTarget::Field(field) => field.label(),
        ColumnTarget::Attribute | ColumnTarget::Skip => &column.heading,
    };
    format!("{name}, column {}: {label}", problem.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_and_some_of_each_group_are_kept() {
        let mut preview = Preview::default();
        for line in (1..=1_000).rev() {
            let group = if line == 777 { ImportGroup::Invalid } else { ImportGroup::New };
            if preview.wants(line, group) {
                preview.keep(good(line, "a@b.de", &Fields::default(), &Known::default(), group, None));
            }
        }
        let lines: Vec<u64> = preview.finish().iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 777]);
    }
}
