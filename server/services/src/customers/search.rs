//! The text that customers are found by, and the index over it. Whoever inserts customers, or changes the name, company, tags
//! or address of one, calls `index` in the same transaction. A row that is deleted leaves the index by itself.
//!
//! One text serves three things: finding a part of a word, finding by a tag, and the order by name. Its lines begin with two
//! line breaks, so that a word of one or two letters, which has no trigram of its own, is looked for at the beginning of a
//! line. Addresses are not in it: whoever sees customers masked searches this text alone.

use crate::{entity::customer, error::Result};
use domain::ids::{BusinessId, CustomerId, TeamId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement, Value,
    sea_query::{Alias, Expr},
};
use unicode_normalization::UnicodeNormalization;

/// Rows of one statement: two parameters each, and SQLite takes 32,766.
const BATCH: usize = 10_000;
/// Characters of a text. PostgreSQL refuses an index entry of more than 2,700 bytes.
const TEXT_MAX: usize = 600;
/// Characters of a name or company that are searched.
const LINE_MAX: usize = 200;
/// After all letters: customers without a name come last.
const NAMELESS: char = '\u{10FFFD}';

/// Brings the index up to date with these customers of one business. Batched; on SQLite best called once for many.
///
/// # Errors
/// When the database fails.
pub async fn index(db: &impl ConnectionTrait, team: TeamId, business: BusinessId, ids: &[CustomerId]) -> Result<()> {
    for ids in ids.chunks(BATCH) {
        write_texts(db, team, ids).await?;
        if db.get_database_backend() == DbBackend::Sqlite {
            enter(db, team, business, ids).await?;
        }
    }
    Ok(())
}

/// Like `index`, for rows whose `search` was written with them.
///
/// # Errors
/// When the database fails.
pub(crate) async fn index_written(db: &impl ConnectionTrait, team: TeamId, business: BusinessId, ids: &[CustomerId]) -> Result<()> {
    if db.get_database_backend() == DbBackend::Sqlite {
        for ids in ids.chunks(BATCH) {
            enter(db, team, business, ids).await?;
        }
    }
    Ok(())
}

/// What `customer.search` holds. An importer may write it with the row; `index` then has nothing to correct.
#[must_use]
pub fn text<T: AsRef<str>>(name: &str, company: &str, tags: &[T]) -> String {
    let mut out = Text::default();
    let (name, company) = (fold(name), fold(company));
    // An address in the place of a name must not be found by those who see none.
    let name = if name.contains('@') { "" } else { &name };
    if name.is_empty() {
        out.line(&NAMELESS.to_string());
    } else {
        out.line(name);
    }
    if !company.contains('@') {
        out.line(&company);
    }
    for tag in tags {
        let tag = fold(tag.as_ref());
        if !tag.is_empty() && !tag.contains('@') {
            out.line(&format!("#{tag}"));
        }
    }
    for line in [name, company.as_str()] {
        out.beginnings(line);
    }
    out.finish()
}

/// What to look for in `customer.search`; `None` for an empty search. Under three letters: where a word begins.
#[must_use]
pub fn needle(search: &str) -> Option<String> {
    let words = fold(search);
    Some(match words.chars().count() {
        0 => return None,
        1 => format!("\n\n{words}"),
        2 => format!("\n{words}"),
        _ => words,
    })
}

/// What a customer with this tag has in `customer.search`.
#[must_use]
pub fn tag_needle(tag: &str) -> String {
    format!("\n#{}\n", fold(tag))
}

/// What to look for in an address; `None` where it is too short to tell addresses apart.
#[must_use]
pub fn address_needle(search: &str) -> Option<String> {
    let words = squeeze(&search.to_lowercase());
    (words.chars().count() >= 3).then_some(words)
}

/// Three letters that stand for a business in the index of SQLite. Others may have the same: they only narrow.
#[must_use]
pub fn scope(business: BusinessId) -> String {
    let bits = business.0.as_u128();
    (0..3)
        .filter_map(|part| char::from_u32(0x4E00 + ((bits >> (part * 12)) & 0xFFF) as u32))
        .collect()
}

/// Lower case, without accents, one space between words: `Müller` and `MULLER` are the same.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let letters = text.nfkd().filter(|c| !('\u{300}'..='\u{36F}').contains(c));
    for c in letters.flat_map(char::to_lowercase) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            // Lower case of İ leaves a dot that stands alone.
            '\u{307}' => {}
            NAMELESS => {}
            other => out.push(other),
        }
    }
    squeeze(&out)
}

/// One space between words, no control characters.
fn squeeze(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines, each after two line breaks, one at the end.
#[derive(Default)]
struct Text {
    lines: String,
    letters: usize,
}

impl Text {
    fn line(&mut self, text: &str) {
        let room = TEXT_MAX.saturating_sub(self.letters + 3).min(LINE_MAX);
        if text.is_empty() || room == 0 {
            return;
        }
        let cut: String = text.chars().take(room).collect();
        self.letters += cut.chars().count() + 2;
        self.lines.push_str("\n\n");
        self.lines.push_str(&cut);
    }

    /// Lines for what a search of one or two letters means beyond the first word: a short name ("Andrew Ng"), and a part of a
    /// name in a script that puts no space between them.
    fn beginnings(&mut self, line: &str) {
        for (at, word) in line.split(' ').enumerate() {
            let letters: Vec<char> = word.chars().take(20).collect();
            if at > 0 && letters.len() <= 2 {
                self.line(word);
            }
            for (from, c) in letters.iter().enumerate() {
                if (from > 0 || at > 0) && is_unspaced(*c) {
                    let rest: String = letters.iter().skip(from).take(2).collect();
                    self.line(&rest);
                }
            }
        }
    }

    fn finish(mut self) -> String {
        self.lines.push('\n');
        self.lines
    }
}

/// Han, kana.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{2FA1F}')
}

