//! The figures beside the sidebar's lines: what waits for review, what was answered. Every page shows them, so each is counted no
//! further than it is shown, along an index.

use crate::error::Result;
use domain::{
    ids::{BusinessId, TeamId},
    team::BusinessLink,
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Counted {
    id: BusinessId,
    review: i64,
    replies: i64,
}

/// E-mails to review and replies by business.
pub(super) async fn by_business(db: &impl ConnectionTrait, team: TeamId) -> Result<HashMap<BusinessId, (u8, u8)>> {
    let bound = u64::from(BusinessLink::COUNTED) + 1;
    let sql = format!(
        "SELECT b.id AS id, \
         (SELECT COUNT(*) FROM (SELECT 1 AS one FROM outreach AS o WHERE o.team_id = $1 AND o.business_id = b.id AND o.state = 'review' LIMIT {bound}) AS waiting) AS review, \
         (SELECT COUNT(*) FROM (SELECT 1 AS one FROM reply AS r WHERE r.team_id = $1 AND r.business_id = b.id LIMIT {bound}) AS answers) AS replies \
         FROM business AS b WHERE b.team_id = $1 AND b.deleted_at IS NULL ORDER BY b.created_at LIMIT {}",
        super::SWITCHER_MAX
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [Value::from(team.0)]);
    let small = |n: i64| u8::try_from(n).unwrap_or(u8::MAX);
    let rows = Counted::find_by_statement(statement).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, (small(row.review), small(row.replies))))
        .collect())
}