/// Computes the texts and stores those that differ.
async fn write_texts(db: &impl ConnectionTrait, team: TeamId, ids: &[CustomerId]) -> Result<()> {
    let rows: Vec<(CustomerId, String, String, Option<serde_json::Value>, String)> = customer::Entity::find()
        .select_only()
        .columns([
            customer::Column::Id,
            customer::Column::Name,
            customer::Column::Company,
            customer::Column::Tags,
        ])
        .expr_as(Expr::col(Alias::new("search")), "search")
        .filter(customer::Column::TeamId.eq(team))
        .filter(customer::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut values: Vec<Value> = vec![team.0.into()];
    let mut marks = Vec::new();
    for (id, name, company, tags, stored) in rows {
        let wanted = text(&name, &company, &tags_of(tags.as_ref()));
        if wanted != stored {
            values.extend([id.0.into(), wanted.into()]);
            marks.push(format!("(${}, ${})", values.len() - 1, values.len()));
        }
    }
    if marks.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "WITH wanted (id, words) AS (VALUES {}) UPDATE customer SET search = wanted.words FROM wanted WHERE customer.team_id = $1 AND customer.id = wanted.id",
        marks.join(", ")
    );
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await?;
    Ok(())
}

/// SQLite: enters the rows under their numbers, in place of what was there.
async fn enter(db: &impl ConnectionTrait, team: TeamId, business: BusinessId, ids: &[CustomerId]) -> Result<()> {
    let Some(last) = ids.last() else { return Ok(()) };
    // Few different lengths, so that the statements stay prepared; an id twice does no harm. Parameters without a name, because SQLite
    // looks each name up among all of them.
    let length = ids.len().next_multiple_of(500);
    let mut values: Vec<Value> = Vec::with_capacity(length + 3);
    values.extend(
        ids.iter()
            .chain(std::iter::repeat_n(last, length - ids.len()))
            .map(|id| Value::from(id.0)),
    );
    values.extend([scope(business).into(), team.0.into(), business.0.into()]);
    let marks = vec!["?"; length].join(", ");
    let (scope, team, business) = (length + 1, length + 2, length + 3);
    let sql = format!(
        "REPLACE INTO customer_search (rowid, scope, words, email) \
         SELECT seq, ${scope}, search, email FROM customer WHERE team_id = ${team} AND business_id = ${business} AND id IN ({marks})"
    );
    db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values))
        .await?;
    Ok(())
}

/// The tags of a row as texts.
pub(crate) fn tags_of(tags: Option<&serde_json::Value>) -> Vec<String> {
    let list = tags.and_then(serde_json::Value::as_array);
    list.map_or_else(Vec::new, |list| {
        list.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_TAGS: &[&str] = &[];

    #[test]
    fn case_and_accents_make_no_difference() {
        assert_eq!(fold("  MÜLLER \t Straße\u{0} "), "muller strasse");
        assert_eq!(fold("Holy\u{301}"), fold("HOLÝ"));
        assert_eq!(fold("Łukasz Ørsted İnan"), "lukasz orsted inan");
        assert_eq!(fold("ＡＢＣ　王小明"), "abc 王小明");
    }

    #[test]
    fn a_text_has_lines_for_name_company_and_tags() {
        assert_eq!(
            text("Helena Holý", "JetBrains", &["VIP", "b2b"]),
            "\n\nhelena holy\n\njetbrains\n\n#vip\n\n#b2b\n"
        );
        assert!(text("A", "", &["vip"]).contains(&tag_needle("VIP")));
        assert!(!text("A", "", &["vips"]).contains(&tag_needle("vip")));
        assert!(text("", "Zebra", NO_TAGS) > text("Zoë", "", NO_TAGS), "without a name: last");
    }

    #[test]
    fn short_searches_find_where_words_begin() {
        let finds = |name: &str, search: &str| text(name, "", NO_TAGS).contains(&needle(search).expect("letters"));
        assert!(finds("Helena Holý", "h") && finds("Helena Holý", "He") && !finds("Helena Holý", "el"));
        assert!(finds("Andrew Ng", "ng"));
        assert!(finds("王小明", "王") && finds("王小明", "小明") && finds("王小明", "明") && finds("王小明", "王小明"));
        assert!(finds("Helena Holý", "ena h") && !finds("Helena Holý", "%en"));
        assert_eq!(needle(" \n "), None);
        assert_eq!(address_needle("ab"), None);
        assert_eq!(address_needle(" Jane@Example ").as_deref(), Some("jane@example"));
    }

    #[test]
    fn an_address_in_place_of_a_name_is_not_in_the_text() {
        assert!(!text("jane@example.com", "x@y.example", &["z@y.example"]).contains('@'));
    }

    #[test]
    fn a_text_fits_into_an_index_entry() {
        let long = "𠮷".repeat(2_000);
        assert!(text(&long, &long, &[&long, &long]).len() <= 4 * TEXT_MAX);
        let business = BusinessId(uuid::Uuid::from_u128(u128::MAX));
        assert_eq!(scope(business).chars().count(), 3);
    }
}
